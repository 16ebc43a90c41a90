//! The summary of taxes, and the tax entries that it consists of.

use crate::app::App;
use crate::balance::company_of;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::page::{Listed, Page, cut};
use crate::ports::{StoreError, TaxEntryFilter, TaxEntryPlace, Tx};
use partita_domain::cash_basis_tax::Release;
use partita_domain::company::Company;
use partita_domain::contact::Contact;
use partita_domain::document::Document;
use partita_domain::fiscal_calendar::check_date;
use partita_domain::id::{ContactId, DocumentId, TaxCodeId};
use partita_domain::money::Currency;
use partita_domain::payment::PaymentApplication;
use partita_domain::permission::Permission;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::tax::{TaxKind, Trade};
use partita_domain::tax_code::TaxCode;
use partita_domain::tax_entry::{PostedOn, TaxEntry, TaxOrigin};
use partita_domain::tax_return::{TaxReturn, TaxSum, in_return, is_of};
use std::collections::{BTreeSet, HashMap};
use time::Date;

/// The taxes between two dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxReport {
    /// From this date on.
    pub from: Date,
    /// Up to and including this date.
    pub to: Date,
    /// The base currency, which all amounts are in.
    pub base_currency: Currency,
    /// By code, side of the trade, and kind.
    pub codes: Vec<(TaxCode, TaxSum)>,
    /// By box.
    pub summary: TaxReturn,
}

/// Which tax entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxEntryQuery {
    /// From this date on.
    pub from: Date,
    /// Up to and including this date.
    pub to: Date,
    /// Of this code.
    pub tax_code_id: Option<TaxCodeId>,
    /// With an amount in this box of the return.
    pub in_box: Option<String>,
    /// Of this document.
    pub document_id: Option<DocumentId>,
}

/// A tax entry with what people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldTaxEntry {
    /// The entry.
    pub entry: TaxEntry,
    /// The document.
    pub document: Document,
    /// The name of its contact.
    pub contact_name: String,
    /// The short name of the code.
    pub code: String,
    /// What it adds to the box that was asked for.
    pub in_box: Option<i64>,
}

/// Sums the taxes between two dates, both included, by code and by box of the return. Voids, discounts and what takes them
/// back count in their own period (T67).
///
/// # Errors
/// `from` or `to` out of range, `date_order`.
pub fn summary(app: &App, call: &Call, from: Date, to: Date) -> Result<TaxReport> {
    call.need(Permission::REPORTS_READ)?;
    check_span(from, to)?;
    app.store.read(call.company, |tx| {
        let company = company_of(tx, call.company)?;
        let sums = tx.tax_entries().sums(from, to)?;
        let codes = tx.tax_codes().list()?;
        let summary = TaxReturn::of(&sums, &codes).ok_or_else(out_of_range)?;
        let mut rows = Vec::with_capacity(sums.len());
        for sum in sums {
            let code = codes.iter().find(|code| code.id == sum.tax_code_id);
            let code = code.ok_or_else(|| StoreError::Corrupt(format!("no tax code {}", sum.tax_code_id)))?;
            rows.push((code.clone(), sum));
        }
        rows.sort_by(|(one, first), (other, second)| {
            (&one.code, first.trade, first.kind).cmp(&(&other.code, second.trade, second.kind))
        });
        Ok(TaxReport { from, to, base_currency: company.base_currency, codes: rows, summary })
    })
}

/// Lists the tax entries between two dates, oldest first, with their documents.
///
/// # Errors
/// `from` or `to` out of range, `date_order`; `tax_code_id` with constraint `exists`.
pub fn list(
    app: &App,
    call: &Call,
    query: &TaxEntryQuery,
    page: &Page<TaxEntryPlace>,
) -> Result<Listed<ToldTaxEntry, TaxEntryPlace>> {
    call.need(Permission::REPORTS_READ)?;
    check_span(query.from, query.to)?;
    app.store.read(call.company, |tx| {
        let codes = tx.tax_codes().list()?;
        let filter = TaxEntryFilter {
            from: query.from,
            to: query.to,
            codes: wanted_codes(query, &codes)?,
            document_id: query.document_id,
        };
        let total_count = match page.cursor {
            Some(_) => None,
            None => Some(tx.tax_entries().count(&filter)?),
        };
        let entries = tx.tax_entries().list(&filter, page.cursor, page.offset, page.limit + 1)?;
        let listed =
            cut(entries, page.limit, total_count, |entry| (entry.date, entry.entry_id, entry.line_number));
        let items = told(tx, listed.items, &codes, query.in_box.as_deref())?;
        Ok(Listed { items, total_count: listed.total_count, next: listed.next })
    })
}

/// The codes that are asked for, each with the sides of the trade on which it counts.
fn wanted_codes(query: &TaxEntryQuery, codes: &[TaxCode]) -> Result<Option<Vec<(TaxCodeId, Trade)>>> {
    if let Some(id) = query.tax_code_id
        && !codes.iter().any(|code| code.id == id)
    {
        let message = format!("there is no tax code {id}");
        return Err(Refusal::field("tax_code_id", Constraint::Exists, message).into());
    }
    if query.tax_code_id.is_none() && query.in_box.is_none() {
        return Ok(None);
    }
    let named = codes.iter().filter(|code| query.tax_code_id.is_none_or(|id| code.id == id));
    let both = named.flat_map(|code| Trade::ALL.map(|trade| (code, trade)));
    let in_box = |(code, trade): &(&TaxCode, Trade)| {
        query.in_box.as_deref().is_none_or(|wanted| {
            let kinds = partita_domain::tax::TaxKind::ALL;
            code.boxes()
                .iter()
                .any(|(what, place)| place == wanted && kinds.iter().any(|kind| is_of(what, *trade, *kind)))
        })
    };
    Ok(Some(both.filter(in_box).map(|(code, trade)| (code.id, trade)).collect()))
}

fn told(
    tx: &mut dyn Tx,
    entries: Vec<TaxEntry>,
    codes: &[TaxCode],
    wanted: Option<&str>,
) -> Result<Vec<ToldTaxEntry>> {
    let ids: BTreeSet<DocumentId> = entries.iter().map(|entry| entry.document_id).collect();
    let documents: HashMap<DocumentId, Document> = tx
        .documents()
        .find_all(&Vec::from_iter(ids))?
        .into_iter()
        .map(|document| (document.id, document))
        .collect();
    let ids: BTreeSet<ContactId> = documents.values().map(|document| document.contact_id).collect();
    let contacts: HashMap<ContactId, Contact> = tx
        .contacts()
        .find_all(&Vec::from_iter(ids))?
        .into_iter()
        .map(|contact| (contact.id, contact))
        .collect();
    let each = entries.into_iter().map(|entry| {
        let document = documents.get(&entry.document_id).cloned();
        let document =
            document.ok_or_else(|| StoreError::Corrupt(format!("no document {}", entry.document_id)))?;
        let contact_name = contacts
            .get(&document.contact_id)
            .map(|contact| contact.display_name.clone())
            .unwrap_or_default();
        let code = codes.iter().find(|code| code.id == entry.tax_code_id);
        let in_box = wanted.map(|wanted| code.map_or(Some(0), |code| amount_in(code, &entry, wanted)));
        let in_box = in_box.map(|amount| amount.ok_or_else(out_of_range)).transpose()?;
        let code = code.map(|code| code.code.clone()).unwrap_or_default();
        Ok(ToldTaxEntry { entry, document, contact_name, code, in_box })
    });
    each.collect()
}

/// What an entry adds to a box.
fn amount_in(code: &TaxCode, entry: &TaxEntry, wanted: &str) -> Option<i64> {
    let boxes = code.boxes();
    let amounts = in_return(&boxes, entry.trade, entry.kind, entry.amounts)?;
    let places = boxes.iter().filter(|(_, place)| *place == wanted);
    places
        .flat_map(|(what, _)| amounts.iter().filter(move |(known, _)| *known == what))
        .try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount))
}

/// What a posted document means to the tax return.
pub(crate) fn of_document(document: &Document, base: Currency) -> Result<Vec<TaxEntry>> {
    of(
        document,
        base,
        document.entry_id.map(|entry_id| PostedOn { entry_id, date: document.date }),
        TaxOrigin::Posting,
    )
}

/// Records what the void of a document on a day means to the tax return.
pub(crate) fn record_void(tx: &mut dyn Tx, company: &Company, document: &Document, date: Date) -> Result<()> {
    let posted = document.void_entry_id.map(|entry_id| PostedOn { entry_id, date });
    let entries = of(document, company.base_currency, posted, TaxOrigin::Void)?;
    Ok(tx.tax_entries().insert(&entries)?)
}

/// Records what applications, or those that take them back, mean to the tax return: their discounts, and what falls due by
/// payment. All are of one journal entry.
pub(crate) fn record_applications<'a>(
    tx: &mut dyn Tx,
    base: Currency,
    applications: &[PaymentApplication],
    due: impl Iterator<Item = (&'a Document, &'a Release)>,
) -> Result<()> {
    let mut entries = of_discounts(tx, base, applications)?;
    if let Some((entry_id, date)) = applications.iter().find_map(|each| Some((each.entry_id?, each.date))) {
        for (document, release) in due {
            let line_number = entries.last().map_or(1, |entry| entry.line_number.saturating_add(1));
            entries.push(TaxEntry {
                date,
                entry_id,
                line_number,
                document_id: document.id,
                tax_code_id: release.tax_code_id,
                trade: document.kind.trade(),
                kind: TaxKind::Charged,
                origin: TaxOrigin::Payment,
                amounts: release.amounts,
            });
        }
    }
    Ok(tx.tax_entries().insert(&entries)?)
}

fn of_discounts(
    tx: &mut dyn Tx,
    base: Currency,
    applications: &[PaymentApplication],
) -> Result<Vec<TaxEntry>> {
    let discounted: Vec<&PaymentApplication> =
        applications.iter().filter(|application| application.discount != 0).collect();
    let ids: BTreeSet<DocumentId> =
        discounted.iter().filter_map(|application| application.item.document()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let documents = tx.documents().find_all(&Vec::from_iter(ids))?;
    let mut entries: Vec<TaxEntry> = Vec::new();
    for application in discounted {
        let document = documents.iter().find(|document| Some(document.id) == application.item.document());
        let Some(document) = document else { continue };
        let next = entries.last().map_or(1, |entry| entry.line_number.saturating_add(1));
        entries.extend(TaxEntry::of_discount(application, document, base, next).ok_or_else(out_of_range)?);
    }
    Ok(entries)
}

fn of(
    document: &Document,
    base: Currency,
    posted: Option<PostedOn>,
    origin: TaxOrigin,
) -> Result<Vec<TaxEntry>> {
    let Some(posted) = posted else { return Ok(Vec::new()) };
    TaxEntry::of_document(document, base, posted, origin).ok_or_else(|| {
        let message = "what the taxes are computed from is out of range in base currency";
        Refusal::field("lines", Constraint::Range, message).into()
    })
}

fn check_span(from: Date, to: Date) -> Result<()> {
    check_date(from, "from")?;
    check_date(to, "to")?;
    if from > to {
        return Err(Refusal::field("from", Constraint::DateOrder, format!("{from} is after {to}")).into());
    }
    Ok(())
}

fn out_of_range() -> Error {
    StoreError::Corrupt("the sum of taxes is out of range".to_owned()).into()
}
