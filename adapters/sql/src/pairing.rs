//! Pairing codes.

use crate::parse;
use crate::schema::pairings;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Pairings, Stored};
use partita_domain::hash::Hash;
use partita_domain::pairing::Pairing;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = pairings, primary_key(company_id, id), treat_none_as_null = true)]
struct PairingRow {
    company_id: String,
    id: String,
    api_key_id: String,
    code_hash: String,
    created_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
    used_at: Option<PrimitiveDateTime>,
}

impl PairingRow {
    fn of(company: &str, pairing: &Pairing) -> Self {
        Self {
            company_id: company.to_owned(),
            id: pairing.id.to_string(),
            api_key_id: pairing.api_key_id.to_string(),
            code_hash: pairing.code_hash.to_string(),
            created_at: pairing.created_at,
            expires_at: pairing.expires_at,
            used_at: pairing.used_at,
        }
    }

    fn into_pairing(self) -> Stored<Pairing> {
        Ok(Pairing {
            id: parse::text(&self.id, "pairing id")?,
            api_key_id: parse::text(&self.api_key_id, "key of a pairing")?,
            code_hash: parse::text(&self.code_hash, "hash of a pairing")?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            used_at: self.used_at,
        })
    }
}

impl Pairings for SqlTx<'_> {
    fn insert(&mut self, pairing: &Pairing) -> Stored<()> {
        let row = PairingRow::of(&self.key, pairing);
        self.write(|conn, _| diesel::insert_into(pairings::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, pairing: &Pairing) -> Stored<()> {
        let row = PairingRow::of(&self.key, pairing);
        self.write(|conn, company| {
            diesel::update(pairings::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find_by_hash(&mut self, code_hash: Hash) -> Stored<Option<Pairing>> {
        let row: Option<PairingRow> = self.read(|conn, company| {
            pairings::table
                .filter(pairings::company_id.eq(company))
                .filter(pairings::code_hash.eq(code_hash.to_string()))
                .select(PairingRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(PairingRow::into_pairing).transpose()
    }
}
