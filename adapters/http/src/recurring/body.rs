//! Templates on the wire.

use super::payload::{RecurringBillBody, RecurringEntryBody, RecurringInvoiceBody};
use crate::problem::Problem;
use crate::scalar::{Day, Moment, Whole, unique_keys};
use partita_domain::metadata::Metadata;
use partita_domain::recurring::{
    Frequency, RecurringDraft, RecurringKind, RecurringPayload, RecurringTemplate,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// How often a transaction recurs.
#[derive(ToSchema)]
#[schema(as = Frequency, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum FrequencySchema {
    Daily,
    Weekly,
    Biweekly,
    Monthly,
    Quarterly,
    Annually,
}

/// What kind of transaction recurs.
#[derive(ToSchema)]
#[schema(as = RecurringKind, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum RecurringKindSchema {
    Invoice,
    Bill,
    JournalEntry,
}

/// A template, as a caller gives it: exactly one of `invoice`, `bill` and `entry` says what is made each time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurringWriteBody {
    /// The integrator's own id for it, unique among templates.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its name.
    #[schema(min_length = 1, max_length = 255, example = "Rent of the office")]
    pub name: String,
    /// How often. Every occurrence is counted from the start: from the 31st follow the last days of shorter months, and
    /// the 31st again.
    #[schema(value_type = FrequencySchema, example = "monthly")]
    pub frequency: Frequency,
    /// The first occurrence. When it is changed, the series goes on after the last occurrence that was made; a later start
    /// passes over what lies before it.
    pub start_date: Day,
    /// No occurrence after this date.
    pub end_date: Option<Day>,
    /// How many occurrences are left; without a number it goes on. Each occurrence counts it down.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1_000_000)]
    pub remaining_occurrences: Option<Whole>,
    /// Whether each occurrence is posted at once, false by default, or waits as a draft. Journal entries are always posted.
    pub auto_post: Option<bool>,
    /// Whether it recurs; true by default.
    pub is_active: Option<bool>,
    /// An invoice of its date.
    pub invoice: Option<RecurringInvoiceBody>,
    /// A bill of its date.
    pub bill: Option<RecurringBillBody>,
    /// A journal entry of its date.
    pub entry: Option<RecurringEntryBody>,
    /// Free pairs of the template: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

impl RecurringWriteBody {
    /// The version that the caller has seen.
    pub(crate) fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    /// What it says, in domain terms.
    ///
    /// # Errors
    /// `invoice` with `required` or `one_of` unless exactly one payload is given; what the payload refuses.
    pub fn into_draft(self) -> Result<RecurringDraft, Problem> {
        let date = self.start_date.0;
        let payload = match (self.invoice, self.bill, self.entry) {
            (Some(invoice), None, None) => RecurringPayload::Invoice(
                invoice.into_draft(date).map_err(|problem| problem.under("invoice"))?,
            ),
            (None, Some(bill), None) => {
                RecurringPayload::Bill(bill.into_draft(date).map_err(|problem| problem.under("bill"))?)
            }
            (None, None, Some(entry)) => RecurringPayload::JournalEntry(
                entry.into_draft(date).map_err(|problem| problem.under("entry"))?,
            ),
            (None, None, None) => {
                return Err(Problem::field("invoice", "required", "give one of invoice, bill and entry"));
            }
            _ => {
                return Err(Problem::field("invoice", "one_of", "give only one of invoice, bill and entry"));
            }
        };
        let auto_post = match payload.kind() {
            RecurringKind::JournalEntry => self.auto_post.unwrap_or(true),
            RecurringKind::Invoice | RecurringKind::Bill => self.auto_post.unwrap_or(false),
        };
        Ok(RecurringDraft {
            external_id: self.external_id,
            name: self.name,
            payload,
            frequency: self.frequency,
            start_date: date,
            end_date: self.end_date.map(|day| day.0),
            remaining_occurrences: self
                .remaining_occurrences
                .map(|left| left.narrow("remaining_occurrences"))
                .transpose()?,
            auto_post,
            is_active: self.is_active.unwrap_or(true),
            metadata: Metadata(self.metadata.unwrap_or_default()),
        })
    }
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecurringBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name.
    #[schema(example = "Rent of the office")]
    pub name: String,
    /// What kind of transaction recurs.
    #[schema(value_type = RecurringKindSchema, example = "bill")]
    pub kind: RecurringKind,
    /// How often.
    #[schema(value_type = FrequencySchema, example = "monthly")]
    pub frequency: Frequency,
    /// The first occurrence, and what all others are counted from.
    pub start_date: Day,
    /// No occurrence after this date.
    pub end_date: Option<Day>,
    /// How many occurrences are left; without a number it goes on.
    pub remaining_occurrences: Option<u32>,
    /// Whether each occurrence is posted at once, or waits as a draft.
    pub auto_post: bool,
    /// Whether it recurs at present; false once the series is over.
    pub is_active: bool,
    /// The occurrence that comes next; none when the series is over.
    pub next_due: Option<Day>,
    /// The date of the last occurrence that was made.
    pub last_run: Option<Day>,
    /// How many occurrences were made.
    pub made_count: i64,
    /// What is made each time, of an invoice.
    pub invoice: Option<RecurringInvoiceBody>,
    /// What is made each time, of a bill.
    pub bill: Option<RecurringBillBody>,
    /// What is made each time, of a journal entry.
    pub entry: Option<RecurringEntryBody>,
    /// Free pairs.
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1; an occurrence is one.
    pub version: i64,
}

impl From<&RecurringTemplate> for RecurringBody {
    fn from(template: &RecurringTemplate) -> Self {
        let schedule = &template.schedule;
        let (mut invoice, mut bill, mut entry) = (None, None, None);
        match &template.payload {
            RecurringPayload::Invoice(draft) => invoice = Some(draft.into()),
            RecurringPayload::Bill(draft) => bill = Some(draft.into()),
            RecurringPayload::JournalEntry(draft) => entry = Some(draft.into()),
        }
        Self {
            id: template.id.0,
            external_id: template.external_id.clone(),
            name: template.name.clone(),
            kind: template.kind(),
            frequency: schedule.frequency,
            start_date: Day(schedule.start_date),
            end_date: schedule.end_date.map(Day),
            remaining_occurrences: schedule.remaining_occurrences,
            auto_post: schedule.auto_post,
            is_active: schedule.is_active,
            next_due: schedule.next_due.map(Day),
            last_run: template.last_run.map(Day),
            made_count: template.made_count,
            invoice,
            bill,
            entry,
            metadata: template.metadata.0.clone(),
            created_at: Moment(template.created_at),
            updated_at: Moment(template.updated_at),
            version: template.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::PartialSchema;

    #[test]
    fn the_document_names_what_the_domain_knows() {
        let schema = serde_json::to_value(FrequencySchema::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(Frequency::ALL));
        let schema = serde_json::to_value(RecurringKindSchema::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(RecurringKind::ALL));
    }
}
