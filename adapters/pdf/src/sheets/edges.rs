//! What stands on every sheet: the foot with the number of the page, the running head, and a word across.

use super::{Layout, MARGIN, TOP};
use crate::face::Style;
use crate::length::{Length, POINT, mm};
use crate::paragraph::{lines, on_one_line};
use crate::sheet::{Ink, Mark, Sheet};

const FOOT: Style = Style::regular(7_500);
const PAGE: Style = Style::regular(8 * POINT).tabular();
const RUNNING: Style = Style::regular(8 * POINT);
/// Below the last line of the foot.
const BELOW: Length = mm(11);
/// The foot has at most so many lines; it must not push away what it stands below.
const MAX_LINES: usize = 8;
const MAX_COLUMNS: usize = 3;
/// How large a word across the sheet is, unless it is too long.
const ACROSS: Length = 120 * POINT;

impl Layout<'_> {
    /// How wide the foot is without the number of the page.
    fn foot_width(&self) -> Length {
        self.measure() - 90 * POINT
    }

    fn foot_columns(&self) -> Vec<Vec<crate::face::Run>> {
        let columns: Vec<&Vec<String>> =
            self.page.footer.iter().filter(|lines| !lines.is_empty()).take(MAX_COLUMNS).collect();
        let width = self.foot_width() / (columns.len().max(1) as Length) - 12 * POINT;
        let broken = |column: &Vec<String>| {
            column.iter().flat_map(|line| lines(self.faces, line, FOOT, width)).take(MAX_LINES).collect()
        };
        columns.into_iter().map(broken).collect()
    }

    pub(super) fn top_of_foot(&self) -> Length {
        let lines = self.foot_columns().iter().map(Vec::len).max().unwrap_or_default().max(1);
        self.height - BELOW - lines as Length * FOOT.leading() - 6 * POINT
    }

    pub(super) fn edges(&mut self) {
        let page = self.page;
        let sheets = std::mem::take(&mut self.sheets);
        let pages = sheets.len().to_string();
        for (i, sheet) in sheets.into_iter().enumerate() {
            // Behind everything else, so before it.
            self.sheets.push(Sheet::default());
            self.across();
            if i > 0 {
                self.running_head();
            }
            if let Some(begun) = self.sheets.last_mut() {
                begun.marks.extend(sheet.marks);
            }
            let number = (i + 1).to_string();
            let label = on_one_line(&page.page_of).replace("{pages}", &pages).replace("{page}", &number);
            self.foot(label);
        }
    }

    fn across(&mut self) {
        let Some(word) = self.page.watermark.as_deref().map(on_one_line).filter(|word| !word.is_empty())
        else {
            return;
        };
        let room = self.height * 85 / 100;
        let run = self.faces.run(word.clone(), Style::semi_bold(ACROSS));
        let size = if run.width > room { ACROSS * room / run.width } else { ACROSS };
        let run = self.faces.run(word, Style::semi_bold(size));
        self.mark(Mark::Across { run, ink: Ink::Watermark });
    }

    fn running_head(&mut self) {
        let page = self.page;
        let title = [Some(page.title.as_str()), page.number.as_deref()];
        let title = title.into_iter().flatten().map(on_one_line).collect::<Vec<_>>().join(" ");
        let half = self.measure() / 2 - 10 * POINT;
        let company = lines(self.faces, &on_one_line(&page.company.name), RUNNING, half);
        if let Some(run) = company.into_iter().next() {
            self.write(MARGIN, TOP, run, Ink::Muted);
        }
        if let Some(run) = lines(self.faces, &title, RUNNING, half).into_iter().next() {
            self.write_to(self.right(), TOP, run, Ink::Muted);
        }
    }

    fn foot(&mut self, label: String) {
        let top = self.top_of_foot();
        self.rule(MARGIN, top, self.measure(), 500, Ink::Hairline);
        let top = top + 6 * POINT;
        let columns = self.foot_columns();
        let width = self.foot_width() / (columns.len().max(1) as Length);
        for (i, column) in columns.into_iter().enumerate() {
            for (j, run) in column.into_iter().enumerate() {
                let (x, y) = (MARGIN + i as Length * width, top + j as Length * FOOT.leading());
                self.write(x, y, run, Ink::Muted);
            }
        }
        let run = self.faces.run(label, PAGE);
        self.write_to(self.right(), top, run, Ink::Muted);
    }
}
