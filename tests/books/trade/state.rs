//! What is open of documents and left of payments, beside what their accounts hold.

use super::command::{BY_HAND, KINDS, Part};
use partita_application::ports::{BalanceSpan, DocumentFilter, DocumentOrder, LedgerHead, PaymentFilter};
use partita_domain::account::Side;
use partita_domain::cash_basis_tax::ContainedTax;
use partita_domain::document::{Document, DocumentKind, DocumentState};
use partita_domain::fiscal_calendar::LATEST;
use partita_domain::id::{AccountId, ContactId, EntryId};
use partita_domain::journal_entry::JournalEntry;
use partita_domain::money::Currency;
use partita_domain::payment::{ApplicationRequest, OpenItemRef, Payment, PaymentDirection};
use partita_domain::tax::Trade;
use partita_tests::books::Books;
use std::collections::BTreeMap;

/// All documents and payments, and what accounts hold of currencies, debit less credit.
pub(super) struct State {
    pub(super) documents: Vec<Document>,
    pub(super) payments: Vec<Payment>,
    /// Entries by hand that stand.
    pub(super) by_hand: Vec<EntryId>,
    held: BTreeMap<(AccountId, Currency), (i128, i128)>,
    numbers: BTreeMap<AccountId, String>,
    pub(super) head: LedgerHead,
}

pub(super) fn state(books: &Books) -> State {
    books
        .app
        .store
        .read(books.company.id, |tx| {
            let mut documents = Vec::new();
            for kind in KINDS {
                let filter = DocumentFilter::of(kind);
                documents.extend(tx.documents().list(&filter, DocumentOrder::OldestFirst, None, 0, 1_000)?);
            }
            let mut payments = tx.payments().list(&PaymentFilter::default(), None, 0, 1_000)?;
            payments.sort_by_key(|payment| payment.id);
            let span = BalanceSpan { from: None, to: LATEST, account_id: None, without: Vec::new() };
            let held = tx.balances().totals(&span)?.into_iter().map(|row| {
                let totals = row.totals;
                let amount = i128::from(totals.debit) - i128::from(totals.credit);
                let base = i128::from(totals.base_debit) - i128::from(totals.base_credit);
                ((row.account_id, row.currency), (amount, base))
            });
            let held = held.collect();
            let accounts = tx.accounts().all()?;
            let numbers = accounts.iter().map(|account| (account.id, account.number.clone())).collect();
            let by_hand = tx.journal_entries().chain(0, 10_000)?;
            let by_hand =
                by_hand.iter().filter(|entry| stands_by_hand(entry)).map(|entry| entry.id).collect();
            Ok(State { documents, payments, by_hand, held, numbers, head: tx.ledger_heads().get()? })
        })
        .unwrap()
}

fn stands_by_hand(entry: &JournalEntry) -> bool {
    let is_free = entry.reversal_of_id.is_none() && entry.reversed_by_id.is_none();
    entry.transaction_type == BY_HAND && is_free
}

impl State {
    /// I3 and I5, as far as documents and payments tell them.
    pub(super) fn check(&self) {
        let mut open: BTreeMap<(AccountId, Currency), (i128, i128)> = BTreeMap::new();
        let mut add = |account: Option<AccountId>, currency, side, (amount, base): (i64, i64)| {
            assert!(amount >= 0 && base >= 0, "nothing is open below zero");
            assert!(amount > 0 || base == 0, "I5: what is closed is worth nothing");
            let Some(account) = account else { return assert_eq!((amount, base), (0, 0)) };
            let sign = if side == Side::Debit { 1 } else { -1 };
            let sum = open.entry((account, currency)).or_default();
            *sum = (sum.0 + sign * i128::from(amount), sum.1 + sign * i128::from(base));
        };
        for document in &self.documents {
            let side = document.kind.control_side().unwrap();
            let open = (document.open, document.base_open);
            add(document.control_account_id, document.currency_code, side, open);
        }
        for payment in &self.payments {
            let side = payment.direction.bank_side().opposite();
            let left = (payment.unapplied, payment.base_unapplied);
            add(payment.advances_account_id, payment.currency_code, side, left);
        }
        self.check_taxes_due_on_payment();
        for (key, held) in &self.held {
            let number = self.numbers[&key.0].as_str();
            if ["1100", "2000", "2400", "1310"].contains(&number) {
                let open = open.remove(key).unwrap_or_default();
                assert_eq!(*held, open, "I3: {number} in {} holds what is open", key.1);
            }
            // Control accounts may be empty because what is open on both sides is the same.
            if number == "1000" {
                assert!(
                    held.0 != 0 || held.1 == 0,
                    "I5: {number} in {} is empty, but worth {}",
                    key.1,
                    held.1
                );
            }
        }
        assert!(open.values().all(|open| *open == (0, 0)), "I3: {open:?} is open on no account");
    }

    /// T18: where taxes wait for payment stands, of each document, what belongs to what is open of it; nothing once it is paid.
    fn check_taxes_due_on_payment(&self) {
        let mut waiting: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
        for document in self.documents.iter().filter(|document| document.state == DocumentState::Posted) {
            let of_sale = document.kind.trade() == Trade::Sale;
            let sign = if document.kind.control_side() == Some(Side::Debit) { -1 } else { 1 };
            for tax in document.taxes.iter().filter(|tax| tax.pending_account_id.is_some()) {
                let whole = if of_sale { tax.amount } else { tax.recoverable };
                let total = document.totals.total;
                let left = |tax: i64| {
                    let due = ContainedTax { tax, total }.within(total - document.open).unwrap();
                    i128::from(sign * (tax - due))
                };
                let base =
                    document.exchange_rate.to_base(whole, document.currency_code, Currency::USD).unwrap();
                let sum = waiting.entry(document.currency_code).or_default();
                *sum = (sum.0 + left(whole), sum.1 + left(base));
            }
        }
        for ((account, currency), held) in &self.held {
            if self.numbers[account] == "2300" {
                let expected = waiting.remove(currency).unwrap_or_default();
                assert_eq!(*held, expected, "T18: what waits for payment in {currency}");
            }
        }
        assert!(waiting.values().all(|sums| *sums == (0, 0)), "T18: {waiting:?} wait on no account");
    }

    /// What accounts hold of currencies, where that is something.
    pub(super) fn balances(&self) -> BTreeMap<(AccountId, Currency), (i128, i128)> {
        self.held.iter().map(|(key, held)| (*key, *held)).filter(|(_, held)| *held != (0, 0)).collect()
    }

    /// Credit notes and vendor credits.
    pub(super) fn credits(&self) -> impl Iterator<Item = &Document> {
        let is_credit = |document: &&Document| {
            matches!(document.kind, DocumentKind::CreditNote | DocumentKind::VendorCredit)
        };
        self.documents.iter().filter(is_credit)
    }

    /// The document of a contact that a credit corrects.
    pub(super) fn corrected(
        &self,
        credit: DocumentKind,
        contact: ContactId,
        nth: usize,
    ) -> Option<&Document> {
        let kind = match credit {
            DocumentKind::CreditNote => DocumentKind::Invoice,
            DocumentKind::VendorCredit => DocumentKind::Bill,
            _ => return None,
        };
        let fits = |document: &&Document| {
            (document.kind, document.contact_id, document.state) == (kind, contact, DocumentState::Posted)
        };
        let fitting: Vec<&Document> = self.documents.iter().filter(fits).collect();
        fitting.get(nth % fitting.len().max(1)).copied()
    }

    /// What is open of a contact and a currency.
    fn items(&self, contact: ContactId, currency: Currency) -> Vec<(OpenItemRef, i64, Side)> {
        let documents = self.documents.iter().filter(|document| {
            document.contact_id == contact && document.currency_code == currency && document.open > 0
        });
        let documents = documents.map(|document| {
            let item = OpenItemRef::Document(document.kind, document.id);
            (item, document.open, document.kind.control_side().unwrap())
        });
        let payments = self.payments.iter().filter(|payment| {
            payment.contact_id == contact && payment.currency_code == currency && payment.unapplied > 0
        });
        let payments = payments.map(|payment| {
            (OpenItemRef::Payment(payment.id), payment.unapplied, payment.direction.bank_side().opposite())
        });
        documents.chain(payments).collect()
    }

    /// Applications of parts to what is open, and what they take of the side that is settled less what they add.
    pub(super) fn applications(
        &self,
        (contact, currency): (ContactId, Currency),
        parts: &[Part],
        direction: PaymentDirection,
    ) -> (Vec<ApplicationRequest>, i64) {
        let mut items = self.items(contact, currency);
        let (mut requests, mut net) = (Vec::new(), 0);
        for (nth, percent, discount, closes) in parts {
            if items.is_empty() {
                break;
            }
            let (item, open, side) = items.swap_remove(nth % items.len());
            let relieved = (open * percent / 100).max(1);
            let discount = relieved * discount / 100;
            let amount = relieved - discount;
            let write_off = if *closes { open - relieved } else { 0 };
            net += if side == direction.bank_side() { amount } else { -amount };
            requests.push(ApplicationRequest { item, amount, discount, write_off, cash_rounding_amount: 0 });
        }
        (requests, net)
    }
}
