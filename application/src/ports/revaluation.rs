//! Revaluations and their items.

use super::Stored;
use partita_domain::id::{EntryId, RevaluationId};
use partita_domain::money::Currency;
use partita_domain::payment::OpenItemSource;
use partita_domain::revaluation::{ItemRevaluation, Revaluation, RevaluationState, RevaluedItem};
use time::Date;

/// Which revaluations to list; every given part must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevaluationFilter {
    /// Dated on or after.
    pub from: Option<Date>,
    /// Dated on or before.
    pub to: Option<Date>,
    /// Standing or void.
    pub state: Option<RevaluationState>,
    /// With this external id.
    pub external_id: Option<String>,
}

/// What the items of a revaluation come to, minor units of base currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevaluedSum {
    /// The revaluation.
    pub id: RevaluationId,
    /// How many items it has.
    pub item_count: i64,
    /// Σ of their gains.
    pub gain: i64,
    /// Σ of their losses, above zero.
    pub loss: i64,
}

/// The revaluations of the company. What was posted of them never changes.
pub trait Revaluations {
    /// Adds one with its items, in their order.
    fn insert(&mut self, revaluation: &Revaluation, items: &[RevaluedItem]) -> Stored<()>;
    /// Replaces one by its id: state, entries that took it back, moment of change and version; what else it says stays.
    fn update(&mut self, revaluation: &Revaluation) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: RevaluationId) -> Stored<Option<Revaluation>>;
    /// The id of one by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<RevaluationId>>;
    /// The one that an entry belongs to, also one that took it back.
    fn find_by_entry(&mut self, entry: EntryId) -> Stored<Option<Revaluation>>;
    /// A standing one of a closing date with an item in one of these currencies: the first by id.
    fn standing(&mut self, date: Date, currencies: &[Currency]) -> Stored<Option<RevaluationId>>;
    /// The items of one, in their order.
    fn items(&mut self, id: RevaluationId) -> Stored<Vec<RevaluedItem>>;
    /// What the items of all of them come to, by id; those without items are left out.
    fn sums(&mut self) -> Stored<Vec<RevaluedSum>>;
    /// How revaluations dated on or before a day saw a document or payment, by date and id, also void ones.
    fn history(&mut self, source: OpenItemSource, until: Date) -> Stored<Vec<ItemRevaluation>>;
    /// Some, newest first: beyond `after` (date and id of the last one seen), past the first `offset`, at most `limit`.
    fn list(
        &mut self,
        filter: &RevaluationFilter,
        after: Option<(Date, RevaluationId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Revaluation>>;
    /// How many there are.
    fn count(&mut self, filter: &RevaluationFilter) -> Stored<i64>;
}
