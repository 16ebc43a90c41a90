//! Keys of programs.

use super::Stored;
use partita_domain::api_key::ApiKey;
use partita_domain::hash::Hash;
use partita_domain::id::ApiKeyId;
use time::PrimitiveDateTime;

/// The keys of the company.
pub trait ApiKeys {
    /// Adds one.
    fn insert(&mut self, key: &ApiKey) -> Stored<()>;
    /// Replaces one by its id.
    fn update(&mut self, key: &ApiKey) -> Stored<()>;
    /// Notes when one was last used.
    fn touch(&mut self, id: ApiKeyId, at: PrimitiveDateTime) -> Stored<()>;
    /// One by its id.
    fn find(&mut self, id: ApiKeyId) -> Stored<Option<ApiKey>>;
    /// One by its SHA-256.
    fn find_by_hash(&mut self, hash: Hash) -> Stored<Option<ApiKey>>;
    /// All of them, revoked ones too, oldest first (by `created_at`, then id).
    fn list(&mut self) -> Stored<Vec<ApiKey>>;
}
