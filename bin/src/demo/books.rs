//! The books of the demo, and the use cases that it writes them with.

use anyhow::{Context, Result};
use partita_application::document::{self, NewDocument};
use partita_application::domain::document::{
    Document, DocumentDraft, DocumentKind, LineRequest, SuppliedTotals,
};
use partita_application::domain::id::{AccountId, ContactId, DocumentId, ItemId, TaxCodeId};
use partita_application::domain::journal_entry::{AccountRef, Dimensions, EntryDraft, LineDraft};
use partita_application::domain::metadata::Metadata;
use partita_application::domain::money::Currency;
use partita_application::domain::payment::{
    ApplicationRequest, OpenItemRef, Payment, PaymentRequest, RefundRequest,
};
use partita_application::domain::quantity::Quantity;
use partita_application::domain::tax_code::TaxCode;
use partita_application::domain::unit_price::UnitPrice;
use partita_application::page::Page;
use partita_application::ports::AccountFilter;
use partita_application::tax_code::TaxCodeFilter;
use partita_application::{App, Call, account, journal_entry, payment, tax_code};
use std::collections::HashMap;
use time::Date;

/// The books, and what has been written into them.
pub(super) struct Books<'a> {
    pub(super) app: &'a App,
    pub(super) call: &'a Call,
    accounts: HashMap<String, AccountId>,
    taxes: HashMap<String, TaxCodeId>,
    pub(super) documents: usize,
    pub(super) payments: usize,
    pub(super) entries: usize,
}

impl<'a> Books<'a> {
    pub(super) fn open(app: &'a App, call: &'a Call) -> Result<Self> {
        let mut books = Self {
            app,
            call,
            accounts: HashMap::new(),
            taxes: HashMap::new(),
            documents: 0,
            payments: 0,
            entries: 0,
        };
        books.know_accounts()?;
        for code in books.tax_codes()? {
            books.taxes.insert(code.code, code.id);
        }
        Ok(books)
    }

    /// Learns the accounts, after some were opened.
    pub(super) fn know_accounts(&mut self) -> Result<()> {
        let listed = account::list(self.app, self.call, &AccountFilter::default(), &Page::first(500))?;
        self.accounts = listed.items.iter().map(|account| (account.number.clone(), account.id)).collect();
        Ok(())
    }

    pub(super) fn tax_codes(&self) -> Result<Vec<TaxCode>> {
        Ok(tax_code::list(self.app, self.call, &TaxCodeFilter::default(), &Page::first(500))?.items)
    }

    pub(super) fn account(&self, number: &str) -> Result<AccountId> {
        self.accounts.get(number).copied().with_context(|| format!("the chart has no account {number}"))
    }

    pub(super) fn tax(&self, code: &str) -> Result<TaxCodeId> {
        self.taxes.get(code).copied().with_context(|| format!("there is no tax code {code}"))
    }

    /// Posts an entry. Debits are above zero, credits below.
    pub(super) fn enter(&mut self, date: Date, kind: &str, memo: &str, lines: &[(&str, i64)]) -> Result<()> {
        let draft = entry(date, kind, memo, lines);
        journal_entry::post(self.app, self.call, &draft)?;
        self.entries += 1;
        Ok(())
    }

    /// Makes a document, and posts it unless it is an estimate.
    pub(super) fn make(&mut self, kind: DocumentKind, draft: DocumentDraft) -> Result<Document> {
        let new = NewDocument { draft, post: true, override_closed_period: None };
        let made = document::create(self.app, self.call, kind, &new)?;
        self.documents += 1;
        Ok(made.value.document)
    }

    pub(super) fn pay(&mut self, request: &PaymentRequest) -> Result<Payment> {
        let paid = payment::apply(self.app, self.call, request)?;
        self.payments += 1;
        Ok(paid.value.payment)
    }

    /// Pays all that is open of a credit back.
    pub(super) fn refund(&mut self, credit: &Document, date: Date, memo: &str) -> Result<()> {
        let request = refund(date, None, memo);
        payment::refund_document(self.app, self.call, credit.kind, credit.id, &request)?;
        self.payments += 1;
        Ok(())
    }
}

/// An entry. Debits are above zero, credits below.
pub(super) fn entry(date: Date, kind: &str, memo: &str, lines: &[(&str, i64)]) -> EntryDraft {
    let line = |&(number, amount): &(&str, i64)| LineDraft {
        account: AccountRef::Number(number.to_owned()),
        debit: amount.max(0),
        credit: (-amount).max(0),
        base_debit: None,
        base_credit: None,
        description: None,
        dimensions: Dimensions::default(),
    };
    EntryDraft {
        external_id: None,
        date,
        transaction_type: Some(kind.to_owned()),
        source_id: None,
        memo: Some(memo.to_owned()),
        reference_number: None,
        currency: None,
        exchange_rate: None,
        adjustment_period: None,
        metadata: Metadata::default(),
        lines: lines.iter().filter(|(_, amount)| *amount != 0).map(line).collect(),
        override_closed_period: None,
    }
}

/// A document that leaves everything open but contact, date and lines.
pub(super) fn draft(contact_id: ContactId, date: Date, lines: Vec<LineRequest>) -> DocumentDraft {
    DocumentDraft {
        external_id: None,
        number: None,
        contact_id,
        date,
        due_date: None,
        reference_number: None,
        memo: None,
        terms: None,
        currency_code: None,
        exchange_rate: None,
        tax_mode: None,
        tax_rounding: None,
        lines,
        supplied: SuppliedTotals::default(),
        corrects_id: None,
        metadata: Metadata::default(),
    }
}

/// A line of so many pieces of an item, at its price unless there is one in minor units.
pub(super) fn of_item(
    item: ItemId,
    pieces: i64,
    price: Option<i64>,
    tax: Option<TaxCodeId>,
) -> Result<LineRequest> {
    Ok(LineRequest {
        item_id: Some(item),
        description: None,
        quantity: Quantity::from_millionths(pieces * 1_000_000, "quantity")?,
        unit_price: price.map(|price| UnitPrice::from_minor(price, "unit_price")).transpose()?,
        discount: None,
        account: None,
        tax_code_id: tax,
        dimensions: Dimensions::default(),
    })
}

/// A line on an account, one at an amount in minor units.
pub(super) fn on_account(
    number: &str,
    description: &str,
    amount: i64,
    tax: Option<TaxCodeId>,
) -> Result<LineRequest> {
    Ok(LineRequest {
        item_id: None,
        description: Some(description.to_owned()),
        quantity: Quantity::ONE,
        unit_price: Some(UnitPrice::from_minor(amount, "unit_price")?),
        discount: None,
        account: Some(AccountRef::Number(number.to_owned())),
        tax_code_id: tax,
        dimensions: Dimensions::default(),
    })
}

/// What is paid of a document.
pub(super) fn on(kind: DocumentKind, id: DocumentId, amount: i64) -> ApplicationRequest {
    applied(OpenItemRef::Document(kind, id), amount)
}

/// What is paid of something that is open.
pub(super) fn applied(item: OpenItemRef, amount: i64) -> ApplicationRequest {
    ApplicationRequest { item, amount, discount: 0, write_off: 0, cash_rounding_amount: 0 }
}

/// A payment of these items by transfer.
pub(super) fn payment_of(date: Date, amount: i64, applications: Vec<ApplicationRequest>) -> PaymentRequest {
    let method = (amount != 0).then(|| "transfer".to_owned());
    PaymentRequest { method, applications, ..PaymentRequest::new(date, amount) }
}

pub(super) fn refund(date: Date, amount: Option<i64>, memo: &str) -> RefundRequest {
    RefundRequest {
        external_id: None,
        amount,
        date: Some(date),
        exchange_rate: None,
        account_id: None,
        method: Some("transfer".to_owned()),
        reference_number: None,
        memo: Some(memo.to_owned()),
        fee_amount: 0,
        fee_account_id: None,
        metadata: Metadata::default(),
        override_closed_period: None,
        version: None,
    }
}

/// The currency of a code that is known to be one.
pub(super) fn currency(code: &str) -> Result<Currency> {
    Ok(Currency::parse(code, "currency_code")?)
}
