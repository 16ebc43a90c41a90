//! What recurs: a template of an invoice, a bill or a journal entry, with its schedule.

use super::{Frequency, Schedule};
use crate::account::check_external_id;
use crate::document::{DocumentDraft, DocumentKind};
use crate::id::RecurringId;
use crate::journal_entry::EntryDraft;
use crate::metadata::Metadata;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

/// What kind of transaction recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecurringKind {
    /// An invoice to a customer.
    Invoice,
    /// A bill of a vendor.
    Bill,
    /// A journal entry.
    JournalEntry,
}

impl RecurringKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Invoice, Self::Bill, Self::JournalEntry];

    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Bill => "bill",
            Self::JournalEntry => "journal_entry",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of document that is made; none of a journal entry.
    #[must_use]
    pub fn document(self) -> Option<DocumentKind> {
        match self {
            Self::Invoice => Some(DocumentKind::Invoice),
            Self::Bill => Some(DocumentKind::Bill),
            Self::JournalEntry => None,
        }
    }
}

/// What is made each time. Its date and external id are those of the occurrence; what stands there is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecurringPayload {
    /// An invoice to a customer.
    Invoice(DocumentDraft),
    /// A bill of a vendor.
    Bill(DocumentDraft),
    /// A journal entry.
    JournalEntry(EntryDraft),
}

impl RecurringPayload {
    /// What kind of transaction it is.
    #[must_use]
    pub fn kind(&self) -> RecurringKind {
        match self {
            Self::Invoice(_) => RecurringKind::Invoice,
            Self::Bill(_) => RecurringKind::Bill,
            Self::JournalEntry(_) => RecurringKind::JournalEntry,
        }
    }

    /// The same with the date and the external id of an occurrence. When it is due follows from the terms.
    #[must_use]
    pub fn at(&self, date: Date, external_id: Option<String>) -> Self {
        let document = |draft: &DocumentDraft| DocumentDraft {
            date,
            external_id: external_id.clone(),
            number: None,
            due_date: None,
            ..draft.clone()
        };
        match self {
            Self::Invoice(draft) => Self::Invoice(document(draft)),
            Self::Bill(draft) => Self::Bill(document(draft)),
            Self::JournalEntry(draft) => {
                Self::JournalEntry(EntryDraft { date, external_id, ..draft.clone() })
            }
        }
    }
}

/// A template, as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurringDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// What is made each time.
    pub payload: RecurringPayload,
    /// How often.
    pub frequency: Frequency,
    /// The first occurrence, and what all others are counted from.
    pub start_date: Date,
    /// No occurrence after this date.
    pub end_date: Option<Date>,
    /// How many occurrences are left; open if there is no number.
    pub remaining_occurrences: Option<u32>,
    /// Whether an occurrence is posted at once, or waits as a draft.
    pub auto_post: bool,
    /// Whether it recurs at present.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
}

/// A template of a transaction that recurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringTemplate {
    /// Its id.
    pub id: RecurringId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its name.
    pub name: String,
    /// What is made each time.
    pub payload: RecurringPayload,
    /// When, and how far it has come.
    pub schedule: Schedule,
    /// The date of the last occurrence that was made.
    pub last_run: Option<Date>,
    /// How many occurrences were made.
    pub made_count: i64,
    /// Free pairs.
    pub metadata: Metadata,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed, by somebody or by an occurrence.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1; an occurrence is one.
    pub version: i64,
}

impl RecurringTemplate {
    /// Makes one.
    ///
    /// # Errors
    /// Every field that breaks its limits; `auto_post` with `one_of` for a journal entry that is not posted.
    pub fn make(id: RecurringId, draft: RecurringDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        draft.into_template(id, None, at)
    }

    /// Replaces what a caller has said of it. The series goes on after its last occurrence, so that no date is made twice;
    /// a later start passes over what lies before it.
    ///
    /// # Errors
    /// As [`make`](Self::make).
    pub fn revise(&self, draft: RecurringDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        draft.into_template(self.id, Some(self), at)
    }

    /// Stops it.
    #[must_use]
    pub fn deactivate(&self, at: PrimitiveDateTime) -> Self {
        let schedule = Schedule { is_active: false, ..self.schedule.clone() };
        Self { schedule, updated_at: at, version: self.version.saturating_add(1), ..self.clone() }
    }

    /// The template after the occurrence that was next has been made.
    #[must_use]
    pub fn occurred(&self, at: PrimitiveDateTime) -> Self {
        Self {
            schedule: self.schedule.advanced(),
            last_run: self.schedule.next_due.or(self.last_run),
            made_count: self.made_count.saturating_add(1),
            updated_at: at,
            version: self.version.saturating_add(1),
            ..self.clone()
        }
    }

    /// What kind of transaction recurs.
    #[must_use]
    pub fn kind(&self) -> RecurringKind {
        self.payload.kind()
    }

    /// What lists are sorted by: the name in lower case.
    #[must_use]
    pub fn sort_name(&self) -> String {
        self.name.to_lowercase()
    }

    /// The external id of what is made on a date: no date is made twice under it.
    #[must_use]
    pub fn occurrence_id(&self, date: Date) -> String {
        format!("recurring:{}:{date}", self.id)
    }

    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits; `auto_post` with `one_of` for a journal entry that is not posted.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let posted = if self.kind() == RecurringKind::JournalEntry && !self.schedule.auto_post {
            let message = "a journal entry is posted or is not there; only documents wait as drafts";
            Err(Refusal::field("auto_post", Constraint::OneOf, message))
        } else {
            Ok(())
        };
        let mut refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            text::check_filled(&self.name, "name", 255),
            posted,
            self.metadata.check(),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        refusals.extend(self.schedule.check().err().into_iter().flatten());
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

impl RecurringDraft {
    fn into_template(
        self,
        id: RecurringId,
        before: Option<&RecurringTemplate>,
        at: PrimitiveDateTime,
    ) -> Result<RecurringTemplate, Vec<Refusal>> {
        let last_run = before.and_then(|before| before.last_run);
        let schedule = Schedule {
            frequency: self.frequency,
            start_date: self.start_date,
            end_date: self.end_date,
            remaining_occurrences: self.remaining_occurrences,
            is_active: self.is_active,
            auto_post: self.auto_post,
            next_due: None,
        };
        let next_due = match (self.remaining_occurrences, last_run) {
            // A series that has come to its end may be sent back as it was answered.
            (Some(0), Some(_)) => None,
            (_, Some(last)) => schedule.first_after(last),
            (_, None) => Some(self.start_date),
        };
        let is_active = self.is_active && next_due.is_some();
        let template = RecurringTemplate {
            id,
            external_id: self.external_id,
            name: self.name,
            payload: self.payload,
            schedule: Schedule { is_active, next_due, ..schedule },
            last_run,
            made_count: before.map_or(0, |before| before.made_count),
            metadata: self.metadata,
            created_at: before.map_or(at, |before| before.created_at),
            updated_at: at,
            version: before.map_or(1, |before| before.version.saturating_add(1)),
        };
        template.check()?;
        Ok(template)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal_entry::{AccountRef, Dimensions, LineDraft};
    use time::macros::{date, datetime};
    use uuid::Uuid;

    const AT: PrimitiveDateTime = datetime!(2026-01-01 00:00);

    fn draft() -> RecurringDraft {
        let line = |debit, credit| LineDraft {
            account: AccountRef::Number("1000".to_owned()),
            debit,
            credit,
            base_debit: None,
            base_credit: None,
            description: None,
            dimensions: Dimensions::default(),
        };
        RecurringDraft {
            external_id: None,
            name: "Rent".to_owned(),
            payload: RecurringPayload::JournalEntry(EntryDraft::new(
                date!(2000 - 01 - 01),
                vec![line(1, 0), line(0, 1)],
            )),
            frequency: Frequency::Monthly,
            start_date: date!(2026 - 01 - 31),
            end_date: None,
            remaining_occurrences: Some(2),
            auto_post: true,
            is_active: true,
            metadata: Metadata::default(),
        }
    }

    fn made(draft: RecurringDraft) -> RecurringTemplate {
        RecurringTemplate::make(RecurringId(Uuid::nil()), draft, AT).unwrap()
    }

    #[test]
    fn names_are_stable() {
        for kind in RecurringKind::ALL {
            assert_eq!(RecurringKind::named(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn what_has_occurred_does_not_occur_again_whatever_is_changed() {
        let after = made(draft()).occurred(AT);
        assert_eq!((after.last_run, after.made_count), (Some(date!(2026 - 01 - 31)), 1));
        assert_eq!(after.schedule.next_due, Some(date!(2026 - 02 - 28)));
        let next = |change: RecurringDraft| after.revise(change, AT).unwrap().schedule.next_due;
        assert_eq!(next(draft()), Some(date!(2026 - 02 - 28)));
        let earlier = RecurringDraft { start_date: date!(2025 - 06 - 15), ..draft() };
        assert_eq!(next(earlier), Some(date!(2026 - 02 - 15)));
        // A later start passes over what lies before it.
        let later = RecurringDraft { start_date: date!(2026 - 05 - 31), ..draft() };
        assert_eq!(next(later), Some(date!(2026 - 05 - 31)));
    }

    #[test]
    fn a_series_that_is_over_stays_over_until_it_is_given_more() {
        let over = made(draft()).occurred(AT).occurred(AT);
        assert_eq!((over.schedule.next_due, over.schedule.is_active), (None, false));
        let same = RecurringDraft { remaining_occurrences: Some(0), ..draft() };
        assert!(!over.revise(same, AT).unwrap().schedule.is_active);
        let more = over.revise(RecurringDraft { remaining_occurrences: Some(1), ..draft() }, AT).unwrap();
        assert_eq!(more.schedule.next_due, Some(date!(2026 - 03 - 31)));
        assert!(more.schedule.is_active);
    }

    #[test]
    fn what_cannot_be_a_template_is_refused() {
        let refused = |draft: RecurringDraft| {
            let refusals = RecurringTemplate::make(RecurringId(Uuid::nil()), draft, AT).unwrap_err();
            refusals[0].at().unwrap().into_owned()
        };
        assert_eq!(refused(RecurringDraft { name: " ".to_owned(), ..draft() }), "name");
        assert_eq!(refused(RecurringDraft { auto_post: false, ..draft() }), "auto_post");
        let none = RecurringDraft { remaining_occurrences: Some(0), ..draft() };
        assert_eq!(refused(none), "remaining_occurrences");
        let backwards = RecurringDraft { end_date: Some(date!(2026 - 01 - 30)), ..draft() };
        assert_eq!(refused(backwards), "end_date");
    }

    #[test]
    fn an_occurrence_has_its_own_date_and_external_id() {
        let template = made(draft());
        let date = date!(2026 - 02 - 28);
        let id = template.occurrence_id(date);
        assert_eq!(id, "recurring:00000000-0000-0000-0000-000000000000:2026-02-28");
        match template.payload.at(date, Some(id.clone())) {
            RecurringPayload::JournalEntry(draft) => {
                assert_eq!((draft.date, draft.external_id), (date, Some(id)));
            }
            other => panic!("{other:?}"),
        }
    }
}
