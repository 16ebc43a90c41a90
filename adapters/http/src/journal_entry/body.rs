//! Entries on the wire.

use crate::problem::Problem;
use crate::scalar::{Day, Moment, Whole, unique_keys};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{AccountId, ClassId, ContactId, LocationId, ProjectId, TaxCodeId};
use partita_domain::journal_entry::{AccountRef, Dimensions, EntryDraft, JournalEntry, Line, LineDraft};
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Posting into a soft-locked period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideBody {
    /// Why; it is recorded.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A line, as a caller gives it: exactly one of debit and credit is above zero.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineWriteBody {
    /// The account; or give `account_number`.
    pub account_id: Option<Uuid>,
    /// The account's number; or give `account_id`.
    #[schema(max_length = 20, example = "1000")]
    pub account_number: Option<String>,
    /// Minor units of the entry's currency.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64, example = 10000)]
    pub debit: Option<Whole>,
    /// Minor units of the entry's currency.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub credit: Option<Whole>,
    /// Minor units of base currency, where the caller has converted the amount already.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub base_debit: Option<Whole>,
    /// Minor units of base currency, likewise.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub base_credit: Option<Whole>,
    /// What the line is for.
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// A contact.
    pub contact_id: Option<Uuid>,
    /// A class.
    pub class_id: Option<Uuid>,
    /// A location.
    pub location_id: Option<Uuid>,
    /// A project.
    pub project_id: Option<Uuid>,
    /// A tax code.
    pub tax_code_id: Option<Uuid>,
}

/// An entry, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "date": "2026-03-31",
    "memo": "Consulting in March",
    "lines": [{"account_number": "1000", "debit": 10000}, {"account_number": "4000", "credit": 10000}]
}))]
pub struct EntryWriteBody {
    /// The integrator's own id for it, unique among entries.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// The accounting date, from 1900 to 2199.
    pub date: Day,
    /// What kind of transaction; `journal` by default.
    #[schema(max_length = 50, example = "journal")]
    pub transaction_type: Option<String>,
    /// The id of what it comes from, in the caller's terms.
    #[schema(max_length = 255)]
    pub source_id: Option<String>,
    /// What it is.
    #[schema(max_length = 2000)]
    pub memo: Option<String>,
    /// The number on the paper.
    #[schema(max_length = 100)]
    pub reference_number: Option<String>,
    /// The currency of the lines; the base currency by default.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
    pub currency_code: Option<Currency>,
    /// Base units per unit of the currency, × 1 000 000; needed when the currency is not the base currency.
    #[schema(value_type = Option<i64>, minimum = 1, example = 1_000_000)]
    pub exchange_rate: Option<Whole>,
    /// 13 or 14, for an entry dated in the last month of its fiscal year.
    #[schema(value_type = Option<i64>, minimum = 13, maximum = 14)]
    pub adjustment_period: Option<Whole>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// 2 to 10 000 lines whose debits equal their credits.
    #[schema(min_items = 2, max_items = 10_000)]
    pub lines: Vec<LineWriteBody>,
    /// Lets the entry into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
}

impl From<&LineDraft> for LineWriteBody {
    fn from(line: &LineDraft) -> Self {
        let (account_id, account_number) = match &line.account {
            AccountRef::Id(id) => (Some(id.0), None),
            AccountRef::Number(number) => (None, Some(number.clone())),
        };
        let side = |amount: i64| (amount != 0).then_some(Whole(amount));
        let about = &line.dimensions;
        Self {
            account_id,
            account_number,
            debit: side(line.debit),
            credit: side(line.credit),
            base_debit: line.base_debit.map(Whole),
            base_credit: line.base_credit.map(Whole),
            description: line.description.clone(),
            contact_id: about.contact_id.map(|id| id.0),
            class_id: about.class_id.map(|id| id.0),
            location_id: about.location_id.map(|id| id.0),
            project_id: about.project_id.map(|id| id.0),
            tax_code_id: about.tax_code_id.map(|id| id.0),
        }
    }
}

impl LineWriteBody {
    pub(crate) fn into_draft(self, i: usize) -> Result<LineDraft, Problem> {
        let account = match (self.account_id, self.account_number) {
            (Some(id), None) => AccountRef::Id(AccountId(id)),
            (None, Some(number)) => AccountRef::Number(number),
            (None, None) => {
                return Err(Problem::field(
                    format!("lines[{i}].account_id"),
                    "required",
                    "a line names its account by account_id or account_number",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(Problem::field(
                    format!("lines[{i}].account_number"),
                    "one_of",
                    "give account_id or account_number, not both",
                ));
            }
        };
        let is_in_base_only = ![&self.debit, &self.credit].into_iter().flatten().any(|amount| amount.0 != 0)
            && [&self.base_debit, &self.base_credit].into_iter().flatten().any(|amount| amount.0 != 0);
        if is_in_base_only {
            return Err(Problem::field(
                format!("lines[{i}].debit"),
                "line_side",
                "a line has exactly one of debit and credit, above zero",
            ));
        }
        Ok(LineDraft {
            account,
            debit: self.debit.map_or(0, |amount| amount.0),
            credit: self.credit.map_or(0, |amount| amount.0),
            base_debit: self.base_debit.map(|amount| amount.0),
            base_credit: self.base_credit.map(|amount| amount.0),
            description: self.description,
            dimensions: Dimensions {
                contact_id: self.contact_id.map(ContactId),
                class_id: self.class_id.map(ClassId),
                location_id: self.location_id.map(LocationId),
                project_id: self.project_id.map(ProjectId),
                tax_code_id: self.tax_code_id.map(TaxCodeId),
            },
        })
    }
}

impl EntryWriteBody {
    /// What it says, in domain terms.
    ///
    /// # Errors
    /// A line without an account or with two, a rate or adjustment period that is none.
    pub fn into_draft(self) -> Result<EntryDraft, Problem> {
        let exchange_rate =
            self.exchange_rate.map(|rate| ExchangeRate::from_millionths(rate.0)).transpose()?;
        let adjustment_period =
            self.adjustment_period.map(|number| number.narrow("adjustment_period")).transpose()?;
        let lines = self
            .lines
            .into_iter()
            .enumerate()
            .map(|(i, line)| line.into_draft(i))
            .collect::<Result<_, _>>()?;
        Ok(EntryDraft {
            external_id: self.external_id,
            date: self.date.0,
            transaction_type: self.transaction_type,
            source_id: self.source_id,
            memo: self.memo,
            reference_number: self.reference_number,
            currency: self.currency_code,
            exchange_rate,
            adjustment_period,
            metadata: Metadata(self.metadata.unwrap_or_default()),
            lines,
            override_closed_period: self.override_closed_period.map(|wish| wish.reason),
        })
    }
}

/// A posted line.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody<'a> {
    /// From 1.
    pub line_number: i32,
    /// The account.
    pub account_id: Uuid,
    /// The account's number as it is now.
    #[schema(example = "1000")]
    pub account_number: &'a str,
    /// Minor units of the entry's currency.
    #[schema(example = 10000)]
    pub debit: i64,
    /// Minor units of the entry's currency.
    pub credit: i64,
    /// Minor units of base currency.
    #[schema(example = 10000)]
    pub base_debit: i64,
    /// Minor units of base currency.
    pub base_credit: i64,
    /// What the line is for.
    pub description: Option<&'a str>,
    /// A contact.
    pub contact_id: Option<Uuid>,
    /// A class.
    pub class_id: Option<Uuid>,
    /// A location.
    pub location_id: Option<Uuid>,
    /// A project.
    pub project_id: Option<Uuid>,
    /// A tax code.
    pub tax_code_id: Option<Uuid>,
}

/// Whether an entry stands.
#[derive(ToSchema)]
#[schema(as = EntryStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it")]
pub(crate) enum EntryStatusSchema {
    Posted,
    Reversed,
}

/// A posted entry. It never changes; it can be reversed, once.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryBody<'a> {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<&'a str>,
    /// Its number, gapless per company and fiscal year.
    #[schema(example = "JE-2026-000042")]
    pub entry_number: &'a str,
    /// The accounting date.
    pub date: Day,
    /// The period: a month (`2026-03`) or an adjustment period (`2026-P13`).
    #[schema(example = "2026-03")]
    pub period: String,
    /// The fiscal year, named by the calendar year of its end.
    #[schema(example = 2026)]
    pub fiscal_year: i32,
    /// 13 or 14, for an adjustment.
    pub adjustment_period: Option<u8>,
    /// What kind of transaction.
    #[schema(example = "journal")]
    pub transaction_type: &'a str,
    /// The id of what it comes from.
    pub source_id: Option<&'a str>,
    /// `posted`, or `reversed` when another entry reverses it.
    #[schema(value_type = EntryStatusSchema)]
    pub status: &'static str,
    /// What it is.
    pub memo: Option<&'a str>,
    /// The number on the paper.
    pub reference_number: Option<&'a str>,
    /// The currency of the lines.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// Base units per unit of the currency, × 1 000 000.
    #[schema(example = 1_000_000)]
    pub exchange_rate: i64,
    /// Σ debit, minor units of the entry's currency.
    #[schema(example = 10000)]
    pub total: i64,
    /// The lines.
    pub lines: Vec<LineBody<'a>>,
    /// The entry it reverses.
    pub reversal_of_id: Option<Uuid>,
    /// The entry that reverses it.
    pub reversed_by_id: Option<Uuid>,
    /// Free pairs.
    #[schema(value_type = BTreeMap<String, String>)]
    pub metadata: &'a BTreeMap<String, String>,
    /// When it was posted.
    pub created_at: Moment,
    /// Always the same as `created_at`: a posted entry never changes.
    pub updated_at: Moment,
    /// Always 1: a posted entry never changes.
    pub version: i64,
    /// Who posted it: `user:<id>`, `key:<id>` or `system`.
    #[schema(value_type = String, example = "system")]
    pub created_by: partita_domain::actor::Actor,
    /// The hash of the entry before it in the company's chain, or zeros.
    #[schema(value_type = String)]
    pub previous_hash: partita_domain::hash::Hash,
    /// SHA-256 over the entry and `previous_hash`.
    #[schema(value_type = String)]
    pub hash: partita_domain::hash::Hash,
}

impl<'a> From<&'a Line> for LineBody<'a> {
    fn from(line: &'a Line) -> Self {
        let about = &line.dimensions;
        Self {
            line_number: line.line_number,
            account_id: line.account_id.0,
            account_number: &line.account_number,
            debit: line.debit,
            credit: line.credit,
            base_debit: line.base_debit,
            base_credit: line.base_credit,
            description: line.description.as_deref(),
            contact_id: about.contact_id.map(|id| id.0),
            class_id: about.class_id.map(|id| id.0),
            location_id: about.location_id.map(|id| id.0),
            project_id: about.project_id.map(|id| id.0),
            tax_code_id: about.tax_code_id.map(|id| id.0),
        }
    }
}

impl<'a> From<&'a JournalEntry> for EntryBody<'a> {
    fn from(entry: &'a JournalEntry) -> Self {
        Self {
            id: entry.id.0,
            external_id: entry.external_id.as_deref(),
            entry_number: &entry.entry_number,
            date: Day(entry.date),
            period: entry.period.to_string(),
            fiscal_year: entry.fiscal_year,
            adjustment_period: entry.period.adjustment(),
            transaction_type: &entry.transaction_type,
            source_id: entry.source_id.as_deref(),
            status: entry.status(),
            memo: entry.memo.as_deref(),
            reference_number: entry.reference_number.as_deref(),
            currency_code: entry.currency_code,
            exchange_rate: entry.exchange_rate.millionths(),
            total: entry.total,
            lines: entry.lines.iter().map(LineBody::from).collect(),
            reversal_of_id: entry.reversal_of_id.map(|id| id.0),
            reversed_by_id: entry.reversed_by_id.map(|id| id.0),
            metadata: &entry.metadata.0,
            created_at: Moment(entry.created_at),
            updated_at: Moment(entry.created_at),
            version: 1,
            created_by: entry.created_by,
            previous_hash: entry.previous_hash,
            hash: entry.hash,
        }
    }
}
