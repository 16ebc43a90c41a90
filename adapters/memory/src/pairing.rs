//! Pairing codes.

use crate::tx::{MemoryTx, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{Pairings, Stored};
use partita_domain::hash::Hash;
use partita_domain::id::PairingId;
use partita_domain::pairing::Pairing;

/// The pairing codes with their unique values.
#[derive(Default)]
pub(crate) struct PairingCodes {
    by_id: UndoMap<PairingId, Pairing>,
    pub(crate) by_hash: UndoMap<Hash, PairingId>,
}

impl PairingCodes {
    fn put(&mut self, pairing: &Pairing) {
        let old = self.by_id.get(&pairing.id).map(|old| old.code_hash);
        self.by_hash.rekey(old.as_ref(), Some(&pairing.code_hash), pairing.id);
        self.by_id.put(pairing.id, pairing.clone());
    }
}

impl Undo for PairingCodes {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_hash.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_hash.roll_back();
    }
}

impl Pairings for MemoryTx<'_> {
    fn insert(&mut self, pairing: &Pairing) -> Stored<()> {
        let books = self.books_mut()?;
        books.pairings.by_id.check_new(&pairing.id)?;
        books.pairings.by_hash.check_free(Some(&pairing.code_hash), &pairing.id)?;
        if !books.api_keys.by_id.contains_key(&pairing.api_key_id) {
            return Err(impossible(format!("there is no key {}", pairing.api_key_id)));
        }
        books.pairings.put(pairing);
        Ok(())
    }

    fn update(&mut self, pairing: &Pairing) -> Stored<()> {
        let pairings = &mut self.books_mut()?.pairings;
        if pairings.by_id.contains_key(&pairing.id) {
            pairings.by_hash.check_free(Some(&pairing.code_hash), &pairing.id)?;
            pairings.put(pairing);
        }
        Ok(())
    }

    fn find_by_hash(&mut self, code_hash: Hash) -> Stored<Option<Pairing>> {
        let pairings = &self.books().pairings;
        Ok(pairings.by_hash.get(&code_hash).and_then(|id| pairings.by_id.get(id)).cloned())
    }
}
