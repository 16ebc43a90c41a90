//! Ageing: what customers owe and what is owed to vendors, by how long it is overdue (T75).
//!
//! What takes from it stands apart, in `unapplied`: credit notes and vendor credits that are still open, and what is left
//! of payments. A credit has no due date to be late for.

use crate::account::Side;
use crate::id::{AccountId, ContactId};
use crate::money::Currency;
use crate::payment::OpenItemSource;
use crate::tax::Trade;
use std::collections::BTreeMap;
use time::Date;

/// How long something is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Not due yet.
    Current,
    /// By 1 to 30 days.
    Days1To30,
    /// By 31 to 60 days.
    Days31To60,
    /// By 61 to 90 days.
    Days61To90,
    /// By more than 90 days.
    Over90,
    /// It takes from what is owed.
    Unapplied,
}

impl Bucket {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::Current, Self::Days1To30, Self::Days31To60, Self::Days61To90, Self::Over90, Self::Unapplied];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Days1To30 => "days_1_30",
            Self::Days31To60 => "days_31_60",
            Self::Days61To90 => "days_61_90",
            Self::Over90 => "over_90",
            Self::Unapplied => "unapplied",
        }
    }

    /// The bucket of what is overdue by so many days.
    #[must_use]
    pub fn of_days(days: i64) -> Self {
        match days {
            ..=0 => Self::Current,
            1..=30 => Self::Days1To30,
            31..=60 => Self::Days31To60,
            61..=90 => Self::Days61To90,
            _ => Self::Over90,
        }
    }
}

/// A document, or what is left of a payment, with what was open of it on a day. Amounts are above zero, or below where more
/// was settled by then than was open: what was released later, but told first, was settled again under an earlier date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOnDay {
    /// What it is.
    pub source: OpenItemSource,
    /// Its number.
    pub number: String,
    /// The customer or vendor.
    pub contact_id: ContactId,
    /// The accounting date.
    pub date: Date,
    /// When it is due.
    pub due_date: Option<Date>,
    /// Its currency.
    pub currency: Currency,
    /// Where it stands: the control account, or the account of advances.
    pub account_id: Option<AccountId>,
    /// What it was recognised with, minor units of its currency.
    pub total: i64,
    /// What was open, minor units of its currency.
    pub open: i64,
    /// What was open, minor units of base currency.
    pub base_open: i64,
}

impl OpenOnDay {
    /// Whether it adds to what is owed on its side of the trade, rather than taking from it.
    #[must_use]
    pub fn adds(&self) -> bool {
        self.source.side() == owed_side(self.source.trade())
    }

    /// Whether anything was open. All that was counts, also below zero, so that the items are worth what their accounts hold
    /// on every day (invariant I3).
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open != 0 || self.base_open != 0
    }

    /// By how many days it is overdue on a day; below zero before it is due. What has no due date counts by its date.
    #[must_use]
    pub fn days_overdue(&self, day: Date) -> i64 {
        (day - self.due_date.unwrap_or(self.date)).whole_days()
    }

    /// The column it belongs to on a day.
    #[must_use]
    pub fn bucket(&self, day: Date) -> Bucket {
        if self.adds() { Bucket::of_days(self.days_overdue(day)) } else { Bucket::Unapplied }
    }

    /// What it adds to what is owed, in its currency and in base currency; below zero where it takes from it.
    #[must_use]
    pub fn signed(&self) -> (i64, i64) {
        if self.adds() {
            (self.open, self.base_open)
        } else {
            (self.open.saturating_neg(), self.base_open.saturating_neg())
        }
    }
}

/// The side on which what is owed stands.
#[must_use]
pub fn owed_side(trade: Trade) -> Side {
    match trade {
        Trade::Sale => Side::Debit,
        Trade::Purchase => Side::Credit,
    }
}

/// Amounts by bucket, minor units of one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgedAmounts {
    /// In the order of [`Bucket::ALL`].
    by_bucket: [i64; 6],
    /// Σ of all.
    pub total: i64,
}

impl AgedAmounts {
    /// What is in a bucket.
    #[must_use]
    pub fn of(&self, bucket: Bucket) -> i64 {
        Bucket::ALL.iter().zip(self.by_bucket).find(|(known, _)| **known == bucket).map_or(0, |(_, sum)| sum)
    }

    fn add(&mut self, bucket: Bucket, amount: i64) -> Option<()> {
        let place = Bucket::ALL.iter().zip(&mut self.by_bucket).find(|(known, _)| **known == bucket);
        if let Some((_, sum)) = place {
            *sum = sum.checked_add(amount)?;
        }
        self.total = self.total.checked_add(amount)?;
        Some(())
    }
}

/// What a contact owes, or is owed, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgedRow {
    /// The contact.
    pub contact_id: ContactId,
    /// The currency.
    pub currency: Currency,
    /// By bucket, in that currency.
    pub amounts: AgedAmounts,
    /// By bucket, in base currency.
    pub base: AgedAmounts,
    /// What it consists of, the longest overdue first.
    pub items: Vec<OpenOnDay>,
}

/// What is owed on a day, by contact and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// By contact and currency.
    pub rows: Vec<AgedRow>,
    /// All in base currency.
    pub totals: AgedAmounts,
    /// What stands on each account in base currency, positive on the side of what is there.
    pub by_account: BTreeMap<AccountId, i64>,
}

impl Ageing {
    /// Sums what is open on a day; `None` when a sum leaves the range.
    #[must_use]
    pub fn of(day: Date, items: Vec<OpenOnDay>) -> Option<Self> {
        let mut rows: BTreeMap<(ContactId, Currency), AgedRow> = BTreeMap::new();
        let mut totals = AgedAmounts::default();
        let mut by_account: BTreeMap<AccountId, i64> = BTreeMap::new();
        for item in items {
            let row = rows.entry((item.contact_id, item.currency)).or_insert_with(|| AgedRow {
                contact_id: item.contact_id,
                currency: item.currency,
                amounts: AgedAmounts::default(),
                base: AgedAmounts::default(),
                items: Vec::new(),
            });
            let (bucket, (amount, base)) = (item.bucket(day), item.signed());
            row.amounts.add(bucket, amount)?;
            row.base.add(bucket, base)?;
            totals.add(bucket, base)?;
            if let Some(account) = item.account_id {
                // Documents stand on the side of what is owed and against it; an advance has an account of its own.
                let on_account = if item.source.payment().is_some() { item.base_open } else { base };
                let sum = by_account.entry(account).or_default();
                *sum = sum.checked_add(on_account)?;
            }
            row.items.push(item);
        }
        let mut rows: Vec<AgedRow> = rows.into_values().collect();
        for row in &mut rows {
            row.items.sort_by(|one, other| {
                let key = |item: &OpenOnDay| (item.due_date.unwrap_or(item.date), item.date, item.source);
                key(one).cmp(&key(other))
            });
        }
        Some(Self { rows, totals, by_account })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentKind;
    use crate::id::{DocumentId, PaymentId};
    use crate::payment::PaymentDirection;
    use time::Duration;
    use time::macros::date;
    use uuid::Uuid;

    const DAY: Date = date!(2026 - 03 - 31);

    fn document(kind: DocumentKind, number: u128, due: Option<Date>, open: i64) -> OpenOnDay {
        OpenOnDay {
            source: OpenItemSource::Document { kind, id: DocumentId(Uuid::from_u128(number)) },
            number: number.to_string(),
            contact_id: ContactId(Uuid::from_u128(7)),
            date: date!(2026 - 01 - 31),
            due_date: due,
            currency: Currency::EUR,
            account_id: Some(AccountId(Uuid::from_u128(1100))),
            total: open,
            open,
            base_open: open * 2,
        }
    }

    #[test]
    fn the_day_after_the_due_date_is_the_first_of_thirty() {
        let bucket = |days: i64| {
            document(DocumentKind::Invoice, 1, Some(DAY - Duration::days(days)), 1).bucket(DAY).name()
        };
        for (days, expected) in [
            (-400, "current"),
            (0, "current"),
            (1, "days_1_30"),
            (30, "days_1_30"),
            (31, "days_31_60"),
            (60, "days_31_60"),
            (61, "days_61_90"),
            (90, "days_61_90"),
            (91, "over_90"),
            (4_000, "over_90"),
        ] {
            assert_eq!(bucket(days), expected, "{days}");
        }
        let without = document(DocumentKind::Bill, 1, None, 1);
        assert_eq!((without.days_overdue(DAY), without.bucket(DAY)), (59, Bucket::Days31To60));
    }

    #[test]
    fn what_takes_from_what_is_owed_stands_apart_and_counts() {
        let advance = OpenOnDay {
            source: OpenItemSource::Payment {
                direction: PaymentDirection::Received,
                id: PaymentId(Uuid::from_u128(9)),
            },
            account_id: Some(AccountId(Uuid::from_u128(2400))),
            ..document(DocumentKind::Invoice, 9, None, 30)
        };
        let items = vec![
            document(DocumentKind::Invoice, 1, Some(DAY), 100),
            document(DocumentKind::Invoice, 2, Some(date!(2026 - 02 - 01)), 50),
            document(DocumentKind::CreditNote, 3, None, 20),
            advance,
            OpenOnDay { currency: Currency::USD, ..document(DocumentKind::Invoice, 4, Some(DAY), 1) },
        ];
        let ageing = Ageing::of(DAY, items).unwrap();
        let euros = &ageing.rows[0];
        let of = |amounts: &AgedAmounts| Bucket::ALL.map(|bucket| amounts.of(bucket));
        assert_eq!(of(&euros.amounts), [100, 0, 50, 0, 0, -50]);
        assert_eq!((euros.amounts.total, euros.base.total), (100, 200));
        let order: Vec<&str> = euros.items.iter().map(|item| item.number.as_str()).collect();
        assert_eq!(order, ["3", "9", "2", "1"]);
        assert_eq!((ageing.rows.len(), ageing.rows[1].amounts.total), (2, 1));
        assert_eq!((of(&ageing.totals), ageing.totals.total), ([202, 0, 100, 0, 0, -100], 202));
        let accounts: Vec<i64> = ageing.by_account.values().copied().collect();
        assert_eq!(accounts, [262, 60], "receivables less credits; advances");
    }

    #[test]
    fn vendors_are_the_other_way_round() {
        let of = |kind| document(kind, 1, Some(DAY), 5).signed();
        assert_eq!(of(DocumentKind::Bill), (5, 10));
        assert_eq!(of(DocumentKind::VendorCredit), (-5, -10));
        assert_eq!(of(DocumentKind::CreditNote), (-5, -10));
    }

    #[test]
    fn a_sum_out_of_range_is_none() {
        let much = || document(DocumentKind::Invoice, 1, None, i64::MAX / 3);
        assert!(Ageing::of(DAY, vec![much()]).is_some());
        assert!(Ageing::of(DAY, vec![much(), much()]).is_none());
    }
}
