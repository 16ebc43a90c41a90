//! What was open on a day.

use super::Stored;
use partita_domain::ageing::OpenOnDay;
use partita_domain::id::ContactId;
use partita_domain::tax::Trade;
use time::Date;

/// Documents and payments of which something was open on a day, by accounting dates: dated on or before it, not void on
/// it, less what was applied up to it.
pub trait OpenItems {
    /// Those of one side of the trade, of one contact or of all, in any order. Reads what is open now and what was
    /// applied or made void after the day, not what was closed before.
    fn open_on(&mut self, trade: Trade, day: Date, contact: Option<ContactId>) -> Stored<Vec<OpenOnDay>>;
}
