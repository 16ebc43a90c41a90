//! Tables that go on over as many sheets as they need, with their headings on each.

use super::{Layout, MARGIN, baseline};
use crate::columns::{Columns, cell_style, heading_style};
use crate::face::{Faces, Run, Style};
use crate::length::{Length, POINT};
use crate::paragraph::lines;
use crate::sheet::{Ink, Mark};
use partita_application::ports::{ColumnKind, PrintedRow, PrintedTable};

/// How large the letters of the lines may be: as large as the numbers allow.
const SIZES: [Length; 5] = [9_000, 8_500, 8_000, 7_500, 7_000];
/// Above and below the text of a row.
const PADDING: Length = 4 * POINT;

/// A table with its place.
pub(super) struct Grid<'t> {
    table: &'t PrintedTable,
    columns: Columns,
    x: Length,
    width: Length,
    padding: Length,
}

/// A row whose cells are broken into lines.
struct Broken {
    cells: Vec<Vec<Run>>,
    /// From this line on, the cell of prose is detail.
    detail_from: usize,
    /// How many lines the longest cell has.
    lines: usize,
}

impl<'t> Grid<'t> {
    pub(super) fn new(
        faces: &Faces,
        table: &'t PrintedTable,
        (x, width): (Length, Length),
        sizes: &[Length],
        padding: Length,
    ) -> Self {
        Self { table, columns: Columns::fit(faces, table, width, sizes), x, width, padding }
    }

    /// From one line of a cell to the next.
    fn leading(&self) -> Length {
        Style::regular(self.columns.size).leading()
    }

    pub(super) fn width(&self) -> Length {
        self.width
    }

    /// The right edge of the last column.
    pub(super) fn natural_width(&self) -> Length {
        self.columns.width
    }

    fn break_row(&self, faces: &Faces, row: &PrintedRow) -> Broken {
        let size = self.columns.size;
        let prose = self.columns.columns.iter().find(|column| column.kind == ColumnKind::Prose);
        let mut detail_from = usize::MAX;
        let cells: Vec<Vec<Run>> = self
            .columns
            .columns
            .iter()
            .map(|column| {
                let text = row.cells.get(column.index).map_or("", String::as_str);
                let style = cell_style(column.kind, size, row.is_emphasised);
                let mut cell = lines(faces, text, style, column.width);
                if let Some(detail) = row.detail.as_deref().filter(|_| Some(column) == prose) {
                    detail_from = cell.len();
                    let style = Style::regular(size * 92 / 100);
                    cell.extend(lines(faces, detail, style, column.width));
                }
                cell
            })
            .collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or_default();
        Broken { cells, detail_from, lines }
    }

    fn height_of(&self, row: &Broken) -> Length {
        row.lines as Length * self.leading() + 2 * self.padding
    }

    fn headings(&self, faces: &Faces) -> Vec<Vec<Run>> {
        let style = heading_style(self.columns.size);
        let heading =
            |index: usize| self.table.columns.get(index).map_or("", |column| column.heading.as_str());
        let columns = self.columns.columns.iter();
        columns.map(|column| lines(faces, heading(column.index), style, column.width)).collect()
    }

    /// How high the whole table is on one sheet.
    pub(super) fn height(&self, faces: &Faces) -> Length {
        let rows: Length =
            self.table.rows.iter().map(|row| self.height_of(&self.break_row(faces, row))).sum();
        self.height_of_headings(&self.headings(faces)) + rows
    }

    fn height_of_headings(&self, headings: &[Vec<Run>]) -> Length {
        let lines = headings.iter().map(Vec::len).max().unwrap_or_default();
        if lines == 0 { 0 } else { lines as Length * self.heading_leading() + self.padding + POINT }
    }

    fn heading_leading(&self) -> Length {
        heading_style(self.columns.size).leading()
    }
}

impl Layout<'_> {
    /// The lines of the page. The last one does not stay behind when what follows needs another sheet.
    pub(super) fn body(&mut self) {
        let page = self.page;
        if page.table.columns.is_empty() {
            return;
        }
        let place = (MARGIN, self.measure());
        let grid = Grid::new(self.faces, &page.table, place, &SIZES, PADDING);
        let following = self.height_of_totals();
        self.table(&grid, following);
    }

    /// A table from here on; the last row keeps this much room below it, if a sheet has so much.
    pub(super) fn table(&mut self, grid: &Grid<'_>, following: Length) {
        let headings = grid.headings(self.faces);
        let head = grid.height_of_headings(&headings);
        // A heading does not stand alone.
        let first = grid
            .table
            .rows
            .first()
            .map_or(0, |row| grid.height_of(&grid.break_row(self.faces, row)).min(6 * grid.leading()));
        self.need(head + first);
        self.head(grid, &headings);
        for (i, row) in grid.table.rows.iter().enumerate() {
            let row_lines = grid.break_row(self.faces, row);
            let height = grid.height_of(&row_lines);
            let is_last = i + 1 == grid.table.rows.len();
            let with_following = if is_last && i > 0 { height + following } else { height };
            let room = self.room_of_a_sheet() - head;
            let needed = if with_following <= room { with_following } else { height };
            // What is higher than a sheet begins where it is.
            if needed > self.room() && needed <= room {
                self.turn();
                self.head(grid, &headings);
            }
            self.row(grid, &headings, row_lines);
            if !is_last {
                self.rule(grid.x, self.y, grid.width, 500, Ink::Hairline);
            }
        }
    }

    fn head(&mut self, grid: &Grid<'_>, headings: &[Vec<Run>]) {
        let height = grid.height_of_headings(headings);
        if height == 0 {
            return;
        }
        // Headings of one line stand at the foot of those that have more.
        let top = self.y;
        for (column, runs) in grid.columns.columns.iter().zip(headings) {
            let foot = top + height - grid.padding - POINT;
            let mut y = foot - runs.len() as Length * grid.heading_leading();
            for run in runs.iter().cloned() {
                self.in_column(grid, column.kind, (column.x, column.width), y, run, Ink::Muted);
                y += grid.heading_leading();
            }
        }
        self.y += height;
        self.rule(grid.x, self.y, grid.width, 900, Ink::Accent);
    }

    fn row(&mut self, grid: &Grid<'_>, headings: &[Vec<Run>], row: Broken) {
        let leading = grid.leading();
        self.y += grid.padding;
        let mut cells: Vec<_> = row.cells.into_iter().map(Vec::into_iter).collect();
        for i in 0..row.lines {
            // Room for the line, and for the padding below the last one.
            if leading + grid.padding > self.room() && self.room() < self.room_of_a_sheet() {
                self.turn();
                self.head(grid, headings);
                self.y += grid.padding;
            }
            for (column, cell) in grid.columns.columns.iter().zip(&mut cells) {
                let Some(run) = cell.next() else { continue };
                let is_detail = column.kind == ColumnKind::Prose && i >= row.detail_from;
                let ink = if is_detail { Ink::Muted } else { Ink::Text };
                self.in_column(grid, column.kind, (column.x, column.width), self.y, run, ink);
            }
            self.y += leading;
        }
        self.y += grid.padding;
    }

    fn in_column(
        &mut self,
        grid: &Grid<'_>,
        kind: ColumnKind,
        (x, width): (Length, Length),
        y: Length,
        run: Run,
        ink: Ink,
    ) {
        if run.text.trim().is_empty() {
            return;
        }
        let x = grid.x + x;
        let x = if kind == ColumnKind::Number { x + width - run.width } else { x };
        // Letters of all sizes on a line stand on one baseline.
        let line = Style { size: grid.columns.size, ..run.style };
        let line = if run.style == heading_style(grid.columns.size) { run.style } else { line };
        self.mark(Mark::Text { x, baseline: baseline(y, line), run, ink });
    }
}
