//! Sessions.

use super::Stored;
use partita_domain::hash::Hash;
use partita_domain::id::UserId;
use partita_domain::session::Session;
use time::PrimitiveDateTime;

/// The sessions of the company's users.
pub trait Sessions {
    /// Adds one.
    fn insert(&mut self, session: &Session) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, session: &Session) -> Stored<()>;
    /// One by the SHA-256 of its token.
    fn find_by_hash(&mut self, token_hash: Hash) -> Stored<Option<Session>>;
    /// Ends every live session of a user.
    fn end_all(&mut self, user_id: UserId, at: PrimitiveDateTime) -> Stored<()>;
}
