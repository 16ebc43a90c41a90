//! The chart of accounts of a company, in memory.

use partita_domain::account::Account;
use partita_domain::id::AccountId;
use std::collections::HashMap;
use std::sync::Arc;

/// All accounts, to be found by number and by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chart {
    /// By number.
    all: Arc<Vec<Arc<Account>>>,
    by_id: HashMap<AccountId, Arc<Account>>,
}

impl Chart {
    pub(crate) fn of(mut accounts: Vec<Arc<Account>>) -> Self {
        accounts.sort_by(|a, b| a.number.as_bytes().cmp(b.number.as_bytes()));
        let by_id = accounts.iter().map(|account| (account.id, account.clone())).collect();
        Self { all: Arc::new(accounts), by_id }
    }

    pub(crate) fn all(&self) -> Arc<Vec<Arc<Account>>> {
        self.all.clone()
    }

    pub(crate) fn by_id(&self, id: AccountId) -> Option<Arc<Account>> {
        self.by_id.get(&id).cloned()
    }

    pub(crate) fn by_number(&self, number: &str) -> Option<Arc<Account>> {
        self.place(number).ok().and_then(|i| self.all.get(i)).cloned()
    }

    /// Those with a number above one.
    pub(crate) fn above(&self, number: &str) -> impl Iterator<Item = &Arc<Account>> {
        let start = self.all.partition_point(|account| account.number.as_bytes() <= number.as_bytes());
        self.all.iter().skip(start)
    }

    /// Adds or replaces one.
    pub(crate) fn put(&mut self, account: &Account) {
        let account = Arc::new(account.clone());
        let all = Arc::make_mut(&mut self.all);
        if self.by_id.insert(account.id, account.clone()).is_some() {
            all.retain(|other| other.id != account.id);
        }
        let place = all.partition_point(|other| other.number.as_bytes() < account.number.as_bytes());
        all.insert(place, account);
    }

    fn place(&self, number: &str) -> Result<usize, usize> {
        self.all.binary_search_by(|account| account.number.as_bytes().cmp(number.as_bytes()))
    }
}
