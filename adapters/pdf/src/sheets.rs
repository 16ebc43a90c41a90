//! Where everything of a page stands, and on which sheet of paper.

mod closing;
mod edges;
mod heading;
mod rows;

use crate::face::{Faces, Run, Style};
use crate::length::{Length, POINT, mm};
use crate::sheet::{Ink, Mark, Sheet};
use partita_application::ports::{Paper, PrintedPage};

/// Left and right.
const MARGIN: Length = mm(20);
/// Where the first sheet begins, and the running head of all others.
const TOP: Length = mm(17);
/// Where the table goes on, on all sheets but the first.
const TOP_OF_BODY: Length = mm(26);

/// Width and height of the paper.
pub(crate) fn size_of(paper: Paper) -> (Length, Length) {
    match paper {
        Paper::A4 => (mm(210), mm(297)),
        Paper::Letter => (612 * POINT, 792 * POINT),
    }
}

/// The sheets of a page: one or more.
pub(crate) fn lay_out(page: &PrintedPage, faces: &Faces) -> Vec<Sheet> {
    let mut layout = Layout::new(page, faces);
    layout.heading();
    layout.body();
    layout.closing();
    layout.edges();
    layout.sheets
}

/// The page as far as it is laid out.
struct Layout<'p> {
    page: &'p PrintedPage,
    faces: &'p Faces,
    width: Length,
    height: Length,
    sheets: Vec<Sheet>,
    /// How far down the last sheet is filled.
    y: Length,
    /// Where the foot of every sheet begins.
    bottom: Length,
}

impl<'p> Layout<'p> {
    fn new(page: &'p PrintedPage, faces: &'p Faces) -> Self {
        let (width, height) = size_of(page.paper);
        let mut layout =
            Self { page, faces, width, height, sheets: vec![Sheet::default()], y: TOP, bottom: height };
        layout.bottom = layout.top_of_foot() - 10 * POINT;
        layout
    }

    fn right(&self) -> Length {
        self.width - MARGIN
    }

    /// The width between the margins.
    fn measure(&self) -> Length {
        self.width - 2 * MARGIN
    }

    /// What is left of the sheet.
    fn room(&self) -> Length {
        self.bottom - self.y
    }

    /// What a sheet has that is not the first one.
    fn room_of_a_sheet(&self) -> Length {
        self.bottom - TOP_OF_BODY
    }

    /// Goes on with the next sheet.
    fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP_OF_BODY;
    }

    /// Goes on with the next sheet if the rest of this one is too small, and another one is larger.
    fn need(&mut self, height: Length) -> bool {
        let turns = height > self.room() && self.room() < self.room_of_a_sheet();
        if turns {
            self.turn();
        }
        turns
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.marks.push(mark);
        }
    }

    /// Writes a line whose upper edge is at `y`.
    fn write(&mut self, x: Length, y: Length, run: Run, ink: Ink) {
        if !run.text.trim().is_empty() {
            let baseline = baseline(y, run.style);
            self.mark(Mark::Text { x, baseline, run, ink });
        }
    }

    /// The same, ending at `right`.
    fn write_to(&mut self, right: Length, y: Length, run: Run, ink: Ink) {
        self.write(right - run.width, y, run, ink);
    }

    fn area(&mut self, x: Length, y: Length, width: Length, height: Length, ink: Ink) {
        self.mark(Mark::Area { x, y, width, height, ink });
    }

    fn rule(&mut self, x: Length, y: Length, width: Length, thickness: Length, ink: Ink) {
        self.area(x, y - thickness / 2, width, thickness, ink);
    }
}

/// Where letters stand on a line whose upper edge is at `y`: capitals and figures are in the middle of it.
fn baseline(y: Length, style: Style) -> Length {
    let capital = style.size * 727 / 1_000;
    y + (style.leading() + capital) / 2
}

#[cfg(test)]
mod tests;
