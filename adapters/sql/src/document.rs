//! Invoices, bills, credit notes, vendor credits and estimates.

mod insert;
mod list;

use crate::balance::sum;
use crate::connection::on;
use crate::dialect::Among;
use crate::parse;
use crate::schema::{document_lines, documents};
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use partita_application::ports::{DocumentFilter, DocumentOrder, Documents, OpenSum, Stored};
use partita_domain::document::{
    Discount, Document, DocumentKind, DocumentLine, DocumentSettled, DocumentState, Totals,
};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{ContactId, DocumentId, ItemId};
use partita_domain::journal_entry::Dimensions;
use partita_domain::metadata::Metadata;
use partita_domain::quantity::Quantity;
use partita_domain::tax::{LineTax, TaxMode, TaxRounding, TaxSummary};
use partita_domain::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use time::{Date, PrimitiveDateTime};

#[derive(Debug, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = documents, primary_key(company_id, id), treat_none_as_null = true)]
pub(crate) struct DocumentRow {
    pub(crate) company_id: String,
    id: String,
    pub(crate) kind: String,
    external_id: Option<String>,
    number: Option<String>,
    contact_id: String,
    date: Date,
    due_date: Option<Date>,
    reference_number: Option<String>,
    memo: Option<String>,
    currency_code: String,
    exchange_rate: i64,
    total: i64,
    base_total: i64,
    amount_paid: i64,
    amount_credited: i64,
    open: i64,
    base_open: i64,
    state: String,
    control_account_id: Option<String>,
    entry_id: Option<String>,
    void_entry_id: Option<String>,
    source_id: Option<String>,
    converted_to_id: Option<String>,
    details: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// What is open, or what is not, as the index by contact says it.
pub(crate) fn openness(is_open: bool) -> SqlLiteral<Bool> {
    sql(if is_open {
        "CASE WHEN documents.open > 0 THEN 1 ELSE 0 END = 1"
    } else {
        "CASE WHEN documents.open > 0 THEN 1 ELSE 0 END = 0"
    })
}

/// What nobody searches for.
#[derive(Serialize, Deserialize)]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Cow<'a, str>>,
    tax_mode: TaxMode,
    tax_rounding: TaxRounding,
    taxes: Cow<'a, [TaxSummary]>,
    totals: Totals,
    metadata: Cow<'a, Metadata>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = document_lines)]
pub(crate) struct DocumentLineRow {
    company_id: String,
    document_id: String,
    line_number: i32,
    item_id: Option<String>,
    account_id: Option<String>,
    tax_code_id: Option<String>,
    quantity: i64,
    amount: i64,
    tax_amount: i64,
    details: String,
}

#[derive(Serialize, Deserialize)]
struct LineDetails<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Cow<'a, str>>,
    unit_price: UnitPrice,
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<Discount>,
    discount_amount: i64,
    #[serde(default, skip_serializing_if = "Dimensions::is_none")]
    dimensions: Dimensions,
    #[serde(default, skip_serializing_if = "<[LineTax]>::is_empty")]
    taxes: Cow<'a, [LineTax]>,
}

impl DocumentRow {
    fn of(company: &str, document: &Document) -> Stored<Self> {
        let details = Details {
            terms: document.terms.as_deref().map(Cow::Borrowed),
            tax_mode: document.tax_mode,
            tax_rounding: document.tax_rounding,
            taxes: Cow::Borrowed(&document.taxes),
            totals: document.totals,
            metadata: Cow::Borrowed(&document.metadata),
        };
        Ok(Self {
            company_id: company.to_owned(),
            id: document.id.to_string(),
            kind: document.kind.name().to_owned(),
            external_id: document.external_id.clone(),
            number: document.number.clone(),
            contact_id: document.contact_id.to_string(),
            date: document.date,
            due_date: document.due_date,
            reference_number: document.reference_number.clone(),
            memo: document.memo.clone(),
            currency_code: document.currency_code.code().to_owned(),
            exchange_rate: document.exchange_rate.millionths(),
            total: document.totals.total,
            base_total: document.base_total,
            amount_paid: document.amount_paid,
            amount_credited: document.amount_credited,
            open: document.open,
            base_open: document.base_open,
            state: document.state.name().to_owned(),
            control_account_id: document.control_account_id.map(|id| id.to_string()),
            entry_id: document.entry_id.map(|id| id.to_string()),
            void_entry_id: document.void_entry_id.map(|id| id.to_string()),
            source_id: document.source_id.map(|id| id.to_string()),
            converted_to_id: document.converted_to_id.map(|id| id.to_string()),
            details: parse::to_json(&details)?,
            created_at: document.created_at,
            updated_at: document.updated_at,
            version: document.version,
        })
    }

    fn into_document(self, lines: Vec<DocumentLine>) -> Stored<Document> {
        let details: Details<'_> = parse::json(&self.details, "details of a document")?;
        Ok(Document {
            id: parse::text(&self.id, "document id")?,
            kind: parse::named(DocumentKind::named(&self.kind), &self.kind, "kind of a document")?,
            external_id: self.external_id,
            number: self.number,
            contact_id: parse::text(&self.contact_id, "contact of a document")?,
            date: self.date,
            due_date: self.due_date,
            reference_number: self.reference_number,
            memo: self.memo,
            terms: details.terms.map(Cow::into_owned),
            currency_code: parse::currency(&self.currency_code)?,
            exchange_rate: parse::named(
                ExchangeRate::from_millionths(self.exchange_rate).ok(),
                &self.exchange_rate.to_string(),
                "exchange rate",
            )?,
            tax_mode: details.tax_mode,
            tax_rounding: details.tax_rounding,
            lines,
            taxes: details.taxes.into_owned(),
            totals: details.totals,
            state: parse::named(DocumentState::named(&self.state), &self.state, "state of a document")?,
            base_total: self.base_total,
            amount_paid: self.amount_paid,
            amount_credited: self.amount_credited,
            open: self.open,
            base_open: self.base_open,
            control_account_id: parse::optional(self.control_account_id.as_deref(), "control account")?,
            entry_id: parse::optional(self.entry_id.as_deref(), "entry of a document")?,
            void_entry_id: parse::optional(self.void_entry_id.as_deref(), "entry of a document")?,
            source_id: parse::optional(self.source_id.as_deref(), "source of a document")?,
            converted_to_id: parse::optional(self.converted_to_id.as_deref(), "invoice of an estimate")?,
            metadata: details.metadata.into_owned(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl DocumentLineRow {
    fn of(company: &str, document: &str, line: &DocumentLine) -> Stored<Self> {
        let details = LineDetails {
            description: line.description.as_deref().map(Cow::Borrowed),
            unit_price: line.unit_price,
            discount: line.discount,
            discount_amount: line.discount_amount,
            dimensions: line.dimensions,
            taxes: Cow::Borrowed(&line.taxes),
        };
        Ok(Self {
            company_id: company.to_owned(),
            document_id: document.to_owned(),
            line_number: line.line_number,
            item_id: line.item_id.map(|id| id.to_string()),
            account_id: line.account_id.map(|id| id.to_string()),
            tax_code_id: line.tax_code_id.map(|id| id.to_string()),
            quantity: line.quantity.millionths(),
            amount: line.amount,
            tax_amount: line.tax_amount,
            details: parse::to_json(&details)?,
        })
    }

    fn into_line(self) -> Stored<DocumentLine> {
        let details: LineDetails<'_> = parse::json(&self.details, "details of a line")?;
        Ok(DocumentLine {
            line_number: self.line_number,
            item_id: parse::optional(self.item_id.as_deref(), "item of a line")?,
            description: details.description.map(Cow::into_owned),
            quantity: parse::named(
                Quantity::from_millionths(self.quantity, "quantity").ok(),
                &self.quantity.to_string(),
                "quantity",
            )?,
            unit_price: details.unit_price,
            discount: details.discount,
            discount_amount: details.discount_amount,
            account_id: parse::optional(self.account_id.as_deref(), "account of a line")?,
            tax_code_id: parse::optional(self.tax_code_id.as_deref(), "tax code of a line")?,
            dimensions: details.dimensions,
            amount: self.amount,
            tax_amount: self.tax_amount,
            taxes: details.taxes.into_owned(),
        })
    }
}

impl SqlTx<'_> {
    /// Turns rows into documents, with one query for all lines.
    fn documents_of(&mut self, rows: Vec<DocumentRow>) -> Stored<Vec<Document>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let lines: Vec<DocumentLineRow> = self.read(|conn, company| {
            let lines = document_lines::table
                .filter(document_lines::company_id.eq(company))
                .order((document_lines::document_id, document_lines::line_number));
            match ids.as_slice() {
                [id] => {
                    let lines = lines.filter(document_lines::document_id.eq(*id));
                    on!(conn, |conn| lines.select(DocumentLineRow::as_select()).load(conn))
                }
                ids => {
                    let lines = lines.filter(Among::of(document_lines::document_id, ids));
                    on!(conn, |conn| lines.select(DocumentLineRow::as_select()).load(conn))
                }
            }
        })?;
        let mut lines_of: HashMap<String, Vec<DocumentLine>> = HashMap::with_capacity(rows.len());
        for row in lines {
            lines_of.entry(row.document_id.clone()).or_default().push(row.into_line()?);
        }
        rows.into_iter()
            .map(|row| {
                let lines = lines_of.remove(&row.id).unwrap_or_default();
                row.into_document(lines)
            })
            .collect()
    }

    /// Writes documents that are pending, so that the database can be asked for them.
    fn settle_documents(&mut self) -> Stored<()> {
        if self.pending().documents.iter().any(|row| row.company_id == self.key) {
            self.read_settled(|_, _| Ok(()))?;
        }
        Ok(())
    }

    /// The documents with these ids, in the order of ids.
    fn document_rows(&mut self, ids: &[String]) -> Stored<Vec<DocumentRow>> {
        self.read(|conn, company| {
            let found = documents::table
                .filter(documents::company_id.eq(company))
                .filter(Among::of(documents::id, ids))
                .order(documents::id);
            on!(conn, |conn| found.select(DocumentRow::as_select()).load(conn))
        })
    }

    fn pending_document(&self, is_it: impl Fn(&DocumentRow) -> bool) -> Stored<Option<DocumentId>> {
        let mut rows = self.pending().documents.iter();
        let found = rows.find(|row| row.company_id == self.key && is_it(row));
        parse::optional(found.map(|row| row.id.as_str()), "document id")
    }
}

impl Documents for SqlTx<'_> {
    fn insert(&mut self, document: &Document) -> Stored<()> {
        self.insert_document(document)
    }

    fn update(&mut self, document: &Document) -> Stored<()> {
        self.settle_documents()?;
        let row = DocumentRow::of(&self.key, document)?;
        let state: Option<String> = self.read(|conn, company| {
            documents::table.find((company, &row.id)).select(documents::state).first(conn).optional()
        })?;
        let Some(state) = state else { return Ok(()) };
        let was_free = !matches!(state.as_str(), "posted" | "void");
        let lines: Vec<DocumentLineRow> = if was_free {
            let lines = document.lines.iter();
            lines.map(|line| DocumentLineRow::of(&self.key, &row.id, line)).collect::<Stored<_>>()?
        } else {
            Vec::new()
        };
        // What the document refers to has to be there first.
        self.write(|_, _| Ok(()))?;
        self.read_settled(|_, _| Ok(()))?;
        self.write(|conn, company| {
            if was_free {
                diesel::delete(
                    document_lines::table
                        .filter(document_lines::company_id.eq(company))
                        .filter(document_lines::document_id.eq(&row.id)),
                )
                .execute(conn)?;
            }
            diesel::update(documents::table.find((company, &row.id))).set(&row).execute(conn)
        })?;
        self.add()?.document_lines.extend(lines);
        Ok(())
    }

    fn remove(&mut self, id: DocumentId) -> Stored<()> {
        self.settle_documents()?;
        let id = id.to_string();
        let kind: Option<String> = self.write(|conn, company| {
            let document = documents::table.find((company, &id));
            let kind = document.select(documents::kind).first(conn).optional()?;
            diesel::delete(
                document_lines::table
                    .filter(document_lines::company_id.eq(company))
                    .filter(document_lines::document_id.eq(&id)),
            )
            .execute(conn)?;
            diesel::delete(document).execute(conn)?;
            Ok(kind)
        })?;
        kind.map_or(Ok(()), |kind| self.uncount(&kind))
    }

    fn settle(&mut self, settled: &[DocumentSettled]) -> Stored<()> {
        self.settle_documents()?;
        self.settle_rows(settled)
    }

    fn find(&mut self, id: DocumentId) -> Stored<Option<Document>> {
        self.settle_documents()?;
        let id = id.to_string();
        let row: Option<DocumentRow> = self.read(|conn, company| {
            let document = documents::table.find((company, &id));
            on!(conn, |conn| document.select(DocumentRow::as_select()).first(conn).optional())
        })?;
        Ok(self.documents_of(row.into_iter().collect())?.pop())
    }

    fn find_all(&mut self, ids: &[DocumentId]) -> Stored<Vec<Document>> {
        self.settle_documents()?;
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows = self.document_rows(&ids)?;
        self.documents_of(rows)
    }

    fn find_by_external_id(&mut self, kind: DocumentKind, external_id: &str) -> Stored<Option<DocumentId>> {
        let pending = self.pending_document(|row| {
            row.kind == kind.name() && row.external_id.as_deref() == Some(external_id)
        })?;
        if pending.is_some() {
            return Ok(pending);
        }
        let id: Option<String> = self.read(|conn, company| {
            let named = documents::table
                .filter(documents::company_id.eq(company))
                .filter(documents::kind.eq(kind.name()))
                .filter(documents::external_id.eq(external_id))
                .select(documents::id);
            on!(conn, |conn| named.first(conn).optional())
        })?;
        parse::optional(id.as_deref(), "document id")
    }

    fn taken_external_ids(
        &mut self,
        kind: DocumentKind,
        external_ids: &[&str],
    ) -> Stored<Vec<(String, DocumentId)>> {
        let mut taken = Vec::new();
        for external_id in external_ids {
            let pending = self.pending_document(|row| {
                row.kind == kind.name() && row.external_id.as_deref() == Some(external_id)
            })?;
            taken.extend(pending.map(|id| ((*external_id).to_owned(), id)));
        }
        // A file database takes at most 32 766 parameters.
        for some in external_ids.chunks(10_000) {
            let stored: Vec<(Option<String>, String)> = self.read(|conn, company| {
                documents::table
                    .filter(documents::company_id.eq(company))
                    .filter(documents::kind.eq(kind.name()))
                    .filter(documents::external_id.eq_any(some))
                    .select((documents::external_id, documents::id))
                    .load(conn)
            })?;
            for (external_id, id) in stored {
                let id = parse::text(&id, "document id")?;
                taken.extend(external_id.map(|external_id| (external_id, id)));
            }
        }
        let free = external_ids
            .iter()
            .filter(|external_id| !taken.iter().any(|(other, _)| other == *external_id))
            .map(|external_id| (kind, (*external_id).to_owned()));
        let free: Vec<_> = free.collect();
        self.absent().document_external_ids.extend(free);
        Ok(taken)
    }

    fn find_by_number(&mut self, kind: DocumentKind, number: &str) -> Stored<Option<DocumentId>> {
        let pending =
            self.pending_document(|row| row.kind == kind.name() && row.number.as_deref() == Some(number))?;
        if pending.is_some() {
            return Ok(pending);
        }
        let id: Option<String> = self.read(|conn, company| {
            documents::table
                .filter(documents::company_id.eq(company))
                .filter(documents::kind.eq(kind.name()))
                .filter(documents::number.eq(number))
                .select(documents::id)
                .first(conn)
                .optional()
        })?;
        parse::optional(id.as_deref(), "document id")
    }

    fn list(
        &mut self,
        filter: &DocumentFilter,
        order: DocumentOrder,
        after: Option<(Date, DocumentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Document>> {
        self.settle_documents()?;
        let rows = self.list_documents(filter, order, after, offset, limit)?;
        self.documents_of(rows)
    }

    fn count(&mut self, filter: &DocumentFilter) -> Stored<i64> {
        self.settle_documents()?;
        self.count_documents(filter)
    }

    fn open_sums(&mut self, contacts: &[ContactId]) -> Stored<Vec<OpenSum>> {
        self.settle_documents()?;
        let contacts: Vec<String> = contacts.iter().map(ToString::to_string).collect();
        let rows: Vec<(String, String, String, i64, i64)> = self.read(|conn, company| {
            documents::table
                .group_by((documents::contact_id, documents::kind, documents::currency_code))
                .select((
                    documents::contact_id,
                    documents::kind,
                    documents::currency_code,
                    sum("open"),
                    sum("base_open"),
                ))
                .filter(documents::company_id.eq(company))
                .filter(documents::contact_id.eq_any(&contacts))
                .filter(openness(true))
                .load(conn)
        })?;
        let sums: Stored<Vec<OpenSum>> = rows
            .into_iter()
            .map(|(contact, kind, currency, open, base_open)| {
                Ok(OpenSum {
                    contact_id: parse::text(&contact, "contact of a document")?,
                    kind: parse::named(DocumentKind::named(&kind), &kind, "kind of a document")?,
                    currency: parse::currency(&currency)?,
                    open,
                    base_open,
                })
            })
            .collect();
        let mut sums = sums?;
        sums.sort_unstable();
        Ok(sums)
    }

    fn name_item(&mut self, item: ItemId) -> Stored<bool> {
        self.settle_documents()?;
        self.read(|conn, company| {
            diesel::select(diesel::dsl::exists(
                document_lines::table
                    .filter(document_lines::company_id.eq(company))
                    .filter(document_lines::item_id.eq(item.to_string()))
                    .select(document_lines::line_number),
            ))
            .get_result(conn)
        })
    }
}
