//! The JSON of accounts, written once: a chart is listed far more often than it changes.

use super::AccountBody;
use crate::problem::Problem;
use partita_domain::account::Account;
use partita_domain::id::AccountId;
use serde_json::value::{RawValue, to_raw_value};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// A thread keeps this many, some 1 KB each; then it begins anew.
const MOST: usize = 2_000;

type Kept = HashMap<AccountId, (Arc<Account>, Rc<RawValue>)>;

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The body of each account, in their order.
///
/// # Errors
/// 500 when one cannot be written.
pub(super) fn bodies(accounts: &[Arc<Account>]) -> Result<Vec<Rc<RawValue>>, Problem> {
    KEPT.with_borrow_mut(|kept| accounts.iter().map(|account| body(kept, account)).collect())
}

fn body(kept: &mut Kept, account: &Arc<Account>) -> Result<Rc<RawValue>, Problem> {
    if let Some((of, json)) = kept.get(&account.id)
        && of == account
    {
        return Ok(Rc::clone(json));
    }
    let json: Rc<RawValue> = to_raw_value(&AccountBody::from(&**account)).map_err(Problem::internal)?.into();
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(account.id, (Arc::clone(account), Rc::clone(&json)));
    Ok(json)
}
