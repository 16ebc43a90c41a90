//! Where the amounts of a tax code go in a tax return.
//!
//! A code says it in one text, its `report_box`: pairs of an amount and a box, `base=6,tax=1,input_base=7,input_tax=4`.
//! The amounts are
//!
//! - `base`: what the tax is computed from, of sales;
//! - `tax`: the tax that is owed to the state: of sales, and of purchases whose tax the buyer owes;
//! - `input_base`: what the tax is computed from, of purchases;
//! - `input_tax`: the part of the tax of purchases that comes back from the state;
//! - `relief`: the tax of sales that is claimed back because nobody pays it (bad debts), of a credit note that writes them
//!   off. A code with it owes no `tax`.
//!
//! What is withheld is owed (`tax`) by the company that keeps it back from its vendors, and comes back (`input_tax`) to
//! the one whose customers keep it back. An amount that goes into several boxes names them with `+`: `input_base=7+9`. A
//! box has 1 to 10 letters, digits, `.` or `-`, as the return calls it: `1`, `81`, `9a`.

use crate::refusal::{Constraint, Refusal};
use std::fmt;

/// An amount of a tax code that a return asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoxAmount {
    /// What the tax is computed from, of sales.
    Base,
    /// The tax that is owed, of sales and of purchases whose tax the buyer owes.
    Tax,
    /// What the tax is computed from, of purchases.
    InputBase,
    /// The tax that comes back.
    InputTax,
    /// The tax of sales that is claimed rather than no longer owed: what credit notes take back, less what invoices charge
    /// (VAT on bad debts, HMRC Notice 700/18 and VBDR3100).
    Relief,
}

impl BoxAmount {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 5] = [Self::Base, Self::Tax, Self::InputBase, Self::InputTax, Self::Relief];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Tax => "tax",
            Self::InputBase => "input_base",
            Self::InputTax => "input_tax",
            Self::Relief => "relief",
        }
    }

    /// The amount of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|amount| amount.name() == name)
    }
}

/// Where each amount of a tax code goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportBoxes(Vec<(BoxAmount, Vec<String>)>);

impl ReportBoxes {
    /// Reads `base=6,tax=1`.
    ///
    /// # Errors
    /// `field` with constraint `format`, saying what is wrong.
    pub fn parse(text: &str, field: &str) -> Result<Self, Refusal> {
        let refuse = |why: String| {
            let message = format!("{why}; boxes are written as `base=6,tax=1,input_base=7,input_tax=4`");
            Refusal::field(field, Constraint::Format, message)
        };
        let mut boxes: Vec<(BoxAmount, Vec<String>)> = Vec::new();
        for pair in text.split(',') {
            let Some((name, places)) = pair.split_once('=') else {
                return Err(refuse(format!("`{pair}` does not say which amount goes into which box")));
            };
            let Some(amount) = BoxAmount::named(name) else {
                let known = BoxAmount::ALL.map(BoxAmount::name).join(", ");
                return Err(refuse(format!("`{name}` is not one of the amounts {known}")));
            };
            if boxes.iter().any(|(known, _)| *known == amount) {
                return Err(refuse(format!("`{name}` stands twice")));
            }
            let places: Vec<String> = places.split('+').map(str::to_owned).collect();
            if let Some(bad) = places.iter().find(|place| !is_box(place)) {
                return Err(refuse(format!("`{bad}` is no box of 1 to 10 letters, digits, `.` or `-`")));
            }
            if let Some(twice) =
                places.iter().enumerate().find(|(i, place)| places.iter().take(*i).any(|p| p == *place))
            {
                return Err(refuse(format!("box `{}` stands twice", twice.1)));
            }
            boxes.push((amount, places));
        }
        let has = |wanted| boxes.iter().any(|(amount, _)| *amount == wanted);
        if has(BoxAmount::Tax) && has(BoxAmount::Relief) {
            return Err(refuse(
                "`tax` and `relief` exclude each other: what is claimed is not owed".to_owned(),
            ));
        }
        boxes.sort_by_key(|(amount, _)| *amount);
        Ok(Self(boxes))
    }

    /// The boxes of an amount; none for one that the return does not ask for.
    #[must_use]
    pub fn of(&self, amount: BoxAmount) -> &[String] {
        self.0.iter().find(|(known, _)| *known == amount).map_or(&[], |(_, places)| places)
    }
}

fn is_box(text: &str) -> bool {
    (1..=10).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

impl ReportBoxes {
    /// Each amount with its boxes.
    pub fn iter(&self) -> impl Iterator<Item = (BoxAmount, &str)> {
        self.0.iter().flat_map(|(amount, places)| places.iter().map(|place| (*amount, place.as_str())))
    }
}

impl fmt::Display for ReportBoxes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (amount, places)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            write!(f, "{comma}{}={}", amount.name(), places.join("+"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_amount_is_found_in_its_boxes() {
        let boxes = ReportBoxes::parse("input_base=7+9,tax=1,base=6,input_tax=4", "report_box").unwrap();
        assert_eq!(boxes.of(BoxAmount::Base), ["6"]);
        assert_eq!(boxes.of(BoxAmount::InputBase), ["7", "9"]);
        assert_eq!(boxes.to_string(), "base=6,tax=1,input_base=7+9,input_tax=4");
        let reverse = ReportBoxes::parse("input_base=46,tax=47,input_tax=67", "report_box").unwrap();
        assert_eq!(reverse.of(BoxAmount::Base), [] as [&str; 0]);
        assert_eq!(reverse.of(BoxAmount::InputTax), ["67"]);
    }

    #[test]
    fn nonsense_is_refused_and_told_what_is_meant() {
        for text in [
            "",
            "6",
            "base",
            "base=",
            "base=6,",
            ",base=6",
            "base=6,base=7",
            "tax=1,relief=4",
            "colour=6",
            "base=6 ",
            " base=6",
            "base=6;tax=1",
            "base=6+",
            "base=6+6",
            "base=ÄÖ",
            "base=12345678901",
            "base==6",
            "Base=6",
        ] {
            let refused = ReportBoxes::parse(text, "report_box").unwrap_err();
            assert_eq!(refused.constraint(), Some(Constraint::Format), "{text:?}");
            assert!(refused.to_string().contains("base=6,tax=1"), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn parse_and_print_are_inverse(
            places in prop::collection::vec(prop::collection::btree_set("[0-9A-Za-z.-]{1,10}", 1..4), 1..=4),
        ) {
            let amounts = BoxAmount::ALL.into_iter().zip(places);
            let boxes = ReportBoxes(amounts.map(|(a, p)| (a, p.into_iter().collect())).collect());
            prop_assert_eq!(ReportBoxes::parse(&boxes.to_string(), "x").unwrap(), boxes);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[a-z_=,+0-9 é]{0,50}") {
            let _ = ReportBoxes::parse(&text, "x");
        }
    }
}
