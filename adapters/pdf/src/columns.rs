//! How wide the columns of a table are, and how large its letters.

use crate::face::{Faces, Style};
use crate::length::{Length, POINT};
use crate::paragraph::natural_width;
use partita_application::ports::{ColumnKind, PrintedTable};

/// Between two columns.
const GAP: Length = 14 * POINT;
/// Prose has at least this part of the width; before it has less, letters become smaller.
const PROSE_PER_CENT: Length = 32;
/// A few words have at most this part of the width, then they wrap.
const SHORT_PER_CENT: Length = 22;

/// A column with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Which one of the table.
    pub(crate) index: usize,
    pub(crate) kind: ColumnKind,
    /// From the left edge of the table.
    pub(crate) x: Length,
    pub(crate) width: Length,
}

/// The columns of a table that has just so much room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) size: Length,
    pub(crate) columns: Vec<Column>,
    /// From its left edge to its right one.
    pub(crate) width: Length,
}

impl Columns {
    /// The columns in the largest of these sizes that leaves prose enough room; in the last one if none does.
    pub(crate) fn fit(faces: &Faces, table: &PrintedTable, width: Length, sizes: &[Length]) -> Self {
        let shown: Vec<usize> = (0..table.columns.len()).filter(|i| is_shown(table, *i)).collect();
        let mut best = Self { size: 0, columns: Vec::new(), width: 0 };
        for size in sizes {
            let natural: Vec<Wish> = shown.iter().map(|i| Wish::of(faces, table, *i, *size)).collect();
            let (columns, is_enough) = Self::share(&natural, width);
            let end = columns.last().map_or(0, |column| column.x + column.width);
            best = Self { size: *size, columns, width: end };
            if is_enough {
                break;
            }
        }
        best
    }

    fn share(wishes: &[Wish], width: Length) -> (Vec<Column>, bool) {
        let gaps = GAP * wishes.len().saturating_sub(1) as Length;
        let room = (width - gaps).max(0);
        let prose = wishes.iter().filter(|wish| wish.kind == ColumnKind::Prose).count() as Length;
        let wanted = |wish: &Wish| match wish.kind {
            ColumnKind::Prose => 0,
            ColumnKind::Short => wish.natural.min(width * SHORT_PER_CENT / 100),
            ColumnKind::Number => wish.natural,
        };
        let fixed: Length = wishes.iter().map(wanted).sum();
        let for_prose = if prose == 0 { 0 } else { room * PROSE_PER_CENT / 100 };
        let for_fixed = fixed.min(room - for_prose);
        let each_prose = (room - for_fixed).checked_div(prose).unwrap_or_default();
        // Without prose, the room that is left stands between the columns.
        let spare = if prose == 0 && wishes.len() > 1 { room - for_fixed } else { 0 };
        let gap = GAP + spare.checked_div(wishes.len().saturating_sub(1) as Length).unwrap_or_default();
        let mut x = 0;
        let mut columns = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let width = match wish.kind {
                ColumnKind::Prose => each_prose,
                _ if for_fixed < fixed => wanted(wish) * for_fixed / fixed,
                _ => wanted(wish),
            };
            columns.push(Column { index: wish.index, kind: wish.kind, x, width });
            x += width + gap;
        }
        (columns, for_fixed == fixed)
    }
}

/// The look of a cell.
pub(crate) fn cell_style(kind: ColumnKind, size: Length, is_emphasised: bool) -> Style {
    let style = if is_emphasised { Style::semi_bold(size) } else { Style::regular(size) };
    if kind == ColumnKind::Number { style.tabular() } else { style }
}

/// The look of a heading above a column.
pub(crate) fn heading_style(size: Length) -> Style {
    Style::semi_bold(size * 86 / 100)
}

/// A table without rows shows all its columns; else those with a text.
fn is_shown(table: &PrintedTable, i: usize) -> bool {
    let is_filled = |cell: &String| !cell.trim().is_empty();
    table.rows.is_empty() || table.rows.iter().any(|row| row.cells.get(i).is_some_and(is_filled))
}

/// What a column would like to have.
struct Wish {
    index: usize,
    kind: ColumnKind,
    natural: Length,
}

impl Wish {
    fn of(faces: &Faces, table: &PrintedTable, index: usize, size: Length) -> Self {
        let column = table.columns.get(index);
        let kind = column.map_or(ColumnKind::Short, |column| column.kind);
        let heading = column.map_or(0, |column| natural_width(faces, &column.heading, heading_style(size)));
        // Prose takes what is left, however long it is.
        let rows = if kind == ColumnKind::Prose { &[] } else { table.rows.as_slice() };
        let cells = rows.iter().filter_map(|row| {
            let style = cell_style(kind, size, row.is_emphasised);
            row.cells.get(index).map(|cell| natural_width(faces, cell, style))
        });
        Self { index, kind, natural: cells.max().unwrap_or_default().max(heading) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_application::ports::{PrintedColumn, PrintedRow};

    const SIZES: [Length; 3] = [9 * POINT, 8 * POINT, 7 * POINT];
    const WIDTH: Length = 480 * POINT;

    fn table(kinds: &[ColumnKind], rows: &[&[&str]]) -> PrintedTable {
        PrintedTable {
            columns: kinds
                .iter()
                .map(|kind| PrintedColumn { heading: "Heading".to_owned(), kind: *kind })
                .collect(),
            rows: rows
                .iter()
                .map(|cells| PrintedRow {
                    cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
                    ..PrintedRow::default()
                })
                .collect(),
        }
    }

    fn fit(table: &PrintedTable) -> Columns {
        let columns = Columns::fit(Faces::get().unwrap(), table, WIDTH, &SIZES);
        assert!(columns.width <= WIDTH, "{columns:?}");
        for pair in columns.columns.windows(2) {
            assert!(pair[0].x + pair[0].width + GAP <= pair[1].x + 1, "{columns:?}");
        }
        assert!(columns.columns.iter().all(|column| column.width >= 0));
        columns
    }

    use ColumnKind::{Number, Prose, Short};

    #[test]
    fn prose_takes_what_numbers_leave() {
        let columns = fit(&table(&[Prose, Number, Number], &[&["Work", "1", "1,000.00"]]));
        assert_eq!(columns.size, SIZES[0]);
        assert!(columns.width > WIDTH - POINT);
        assert!(columns.columns[0].width > WIDTH / 2);
    }

    #[test]
    fn empty_columns_are_left_out() {
        let columns = fit(&table(&[Prose, Number, Number], &[&["Work", "", "1.00"], &["More", " ", "1.00"]]));
        let shown: Vec<usize> = columns.columns.iter().map(|column| column.index).collect();
        assert_eq!(shown, [0, 2]);
        assert_eq!(fit(&table(&[Prose, Number], &[])).columns.len(), 2);
        assert_eq!(fit(&table(&[], &[])).columns.len(), 0);
    }

    #[test]
    fn wide_numbers_make_smaller_letters() {
        let wide = "9,999,999,999,999.99";
        let columns = fit(&table(&[Prose, Number, Number, Number], &[&["Work", wide, wide, wide]]));
        assert!(columns.size < SIZES[0]);
        let columns = fit(&table(
            &[Prose, Number, Number, Number, Number, Number],
            &[&["Work", wide, wide, wide, wide, wide]],
        ));
        assert_eq!(columns.size, SIZES[2]);
        assert!(columns.columns[0].width >= WIDTH / 4);
    }

    #[test]
    fn without_prose_columns_spread() {
        let columns = fit(&table(&[Short, Number, Number], &[&["2026-03-31", "1.00", "2.00"]]));
        assert!(columns.width > WIDTH - POINT);
        let long = "a few words that never end ".repeat(10);
        let columns = fit(&table(&[Short, Prose], &[&[&long, "text"]]));
        assert!(columns.columns[0].width < WIDTH / 4);
    }
}
