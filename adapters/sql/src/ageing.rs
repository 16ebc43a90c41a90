//! What was open on a day: what is open now, and what became of it after that day.

use crate::balance::sum;
use crate::connection::{MultiBackend, on};
use crate::dialect::Among;
use crate::document::openness;
use crate::parse;
use crate::schema::{documents, journal_entries, payment_applications as applications, payments};
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use partita_application::ports::{OpenItems, StoreError, Stored};
use partita_domain::ageing::OpenOnDay;
use partita_domain::document::DocumentKind;
use partita_domain::id::ContactId;
use partita_domain::payment::{OpenItemSource, PaymentDirection};
use partita_domain::tax::Trade;
use std::collections::HashMap;
use time::Date;

#[derive(Queryable, Selectable)]
#[diesel(table_name = documents)]
struct OpenDocumentRow {
    id: String,
    kind: String,
    number: Option<String>,
    contact_id: String,
    date: Date,
    due_date: Option<Date>,
    currency_code: String,
    control_account_id: Option<String>,
    total: i64,
    base_total: i64,
    open: i64,
    base_open: i64,
    state: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payments)]
struct OpenPaymentRow {
    id: String,
    number: String,
    contact_id: String,
    date: Date,
    currency_code: String,
    advances_account_id: Option<String>,
    amount: i64,
    base_amount: i64,
    unapplied: i64,
    base_unapplied: i64,
    state: String,
}

/// By how much things were settled, by id.
type Settled = HashMap<String, (i64, i64)>;

/// What is asked for.
struct Wanted {
    trade: Trade,
    day: Date,
    contact: Option<String>,
}

impl Wanted {
    fn kinds(&self) -> [&'static str; 2] {
        match self.trade {
            Trade::Sale => [DocumentKind::Invoice, DocumentKind::CreditNote],
            Trade::Purchase => [DocumentKind::Bill, DocumentKind::VendorCredit],
        }
        .map(DocumentKind::name)
    }

    fn direction(&self) -> PaymentDirection {
        match self.trade {
            Trade::Sale => PaymentDirection::Received,
            Trade::Purchase => PaymentDirection::Made,
        }
    }

    fn is_for(&self, kind: &str, contact: &str) -> bool {
        self.kinds().contains(&kind) && self.is_of(contact)
    }

    fn is_of(&self, contact: &str) -> bool {
        self.contact.as_deref().is_none_or(|wanted| wanted == contact)
    }

    fn documents<'a>(&'a self, company: &'a str) -> documents::BoxedQuery<'a, MultiBackend> {
        let query = documents::table
            .filter(documents::company_id.eq(company))
            .filter(documents::kind.eq_any(self.kinds()))
            .into_boxed();
        match &self.contact {
            Some(contact) => query.filter(documents::contact_id.eq(contact)),
            None => query,
        }
    }

    fn open_documents<'a>(&'a self, company: &'a str) -> documents::BoxedQuery<'a, MultiBackend> {
        // As the indexes say it, and nothing else that would make another one look better.
        let open = self.documents(company).filter(sql::<Bool>("documents.open > 0"));
        if self.contact.is_some() { open.filter(openness(true)) } else { open }
    }

    fn payments<'a>(&'a self, company: &'a str) -> payments::BoxedQuery<'a, MultiBackend> {
        let query = payments::table
            .filter(payments::company_id.eq(company))
            .filter(payments::direction.eq(self.direction().name()))
            .into_boxed();
        match &self.contact {
            Some(contact) => query.filter(payments::contact_id.eq(contact)),
            None => query,
        }
    }
}

/// The document, or the other payment, and the payment; then relieved and taken, each with its base amount.
type SettledRow = ((Option<String>, Option<String>, String), i64, i64, i64, i64);

impl SqlTx<'_> {
    /// By how much documents were relieved, and payments used, by applications dated after a day.
    fn settled_after(&mut self, day: Date) -> Stored<(Settled, Settled)> {
        let rows: Vec<SettledRow> = self.read(|conn, company| {
            // Grouped by all three at once, so that the index by date is the only one that helps.
            let columns =
                (applications::document_id, applications::other_payment_id, applications::payment_id);
            applications::table
                .group_by(columns)
                .select((columns, sum("relieved"), sum("base_relieved"), sum("taken"), sum("base_taken")))
                .filter(applications::company_id.eq(company))
                .filter(applications::date.gt(day))
                .load(conn)
        })?;
        let (mut of_documents, mut of_payments) = (Settled::new(), Settled::new());
        for ((document, other, payment), relieved, base_relieved, taken, base_taken) in rows {
            if let Some(document) = document {
                add(&mut of_documents, document, relieved, base_relieved)?;
            } else if let Some(other) = other {
                add(&mut of_payments, other, relieved, base_relieved)?;
            }
            add(&mut of_payments, payment, taken, base_taken)?;
        }
        Ok((of_documents, of_payments))
    }

    fn documents_open_on(&mut self, wanted: &Wanted, settled: &Settled) -> Stored<Vec<OpenOnDay>> {
        let mut rows: Vec<OpenDocumentRow> = self.read(|conn, company| {
            let open = wanted.open_documents(company);
            open.select(OpenDocumentRow::as_select()).load(conn)
        })?;
        let ids: Vec<&String> = settled.keys().collect();
        if !ids.is_empty() {
            let closed: Vec<OpenDocumentRow> = self.read(|conn, company| {
                let closed = documents::table
                    .filter(documents::company_id.eq(company))
                    .filter(Among::of(documents::id, &ids))
                    .filter(documents::date.le(wanted.day))
                    .filter(documents::open.eq(0))
                    .filter(documents::state.eq("posted"));
                on!(conn, |conn| closed.select(OpenDocumentRow::as_select()).load(conn))
            })?;
            rows.extend(closed.into_iter().filter(|row| wanted.is_for(&row.kind, &row.contact_id)));
        }
        rows.extend(self.read(|conn, company| {
            // What had no entry had nothing open.
            let voided = journal_entries::table
                .filter(journal_entries::company_id.eq(documents::company_id))
                .filter(journal_entries::id.nullable().eq(documents::void_entry_id))
                .filter(journal_entries::date.gt(wanted.day))
                .select(journal_entries::id);
            wanted
                .documents(company)
                .filter(documents::date.le(wanted.day))
                .filter(sql::<Bool>("documents.state = 'void'"))
                .filter(diesel::dsl::exists(voided))
                .select(OpenDocumentRow::as_select())
                .load::<OpenDocumentRow>(conn)
        })?);
        let items = rows.into_iter().map(|row| {
            let settled = settled.get(&row.id).copied();
            row.into_item().and_then(|item| opened(item, settled))
        });
        items.collect()
    }

    fn payments_open_on(&mut self, wanted: &Wanted, settled: &Settled) -> Stored<Vec<OpenOnDay>> {
        let mut rows: Vec<OpenPaymentRow> = self.read(|conn, company| {
            let open = wanted.payments(company).filter(sql::<Bool>("payments.unapplied > 0"));
            open.select(OpenPaymentRow::as_select()).load(conn)
        })?;
        let ids: Vec<&String> = settled.keys().collect();
        if !ids.is_empty() {
            let used_up: Vec<OpenPaymentRow> = self.read(|conn, company| {
                let used_up = payments::table
                    .filter(payments::company_id.eq(company))
                    .filter(payments::direction.eq(wanted.direction().name()))
                    .filter(Among::of(payments::id, &ids))
                    .filter(payments::date.le(wanted.day))
                    .filter(payments::unapplied.eq(0))
                    .filter(payments::state.eq("posted"));
                on!(conn, |conn| used_up.select(OpenPaymentRow::as_select()).load(conn))
            })?;
            rows.extend(used_up.into_iter().filter(|row| wanted.is_of(&row.contact_id)));
        }
        rows.extend(self.read(|conn, company| {
            let voided = journal_entries::table
                .filter(journal_entries::company_id.eq(payments::company_id))
                .filter(journal_entries::id.nullable().eq(payments::void_entry_id))
                .filter(journal_entries::date.gt(wanted.day))
                .select(journal_entries::id);
            wanted
                .payments(company)
                .filter(payments::date.le(wanted.day))
                .filter(sql::<Bool>("payments.state = 'void'"))
                .filter(diesel::dsl::exists(voided))
                .select(OpenPaymentRow::as_select())
                .load::<OpenPaymentRow>(conn)
        })?);
        let direction = wanted.direction();
        let items = rows.into_iter().map(|row| {
            let settled = settled.get(&row.id).copied();
            row.into_item(direction).and_then(|item| opened(item, settled))
        });
        items.collect()
    }
}

fn add(sums: &mut Settled, id: String, amount: i64, base: i64) -> Stored<()> {
    let sum = sums.entry(id).or_default();
    *sum = sum.0.checked_add(amount).zip(sum.1.checked_add(base)).ok_or_else(out_of_range)?;
    Ok(())
}

/// What was open before it was settled by so much.
fn opened(item: OpenOnDay, settled: Option<(i64, i64)>) -> Stored<OpenOnDay> {
    let (amount, base) = settled.unwrap_or_default();
    let open = item.open.checked_add(amount).ok_or_else(out_of_range)?;
    let base_open = item.base_open.checked_add(base).ok_or_else(out_of_range)?;
    Ok(OpenOnDay { open, base_open, ..item })
}

fn out_of_range() -> StoreError {
    StoreError::Corrupt("applications are out of range".to_owned())
}

impl OpenDocumentRow {
    fn into_item(self) -> Stored<OpenOnDay> {
        let kind = parse::named(DocumentKind::named(&self.kind), &self.kind, "kind of a document")?;
        let is_void = self.state == "void";
        Ok(OpenOnDay {
            source: OpenItemSource::Document { kind, id: parse::text(&self.id, "document id")? },
            number: self.number.unwrap_or_default(),
            contact_id: parse::text(&self.contact_id, "contact of a document")?,
            date: self.date,
            due_date: self.due_date,
            currency: parse::currency(&self.currency_code)?,
            account_id: parse::optional(self.control_account_id.as_deref(), "control account")?,
            total: self.total,
            open: if is_void { self.total } else { self.open },
            base_open: if is_void { self.base_total } else { self.base_open },
        })
    }
}

impl OpenPaymentRow {
    fn into_item(self, direction: PaymentDirection) -> Stored<OpenOnDay> {
        let is_void = self.state == "void";
        Ok(OpenOnDay {
            source: OpenItemSource::Payment { direction, id: parse::text(&self.id, "payment id")? },
            number: self.number,
            contact_id: parse::text(&self.contact_id, "contact of a payment")?,
            date: self.date,
            due_date: None,
            currency: parse::currency(&self.currency_code)?,
            account_id: parse::optional(self.advances_account_id.as_deref(), "account of advances")?,
            total: self.amount,
            open: if is_void { self.amount } else { self.unapplied },
            base_open: if is_void { self.base_amount } else { self.base_unapplied },
        })
    }
}

impl OpenItems for SqlTx<'_> {
    fn open_on(&mut self, trade: Trade, day: Date, contact: Option<ContactId>) -> Stored<Vec<OpenOnDay>> {
        self.read_settled(|_, _| Ok(()))?;
        let (of_documents, of_payments) = self.settled_after(day)?;
        let wanted = Wanted { trade, day, contact: contact.map(|id| id.to_string()) };
        let mut items = self.documents_open_on(&wanted, &of_documents)?;
        items.extend(self.payments_open_on(&wanted, &of_payments)?);
        items.retain(|item| item.is_open() && item.date <= day);
        Ok(items)
    }
}
