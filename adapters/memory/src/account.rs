//! The chart of accounts.

use crate::tx::{MemoryTx, contains, count, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{AccountFilter, Accounts, Stored};
use partita_domain::account::Account;
use partita_domain::id::AccountId;
use partita_domain::journal_entry::AccountRef;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

/// The accounts with their unique values.
#[derive(Default)]
pub(crate) struct Chart {
    by_id: UndoMap<AccountId, Arc<Account>>,
    by_number: UndoMap<String, AccountId>,
    by_external_id: UndoMap<String, AccountId>,
}

impl Chart {
    /// Checks that an account exists, as a foreign key would.
    pub(crate) fn check_exists(&self, id: AccountId) -> Stored<()> {
        if self.by_id.contains_key(&id) {
            Ok(())
        } else {
            Err(impossible(format!("there is no account {id}")))
        }
    }

    /// The number of an account.
    pub(crate) fn number(&self, id: AccountId) -> Option<&str> {
        self.by_id.get(&id).map(|account| account.number.as_str())
    }

    fn check(&self, account: &Account) -> Stored<()> {
        self.by_number.check_free(Some(&account.number), &account.id)?;
        self.by_external_id.check_free(account.external_id.as_ref(), &account.id)?;
        match account.parent_id {
            Some(parent) if parent != account.id => self.check_exists(parent),
            _ => Ok(()),
        }
    }

    fn put(&mut self, account: &Account) {
        let old = self.by_id.get(&account.id).cloned();
        let old = old.as_deref();
        self.by_number.rekey(old.map(|old| &old.number), Some(&account.number), account.id);
        let old_external_id = old.and_then(|old| old.external_id.as_ref());
        self.by_external_id.rekey(old_external_id, account.external_id.as_ref(), account.id);
        self.by_id.put(account.id, Arc::new(account.clone()));
    }

    fn in_order_after(&self, after: Option<&str>) -> impl Iterator<Item = &Arc<Account>> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_number.range::<str, _>((after, Bound::Unbounded)).filter_map(|(_, id)| self.by_id.get(id))
    }
}

impl Undo for Chart {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_number.commit();
        self.by_external_id.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_number.roll_back();
        self.by_external_id.roll_back();
    }
}

fn matches(account: &Account, filter: &AccountFilter) -> bool {
    let has_text = |q: &str| {
        contains(&account.number, q)
            || contains(&account.name, q)
            || account.description.as_deref().is_some_and(|description| contains(description, q))
    };
    filter.account_type.is_none_or(|kind| account.account_type == kind)
        && filter.category.is_none_or(|category| account.account_type.category() == category)
        && filter.parent_id.is_none_or(|parent| account.parent_id == Some(parent))
        && filter.is_active.is_none_or(|is_active| account.is_active == is_active)
        && (filter.external_id.is_none() || account.external_id == filter.external_id)
        && filter.number.as_ref().is_none_or(|number| account.number == *number)
        && filter.q.as_deref().is_none_or(has_text)
}

impl Accounts for MemoryTx<'_> {
    fn insert(&mut self, account: &Account) -> Stored<()> {
        let chart = &mut self.books_mut()?.accounts;
        chart.by_id.check_new(&account.id)?;
        chart.check(account)?;
        chart.put(account);
        Ok(())
    }

    fn update(&mut self, account: &Account) -> Stored<()> {
        let chart = &mut self.books_mut()?.accounts;
        if chart.by_id.contains_key(&account.id) {
            chart.check(account)?;
            chart.put(account);
        }
        Ok(())
    }

    fn find(&mut self, id: AccountId) -> Stored<Option<Arc<Account>>> {
        Ok(self.books().accounts.by_id.get(&id).cloned())
    }

    fn find_by_number(&mut self, number: &str) -> Stored<Option<Arc<Account>>> {
        let chart = &self.books().accounts;
        Ok(chart.by_number.get(number).and_then(|id| chart.by_id.get(id)).cloned())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Arc<Account>>> {
        let chart = &self.books().accounts;
        Ok(chart.by_external_id.get(external_id).and_then(|id| chart.by_id.get(id)).cloned())
    }

    fn named(&mut self, names: &[&AccountRef]) -> Stored<Vec<Arc<Account>>> {
        let chart = &self.books().accounts;
        let id_of = |name: &&AccountRef| match name {
            AccountRef::Id(id) => Some(*id),
            AccountRef::Number(number) => chart.by_number.get(number).copied(),
        };
        let ids: BTreeSet<AccountId> = names.iter().filter_map(id_of).collect();
        Ok(ids.into_iter().filter_map(|id| chart.by_id.get(&id)).cloned().collect())
    }

    fn all(&mut self) -> Stored<Arc<Vec<Arc<Account>>>> {
        Ok(Arc::new(self.books().accounts.in_order_after(None).cloned().collect()))
    }

    fn list(
        &mut self,
        filter: &AccountFilter,
        after: Option<&str>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Arc<Account>>> {
        let accounts = self.books().accounts.in_order_after(after);
        let matching = accounts.filter(|account| matches(account, filter));
        Ok(matching.skip(count(offset)).take(count(limit)).cloned().collect())
    }

    fn count(&mut self, filter: &AccountFilter) -> Stored<i64> {
        let accounts = self.books().accounts.by_id.values();
        Ok(accounts.map(|account| i64::from(matches(account, filter))).sum())
    }
}
