//! What payments did to open items.

use super::direction;
use crate::balance::sum;
use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::payment_applications as applications;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{AppliedSum, StoreError, Stored};
use partita_domain::document::DocumentKind;
use partita_domain::id::{AccountId, ContactId, PaymentId, TaxCodeId};
use partita_domain::journal_entry::Dimensions;
use partita_domain::money::Currency;
use partita_domain::payment::{OpenItemSource, PaymentApplication};
use partita_domain::posting_line::PostingLine;
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(crate) struct ApplicationRow {
    company_id: String,
    payment_id: String,
    id: String,
    direction: String,
    document_kind: Option<String>,
    document_id: Option<String>,
    other_direction: Option<String>,
    other_payment_id: Option<String>,
    date: Date,
    amount: i64,
    relieved: i64,
    base_relieved: i64,
    credited: i64,
    base_amount: i64,
    taken: i64,
    base_taken: i64,
    entry_id: Option<String>,
    reverses_id: Option<String>,
    details: String,
    created_at: PrimitiveDateTime,
    created_by: String,
}

/// What nobody searches for, short since there are many of them.
#[derive(Serialize, Deserialize)]
struct Details {
    currency: Currency,
    discount: i64,
    write_off: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    cash_rounding: i64,
    difference: i64,
    exchange_account: Option<AccountId>,
    lines: Vec<Line>,
    tax_corrections: Vec<(TaxCodeId, i64)>,
}

/// Few payments are in cash.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

/// Account, amount and base amount with debits above zero, contact, tax code.
#[derive(Serialize, Deserialize)]
struct Line(AccountId, i64, i64, Option<ContactId>, Option<TaxCodeId>);

impl Line {
    fn of(line: &PostingLine) -> Self {
        Self(
            line.account,
            line.debit - line.credit,
            line.base_debit - line.base_credit,
            line.dimensions.contact_id,
            line.dimensions.tax_code_id,
        )
    }

    fn into_line(self, currency: Currency) -> PostingLine {
        let Self(account, amount, base, contact_id, tax_code_id) = self;
        PostingLine {
            account,
            currency,
            debit: amount.max(0),
            credit: amount.saturating_neg().max(0),
            base_debit: base.max(0),
            base_credit: base.saturating_neg().max(0),
            description: None,
            dimensions: Dimensions { contact_id, tax_code_id, ..Dimensions::default() },
        }
    }
}

impl Written for ApplicationRow {
    const SHAPE: Shape = Shape::Insert {
        table: "payment_applications",
        columns: &[
            "company_id",
            "payment_id",
            "id",
            "direction",
            "document_kind",
            "document_id",
            "other_direction",
            "other_payment_id",
            "date",
            "amount",
            "relieved",
            "base_relieved",
            "credited",
            "base_amount",
            "taken",
            "base_taken",
            "entry_id",
            "reverses_id",
            "details",
            "created_at",
            "created_by",
        ],
        conflict: "",
    };
}

impl ApplicationRow {
    pub(crate) fn cells(self) -> [Cell; 21] {
        [
            self.company_id.into(),
            self.payment_id.into(),
            self.id.into(),
            self.direction.into(),
            self.document_kind.into(),
            self.document_id.into(),
            self.other_direction.into(),
            self.other_payment_id.into(),
            self.date.into(),
            self.amount.into(),
            self.relieved.into(),
            self.base_relieved.into(),
            self.credited.into(),
            self.base_amount.into(),
            self.taken.into(),
            self.base_taken.into(),
            self.entry_id.into(),
            self.reverses_id.into(),
            self.details.into(),
            self.created_at.into(),
            self.created_by.into(),
        ]
    }

    /// Whether it belongs to a company.
    pub(super) fn is_of(&self, company: &str) -> bool {
        self.company_id == company
    }

    pub(super) fn of(company: &str, application: &PaymentApplication) -> Stored<Self> {
        let currency = application.lines.first().map(|line| line.currency);
        let details = Details {
            currency: currency
                .ok_or_else(|| StoreError::Corrupt("an application without a line".to_owned()))?,
            discount: application.discount,
            write_off: application.write_off,
            cash_rounding: application.cash_rounding_amount,
            difference: application.difference,
            exchange_account: application.exchange_account_id,
            lines: application.lines.iter().map(Line::of).collect(),
            tax_corrections: application.tax_corrections.clone(),
        };
        let (kind, document, other_direction, other) = columns_of(application.item);
        Ok(Self {
            company_id: company.to_owned(),
            payment_id: application.payment_id.to_string(),
            id: application.id.to_string(),
            direction: application.direction.name().to_owned(),
            document_kind: kind,
            document_id: document,
            other_direction,
            other_payment_id: other,
            date: application.date,
            amount: application.amount,
            relieved: application.relieved,
            base_relieved: application.base_relieved,
            credited: application.credited,
            base_amount: application.base_amount,
            taken: application.taken(),
            base_taken: application.base_taken(),
            entry_id: application.entry_id.map(|id| id.to_string()),
            reverses_id: application.reverses_id.map(|id| id.to_string()),
            details: parse::to_json(&details)?,
            created_at: application.created_at,
            created_by: application.created_by.to_string(),
        })
    }

    fn into_application(self) -> Stored<PaymentApplication> {
        let details: Details = parse::json(&self.details, "details of an application")?;
        let currency = details.currency;
        Ok(PaymentApplication {
            id: parse::text(&self.id, "application id")?,
            payment_id: parse::text(&self.payment_id, "payment of an application")?,
            direction: direction(&self.direction)?,
            item: item_of((
                self.document_kind,
                self.document_id,
                self.other_direction,
                self.other_payment_id,
            ))?,
            date: self.date,
            amount: self.amount,
            discount: details.discount,
            write_off: details.write_off,
            cash_rounding_amount: details.cash_rounding,
            relieved: self.relieved,
            base_relieved: self.base_relieved,
            credited: self.credited,
            base_amount: self.base_amount,
            difference: details.difference,
            exchange_account_id: details.exchange_account,
            lines: details.lines.into_iter().map(|line| line.into_line(currency)).collect(),
            tax_corrections: details.tax_corrections,
            entry_id: parse::optional(self.entry_id.as_deref(), "entry of an application")?,
            reverses_id: parse::optional(self.reverses_id.as_deref(), "application taken back")?,
            created_at: self.created_at,
            created_by: parse::text(&self.created_by, "who made an application")?,
        })
    }
}

/// An item in the columns of its kind and id: of a document, or of another payment.
type ItemColumns = (Option<String>, Option<String>, Option<String>, Option<String>);

fn columns_of(item: OpenItemSource) -> ItemColumns {
    match item {
        OpenItemSource::Document { kind, id } => {
            (Some(kind.name().to_owned()), Some(id.to_string()), None, None)
        }
        OpenItemSource::Payment { direction, id } => {
            (None, None, Some(direction.name().to_owned()), Some(id.to_string()))
        }
    }
}

fn item_of(columns: ItemColumns) -> Stored<OpenItemSource> {
    match columns {
        (Some(kind), Some(id), None, None) => Ok(OpenItemSource::Document {
            kind: parse::named(DocumentKind::named(&kind), &kind, "kind of a document")?,
            id: parse::text(&id, "document of an application")?,
        }),
        (None, None, Some(name), Some(id)) => Ok(OpenItemSource::Payment {
            direction: direction(&name)?,
            id: parse::text(&id, "payment of an application")?,
        }),
        _ => Err(StoreError::Corrupt("an application names no item".to_owned())),
    }
}

impl SqlTx<'_> {
    pub(super) fn find_applications_of(&mut self, payments: &[PaymentId]) -> Stored<Vec<PaymentApplication>> {
        let mut ids: Vec<String> = payments.iter().map(ToString::to_string).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::new();
        // A file database takes at most 32 766 parameters.
        for some in ids.chunks(10_000) {
            let rows: Vec<ApplicationRow> = self.read(|conn, company| {
                applications::table
                    .filter(applications::company_id.eq(company))
                    .filter(applications::payment_id.eq_any(some))
                    .order((applications::payment_id, applications::id))
                    .select(ApplicationRow::as_select())
                    .load(conn)
            })?;
            for row in rows {
                found.push(row.into_application()?);
            }
        }
        Ok(found)
    }

    pub(super) fn find_applications_to(
        &mut self,
        items: &[OpenItemSource],
    ) -> Stored<Vec<PaymentApplication>> {
        let mut documents: Vec<String> =
            items.iter().filter_map(|item| item.document()).map(|id| id.to_string()).collect();
        let mut payments: Vec<String> =
            items.iter().filter_map(|item| item.payment()).map(|id| id.to_string()).collect();
        documents.sort_unstable();
        documents.dedup();
        payments.sort_unstable();
        payments.dedup();
        let mut rows: Vec<ApplicationRow> = Vec::new();
        for some in documents.chunks(10_000) {
            rows.extend(self.read(|conn, company| {
                applications::table
                    .filter(applications::company_id.eq(company))
                    .filter(applications::document_id.eq_any(some))
                    .select(ApplicationRow::as_select())
                    .load(conn)
            })?);
        }
        for some in payments.chunks(10_000) {
            rows.extend(self.read(|conn, company| {
                applications::table
                    .filter(applications::company_id.eq(company))
                    .filter(applications::other_payment_id.eq_any(some))
                    .select(ApplicationRow::as_select())
                    .load(conn)
            })?);
        }
        rows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        rows.into_iter().map(ApplicationRow::into_application).collect()
    }

    pub(super) fn sums_by_item(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<OpenItemSource>>> {
        let rows: Vec<(ItemColumns, i64, i64)> = self.read(|conn, company| {
            let columns = (
                applications::document_kind,
                applications::document_id,
                applications::other_direction,
                applications::other_payment_id,
            );
            let mut query = applications::table
                .group_by(columns)
                .select((columns, sum("relieved"), sum("base_relieved")))
                .filter(applications::company_id.eq(company))
                .into_boxed();
            if let Some(until) = until {
                query = query.filter(applications::date.le(until));
            }
            query.load(conn)
        })?;
        let sums: Stored<Vec<AppliedSum<OpenItemSource>>> = rows
            .into_iter()
            .filter(|(_, amount, base_amount)| (*amount, *base_amount) != (0, 0))
            .map(|(columns, amount, base_amount)| {
                Ok(AppliedSum { of: item_of(columns)?, amount, base_amount })
            })
            .collect();
        let mut sums = sums?;
        sums.sort_unstable();
        Ok(sums)
    }

    pub(super) fn sums_by_payment(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<PaymentId>>> {
        let rows: Vec<(String, i64, i64)> = self.read(|conn, company| {
            let mut query = applications::table
                .group_by(applications::payment_id)
                .select((applications::payment_id, sum("taken"), sum("base_taken")))
                .filter(applications::company_id.eq(company))
                .into_boxed();
            if let Some(until) = until {
                query = query.filter(applications::date.le(until));
            }
            query.load(conn)
        })?;
        let sums: Stored<Vec<AppliedSum<PaymentId>>> = rows
            .into_iter()
            .filter(|(_, amount, base_amount)| (*amount, *base_amount) != (0, 0))
            .map(|(payment, amount, base_amount)| {
                Ok(AppliedSum {
                    of: parse::text(&payment, "payment of an application")?,
                    amount,
                    base_amount,
                })
            })
            .collect();
        let mut sums = sums?;
        sums.sort_unstable();
        Ok(sums)
    }
}
