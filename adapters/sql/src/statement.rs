//! What statements of account are made of: lines that the documents of a contact lead to, and the others about it.

use crate::balance::sum;
use crate::parse;
use crate::schema::{documents, journal_entries as entries, journal_lines as lines, payments};
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use partita_application::ports::{Statements, StoreError, Stored};
use partita_domain::id::{AccountId, ContactId};
use partita_domain::payment::PaymentDirection;
use partita_domain::statement::{ContactLine, ContactLines, ContactSum};
use std::collections::HashMap;
use time::Date;
use time::macros::date;

#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
struct EntryPart {
    id: String,
    entry_number: String,
    transaction_type: String,
    source_id: Option<String>,
    reversal_of_id: Option<String>,
    memo: Option<String>,
    reference_number: Option<String>,
    currency_code: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lines)]
struct LinePart {
    date: Date,
    position: i64,
    line_number: i32,
    account_id: String,
    debit: i64,
    credit: i64,
}

fn put_together((line, entry): (LinePart, EntryPart)) -> Stored<ContactLine> {
    Ok(ContactLine {
        date: line.date,
        position: line.position,
        entry_id: parse::text(&entry.id, "entry id")?,
        entry_number: entry.entry_number,
        transaction_type: entry.transaction_type,
        source_id: entry.source_id,
        reversal_of_id: parse::optional(entry.reversal_of_id.as_deref(), "reversed entry")?,
        memo: entry.memo,
        reference_number: entry.reference_number,
        currency: parse::currency(&entry.currency_code)?,
        account_id: parse::text(&line.account_id, "account of a line")?,
        debit: line.debit,
        credit: line.credit,
    })
}

fn texts(accounts: &[AccountId]) -> Vec<String> {
    accounts.iter().map(ToString::to_string).collect()
}

/// Lines with their entries.
#[diesel::dsl::auto_type]
fn with_entries() -> _ {
    lines::table.inner_join(
        entries::table.on(entries::company_id.eq(lines::company_id).and(entries::id.eq(lines::entry_id))),
    )
}

/// Documents with the lines of their entries.
#[diesel::dsl::auto_type]
fn of_documents() -> _ {
    let entry =
        entries::company_id.eq(documents::company_id).and(entries::id.nullable().eq(documents::entry_id));
    let line = lines::company_id.eq(entries::company_id).and(lines::entry_id.eq(entries::id));
    documents::table.inner_join(entries::table.on(entry)).inner_join(lines::table.on(line))
}

impl Statements for SqlTx<'_> {
    fn before(&mut self, wanted: &ContactLines<'_>, day: Date) -> Stored<Vec<ContactSum>> {
        let (contact, accounts) = (wanted.contact_id.to_string(), texts(wanted.accounts));
        let what = (lines::account_id, entries::currency_code);
        let mut rows: Vec<((String, String), i64)> = self.read_settled(|conn, company| {
            with_entries()
                .group_by(what)
                .select((what, sum("debit - credit")))
                .filter(lines::company_id.eq(company))
                .filter(lines::contact_id.eq(&contact))
                .filter(sql::<Bool>("NOT journal_lines.of_document"))
                .filter(lines::account_id.eq_any(&accounts))
                .filter(lines::date.lt(day))
                .load(conn)
        })?;
        rows.extend(self.read(|conn, company| {
            of_documents()
                .group_by(what)
                .select((what, sum("debit - credit")))
                .filter(documents::company_id.eq(company))
                .filter(documents::contact_id.eq(&contact))
                .filter(documents::date.lt(day))
                .filter(lines::of_document)
                .filter(lines::account_id.eq_any(&accounts))
                .load::<((String, String), i64)>(conn)
        })?);
        let mut sums: HashMap<(String, String), i64> = HashMap::new();
        for (of, balance) in rows {
            let sum = sums.entry(of).or_default();
            *sum = sum
                .checked_add(balance)
                .ok_or_else(|| StoreError::Corrupt("a balance is out of range".to_owned()))?;
        }
        let sums = sums.into_iter().map(|((account, currency), balance)| {
            let account_id = parse::text(&account, "account of a line")?;
            Ok(ContactSum { account_id, currency: parse::currency(&currency)?, balance })
        });
        sums.collect()
    }

    fn within(
        &mut self,
        wanted: &ContactLines<'_>,
        from: Option<Date>,
        to: Date,
        limit: i64,
    ) -> Stored<Vec<ContactLine>> {
        let (contact, accounts) = (wanted.contact_id.to_string(), texts(wanted.accounts));
        let from = from.unwrap_or(date!(0001 - 01 - 01));
        let mut rows: Vec<(LinePart, EntryPart)> = self.read_settled(|conn, company| {
            with_entries()
                .filter(lines::company_id.eq(company))
                .filter(lines::contact_id.eq(&contact))
                .filter(sql::<Bool>("NOT journal_lines.of_document"))
                .filter(lines::account_id.eq_any(&accounts))
                .filter(lines::date.between(from, to))
                .order((lines::date, lines::position, lines::line_number))
                .limit(limit)
                .select((LinePart::as_select(), EntryPart::as_select()))
                .load(conn)
        })?;
        rows.extend(self.read(|conn, company| {
            of_documents()
                .filter(documents::company_id.eq(company))
                .filter(documents::contact_id.eq(&contact))
                .filter(documents::date.between(from, to))
                .filter(lines::of_document)
                .filter(lines::account_id.eq_any(&accounts))
                .order((lines::date, lines::position, lines::line_number))
                .limit(limit)
                .select((LinePart::as_select(), EntryPart::as_select()))
                .load(conn)
        })?);
        rows.sort_unstable_by_key(|(line, _)| (line.date, line.position, line.line_number));
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        rows.into_iter().map(put_together).collect()
    }

    fn advances_accounts(&mut self, contact: ContactId) -> Stored<Vec<(PaymentDirection, AccountId)>> {
        let rows: Vec<(String, Option<String>)> = self.read_settled(|conn, company| {
            payments::table
                .filter(payments::company_id.eq(company))
                .filter(payments::contact_id.eq(contact.to_string()))
                .filter(payments::advances_account_id.is_not_null())
                .select((payments::direction, payments::advances_account_id))
                .distinct()
                .load(conn)
        })?;
        let accounts = rows.into_iter().filter_map(|(direction, account)| Some((direction, account?)));
        accounts
            .map(|(direction, account)| {
                let named = PaymentDirection::named(&direction);
                Ok((
                    parse::named(named, &direction, "direction of a payment")?,
                    parse::text(&account, "account of advances")?,
                ))
            })
            .collect()
    }
}
