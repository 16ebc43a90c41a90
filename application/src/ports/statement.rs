//! What statements of account are made of.

use super::Stored;
use partita_domain::id::{AccountId, ContactId};
use partita_domain::payment::PaymentDirection;
use partita_domain::statement::{ContactLine, ContactLines, ContactSum};
use time::Date;

/// Journal lines about one contact.
pub trait Statements {
    /// What stood on the accounts before a day, by account and currency, in any order. What comes to nothing may be left
    /// out.
    fn before(&mut self, lines: &ContactLines<'_>, day: Date) -> Stored<Vec<ContactSum>>;
    /// The lines from one day to another, by date, position and line; at most `limit`.
    fn within(
        &mut self,
        lines: &ContactLines<'_>,
        from: Option<Date>,
        to: Date,
        limit: i64,
    ) -> Stored<Vec<ContactLine>>;
    /// The accounts on which payments of the contact have ever left something, each once, in any order.
    fn advances_accounts(&mut self, contact: ContactId) -> Stored<Vec<(PaymentDirection, AccountId)>>;
}
