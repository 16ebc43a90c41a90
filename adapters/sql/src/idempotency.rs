//! Outcomes by idempotency key.

use crate::connection::on;
use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::idempotency_keys;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Idempotency, Remembered, StoreError, Stored};
use partita_domain::hash::Hash;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
pub(crate) struct RememberedRow {
    company_id: String,
    key: String,
    fingerprint: String,
    outcome: String,
}

impl Written for RememberedRow {
    const SHAPE: Shape = Shape::Insert {
        table: "idempotency_keys",
        columns: &["company_id", "key", "fingerprint", "outcome"],
        conflict: "",
    };
}

impl RememberedRow {
    pub(crate) fn cells(self) -> [Cell; 4] {
        [self.company_id.into(), self.key.into(), self.fingerprint.into(), self.outcome.into()]
    }

    fn into_remembered(self, cipher: impl FnOnce() -> Stored<Hash>) -> Stored<Remembered> {
        let (veil, text) = match self.fingerprint.strip_prefix(VEILED) {
            Some(text) => (cipher()?, text),
            None => (Hash::GENESIS, self.fingerprint.as_str()),
        };
        let fingerprint = parse::text(text, "fingerprint of an idempotency key")?;
        Ok(Remembered { fingerprint: veiled(fingerprint, veil), key: self.key, outcome: self.outcome })
    }
}

/// How a fingerprint begins that cannot be read without the encryption key. A request can hold a tax number, and there
/// are so few of those that a plain digest would betray it to whoever tries them all.
const VEILED: &str = "v1.";

/// Veils a digest, or takes the veil away. Every idempotency key has a veil of its own and is written once.
fn veiled(Hash(digest): Hash, Hash(veil): Hash) -> Hash {
    let mut bytes = digest;
    bytes.iter_mut().zip(veil).for_each(|(byte, veil)| *byte ^= veil);
    Hash(bytes)
}

impl SqlTx<'_> {
    fn veil(&self, key: &str) -> Stored<Hash> {
        Ok(self.cipher()?.digest(&format!("idempotency keys of {}", self.key), key))
    }
}

impl Idempotency for SqlTx<'_> {
    fn find(&mut self, key: &str) -> Stored<Option<Remembered>> {
        let mut pending = self.pending().remembered.iter();
        let mut row = pending.find(|row| row.key == key && row.company_id == self.key).cloned();
        if row.is_none() {
            row = self.read(|conn, company| {
                let kept = idempotency_keys::table.find((company, key));
                on!(conn, |conn| kept.select(RememberedRow::as_select()).first(conn).optional())
            })?;
        }
        if row.is_none() {
            self.absent().idempotency_keys.insert(key.to_owned());
        }
        row.map(|row| row.into_remembered(|| self.veil(key))).transpose()
    }

    fn insert(&mut self, remembered: &Remembered) -> Stored<()> {
        // Rows are written later; what is taken has to show now.
        let key = &remembered.key;
        if !self.absent().idempotency_keys.contains(key) && self.find(key)?.is_some() {
            return Err(StoreError::Duplicate);
        }
        self.absent().idempotency_keys.remove(key);
        let row = RememberedRow {
            company_id: self.key.clone(),
            key: remembered.key.clone(),
            fingerprint: match self.veil(key) {
                Ok(veil) => format!("{VEILED}{}", veiled(remembered.fingerprint, veil)),
                // A store without an encryption key holds no such secret.
                Err(_) => remembered.fingerprint.to_string(),
            },
            outcome: remembered.outcome.clone(),
        };
        self.add()?.remembered.push(row);
        Ok(())
    }
}
