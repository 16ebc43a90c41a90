//! Sessions.

use crate::parse;
use crate::schema::sessions;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Sessions, Stored};
use partita_domain::hash::Hash;
use partita_domain::id::UserId;
use partita_domain::session::Session;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sessions, primary_key(company_id, id), treat_none_as_null = true)]
struct SessionRow {
    company_id: String,
    id: String,
    user_id: String,
    token_hash: String,
    created_at: PrimitiveDateTime,
    expires_at: PrimitiveDateTime,
    ended_at: Option<PrimitiveDateTime>,
}

impl SessionRow {
    fn of(company: &str, session: &Session) -> Self {
        Self {
            company_id: company.to_owned(),
            id: session.id.to_string(),
            user_id: session.user_id.to_string(),
            token_hash: session.token_hash.to_string(),
            created_at: session.created_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
        }
    }

    fn into_session(self) -> Stored<Session> {
        Ok(Session {
            id: parse::text(&self.id, "session id")?,
            user_id: parse::text(&self.user_id, "user of a session")?,
            token_hash: parse::text(&self.token_hash, "hash of a session")?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            ended_at: self.ended_at,
        })
    }
}

impl Sessions for SqlTx<'_> {
    fn insert(&mut self, session: &Session) -> Stored<()> {
        let row = SessionRow::of(&self.key, session);
        self.write(|conn, _| diesel::insert_into(sessions::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, session: &Session) -> Stored<()> {
        let row = SessionRow::of(&self.key, session);
        self.write(|conn, company| {
            diesel::update(sessions::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find_by_hash(&mut self, token_hash: Hash) -> Stored<Option<Session>> {
        let row: Option<SessionRow> = self.read(|conn, company| {
            sessions::table
                .filter(sessions::company_id.eq(company))
                .filter(sessions::token_hash.eq(token_hash.to_string()))
                .select(SessionRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(SessionRow::into_session).transpose()
    }

    fn end_all(&mut self, user_id: UserId, at: PrimitiveDateTime) -> Stored<()> {
        self.write(|conn, company| {
            diesel::update(
                sessions::table
                    .filter(sessions::company_id.eq(company))
                    .filter(sessions::user_id.eq(user_id.to_string()))
                    .filter(sessions::ended_at.is_null()),
            )
            .set(sessions::ended_at.eq(at))
            .execute(conn)
        })
        .map(drop)
    }
}
