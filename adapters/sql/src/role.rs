//! Roles of the company's own.

use crate::parse;
use crate::schema::roles;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Roles, Stored};
use partita_domain::role::Role;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = roles, primary_key(company_id, name), treat_none_as_null = true)]
struct RoleRow {
    company_id: String,
    name: String,
    description: String,
    permissions: String,
    is_system: bool,
    version: i64,
}

impl RoleRow {
    fn of(company: &str, role: &Role) -> Stored<Self> {
        Ok(Self {
            company_id: company.to_owned(),
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: parse::to_json(&role.permissions)?,
            is_system: role.is_system,
            version: role.version,
        })
    }

    fn into_role(self) -> Stored<Role> {
        Ok(Role {
            name: self.name,
            description: self.description,
            permissions: parse::json(&self.permissions, "permissions of a role")?,
            is_system: self.is_system,
            version: self.version,
        })
    }
}

impl Roles for SqlTx<'_> {
    fn insert(&mut self, role: &Role) -> Stored<()> {
        let row = RoleRow::of(&self.key, role)?;
        self.write(|conn, _| diesel::insert_into(roles::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, role: &Role) -> Stored<()> {
        let row = RoleRow::of(&self.key, role)?;
        self.write(|conn, company| {
            diesel::update(roles::table.find((company, &row.name))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn delete(&mut self, name: &str) -> Stored<()> {
        self.write(|conn, company| diesel::delete(roles::table.find((company, name))).execute(conn)).map(drop)
    }

    fn find(&mut self, name: &str) -> Stored<Option<Role>> {
        let row: Option<RoleRow> = self.read(|conn, company| {
            roles::table.find((company, name)).select(RoleRow::as_select()).first(conn).optional()
        })?;
        row.map(RoleRow::into_role).transpose()
    }

    fn list(&mut self) -> Stored<Vec<Role>> {
        let rows: Vec<RoleRow> = self.read(|conn, company| {
            roles::table
                .filter(roles::company_id.eq(company))
                .order(roles::name)
                .select(RoleRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(RoleRow::into_role).collect()
    }
}
