//! A summary of taxes: by code, and by the boxes of the return.
//!
//! Amounts are minor units of base currency, to the cent. What a filing rounds, such as boxes 6 to 9 of the United
//! Kingdom to whole pounds, is rounded there and not here.

use crate::id::TaxCodeId;
use crate::report_box::{BoxAmount, ReportBoxes};
use crate::tax::{TaxKind, Trade};
use crate::tax_code::TaxCode;
use crate::tax_entry::TaxAmounts;
use std::collections::BTreeMap;

/// What the entries of a code on one side of the trade come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxSum {
    /// The code.
    pub tax_code_id: TaxCodeId,
    /// On which side of the trade.
    pub trade: Trade,
    /// What the tax did to what was due.
    pub kind: TaxKind,
    /// The sums.
    pub amounts: TaxAmounts,
}

/// What amounts come to in each place of the return that can ask for them. The code's `report_box` says which box that is,
/// and whether its tax of sales is claimed rather than owed. `None` out of range.
#[must_use]
pub fn in_return(
    boxes: &ReportBoxes,
    trade: Trade,
    kind: TaxKind,
    amounts: TaxAmounts,
) -> Option<[(BoxAmount, i64); 5]> {
    use BoxAmount::{Base, InputBase, InputTax, Relief, Tax};
    let TaxAmounts { base, tax, recoverable } = amounts;
    if (trade, kind) == (Trade::Sale, TaxKind::Charged) && !boxes.of(Relief).is_empty() {
        let relief = tax.checked_neg()?;
        return Some([(Base, base), (Tax, 0), (InputBase, 0), (InputTax, 0), (Relief, relief)]);
    }
    let (sold, owed, bought, claimed) = match (trade, kind) {
        (Trade::Sale, TaxKind::Charged) => (base, tax, 0, 0),
        // The customer owes it.
        (Trade::Sale, TaxKind::SelfAssessed) => (base, 0, 0, 0),
        // The customer has kept it back, for the state.
        (Trade::Sale, TaxKind::Withheld) => (base, 0, 0, tax),
        (Trade::Purchase, TaxKind::Charged) => (0, 0, base, recoverable),
        (Trade::Purchase, TaxKind::SelfAssessed) => (0, tax, base, recoverable),
        (Trade::Purchase, TaxKind::Withheld) => (0, tax, base, 0),
    };
    Some([(Base, sold), (Tax, owed), (InputBase, bought), (InputTax, claimed), (Relief, 0)])
}

/// One box of the return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnBox {
    /// As the return calls it.
    pub name: String,
    /// What belongs there.
    pub amount: i64,
    /// Whether it follows from other boxes rather than from codes.
    pub is_derived: bool,
}

/// A summary of taxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxReturn {
    /// By box: numbers first, in their order, then the rest.
    pub boxes: Vec<ReturnBox>,
    /// Σ of what is owed.
    pub owed: i64,
    /// Σ of what comes back.
    pub claimed: i64,
}

impl TaxReturn {
    /// Sums by box. `None` out of range; sums of codes that are not there count nowhere.
    #[must_use]
    pub fn of(sums: &[TaxSum], codes: &[TaxCode]) -> Option<Self> {
        let mut boxes: BTreeMap<BoxName, i64> = BTreeMap::new();
        let (mut owed, mut claimed) = (0_i64, 0_i64);
        let mut is_british = false;
        for sum in sums {
            let Some(code) = codes.iter().find(|code| code.id == sum.tax_code_id) else { continue };
            let places = code.boxes();
            let amounts = in_return(&places, sum.trade, sum.kind, sum.amounts)?;
            for (what, amount) in amounts {
                match what {
                    BoxAmount::Tax => owed = owed.checked_add(amount)?,
                    BoxAmount::InputTax | BoxAmount::Relief => claimed = claimed.checked_add(amount)?,
                    BoxAmount::Base | BoxAmount::InputBase => {}
                }
            }
            is_british |= code.jurisdiction.as_deref().is_some_and(is_in_the_uk);
            for (wanted, place) in places.iter() {
                for (_, amount) in
                    amounts.iter().filter(|(what, _)| *what == wanted && is_of(*what, sum.trade, sum.kind))
                {
                    let total = boxes.entry(BoxName::of(place)).or_default();
                    *total = total.checked_add(*amount)?;
                }
            }
        }
        let mut boxes: BTreeMap<BoxName, (i64, bool)> =
            boxes.into_iter().map(|(name, amount)| (name, (amount, false))).collect();
        if is_british {
            add_british(&mut boxes)?;
        }
        let boxes = boxes.into_iter().map(|(name, (amount, is_derived))| ReturnBox {
            name: name.text,
            amount,
            is_derived,
        });
        Some(Self { boxes: boxes.collect(), owed, claimed })
    }

    /// What is to be paid; below zero what comes back.
    #[must_use]
    pub fn payable(&self) -> Option<i64> {
        self.owed.checked_sub(self.claimed)
    }
}

/// Whether a code can have such an amount at all.
#[must_use]
pub fn is_of(what: BoxAmount, trade: Trade, kind: TaxKind) -> bool {
    match (what, trade, kind) {
        (BoxAmount::Base, trade, _) => trade == Trade::Sale,
        (BoxAmount::InputBase, trade, _) => trade == Trade::Purchase,
        (BoxAmount::Tax | BoxAmount::Relief, Trade::Sale, kind) => kind == TaxKind::Charged,
        (BoxAmount::Relief, Trade::Purchase, _) => false,
        (BoxAmount::Tax, Trade::Purchase, kind) => kind != TaxKind::Charged,
        (BoxAmount::InputTax, Trade::Sale, kind) => kind == TaxKind::Withheld,
        (BoxAmount::InputTax, Trade::Purchase, kind) => kind != TaxKind::Withheld,
    }
}

fn is_in_the_uk(jurisdiction: &str) -> bool {
    jurisdiction == "GB" || jurisdiction.starts_with("GB-")
}

/// Boxes 3 and 5 of VAT 100: what is owed in all, and the difference to what is claimed, which is never below zero (T74).
fn add_british(boxes: &mut BTreeMap<BoxName, (i64, bool)>) -> Option<()> {
    let of = |name: &str| boxes.get(&BoxName::of(name)).map_or(0, |(amount, _)| *amount);
    let owed = of("1").checked_add(of("2"))?;
    let difference = owed.checked_sub(of("4"))?.checked_abs()?;
    for (name, amount) in [("3", owed), ("5", difference)] {
        boxes.entry(BoxName::of(name)).or_insert((amount, true));
    }
    Some(())
}

/// A box with its number first, so that 9 comes before 10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BoxName {
    number: u64,
    text: String,
}

impl BoxName {
    fn of(text: &str) -> Self {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number = text.get(..digits).and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX);
        Self { number, text: text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tax_code::tests::vat;
    use uuid::Uuid;

    fn sum(id: u128, trade: Trade, kind: TaxKind, [base, tax, recoverable]: [i64; 3]) -> TaxSum {
        let amounts = TaxAmounts { base, tax, recoverable };
        TaxSum { tax_code_id: TaxCodeId(Uuid::from_u128(id)), trade, kind, amounts }
    }

    fn with_boxes(id: u128, jurisdiction: Option<&str>, boxes: &str) -> TaxCode {
        TaxCode {
            id: TaxCodeId(Uuid::from_u128(id)),
            jurisdiction: jurisdiction.map(str::to_owned),
            report_box: Some(boxes.to_owned()),
            ..vat(1, "2000")
        }
    }

    fn told(summary: &TaxReturn) -> Vec<(&str, i64, bool)> {
        summary.boxes.iter().map(|each| (each.name.as_str(), each.amount, each.is_derived)).collect()
    }

    #[test]
    fn t74_the_nine_boxes() {
        let codes = [
            with_boxes(1, Some("GB"), "base=6,tax=1,input_base=7,input_tax=4"),
            with_boxes(24, Some("GB"), "base=6,tax=1,input_base=6+7,input_tax=4"),
        ];
        let sums = [
            sum(1, Trade::Sale, TaxKind::Charged, [2_500, 500, 0]),
            sum(1, Trade::Purchase, TaxKind::Charged, [1_000, 200, 200]),
            sum(24, Trade::Purchase, TaxKind::SelfAssessed, [1_000, 200, 200]),
        ];
        let summary = TaxReturn::of(&sums, &codes).unwrap();
        assert_eq!(
            told(&summary),
            [
                ("1", 700, false),
                ("3", 700, true),
                ("4", 400, false),
                ("5", 300, true),
                ("6", 3_500, false),
                ("7", 2_000, false),
            ]
        );
        assert_eq!((summary.owed, summary.claimed, summary.payable()), (700, 400, Some(300)));
        let refund = [sum(1, Trade::Purchase, TaxKind::Charged, [1_000, 200, 200])];
        let refund = TaxReturn::of(&refund, &codes).unwrap();
        assert_eq!(told(&refund), [("3", 0, true), ("4", 200, false), ("5", 200, true), ("7", 1_000, false)]);
        assert_eq!(refund.payable(), Some(-200));
    }

    #[test]
    fn germany_asks_for_bases_and_for_the_tax_of_purchases() {
        let codes = [
            with_boxes(19, Some("DE"), "base=81,input_tax=66"),
            with_boxes(13, Some("DE"), "input_base=46,tax=47,input_tax=67"),
        ];
        let sums = [
            sum(19, Trade::Sale, TaxKind::Charged, [10_000, 1_900, 0]),
            sum(19, Trade::Purchase, TaxKind::Charged, [1_000, 190, 190]),
            sum(13, Trade::Purchase, TaxKind::SelfAssessed, [500, 95, 95]),
        ];
        let summary = TaxReturn::of(&sums, &codes).unwrap();
        assert_eq!(
            told(&summary),
            [
                ("46", 500, false),
                ("47", 95, false),
                ("66", 190, false),
                ("67", 95, false),
                ("81", 10_000, false)
            ]
        );
    }

    #[test]
    fn what_is_withheld_is_owed_by_the_payer_and_comes_back_to_the_payee() {
        let codes = [with_boxes(1, None, "tax=10,input_tax=9")];
        let sums = [
            sum(1, Trade::Sale, TaxKind::Withheld, [1_000, 150, 0]),
            sum(1, Trade::Purchase, TaxKind::Withheld, [400, 60, 0]),
        ];
        let summary = TaxReturn::of(&sums, &codes).unwrap();
        assert_eq!(told(&summary), [("9", 150, false), ("10", 60, false)]);
    }

    #[test]
    fn codes_without_boxes_and_sums_without_codes_count_in_no_box() {
        let codes = [TaxCode { report_box: None, ..with_boxes(1, None, "") }];
        let sums = [
            sum(1, Trade::Sale, TaxKind::Charged, [100, 20, 0]),
            sum(2, Trade::Sale, TaxKind::Charged, [100, 20, 0]),
        ];
        let summary = TaxReturn::of(&sums, &codes).unwrap();
        assert_eq!((told(&summary), summary.owed), (vec![], 20));
        let much = sum(1, Trade::Sale, TaxKind::Charged, [0, i64::MAX, 0]);
        assert_eq!(TaxReturn::of(&[much, much], &codes), None);
    }

    #[test]
    fn an_amount_is_only_asked_for_where_it_can_be() {
        let amounts = TaxAmounts { base: 1, tax: 1, recoverable: 1 };
        let of = |boxes: &str, trade, kind| {
            in_return(&ReportBoxes::parse(boxes, "report_box").unwrap(), trade, kind, amounts).unwrap()
        };
        for trade in Trade::ALL {
            for kind in TaxKind::ALL {
                let either = of("tax=1", trade, kind).into_iter().zip(of("relief=4", trade, kind));
                for ((what, owed), (_, relieved)) in either {
                    let can_be = owed != 0 || relieved != 0;
                    assert_eq!(can_be, is_of(what, trade, kind), "{what:?} {trade:?} {kind:?}");
                }
            }
        }
    }

    #[test]
    fn t27_tax_that_nobody_pays_is_claimed_and_not_owed() {
        let codes = [
            with_boxes(1, Some("GB"), "base=6,tax=1,input_base=7,input_tax=4"),
            with_boxes(2, Some("GB"), "relief=4"),
            with_boxes(3, Some("GB"), "tax=1"),
        ];
        let sums = [
            sum(1, Trade::Sale, TaxKind::Charged, [100_000, 20_000, 0]),
            sum(2, Trade::Sale, TaxKind::Charged, [-75_000, -15_000, 0]),
        ];
        let claim = TaxReturn::of(&sums, &codes).unwrap();
        assert_eq!(
            told(&claim),
            [
                ("1", 20_000, false),
                ("3", 20_000, true),
                ("4", 15_000, false),
                ("5", 5_000, true),
                ("6", 100_000, false),
            ]
        );
        assert_eq!((claim.owed, claim.claimed), (20_000, 15_000));
        let recovered = [sum(3, Trade::Sale, TaxKind::Charged, [25_000, 5_000, 0])];
        let repaid = TaxReturn::of(&recovered, &codes).unwrap();
        assert_eq!(told(&repaid), [("1", 5_000, false), ("3", 5_000, true), ("5", 5_000, true)]);
        assert_eq!(TaxReturn::of(&[sum(2, Trade::Sale, TaxKind::Charged, [0, i64::MIN, 0])], &codes), None);
    }
}
