//! Tax groups: several tax codes that apply to one line, in order.
//!
//! A document line names what taxes it by one id, `tax_code_id`: that of a tax code, or that of a tax group. Both are
//! UUIDs of version 7, so they never collide, and a line needs no second field. Journal lines name tax codes only.

mod draft;

pub use draft::TaxGroupDraft;

use crate::account::check_external_id;
use crate::id::{TaxCodeId, TaxGroupId};
use crate::metadata::Metadata;
use crate::refusal::{Constraint, Refusal};
use crate::tax_code::{TaxCode, check_code};
use crate::text;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use time::{Date, PrimitiveDateTime};

/// A group combines at most this many codes.
pub const MAX_CODES: usize = 5;
/// At most this many of them are compound: no known law stacks taxes higher, and exact arithmetic ends there.
pub const MAX_COMPOUND: usize = 2;

/// A group of tax codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxGroup {
    /// Its id.
    pub id: TaxGroupId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its short name, unique in the company.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The codes in the order in which they apply.
    pub tax_code_ids: Vec<TaxCodeId>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

impl TaxGroup {
    /// Checks the fields that people type, and the codes they name as far as `codes` has them.
    ///
    /// # Errors
    /// Every field that breaks its limits; `tax_codes[i]` with constraint `exists` or `unique`.
    pub fn check(&self, codes: &[TaxCode]) -> Result<(), Vec<Refusal>> {
        let mut refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            check_code(&self.code, "code"),
            text::check_filled(&self.name, "name", 255),
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if !(1..=MAX_CODES).contains(&self.tax_code_ids.len()) {
            refusals.push(Refusal::field(
                "tax_codes",
                Constraint::Length,
                format!("a group has 1 to {MAX_CODES} codes, not {}", self.tax_code_ids.len()),
            ));
            return Err(refusals);
        }
        let mut compound = 0_usize;
        for (i, id) in self.tax_code_ids.iter().enumerate() {
            let field = format!("tax_codes[{i}]");
            match codes.iter().find(|code| code.id == *id) {
                Some(code) => compound += usize::from(code.is_compound),
                None => {
                    refusals.push(Refusal::field(&field, Constraint::Exists, "there is no such tax code"))
                }
            }
            if self.tax_code_ids.iter().take(i).any(|before| before == id) {
                refusals.push(Refusal::field(&field, Constraint::Unique, "the group has this code already"));
            }
        }
        if compound > MAX_COMPOUND {
            refusals.push(Refusal::field(
                "tax_codes",
                Constraint::Range,
                format!("a group has at most {MAX_COMPOUND} compound codes, not {compound}"),
            ));
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

/// The tax codes and groups that documents name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxTable {
    codes: HashMap<TaxCodeId, TaxCode>,
    groups: HashMap<TaxGroupId, TaxGroup>,
}

impl TaxTable {
    /// Gathers codes and groups; the codes of the groups must be among the codes.
    #[must_use]
    pub fn of(codes: Vec<TaxCode>, groups: Vec<TaxGroup>) -> Self {
        Self {
            codes: codes.into_iter().map(|code| (code.id, code)).collect(),
            groups: groups.into_iter().map(|group| (group.id, group)).collect(),
        }
    }

    /// A code by its id.
    #[must_use]
    pub fn code(&self, id: TaxCodeId) -> Option<&TaxCode> {
        self.codes.get(&id)
    }

    /// A group by its id.
    #[must_use]
    pub fn group(&self, id: TaxGroupId) -> Option<&TaxGroup> {
        self.groups.get(&id)
    }

    /// All codes, by code (compared byte by byte).
    #[must_use]
    pub fn codes(&self) -> Vec<&TaxCode> {
        let mut codes: Vec<&TaxCode> = self.codes.values().collect();
        codes.sort_unstable_by(|one, other| one.code.as_bytes().cmp(other.code.as_bytes()));
        codes
    }

    /// All groups, by code (compared byte by byte).
    #[must_use]
    pub fn groups(&self) -> Vec<&TaxGroup> {
        let mut groups: Vec<&TaxGroup> = self.groups.values().collect();
        groups.sort_unstable_by(|one, other| one.code.as_bytes().cmp(other.code.as_bytes()));
        groups
    }

    /// Adds or replaces a code.
    pub fn put_code(&mut self, code: TaxCode) {
        self.codes.insert(code.id, code);
    }

    /// Adds or replaces a group.
    pub fn put_group(&mut self, group: TaxGroup) {
        self.groups.insert(group.id, group);
    }

    /// The codes, in order, that an id means on a date: one code, or those of a group.
    ///
    /// # Errors
    /// `field` with constraint `exists` or `active`, the latter also for a code that does not apply on the date.
    pub fn codes_of(&self, id: TaxCodeId, date: Date, field: &str) -> Result<Vec<&TaxCode>, Refusal> {
        let missing = || Refusal::field(field, Constraint::Exists, "there is no such tax code or tax group");
        let codes: Vec<&TaxCode> = match (self.codes.get(&id), self.groups.get(&TaxGroupId(id.0))) {
            (Some(code), _) => vec![code],
            (None, Some(group)) if !group.is_active => {
                return Err(Refusal::field(
                    field,
                    Constraint::Active,
                    format!("tax group {} is not active", group.code),
                ));
            }
            (None, Some(group)) => {
                let codes: Option<_> = group.tax_code_ids.iter().map(|id| self.codes.get(id)).collect();
                codes.ok_or_else(missing)?
            }
            (None, None) => return Err(missing()),
        };
        for code in &codes {
            let reason = if !code.is_active {
                format!("tax code {} is not active", code.code)
            } else if !code.is_effective(date) {
                format!("tax code {} does not apply on {date}", code.code)
            } else {
                continue;
            };
            return Err(Refusal::field(field, Constraint::Active, reason));
        }
        Ok(codes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tax_code::tests::vat;
    use time::macros::{date, datetime};
    use uuid::Uuid;

    const TODAY: Date = date!(2026 - 03 - 31);

    fn group(codes: &[u128]) -> TaxGroup {
        TaxGroup {
            id: TaxGroupId(Uuid::from_u128(99)),
            external_id: None,
            code: "GST-QST".to_owned(),
            name: "Quebec".to_owned(),
            tax_code_ids: codes.iter().map(|number| TaxCodeId(Uuid::from_u128(*number))).collect(),
            is_active: true,
            metadata: Metadata::default(),
            created_at: datetime!(2026-01-01 0:00),
            updated_at: datetime!(2026-01-01 0:00),
            version: 1,
        }
    }

    #[test]
    fn a_group_names_codes_that_exist_once_each() {
        let codes = [vat(1, "500"), vat(2, "997.5")];
        assert_eq!(group(&[1, 2]).check(&codes), Ok(()));
        let refused = |numbers: &[u128]| group(numbers).check(&codes).unwrap_err()[0].constraint().unwrap();
        assert_eq!(refused(&[]), Constraint::Length);
        assert_eq!(refused(&[1, 2, 1, 2, 1, 2]), Constraint::Length);
        assert_eq!(refused(&[1, 3]), Constraint::Exists);
        assert_eq!(refused(&[1, 1]), Constraint::Unique);
        let stacked: Vec<TaxCode> =
            (1..=4).map(|number| TaxCode { is_compound: number > 1, ..vat(number, "500") }).collect();
        assert_eq!(group(&[1, 2, 3]).check(&stacked), Ok(()));
        assert_eq!(
            group(&[1, 2, 3, 4]).check(&stacked).unwrap_err()[0].constraint(),
            Some(Constraint::Range)
        );
    }

    #[test]
    fn one_id_means_a_code_or_the_codes_of_a_group_in_order() {
        let table = TaxTable::of(vec![vat(1, "500"), vat(2, "997.5")], vec![group(&[2, 1])]);
        let numbers = |id: u128| {
            let codes = table.codes_of(TaxCodeId(Uuid::from_u128(id)), TODAY, "tax_code_id");
            codes.map(|codes| codes.iter().map(|code| code.id.0.as_u128()).collect::<Vec<_>>())
        };
        assert_eq!(numbers(1), Ok(vec![1]));
        assert_eq!(numbers(99), Ok(vec![2, 1]));
        assert_eq!(numbers(3).unwrap_err().constraint(), Some(Constraint::Exists));
    }

    #[test]
    fn a_table_takes_changes_and_lists_by_code() {
        let mut table = TaxTable::of(vec![vat(2, "500")], vec![group(&[2])]);
        table.put_code(TaxCode { code: "A".to_owned(), ..vat(3, "0") });
        table.put_code(TaxCode { code: "a".to_owned(), ..vat(2, "600") });
        table.put_group(TaxGroup { is_active: false, ..group(&[2]) });
        assert_eq!(table.codes().iter().map(|code| code.code.as_str()).collect::<Vec<_>>(), ["A", "a"]);
        assert!(!table.groups()[0].is_active);
        assert!(table.code(TaxCodeId(Uuid::from_u128(2))).is_some());
        assert_eq!(table.group(TaxGroupId(Uuid::from_u128(2))), None);
    }

    #[test]
    fn codes_that_do_not_apply_are_refused() {
        let idle = TaxCode { is_active: false, ..vat(1, "500") };
        let past = TaxCode { effective_to: Some(date!(2025 - 12 - 31)), ..vat(2, "500") };
        let table = TaxTable::of(vec![idle, past], vec![]);
        for number in [1, 2] {
            let refused = table.codes_of(TaxCodeId(Uuid::from_u128(number)), TODAY, "tax_code_id");
            assert_eq!(refused.unwrap_err().constraint(), Some(Constraint::Active));
        }
        let closed = TaxGroup { is_active: false, ..group(&[1]) };
        let table = TaxTable::of(vec![vat(1, "500")], vec![closed]);
        assert!(table.codes_of(TaxCodeId(Uuid::from_u128(99)), TODAY, "tax_code_id").is_err());
    }
}
