//! Roles of the company's own.

use super::Stored;
use partita_domain::role::Role;

/// The company's own roles; those that come with Partita are not stored.
pub trait Roles {
    /// Adds one.
    fn insert(&mut self, role: &Role) -> Stored<()>;
    /// Replaces one by its name.
    fn update(&mut self, role: &Role) -> Stored<()>;
    /// Removes one.
    fn delete(&mut self, name: &str) -> Stored<()>;
    /// One by its name.
    fn find(&mut self, name: &str) -> Stored<Option<Role>>;
    /// All of them, by name.
    fn list(&mut self) -> Stored<Vec<Role>>;
}
