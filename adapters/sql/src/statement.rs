//! What statements of account are made of.

use crate::balance::sum;
use crate::parse;
use crate::schema::{journal_entries as entries, journal_lines as lines, payments};
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Statements, Stored};
use partita_domain::id::{AccountId, ContactId};
use partita_domain::payment::PaymentDirection;
use partita_domain::statement::{ContactLine, ContactLines, ContactSum};
use time::Date;

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

impl Statements for SqlTx<'_> {
    fn before(&mut self, wanted: &ContactLines<'_>, day: Date) -> Stored<Vec<ContactSum>> {
        let accounts = texts(wanted.accounts);
        let rows: Vec<(String, String, i64)> = self.read_settled(|conn, company| {
            lines::table
                .inner_join(
                    entries::table
                        .on(entries::company_id.eq(lines::company_id).and(entries::id.eq(lines::entry_id))),
                )
                .filter(lines::company_id.eq(company))
                .filter(lines::contact_id.eq(wanted.contact_id.to_string()))
                .filter(lines::account_id.eq_any(&accounts))
                .filter(lines::date.lt(day))
                .group_by((lines::account_id, entries::currency_code))
                .select((lines::account_id, entries::currency_code, sum("debit - credit")))
                .load(conn)
        })?;
        let sums = rows.into_iter().map(|(account, currency, balance)| {
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
        let accounts = texts(wanted.accounts);
        let rows: Vec<(LinePart, EntryPart)> = self.read_settled(|conn, company| {
            let query = lines::table
                .inner_join(
                    entries::table
                        .on(entries::company_id.eq(lines::company_id).and(entries::id.eq(lines::entry_id))),
                )
                .filter(lines::company_id.eq(company))
                .filter(lines::contact_id.eq(wanted.contact_id.to_string()))
                .filter(lines::account_id.eq_any(&accounts))
                .filter(lines::date.le(to))
                .order((lines::date, lines::position, lines::line_number))
                .limit(limit)
                .select((LinePart::as_select(), EntryPart::as_select()));
            match from {
                Some(from) => query.filter(lines::date.ge(from)).load(conn),
                None => query.load(conn),
            }
        })?;
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
