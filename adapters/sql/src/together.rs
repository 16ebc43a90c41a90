//! Units that one thread runs one after another in the transaction of a group, while it holds the baton.

use crate::lane::{Group, Verdict};
use crate::store::{Ran, SqlStore};
use crate::transaction::{Open, Undone};
use partita_application::ports::{Mode, Work};
use partita_domain::id::CompanyId;
use std::cell::RefCell;

thread_local! {
    /// Use cases know of no groups, so theirs cannot be handed to them.
    static HERE: RefCell<Option<Together>> = const { RefCell::new(None) };
}

/// The group that this thread fills.
pub(crate) struct Together {
    store: *const SqlStore,
    company: CompanyId,
    /// None after a unit that, alone in its transaction, could only be undone with it.
    group: Option<Box<Group>>,
    lost: Option<Verdict>,
}

/// What became of a group that was filled.
pub(crate) enum Ended {
    /// It is to be committed.
    Kept(Box<Group>),
    /// There is nothing to commit.
    Nothing,
    /// It cannot go on.
    Lost(Option<Box<Group>>, Verdict),
}

impl Together {
    pub(crate) fn of(store: &SqlStore, company: CompanyId, group: Box<Group>) -> Self {
        Self { store, company, group: Some(group), lost: None }
    }

    /// Calls `each` until it or the group has enough.
    pub(crate) fn fill(self, each: &mut dyn FnMut() -> bool) -> Ended {
        let _leave = Leave;
        self.put();
        while each() && HERE.with_borrow(|here| here.as_ref().is_some_and(Self::takes_more)) {}
        match HERE.take() {
            Some(Self { lost: Some(verdict), group, .. }) => Ended::Lost(group, verdict),
            Some(Self { group: Some(group), .. }) => Ended::Kept(group),
            _ => Ended::Nothing,
        }
    }

    /// The group of this thread, if it is one of this store and company.
    pub(crate) fn take(store: &SqlStore, company: CompanyId) -> Option<Self> {
        HERE.with_borrow_mut(|here| {
            here.take_if(|here| std::ptr::eq(here.store, store) && here.company == company)
        })
    }

    pub(crate) fn put(self) {
        HERE.set(Some(self));
    }

    fn takes_more(&self) -> bool {
        self.lost.is_none() && self.group.as_ref().is_none_or(|group| group.takes_more())
    }

    /// Runs a unit. What it answers counts once the group is committed.
    pub(crate) fn run(&mut self, store: &SqlStore, work: Work<'_>) -> Ran {
        if let Some(verdict) = &self.lost {
            return Ran::Kept(verdict.clone());
        }
        let group = match self.group.take() {
            Some(group) => group,
            None => match store.begin(&store.writers, Mode::Write) {
                Ok(link) => Box::new(Group::new(Open::new(link, Mode::Write))),
                Err(error) => return Ran::Refused(error.into()),
            },
        };
        let open = &mut self.group.insert(group).open;
        let Err(ran) = store.work(open, self.company, work) else { return Ran::Kept(Verdict::Committed) };
        match open.undo_unit() {
            Undone::Open => {}
            Undone::Over => self.group = None,
            Undone::Lost => self.lost = Some(open.loss()),
        }
        ran
    }
}

/// Whatever happens, the next work of this thread finds no group.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        HERE.set(None);
    }
}
