//! A map that remembers what it held before, so that a failed unit of work is undone without a copy of the books.

use partita_application::ports::{StoreError, Stored};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Deref;

/// What a unit of work ends with.
pub(crate) trait Undo {
    /// Keeps the changes.
    fn commit(&mut self);
    /// Takes the changes back, newest first.
    fn roll_back(&mut self);
}

/// An ordered map with an undo log. It is read as the [`BTreeMap`] that it is; it is written through methods that log.
pub(crate) struct UndoMap<K, V> {
    rows: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K, V> Default for UndoMap<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: Vec::new() }
    }
}

impl<K, V> Deref for UndoMap<K, V> {
    type Target = BTreeMap<K, V>;
    fn deref(&self) -> &Self::Target {
        &self.rows
    }
}

impl<K: Ord + Clone, V> UndoMap<K, V> {
    /// Adds or replaces.
    pub(crate) fn put(&mut self, key: K, value: V) {
        let before = self.rows.insert(key.clone(), value);
        self.before.push((key, before));
    }

    /// Adds.
    pub(crate) fn add(&mut self, key: K, value: V) -> Stored<()> {
        self.check_new(&key)?;
        self.put(key, value);
        Ok(())
    }

    /// Replaces; one that is not there stays so, as with an SQL `UPDATE`.
    pub(crate) fn replace(&mut self, key: K, value: V) {
        if self.rows.contains_key(&key) {
            self.put(key, value);
        }
    }

    /// Takes out, if it is there.
    pub(crate) fn take_out<Q>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        if let Some((key, value)) = self.rows.remove_entry(key) {
            self.before.push((key, Some(value)));
        }
    }

    /// Checks that a key is new.
    pub(crate) fn check_new<Q>(&self, key: &Q) -> Stored<()>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        if self.rows.contains_key(key) { Err(StoreError::Duplicate) } else { Ok(()) }
    }

    /// The keys that the open unit has written, some of them more than once.
    pub(crate) fn touched(&self) -> impl Iterator<Item = &K> {
        self.before.iter().map(|(key, _)| key)
    }
}

/// A unique index: from a unique value to its owner.
impl<K: Ord + Clone, V: PartialEq> UndoMap<K, V> {
    /// Checks that no other owner has the unique value.
    pub(crate) fn check_free<Q>(&self, key: Option<&Q>, owner: &V) -> Stored<()>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        match key.and_then(|key| self.rows.get(key)) {
            Some(other) if other != owner => Err(StoreError::Duplicate),
            _ => Ok(()),
        }
    }

    /// Gives an owner a new unique value instead of its old one.
    pub(crate) fn rekey(&mut self, old: Option<&K>, new: Option<&K>, owner: V) {
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.take_out(old);
        }
        if let Some(new) = new {
            self.put(new.clone(), owner);
        }
    }
}

impl<K: Ord, V> Undo for UndoMap<K, V> {
    fn commit(&mut self) {
        self.before.clear();
    }

    fn roll_back(&mut self) {
        while let Some((key, before)) = self.before.pop() {
            match before {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roll_back_takes_everything_back_and_commit_keeps_it() {
        let mut map = UndoMap::default();
        map.put("a", 1);
        map.commit();
        map.put("a", 2);
        map.put("a", 3);
        map.take_out("a");
        map.put("b", 4);
        map.roll_back();
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&"a", &1)]);
        map.take_out("a");
        map.commit();
        map.roll_back();
        assert!(map.is_empty());
    }
}
