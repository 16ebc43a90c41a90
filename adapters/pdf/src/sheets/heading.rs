//! Who, to whom, what and when.

use super::{Layout, MARGIN};
use crate::face::Style;
use crate::length::{Length, POINT, mm};
use crate::paragraph::{lines, natural_width, on_one_line};
use crate::sheet::Ink;
use partita_application::ports::PrintedParty;

const TITLE: Style = Style::semi_bold(23 * POINT);
const NUMBER: Style = Style::semi_bold(11 * POINT);
const COMPANY: Style = Style::semi_bold(13 * POINT);
const COMPANY_LINE: Style = Style::regular(8_500);
const LABEL: Style = Style::semi_bold(7_500);
const RECIPIENT: Style = Style::semi_bold(10_500);
const RECIPIENT_LINE: Style = Style::regular(10 * POINT);
const FACT: Style = Style::regular(9 * POINT);
const INTRODUCTION: Style = Style::regular(9_500);

/// Where the recipient stands, unless what is above needs more: in the window of an envelope (DIN 5008 form B, and not far
/// off in a no. 10 one).
const ADDRESS: Length = mm(49);

impl Layout<'_> {
    pub(super) fn heading(&mut self) {
        let page = self.page;
        let middle = MARGIN + self.measure() * 56 / 100;
        let top = self.y;
        let company = self.sender(&page.company, middle - MARGIN - 12 * POINT);
        self.y = top;
        let title = self.title(self.right() - middle);
        self.y = (company.max(title) + 20 * POINT).max(ADDRESS);
        let top = self.y;
        let recipient = self.recipient(&page.recipient, middle - MARGIN - 18 * POINT);
        self.y = top;
        let facts = self.facts(middle);
        self.y = recipient.max(facts) + 26 * POINT;
        self.introduction();
    }

    /// Writes lines below each other from `self.y` on, and says where they end.
    fn stack(&mut self, text: &str, style: Style, width: Length, ink: Ink) -> Length {
        for run in lines(self.faces, text, style, width) {
            self.need(style.leading());
            self.write(MARGIN, self.y, run, ink);
            self.y += style.leading();
        }
        self.y
    }

    fn sender(&mut self, company: &PrintedParty, width: Length) -> Length {
        // As high as the title beside it.
        self.y += (TITLE.leading() - COMPANY.leading()) / 2;
        self.stack(&company.name, COMPANY, width, Ink::Text);
        self.y += 2 * POINT;
        for line in &company.lines {
            self.stack(line, COMPANY_LINE, width, Ink::Muted);
        }
        self.y
    }

    fn title(&mut self, width: Length) -> Length {
        for run in lines(self.faces, &on_one_line(&self.page.title), TITLE, width) {
            self.write_to(self.right(), self.y, run, Ink::Accent);
            self.y += TITLE.leading();
        }
        let number = self.page.number.as_deref().unwrap_or_default();
        for run in lines(self.faces, &on_one_line(number), NUMBER, width) {
            self.write_to(self.right(), self.y, run, Ink::Text);
            self.y += NUMBER.leading();
        }
        self.y
    }

    fn recipient(&mut self, recipient: &PrintedParty, width: Length) -> Length {
        self.stack(recipient.label.as_deref().unwrap_or_default(), LABEL, width, Ink::Muted);
        self.y += 2 * POINT;
        self.stack(&recipient.name, RECIPIENT, width, Ink::Text);
        for line in &recipient.lines {
            self.stack(line, RECIPIENT_LINE, width, Ink::Text);
        }
        self.y
    }

    fn facts(&mut self, x: Length) -> Length {
        let page = self.page;
        let width = self.right() - x;
        let label = FACT;
        let labels = page.facts.iter().map(|fact| natural_width(self.faces, &fact.label, label)).max();
        let labels = labels.unwrap_or_default().min(width * 55 / 100);
        for fact in &page.facts {
            let names = lines(self.faces, &on_one_line(&fact.label), label, labels);
            let values = lines(self.faces, &fact.value, FACT, width - labels - 10 * POINT);
            let height = names.len().max(values.len()) as Length * FACT.leading() + 3 * POINT;
            for (i, run) in names.into_iter().enumerate() {
                self.write(x, self.y + i as Length * FACT.leading(), run, Ink::Muted);
            }
            for (i, run) in values.into_iter().enumerate() {
                self.write_to(self.right(), self.y + i as Length * FACT.leading(), run, Ink::Text);
            }
            self.y += height;
        }
        self.y
    }

    fn introduction(&mut self) {
        let Some(text) = &self.page.introduction else { return };
        let width = self.measure();
        self.stack(text, INTRODUCTION, width, Ink::Text);
        self.y += 16 * POINT;
    }
}
