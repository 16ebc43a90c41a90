//! What follows the table: totals, what stands beside them, and notes.

use super::rows::Grid;
use super::{Layout, MARGIN};
use crate::face::{Run, Style};
use crate::length::{Length, POINT};
use crate::paragraph::{lines, natural_width, on_one_line};
use crate::sheet::Ink;
use partita_application::ports::{PrintedSummary, PrintedTotal};

const TOTAL: Style = Style::regular(9_500).tabular();
const EMPHASISED: Style = Style::semi_bold(11 * POINT).tabular();
const SUMMARY: [Length; 3] = [8_000, 7_500, 7_000];
const SUMMARY_PADDING: Length = 2 * POINT;
const LABEL: Style = Style::semi_bold(8 * POINT);
const NOTE: Style = Style::regular(9 * POINT);
/// Between the table and the totals.
const ABOVE: Length = 8 * POINT;
/// A name with less room than this stands above its value, not before it.
const MIN_NAME: Length = 60 * POINT;
/// A summary with more rows stands below the totals, not beside them.
const MAX_BESIDE: usize = 12;

/// A line of the totals, broken.
struct Total {
    style: Style,
    names: Vec<Run>,
    /// More than one if it is wider than the totals are.
    values: Vec<Run>,
    /// Whether name and value are too wide for one line.
    is_stacked: bool,
    is_emphasised: bool,
}

impl Total {
    fn lines(&self) -> usize {
        let (names, values) = (self.names.len(), self.values.len());
        if self.is_stacked { names + values } else { names.max(values).max(1) }
    }

    fn height(&self) -> Length {
        self.lines() as Length * self.style.leading()
            + if self.is_emphasised { 10 * POINT } else { 4 * POINT }
    }
}

impl Layout<'_> {
    /// Where the totals begin.
    fn middle(&self) -> Length {
        MARGIN + self.measure() * 54 / 100
    }

    fn totals(&self) -> Vec<Total> {
        let width = self.right() - self.middle();
        self.page.totals.iter().map(|total| self.total(total, width)).collect()
    }

    fn total(&self, total: &PrintedTotal, width: Length) -> Total {
        let style = if total.is_emphasised { EMPHASISED } else { TOTAL };
        let values = lines(self.faces, &on_one_line(&total.value), style, width);
        let left = width - values.iter().map(|run| run.width).max().unwrap_or_default() - 10 * POINT;
        let is_stacked = left < MIN_NAME;
        let left = if is_stacked { width } else { left };
        let names = lines(self.faces, &on_one_line(&total.label), style, left);
        Total { style, names, values, is_stacked, is_emphasised: total.is_emphasised }
    }

    /// How much room the totals need, and what stands beside them.
    pub(super) fn height_of_totals(&self) -> Length {
        let totals: Length = self.totals().iter().map(Total::height).sum();
        let beside = self.beside().map_or(0, |(summary, grid)| self.height_of_summary(summary, &grid));
        match totals.max(beside) {
            0 => 0,
            height => height + ABOVE,
        }
    }

    fn height_of_summary(&self, summary: &PrintedSummary, grid: &Grid<'_>) -> Length {
        let heading = lines(self.faces, &on_one_line(&summary.heading), LABEL, grid.width());
        heading.len() as Length * (LABEL.leading() + POINT) + grid.height(self.faces)
    }

    /// The summary, if it fits beside the totals.
    fn beside(&self) -> Option<(&PrintedSummary, Grid<'_>)> {
        let summary = self.page.summary.as_ref()?;
        let width = self.middle() - MARGIN - 24 * POINT;
        let grid = Grid::new(self.faces, &summary.table, (MARGIN, width), &SUMMARY, SUMMARY_PADDING);
        let fits = summary.table.rows.len() <= MAX_BESIDE && grid.natural_width() <= width;
        (fits && !self.page.totals.is_empty()).then_some((summary, grid))
    }

    pub(super) fn closing(&mut self) {
        self.closing_line();
        let height = self.height_of_totals();
        if height > 0 && height <= self.room_of_a_sheet() {
            self.need(height);
        }
        self.y += ABOVE;
        let (sheet, top) = (self.sheets.len(), self.y);
        let page = self.page;
        let is_beside = self.beside().is_some();
        if is_beside && let Some(summary) = &page.summary {
            self.summary(summary, self.middle() - MARGIN - 24 * POINT);
        }
        let below = self.y;
        // Where the summary has turned the sheet, the totals follow it.
        if self.sheets.len() == sheet {
            self.y = top;
        }
        for total in self.totals() {
            self.write_total(total);
        }
        if self.sheets.len() == sheet {
            self.y = self.y.max(below);
        }
        if !is_beside && let Some(summary) = &page.summary {
            self.y += 14 * POINT;
            self.summary(summary, self.measure());
        }
        self.y += 18 * POINT;
        self.notes();
    }

    /// Below the last row of the table.
    fn closing_line(&mut self) {
        if !self.page.table.columns.is_empty() {
            self.rule(MARGIN, self.y, self.measure(), 900, Ink::Accent);
        }
    }

    fn summary(&mut self, summary: &PrintedSummary, width: Length) {
        let faces = self.faces;
        let grid = Grid::new(faces, &summary.table, (MARGIN, width), &SUMMARY, SUMMARY_PADDING);
        let heading = lines(faces, &on_one_line(&summary.heading), LABEL, width);
        self.need(LABEL.leading() * (heading.len() + 3) as Length);
        for run in heading {
            self.write(MARGIN, self.y, run, Ink::Muted);
            self.y += LABEL.leading() + POINT;
        }
        self.table(&grid, 0);
    }

    fn write_total(&mut self, total: Total) {
        let height = total.height();
        self.need(height);
        let (x, right) = (self.middle(), self.right());
        if total.is_emphasised {
            self.rule(x, self.y + POINT, right - x, 900, Ink::Accent);
        }
        let leading = total.style.leading();
        let y = self.y + (height - total.lines() as Length * leading) / 2;
        let below = if total.is_stacked { total.names.len() } else { 0 };
        let ink = if total.is_emphasised { Ink::Text } else { Ink::Muted };
        for (i, name) in total.names.into_iter().enumerate() {
            self.write(x, y + i as Length * leading, name, ink);
        }
        for (i, value) in total.values.into_iter().enumerate() {
            self.write_to(right, y + (below + i) as Length * leading, value, Ink::Text);
        }
        self.y += height;
    }

    fn notes(&mut self) {
        let page = self.page;
        // A line of about ninety letters is read with ease.
        let width = self.measure().min(430 * POINT).max(natural_width(self.faces, "m", NOTE));
        for note in &page.notes {
            let text = lines(self.faces, &note.text, NOTE, width);
            let heading = on_one_line(note.heading.as_deref().unwrap_or_default());
            let heading = lines(self.faces, &heading, LABEL, width);
            let above = heading.len() as Length * (LABEL.leading() + POINT);
            // Neither a heading nor a first line stands alone at the foot of a sheet.
            self.need(above + NOTE.leading() * text.len().min(2) as Length);
            for run in heading {
                self.need(LABEL.leading());
                self.write(MARGIN, self.y, run, Ink::Muted);
                self.y += LABEL.leading() + POINT;
            }
            for run in text {
                self.need(NOTE.leading());
                self.write(MARGIN, self.y, run, Ink::Text);
                self.y += NOTE.leading();
            }
            self.y += 9 * POINT;
        }
    }
}
