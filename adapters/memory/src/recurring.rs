//! Templates of transactions that recur.

use crate::tx::{MemoryTx, contains, count};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{RecurringFilter, RecurringTemplates, Stored};
use partita_domain::id::RecurringId;
use partita_domain::recurring::{RecurringKind, RecurringTemplate};
use std::ops::Bound;
use time::Date;

/// The templates with their unique values and their order.
#[derive(Default)]
pub(crate) struct Series {
    by_id: UndoMap<RecurringId, RecurringTemplate>,
    by_external_id: UndoMap<String, RecurringId>,
    by_name: UndoMap<(String, RecurringId), RecurringId>,
}

impl Series {
    fn put(&mut self, template: &RecurringTemplate) -> Stored<()> {
        self.by_external_id.check_free(template.external_id.as_ref(), &template.id)?;
        let old = self.by_id.get(&template.id);
        let old_external_id = old.and_then(|old| old.external_id.as_ref());
        self.by_external_id.rekey(old_external_id, template.external_id.as_ref(), template.id);
        let old_name = old.map(|old| (old.sort_name(), old.id));
        self.by_name.rekey(old_name.as_ref(), Some(&(template.sort_name(), template.id)), template.id);
        self.by_id.put(template.id, template.clone());
        Ok(())
    }
}

impl Undo for Series {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_external_id.commit();
        self.by_name.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_external_id.roll_back();
        self.by_name.roll_back();
    }
}

fn matches(template: &RecurringTemplate, filter: &RecurringFilter) -> bool {
    let schedule = &template.schedule;
    filter.kinds.contains(&template.kind())
        && filter.is_active.is_none_or(|is_active| schedule.is_active == is_active)
        && (filter.external_id.is_none() || template.external_id == filter.external_id)
        && filter.due_before.is_none_or(|day| schedule.next_due.is_some_and(|due| due < day))
        && filter.q.as_deref().is_none_or(|q| contains(&template.name, q))
}

impl RecurringTemplates for MemoryTx<'_> {
    fn insert(&mut self, template: &RecurringTemplate) -> Stored<()> {
        let series = &mut self.books_mut()?.recurring;
        series.by_id.check_new(&template.id)?;
        series.put(template)
    }

    fn update(&mut self, template: &RecurringTemplate) -> Stored<()> {
        let series = &mut self.books_mut()?.recurring;
        if series.by_id.contains_key(&template.id) { series.put(template) } else { Ok(()) }
    }

    fn find(&mut self, id: RecurringId) -> Stored<Option<RecurringTemplate>> {
        Ok(self.books().recurring.by_id.get(&id).cloned())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<RecurringTemplate>> {
        let series = &self.books().recurring;
        Ok(series.by_external_id.get(external_id).and_then(|id| series.by_id.get(id)).cloned())
    }

    fn list(
        &mut self,
        filter: &RecurringFilter,
        after: Option<(&str, RecurringId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<RecurringTemplate>> {
        let series = &self.books().recurring;
        let after = after.map(|(name, id)| (name.to_owned(), id));
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let in_order = series.by_name.range((after, Bound::Unbounded));
        let matching =
            in_order.filter_map(|(_, id)| series.by_id.get(id)).filter(|template| matches(template, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &RecurringFilter) -> Stored<i64> {
        let templates = self.books().recurring.by_id.values();
        Ok(templates.map(|template| i64::from(matches(template, filter))).sum())
    }

    fn due(&mut self, kinds: &[RecurringKind], as_of: Date) -> Stored<Vec<(Date, RecurringId)>> {
        let templates = self.books().recurring.by_id.values();
        let due = templates
            .filter(|template| template.schedule.is_due(as_of) && kinds.contains(&template.kind()))
            .filter_map(|template| template.schedule.next_due.map(|due| (due, template.id)));
        let mut due: Vec<_> = due.collect();
        due.sort_unstable();
        Ok(due)
    }
}
