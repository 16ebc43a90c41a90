//! Lists of contacts.

use super::row::ContactRow;
use crate::connection::MultiBackend;
use crate::like::{lower, pattern};
use crate::schema::contacts;
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use partita_application::ports::{ContactFilter, Stored};
use partita_domain::contact::{Contact, ContactType};
use partita_domain::id::ContactId;

type Query<'a> = contacts::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a ContactFilter) -> Query<'a> {
    let mut query = contacts::table.filter(contacts::company_id.eq(company)).into_boxed();
    query = match filter.contact_type {
        Some(ContactType::Customer) => query.filter(contacts::is_customer.eq(true)),
        Some(ContactType::Vendor) => query.filter(contacts::is_vendor.eq(true)),
        Some(ContactType::Employee) => query.filter(contacts::is_employee.eq(true)),
        Some(ContactType::Other) => query.filter(contacts::is_other.eq(true)),
        None => query,
    };
    if let Some(name) = &filter.display_name {
        // The index has the name in lower case.
        query =
            query.filter(contacts::sort_name.eq(name.to_lowercase())).filter(contacts::display_name.eq(name));
    }
    if let Some(email) = &filter.email {
        query = query.filter(lower(contacts::email).eq(email.to_ascii_lowercase()));
    }
    if let Some(is_active) = filter.is_active {
        query = query.filter(contacts::is_active.eq(is_active));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(contacts::external_id.eq(external_id));
    }
    if let Some(q) = &filter.q {
        let pattern = pattern(q);
        query = query.filter(
            lower(contacts::display_name.nullable())
                .like(pattern.clone())
                .escape('\\')
                .or(lower(contacts::company_name).like(pattern.clone()).escape('\\'))
                .or(lower(contacts::email).like(pattern.clone()).escape('\\'))
                .or(lower(contacts::vat_id).like(pattern).escape('\\')),
        );
    }
    query
}

impl SqlTx<'_> {
    pub(super) fn list_contacts(
        &mut self,
        filter: &ContactFilter,
        after: Option<(&str, ContactId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Contact>> {
        let rows: Vec<ContactRow> = self.read(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((name, id)) = after {
                // Compared as a pair, which the index can begin from.
                query = query.filter(
                    sql::<Bool>("(contacts.sort_name, contacts.id) > (")
                        .bind::<Text, _>(name)
                        .sql(", ")
                        .bind::<Text, _>(id.to_string())
                        .sql(")"),
                );
            }
            query
                .order((contacts::sort_name, contacts::id))
                .offset(offset)
                .limit(limit)
                .select(ContactRow::as_select())
                .load(conn)
        })?;
        self.contacts_of(rows)
    }

    pub(super) fn count_contacts(&mut self, filter: &ContactFilter) -> Stored<i64> {
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
