//! Tables of plain text.

/// How a column is aligned.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    /// For words.
    Left,
    /// For amounts.
    Right,
}

/// Rows under headings, each column as wide as its widest cell.
pub(crate) struct Table {
    headings: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(headings: &[(&'static str, Align)]) -> Self {
        Self { headings: headings.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| printable(&cell)).collect());
    }

    /// A line across, such as above a sum.
    pub(crate) fn rule(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(crate) fn text(&self) -> String {
        let widths: Vec<usize> = self
            .headings
            .iter()
            .enumerate()
            .map(|(i, (heading, _))| {
                let cells = self.rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count());
                cells.chain([heading.chars().count()]).max().unwrap_or_default()
            })
            .collect();
        let headings: Vec<String> = self.headings.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        let across: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        let mut lines = vec![self.line(&headings, &widths), self.line(&across, &widths)];
        lines.extend(
            self.rows.iter().map(|row| self.line(if row.is_empty() { &across } else { row }, &widths)),
        );
        lines.join("\n")
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let padded: Vec<String> = cells
            .iter()
            .zip(widths)
            .zip(&self.headings)
            .map(|((cell, width), (_, align))| match align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            })
            .collect();
        padded.join("  ").trim_end().to_owned()
    }
}

/// Names come from callers; a control character in one must not steer the terminal.
fn printable(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&[("Name", Align::Left), ("Debit", Align::Right)]);
        table.row(["Büro\u{1b}[2J".to_owned(), "1.00".to_owned()]);
        table.rule();
        table.row([String::new(), "1234.00".to_owned()]);
        let lines = [
            "Name        Debit",
            "--------  -------",
            "Büro\u{fffd}[2J     1.00",
            "--------  -------",
            "          1234.00",
        ];
        assert_eq!(table.text(), lines.join("\n"));
    }
}
