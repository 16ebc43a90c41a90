//! People.

use super::Stored;
use partita_domain::id::UserId;
use partita_domain::user::User;

/// The users of the company.
pub trait Users {
    /// Adds one.
    fn insert(&mut self, user: &User) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, user: &User) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: UserId) -> Stored<Option<User>>;
    /// One by its name.
    fn find_by_username(&mut self, username: &str) -> Stored<Option<User>>;
    /// One by its external id.
    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<User>>;
    /// All of them, by name.
    fn list(&mut self) -> Stored<Vec<User>>;
    /// How many may log in.
    fn count_active(&mut self) -> Stored<i64>;
}
