//! Assembling documents: what a draft leaves open follows from contact, items and settings, and everything the books must
//! be asked is asked once, for one document or a thousand.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{StoreError, Tx};
use partita_domain::account::{Account, AccountType};
use partita_domain::company::Company;
use partita_domain::contact::{Contact, ContactType};
use partita_domain::document::{
    Document, DocumentDraft, DocumentKind, DocumentLineDraft, DocumentState, LineRequest, PricedDocument,
    Terms,
};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{AccountId, ContactId, DocumentId, ItemId};
use partita_domain::item::{Item, ItemType};
use partita_domain::journal_entry::{AccountRef, MAX_AMOUNT};
use partita_domain::money::Currency;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::settings::Settings;
use partita_domain::tax::Trade;
use partita_domain::tax_group::TaxTable;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use time::{Date, Duration, PrimitiveDateTime};

/// What the books know of some drafts.
pub(super) struct Desk {
    pub(super) company: Company,
    pub(super) settings: Settings,
    pub(super) table: Arc<TaxTable>,
    contacts: HashMap<ContactId, Contact>,
    items: HashMap<ItemId, Item>,
    accounts: HashMap<AccountRef, Arc<Account>>,
    corrected: HashMap<DocumentId, Document>,
    rates: HashMap<(Currency, Date), Option<ExchangeRate>>,
    taken: HashMap<String, DocumentId>,
    /// The estimate that becomes the document.
    pub(super) converted: Option<DocumentId>,
}

impl Desk {
    /// Asks the books what these drafts need to know.
    pub(super) fn prepare<'d>(
        tx: &mut dyn Tx,
        call: &Call,
        kind: DocumentKind,
        drafts: impl IntoIterator<Item = &'d DocumentDraft>,
    ) -> Result<Self> {
        let company = tx.companies().find()?.ok_or_else(|| Error::not_found("company", call.company))?;
        let settings =
            tx.settings().find()?.ok_or_else(|| StoreError::Corrupt("the company has no settings".into()))?;
        let mut contact_ids = BTreeSet::new();
        let mut item_ids = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut corrected_ids = BTreeSet::new();
        let mut external_ids = BTreeSet::new();
        for draft in drafts {
            contact_ids.insert(draft.contact_id);
            corrected_ids.extend(draft.corrects_id);
            external_ids.extend(draft.external_id.as_deref());
            for line in &draft.lines {
                item_ids.extend(line.item_id);
                names.extend(line.account.clone());
            }
        }
        let contact_ids: Vec<ContactId> = contact_ids.into_iter().collect();
        let contacts: HashMap<ContactId, Contact> =
            tx.contacts().find_all(&contact_ids)?.into_iter().map(|contact| (contact.id, contact)).collect();
        let items = match Vec::from_iter(item_ids) {
            ids if ids.is_empty() => Vec::new(),
            ids => tx.items().find_all(&ids)?,
        };
        let corrected = match Vec::from_iter(corrected_ids) {
            ids if ids.is_empty() => Vec::new(),
            ids => tx.documents().find_all(&ids)?,
        };
        let taken = match Vec::from_iter(external_ids) {
            ids if ids.is_empty() => Vec::new(),
            ids => tx.documents().taken_external_ids(kind, &ids)?,
        };
        let defaults = &settings.default_accounts;
        names.extend(defaults.sales.map(AccountRef::Id));
        names.extend(defaults.purchases.map(AccountRef::Id));
        for contact in contacts.values() {
            names.extend(contact.default_account_id.map(AccountRef::Id));
        }
        for item in &items {
            names.extend(item.income_account_id.map(AccountRef::Id));
            names.extend(item.expense_account_id.map(AccountRef::Id));
            names.extend(item.asset_account_id.map(AccountRef::Id));
        }
        let names: Vec<AccountRef> = names.into_iter().collect();
        let found = tx.accounts().named(&names.iter().collect::<Vec<_>>())?;
        let mut accounts = HashMap::with_capacity(found.len() * 2);
        for account in found {
            accounts.insert(AccountRef::Number(account.number.clone()), Arc::clone(&account));
            accounts.insert(AccountRef::Id(account.id), account);
        }
        Ok(Self {
            company,
            settings,
            table: tx.tax_codes().table()?,
            contacts,
            items: items.into_iter().map(|item| (item.id, item)).collect(),
            accounts,
            corrected: corrected.into_iter().map(|document| (document.id, document)).collect(),
            rates: HashMap::new(),
            taken: taken.into_iter().collect(),
            converted: None,
        })
    }

    /// The contact of a document that was assembled.
    pub(super) fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.contacts.get(&id)
    }

    /// An item of a document that was assembled.
    pub(super) fn item(&self, id: ItemId) -> Option<&Item> {
        self.items.get(&id)
    }

    /// The document of the kind that has an external id.
    pub(super) fn taken(&self, external_id: &str) -> Option<DocumentId> {
        self.taken.get(external_id).copied()
    }

    /// Notes that a document has an external id now.
    pub(super) fn take(&mut self, external_id: &str, id: DocumentId) {
        self.taken.insert(external_id.to_owned(), id);
    }

    /// The account that a caller named.
    pub(super) fn account_id(&self, named: &AccountRef) -> Option<AccountId> {
        self.accounts.get(named).map(|account| account.id)
    }

    /// Makes a document of a draft: not numbered, not posted, its amounts worked out.
    ///
    /// # Errors
    /// Every field of the draft that breaks its limits, names nothing, or names what does not fit; totals that the
    /// caller believes in and the lines do not make.
    pub(super) fn assemble(
        &mut self,
        tx: &mut dyn Tx,
        kind: DocumentKind,
        id: DocumentId,
        draft: &DocumentDraft,
        at: PrimitiveDateTime,
    ) -> Result<Document> {
        partita_domain::fiscal_calendar::check_date(draft.date, "date")?;
        let contact = self.check_contact(kind, draft.contact_id)?.clone();
        let corrected = self.check_corrected(kind, draft)?.cloned();
        let currency = draft
            .currency_code
            .or(corrected.as_ref().map(|document| document.currency_code))
            .or(contact.currency_code)
            .unwrap_or(self.company.base_currency);
        let exchange_rate = self.rate(tx, draft, currency, corrected.as_ref())?;
        let mut lines = Vec::with_capacity(draft.lines.len());
        let mut refusals = Vec::new();
        for (i, request) in draft.lines.iter().enumerate() {
            match self.line(kind, currency, &contact, request) {
                Ok(line) => lines.push(line),
                Err(found) => {
                    refusals.extend(found.into_iter().map(|refusal| refusal.under(&format!("lines[{i}]"))));
                }
            }
        }
        if !refusals.is_empty() {
            return Err(refusals.into());
        }
        let terms = Terms {
            kind,
            date: draft.date,
            currency,
            tax_mode: draft.tax_mode.unwrap_or(self.settings.trade.tax_mode),
            tax_rounding: draft.tax_rounding.unwrap_or(self.settings.trade.tax_rounding),
        };
        let priced = PricedDocument::price(&lines, &terms, &self.table)?;
        draft.supplied.check(&priced.totals, currency)?;
        let base = self.company.base_currency;
        let worth = exchange_rate.to_base(priced.totals.total, currency, base);
        if worth.is_none_or(|worth| worth > MAX_AMOUNT) {
            let message =
                format!("at this rate the total is worth more than {MAX_AMOUNT} minor units of {base}");
            return Err(Refusal::field("exchange_rate", Constraint::Range, message).into());
        }
        let document = Document {
            id,
            kind,
            external_id: draft.external_id.clone(),
            number: draft.number.clone(),
            contact_id: draft.contact_id,
            date: draft.date,
            due_date: self.due_date(kind, &contact, draft)?,
            reference_number: draft.reference_number.clone(),
            memo: draft.memo.clone(),
            terms: draft.terms.clone(),
            currency_code: currency,
            exchange_rate,
            tax_mode: terms.tax_mode,
            tax_rounding: terms.tax_rounding,
            lines: priced.lines,
            taxes: priced.taxes,
            totals: priced.totals,
            state: DocumentState::Draft,
            base_total: 0,
            amount_paid: 0,
            amount_credited: 0,
            open: 0,
            base_open: 0,
            control_account_id: None,
            entry_id: None,
            void_entry_id: None,
            source_id: self.converted.or(draft.corrects_id),
            converted_to_id: None,
            metadata: draft.metadata.clone(),
            created_at: at,
            updated_at: at,
            version: 1,
        };
        document.check()?;
        Ok(document)
    }

    fn check_contact(&self, kind: DocumentKind, id: ContactId) -> std::result::Result<&Contact, Refusal> {
        let (field, what, types): (_, _, &[ContactType]) = match kind.trade() {
            Trade::Sale => ("customer_id", "customer", &[ContactType::Customer]),
            // What an employee has paid for the company is a bill of the employee (T28).
            Trade::Purchase => ("vendor_id", "vendor", &[ContactType::Vendor, ContactType::Employee]),
        };
        let Some(contact) = self.contacts.get(&id) else {
            return Err(Refusal::field(field, Constraint::Exists, format!("there is no {what} {id}")));
        };
        let name = &contact.display_name;
        if !contact.is_active {
            let message = format!("{name} is not active; activate the contact first");
            return Err(Refusal::field(field, Constraint::Active, message));
        }
        if !contact.contact_type.iter().any(|kind| types.contains(kind)) {
            let message = format!("{name} is not a {what}; add this type to the contact first");
            return Err(Refusal::field(field, Constraint::OneOf, message));
        }
        Ok(contact)
    }

    fn check_corrected(
        &self,
        kind: DocumentKind,
        draft: &DocumentDraft,
    ) -> std::result::Result<Option<&Document>, Refusal> {
        let (field, of) = match kind {
            DocumentKind::CreditNote => ("invoice_id", DocumentKind::Invoice),
            DocumentKind::VendorCredit => ("bill_id", DocumentKind::Bill),
            _ => return Ok(None),
        };
        let Some(id) = draft.corrects_id else { return Ok(None) };
        let found = self.corrected.get(&id).filter(|document| document.kind == of);
        let Some(document) = found else {
            let message = format!("there is no {} {id}", of.name().replace('_', " "));
            return Err(Refusal::field(field, Constraint::Exists, message));
        };
        if document.contact_id != draft.contact_id {
            let message = "it belongs to another contact".to_owned();
            return Err(Refusal::field(field, Constraint::Exists, message));
        }
        if document.state != DocumentState::Posted {
            let message = format!("it is {}, so there is nothing to correct", document.state.name());
            return Err(Refusal::InvalidState { status: document.state.name(), message });
        }
        Ok(Some(document))
    }

    fn due_date(
        &self,
        kind: DocumentKind,
        contact: &Contact,
        draft: &DocumentDraft,
    ) -> std::result::Result<Option<Date>, Refusal> {
        if draft.due_date.is_some() {
            return Ok(draft.due_date);
        }
        match kind {
            DocumentKind::Estimate | DocumentKind::CreditNote | DocumentKind::VendorCredit => Ok(None),
            DocumentKind::Invoice | DocumentKind::Bill if contact.payment_terms_days.is_some() => {
                contact.due_date(draft.date).map(Some)
            }
            DocumentKind::Invoice | DocumentKind::Bill => {
                let terms = Duration::days(self.settings.trade.payment_terms_days);
                let due = draft.date.checked_add(terms).unwrap_or(Date::MAX);
                partita_domain::fiscal_calendar::check_date(due, "due_date").map(|()| Some(due))
            }
        }
    }

    fn rate(
        &mut self,
        tx: &mut dyn Tx,
        draft: &DocumentDraft,
        currency: Currency,
        corrected: Option<&Document>,
    ) -> Result<ExchangeRate> {
        let base = self.company.base_currency;
        if currency == base {
            return match draft.exchange_rate {
                Some(rate) if rate != ExchangeRate::PAR => {
                    let message = format!("the rate of the base currency {base} is 1000000");
                    Err(Refusal::field("exchange_rate", Constraint::Range, message).into())
                }
                _ => Ok(ExchangeRate::PAR),
            };
        }
        if let Some(rate) = draft.exchange_rate {
            return Ok(rate);
        }
        // What corrects a document takes back what it has posted, at the same rate (T40).
        if let Some(document) = corrected.filter(|document| document.currency_code == currency) {
            return Ok(document.exchange_rate);
        }
        let key = (currency, draft.date);
        let rate = match self.rates.get(&key) {
            Some(rate) => *rate,
            None => {
                let latest = tx.exchange_rates().latest(currency, base, draft.date)?;
                let rate = latest.map(|dated| dated.rate);
                self.rates.insert(key, rate);
                rate
            }
        };
        rate.ok_or_else(|| {
            let message = format!(
                "there is no rate from {currency} to {base} on or before {}; give one or store it",
                draft.date
            );
            Refusal::field("exchange_rate", Constraint::Required, message).into()
        })
    }

    /// Fills in what a line leaves open.
    fn line(
        &self,
        kind: DocumentKind,
        currency: Currency,
        contact: &Contact,
        request: &LineRequest,
    ) -> std::result::Result<DocumentLineDraft, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let item = match request.item_id.map(|id| self.items.get(&id)) {
            Some(None) => {
                return Err(vec![Refusal::field("item_id", Constraint::Exists, "there is no such item")]);
            }
            Some(Some(item)) if !item.is_active => {
                let message = format!("item {} is not active", item.name);
                return Err(vec![Refusal::field("item_id", Constraint::Active, message)]);
            }
            Some(item) => item,
            None => None,
        };
        let trade = kind.trade();
        let price = match (request.unit_price, item) {
            (Some(price), _) => Some(price),
            (None, Some(item)) if currency == self.company.base_currency => match trade {
                Trade::Sale => item.sales_price,
                Trade::Purchase => item.purchase_price,
            },
            _ => None,
        };
        if price.is_none() {
            let message = match item {
                Some(_) if currency != self.company.base_currency => {
                    format!("prices of items are in {}; give one in {currency}", self.company.base_currency)
                }
                Some(item) => format!("item {} has no price for this; give one", item.name),
                None => "a line needs a price, or an item that has one".to_owned(),
            };
            refusals.push(Refusal::field("unit_price", Constraint::Required, message));
        }
        let account_id = match self.line_account(trade, currency, contact, item, request) {
            Ok(account) => account,
            Err(refusal) => {
                refusals.push(refusal);
                None
            }
        };
        match price {
            Some(unit_price) if refusals.is_empty() => Ok(DocumentLineDraft {
                item_id: request.item_id,
                description: request.description.clone().or_else(|| {
                    item.map(|item| item.description.clone().unwrap_or_else(|| item.name.clone()))
                }),
                quantity: request.quantity,
                unit_price,
                discount: request.discount,
                account_id,
                tax_code_id: request
                    .tax_code_id
                    .or_else(|| item.and_then(|item| item.tax_code_id))
                    .or(contact.default_tax_code_id),
                dimensions: request.dimensions,
            }),
            _ => Err(refusals),
        }
    }

    /// The account of a line: that of the request, the item, the contact, or the settings. What is bought for the stock
    /// goes to the stock, whatever else is said, so that its value equals its account (invariant I3).
    fn line_account(
        &self,
        trade: Trade,
        currency: Currency,
        contact: &Contact,
        item: Option<&Item>,
        request: &LineRequest,
    ) -> std::result::Result<Option<AccountId>, Refusal> {
        let of_item = item.and_then(|item| match (trade, item.item_type) {
            (Trade::Sale, _) => item.income_account_id,
            (Trade::Purchase, ItemType::Inventory) => item.asset_account_id,
            (Trade::Purchase, _) => item.expense_account_id,
        });
        let stocked =
            trade == Trade::Purchase && item.is_some_and(|item| item.item_type == ItemType::Inventory);
        let defaults = &self.settings.default_accounts;
        let of_settings = match trade {
            Trade::Sale => defaults.sales,
            Trade::Purchase => defaults.purchases,
        };
        let named = match &request.account {
            Some(named) => Some(named.clone()),
            None => of_item.or(contact.default_account_id).or(of_settings).map(AccountRef::Id),
        };
        let field = match &request.account {
            Some(AccountRef::Number(_)) => "account_number",
            _ => "account_id",
        };
        let Some(named) = named else { return Ok(None) };
        let Some(account) = self.accounts.get(&named) else {
            return Err(Refusal::field(field, Constraint::Exists, "there is no such account"));
        };
        if !account.is_active {
            let message = format!("account {} is not active", account.number);
            return Err(Refusal::field(field, Constraint::Active, message));
        }
        if let Some(only) = account.currency_code.filter(|only| *only != currency) {
            let message =
                format!("account {} takes {only} only, this document is in {currency}", account.number);
            return Err(Refusal::field(field, Constraint::Currency, message));
        }
        if stocked && Some(account.id) != of_item {
            let message = "what is bought for the stock goes to the asset account of the item; leave it out";
            return Err(Refusal::field(field, Constraint::AccountType, message));
        }
        if matches!(account.account_type, AccountType::AccountsReceivable | AccountType::AccountsPayable) {
            let message = format!(
                "account {} is of type {}, which documents post their totals to",
                account.number,
                account.account_type.name()
            );
            return Err(Refusal::field(field, Constraint::AccountType, message));
        }
        Ok(Some(account.id))
    }
}
