//! Keys of programs.

use crate::tx::MemoryTx;
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{ApiKeys, Stored};
use partita_domain::api_key::ApiKey;
use partita_domain::hash::Hash;
use partita_domain::id::ApiKeyId;
use time::PrimitiveDateTime;

/// The keys with their unique values.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) by_id: UndoMap<ApiKeyId, ApiKey>,
    pub(crate) by_hash: UndoMap<Hash, ApiKeyId>,
}

impl Keys {
    fn put(&mut self, key: ApiKey) {
        let old = self.by_id.get(&key.id).map(|old| old.key_hash);
        self.by_hash.rekey(old.as_ref(), Some(&key.key_hash), key.id);
        self.by_id.put(key.id, key);
    }
}

impl Undo for Keys {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_hash.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_hash.roll_back();
    }
}

impl ApiKeys for MemoryTx<'_> {
    fn insert(&mut self, key: &ApiKey) -> Stored<()> {
        let keys = &mut self.books_mut()?.api_keys;
        keys.by_id.check_new(&key.id)?;
        keys.by_hash.check_free(Some(&key.key_hash), &key.id)?;
        keys.put(key.clone());
        Ok(())
    }

    fn update(&mut self, key: &ApiKey) -> Stored<()> {
        let keys = &mut self.books_mut()?.api_keys;
        if keys.by_id.contains_key(&key.id) {
            keys.by_hash.check_free(Some(&key.key_hash), &key.id)?;
            keys.put(key.clone());
        }
        Ok(())
    }

    fn touch(&mut self, id: ApiKeyId, at: PrimitiveDateTime) -> Stored<()> {
        let keys = &mut self.books_mut()?.api_keys;
        if let Some(key) = keys.by_id.get(&id).cloned() {
            keys.put(ApiKey { last_used_at: Some(at), ..key });
        }
        Ok(())
    }

    fn find(&mut self, id: ApiKeyId) -> Stored<Option<ApiKey>> {
        Ok(self.books().api_keys.by_id.get(&id).cloned())
    }

    fn find_by_hash(&mut self, hash: Hash) -> Stored<Option<ApiKey>> {
        let keys = &self.books().api_keys;
        Ok(keys.by_hash.get(&hash).and_then(|id| keys.by_id.get(id)).cloned())
    }

    fn list(&mut self) -> Stored<Vec<ApiKey>> {
        let mut keys: Vec<ApiKey> = self.books().api_keys.by_id.values().cloned().collect();
        keys.sort_by_key(|key| (key.created_at, key.id));
        Ok(keys)
    }
}
