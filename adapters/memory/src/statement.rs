//! What statements of account are made of.

use crate::tx::{MemoryTx, count};
use partita_application::ports::{PaymentFilter, Payments, Statements, StoreError, Stored};
use partita_domain::id::{AccountId, ContactId};
use partita_domain::journal_entry::{JournalEntry, Line};
use partita_domain::payment::PaymentDirection;
use partita_domain::statement::{ContactLine, ContactLines, ContactSum};
use std::collections::BTreeMap;
use time::Date;

impl MemoryTx<'_> {
    fn lines_about<'a>(
        &'a self,
        wanted: &'a ContactLines<'a>,
    ) -> impl Iterator<Item = (&'a JournalEntry, &'a Line)> {
        let entries = self.books().journal_entries.in_chain_order();
        entries.flat_map(|entry| entry.lines.iter().map(move |line| (entry, line))).filter(|(_, line)| {
            line.dimensions.contact_id == Some(wanted.contact_id)
                && wanted.accounts.contains(&line.account_id)
        })
    }
}

impl Statements for MemoryTx<'_> {
    fn before(&mut self, lines: &ContactLines<'_>, day: Date) -> Stored<Vec<ContactSum>> {
        let mut sums = BTreeMap::new();
        for (entry, line) in self.lines_about(lines).filter(|(entry, _)| entry.date < day) {
            let sum: &mut i64 = sums.entry((line.account_id, entry.currency_code)).or_default();
            let added = line.debit.checked_sub(line.credit).and_then(|amount| sum.checked_add(amount));
            *sum = added.ok_or_else(|| StoreError::Corrupt("a balance is out of range".to_owned()))?;
        }
        Ok(sums
            .into_iter()
            .map(|((account_id, currency), balance)| ContactSum { account_id, currency, balance })
            .collect())
    }

    fn within(
        &mut self,
        lines: &ContactLines<'_>,
        from: Option<Date>,
        to: Date,
        limit: i64,
    ) -> Stored<Vec<ContactLine>> {
        let is_within = |entry: &JournalEntry| from.is_none_or(|from| entry.date >= from) && entry.date <= to;
        let mut found: Vec<_> = self.lines_about(lines).filter(|(entry, _)| is_within(entry)).collect();
        found.sort_by_key(|(entry, line)| (entry.date, entry.position, line.line_number));
        let found = found.into_iter().take(count(limit)).map(|(entry, line)| ContactLine {
            date: entry.date,
            position: entry.position,
            entry_id: entry.id,
            entry_number: entry.entry_number.clone(),
            transaction_type: entry.transaction_type.clone(),
            source_id: entry.source_id.clone(),
            reversal_of_id: entry.reversal_of_id,
            memo: entry.memo.clone(),
            reference_number: entry.reference_number.clone(),
            currency: entry.currency_code,
            account_id: line.account_id,
            debit: line.debit,
            credit: line.credit,
        });
        Ok(found.collect())
    }

    fn advances_accounts(&mut self, contact: ContactId) -> Stored<Vec<(PaymentDirection, AccountId)>> {
        let filter = PaymentFilter { contact_id: Some(contact), ..PaymentFilter::default() };
        let payments = Payments::list(self, &filter, None, 0, i64::MAX)?;
        let accounts = payments.iter().filter_map(|of| Some((of.direction, of.advances_account_id?)));
        let mut accounts: Vec<_> = accounts.collect();
        accounts.sort_unstable();
        accounts.dedup();
        Ok(accounts)
    }
}
