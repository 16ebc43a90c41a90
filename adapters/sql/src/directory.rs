//! Installation-wide look-ups: the only statements that do not name a company.

use crate::company::CompanyRow;
use crate::parse;
use crate::schema::{api_keys, companies, pairings, sessions, users};
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Directory, Stored};
use partita_domain::company::Company;
use partita_domain::hash::Hash;
use partita_domain::id::CompanyId;

fn company_id(id: Option<String>) -> Stored<Option<CompanyId>> {
    parse::optional(id.as_deref(), "company id")
}

// A digest belongs to one company; were it two, the transaction's own comes first.
impl Directory for SqlTx<'_> {
    fn companies(&mut self) -> Stored<Vec<Company>> {
        let rows: Vec<CompanyRow> = self.read(|conn, _| {
            companies::table
                .order((companies::created_at, companies::company_id))
                .select(CompanyRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(CompanyRow::into_company).collect()
    }

    fn company_of_key(&mut self, key_hash: Hash) -> Stored<Option<CompanyId>> {
        let found = self.read(|conn, own| {
            api_keys::table
                .filter(api_keys::key_hash.eq(key_hash.to_string()))
                .order(api_keys::company_id.ne(own))
                .select(api_keys::company_id)
                .first(conn)
                .optional()
        })?;
        company_id(found)
    }

    fn company_of_session(&mut self, token_hash: Hash) -> Stored<Option<CompanyId>> {
        let found = self.read(|conn, own| {
            sessions::table
                .filter(sessions::token_hash.eq(token_hash.to_string()))
                .order(sessions::company_id.ne(own))
                .select(sessions::company_id)
                .first(conn)
                .optional()
        })?;
        company_id(found)
    }

    fn company_of_pairing(&mut self, code_hash: Hash) -> Stored<Option<CompanyId>> {
        let found = self.read(|conn, own| {
            pairings::table
                .filter(pairings::code_hash.eq(code_hash.to_string()))
                .order(pairings::company_id.ne(own))
                .select(pairings::company_id)
                .first(conn)
                .optional()
        })?;
        company_id(found)
    }

    fn companies_of_username(&mut self, username: &str) -> Stored<Vec<CompanyId>> {
        let found: Vec<String> = self.read(|conn, _| {
            users::table
                .inner_join(companies::table.on(companies::company_id.eq(users::company_id)))
                .filter(users::username.eq(username))
                .order((companies::created_at, companies::company_id))
                .select(users::company_id)
                .load(conn)
        })?;
        found.iter().map(|id| parse::text(id, "company id")).collect()
    }
}
