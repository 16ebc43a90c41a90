//! People.

use crate::parse;
use crate::schema::users;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Stored, Users};
use partita_domain::id::UserId;
use partita_domain::user::User;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, primary_key(company_id, id), treat_none_as_null = true)]
struct UserRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    username: String,
    email: Option<String>,
    role: String,
    is_active: bool,
    last_login_at: Option<PrimitiveDateTime>,
    failed_logins: i32,
    locked_until: Option<PrimitiveDateTime>,
    password_hash: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl UserRow {
    fn of(company: &str, user: &User) -> Self {
        Self {
            company_id: company.to_owned(),
            id: user.id.to_string(),
            external_id: user.external_id.clone(),
            username: user.username.clone(),
            email: user.email.clone(),
            role: user.role.clone(),
            is_active: user.is_active,
            last_login_at: user.last_login_at,
            failed_logins: user.failed_logins,
            locked_until: user.locked_until,
            password_hash: user.password_hash.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            version: user.version,
        }
    }

    fn into_user(self) -> Stored<User> {
        Ok(User {
            id: parse::text(&self.id, "user id")?,
            external_id: self.external_id,
            username: self.username,
            email: self.email,
            role: self.role,
            is_active: self.is_active,
            last_login_at: self.last_login_at,
            failed_logins: self.failed_logins,
            locked_until: self.locked_until,
            password_hash: self.password_hash,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl Users for SqlTx<'_> {
    fn insert(&mut self, user: &User) -> Stored<()> {
        let row = UserRow::of(&self.key, user);
        self.write(|conn, _| diesel::insert_into(users::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, user: &User) -> Stored<()> {
        let row = UserRow::of(&self.key, user);
        self.write(|conn, company| {
            diesel::update(users::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: UserId) -> Stored<Option<User>> {
        let row: Option<UserRow> = self.read(|conn, company| {
            users::table.find((company, id.to_string())).select(UserRow::as_select()).first(conn).optional()
        })?;
        row.map(UserRow::into_user).transpose()
    }

    fn find_by_username(&mut self, username: &str) -> Stored<Option<User>> {
        let row: Option<UserRow> = self.read(|conn, company| {
            users::table
                .filter(users::company_id.eq(company))
                .filter(users::username.eq(username))
                .select(UserRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(UserRow::into_user).transpose()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<User>> {
        let row: Option<UserRow> = self.read(|conn, company| {
            users::table
                .filter(users::company_id.eq(company))
                .filter(users::external_id.eq(external_id))
                .select(UserRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(UserRow::into_user).transpose()
    }

    fn list(&mut self) -> Stored<Vec<User>> {
        let rows: Vec<UserRow> = self.read(|conn, company| {
            users::table
                .filter(users::company_id.eq(company))
                .order(users::username)
                .select(UserRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(UserRow::into_user).collect()
    }

    fn count_active(&mut self) -> Stored<i64> {
        self.read(|conn, company| {
            users::table
                .filter(users::company_id.eq(company))
                .filter(users::is_active.eq(true))
                .count()
                .get_result(conn)
        })
    }
}
