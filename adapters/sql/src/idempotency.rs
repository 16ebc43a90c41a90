//! Outcomes by idempotency key.

use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::idempotency_keys;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Idempotency, Remembered, StoreError, Stored};

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

    fn into_remembered(self) -> Stored<Remembered> {
        Ok(Remembered {
            key: self.key,
            fingerprint: parse::text(&self.fingerprint, "fingerprint of an idempotency key")?,
            outcome: self.outcome,
        })
    }
}

impl Idempotency for SqlTx<'_> {
    fn find(&mut self, key: &str) -> Stored<Option<Remembered>> {
        let mut pending = self.pending().remembered.iter();
        let mut row = pending.find(|row| row.key == key && row.company_id == self.key).cloned();
        if row.is_none() {
            row = self.read(|conn, company| {
                idempotency_keys::table
                    .find((company, key))
                    .select(RememberedRow::as_select())
                    .first(conn)
                    .optional()
            })?;
        }
        if row.is_none() {
            self.absent().idempotency_keys.insert(key.to_owned());
        }
        row.map(RememberedRow::into_remembered).transpose()
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
            fingerprint: remembered.fingerprint.to_string(),
            outcome: remembered.outcome.clone(),
        };
        self.add()?.remembered.push(row);
        Ok(())
    }
}
