//! Payments and their applications.

mod application;
mod list;

pub(crate) use application::ApplicationRow;

use crate::connection::on;
use crate::dialect::Among;
use crate::parse;
use crate::pending::{Cell, Change, Shape, Written};
use crate::schema::payments;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{AppliedSum, PaymentFilter, Payments, StoreError, Stored};
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::{AccountId, PaymentId};
use partita_domain::metadata::Metadata;
use partita_domain::payment::{OpenItemSource, Payment, PaymentApplication, PaymentDirection, PaymentState};
use partita_domain::posting_line::PostingLine;
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = payments)]
pub(crate) struct PaymentRow {
    pub(crate) company_id: String,
    id: String,
    external_id: Option<String>,
    number: String,
    direction: String,
    contact_id: String,
    date: Date,
    amount: i64,
    currency_code: String,
    exchange_rate: i64,
    base_amount: i64,
    account_id: Option<String>,
    reference_number: Option<String>,
    memo: Option<String>,
    unapplied: i64,
    base_unapplied: i64,
    used: i64,
    refunded: i64,
    advances_account_id: Option<String>,
    state: String,
    entry_id: Option<String>,
    void_entry_id: Option<String>,
    details: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// What nobody searches for.
#[derive(Serialize, Deserialize)]
struct Details {
    method: Option<String>,
    fee_amount: i64,
    fee_account_id: Option<AccountId>,
    money: Vec<PostingLine>,
    exchange_account_id: Option<AccountId>,
    metadata: Metadata,
}

impl Written for PaymentRow {
    const SHAPE: Shape = Shape::Insert {
        table: "payments",
        columns: &[
            "company_id",
            "id",
            "external_id",
            "number",
            "direction",
            "contact_id",
            "date",
            "amount",
            "currency_code",
            "exchange_rate",
            "base_amount",
            "account_id",
            "reference_number",
            "memo",
            "unapplied",
            "base_unapplied",
            "used",
            "refunded",
            "advances_account_id",
            "state",
            "entry_id",
            "void_entry_id",
            "details",
            "created_at",
            "updated_at",
            "version",
        ],
        conflict: "",
    };
}

/// What may change of a payment.
struct ChangedRow;

impl Written for ChangedRow {
    const SHAPE: Shape = Shape::Update {
        set: "payments SET unapplied = new.unapplied, base_unapplied = new.base_unapplied, used = new.used, \
              refunded = new.refunded, advances_account_id = new.advances_account_id, state = new.state, \
              void_entry_id = new.void_entry_id, updated_at = new.updated_at, version = new.version",
        columns: &[
            "company_id",
            "id",
            "unapplied",
            "base_unapplied",
            "used",
            "refunded",
            "advances_account_id",
            "state",
            "void_entry_id",
            "updated_at",
            "version",
        ],
        matching: "payments.company_id = new.company_id AND payments.id = new.id",
    };
}

impl PaymentRow {
    pub(crate) fn cells(self) -> [Cell; 26] {
        [
            self.company_id.into(),
            self.id.into(),
            self.external_id.into(),
            self.number.into(),
            self.direction.into(),
            self.contact_id.into(),
            self.date.into(),
            self.amount.into(),
            self.currency_code.into(),
            self.exchange_rate.into(),
            self.base_amount.into(),
            self.account_id.into(),
            self.reference_number.into(),
            self.memo.into(),
            self.unapplied.into(),
            self.base_unapplied.into(),
            self.used.into(),
            self.refunded.into(),
            self.advances_account_id.into(),
            self.state.into(),
            self.entry_id.into(),
            self.void_entry_id.into(),
            self.details.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.version.into(),
        ]
    }

    fn changed_cells(self) -> [Cell; 11] {
        [
            self.company_id.into(),
            self.id.into(),
            self.unapplied.into(),
            self.base_unapplied.into(),
            self.used.into(),
            self.refunded.into(),
            self.advances_account_id.into(),
            self.state.into(),
            self.void_entry_id.into(),
            self.updated_at.into(),
            self.version.into(),
        ]
    }

    fn of(company: &str, payment: &Payment) -> Stored<Self> {
        let details = Details {
            method: payment.method.clone(),
            fee_amount: payment.fee_amount,
            fee_account_id: payment.fee_account_id,
            money: payment.money.clone(),
            exchange_account_id: payment.exchange_account_id,
            metadata: payment.metadata.clone(),
        };
        Ok(Self {
            company_id: company.to_owned(),
            id: payment.id.to_string(),
            external_id: payment.external_id.clone(),
            number: payment.number.clone(),
            direction: payment.direction.name().to_owned(),
            contact_id: payment.contact_id.to_string(),
            date: payment.date,
            amount: payment.amount,
            currency_code: payment.currency_code.code().to_owned(),
            exchange_rate: payment.exchange_rate.millionths(),
            base_amount: payment.base_amount,
            account_id: payment.account_id.map(|id| id.to_string()),
            reference_number: payment.reference_number.clone(),
            memo: payment.memo.clone(),
            unapplied: payment.unapplied,
            base_unapplied: payment.base_unapplied,
            used: payment.used,
            refunded: payment.refunded,
            advances_account_id: payment.advances_account_id.map(|id| id.to_string()),
            state: payment.state.name().to_owned(),
            entry_id: payment.entry_id.map(|id| id.to_string()),
            void_entry_id: payment.void_entry_id.map(|id| id.to_string()),
            details: parse::to_json(&details)?,
            created_at: payment.created_at,
            updated_at: payment.updated_at,
            version: payment.version,
        })
    }

    fn into_payment(self) -> Stored<Payment> {
        let details: Details = parse::json(&self.details, "details of a payment")?;
        Ok(Payment {
            id: parse::text(&self.id, "payment id")?,
            external_id: self.external_id,
            number: self.number,
            direction: direction(&self.direction)?,
            contact_id: parse::text(&self.contact_id, "contact of a payment")?,
            date: self.date,
            amount: self.amount,
            currency_code: parse::currency(&self.currency_code)?,
            exchange_rate: parse::named(
                ExchangeRate::from_millionths(self.exchange_rate).ok(),
                &self.exchange_rate.to_string(),
                "exchange rate",
            )?,
            base_amount: self.base_amount,
            account_id: parse::optional(self.account_id.as_deref(), "account of a payment")?,
            method: details.method,
            reference_number: self.reference_number,
            memo: self.memo,
            fee_amount: details.fee_amount,
            fee_account_id: details.fee_account_id,
            unapplied: self.unapplied,
            base_unapplied: self.base_unapplied,
            used: self.used,
            refunded: self.refunded,
            advances_account_id: parse::optional(self.advances_account_id.as_deref(), "account of advances")?,
            money: details.money,
            exchange_account_id: details.exchange_account_id,
            state: parse::named(PaymentState::named(&self.state), &self.state, "state of a payment")?,
            entry_id: parse::optional(self.entry_id.as_deref(), "entry of a payment")?,
            void_entry_id: parse::optional(self.void_entry_id.as_deref(), "entry of a payment")?,
            metadata: details.metadata,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

fn direction(name: &str) -> Stored<PaymentDirection> {
    parse::named(PaymentDirection::named(name), name, "direction of a payment")
}

impl SqlTx<'_> {
    /// Writes payments and applications that are pending, so that the database can be asked for them.
    fn settle_payments(&mut self) -> Stored<()> {
        let pending = self.pending();
        let is_pending = pending.payments.iter().any(|row| row.company_id == self.key)
            || pending.applications.iter().any(|row| row.is_of(&self.key));
        if is_pending { self.read_settled(|_, _| Ok(())) } else { Ok(()) }
    }
}

impl Payments for SqlTx<'_> {
    fn insert(&mut self, payment: &Payment) -> Stored<()> {
        // Rows are written later; what is taken has to show now.
        if let Some(external_id) = &payment.external_id {
            let is_free = self.absent().payment_external_ids.contains(external_id);
            if !is_free && self.find_by_external_id(external_id)?.is_some() {
                return Err(StoreError::Duplicate);
            }
            self.absent().payment_external_ids.remove(external_id);
        }
        let row = PaymentRow::of(&self.key, payment)?;
        self.add()?.payments.push(row);
        Ok(())
    }

    fn update(&mut self, payments: &[Payment]) -> Stored<()> {
        if payments.is_empty() {
            return Ok(());
        }
        // What the payments refer to has to be there first.
        self.must_write()?;
        self.read_settled(|_, _| Ok(()))?;
        let rows: Stored<Vec<_>> =
            payments.iter().map(|payment| PaymentRow::of(&self.key, payment)).collect();
        let change = Change::of::<ChangedRow, _>(rows?.into_iter().map(PaymentRow::changed_cells));
        self.write(|conn, _| crate::dialect::write(conn, &[change]))
    }

    fn find(&mut self, id: PaymentId) -> Stored<Option<Payment>> {
        self.settle_payments()?;
        let row: Option<PaymentRow> = self.read(|conn, company| {
            let payment = payments::table.find((company, id.to_string()));
            on!(conn, |conn| payment.select(PaymentRow::as_select()).first(conn).optional())
        })?;
        row.map(PaymentRow::into_payment).transpose()
    }

    fn find_all(&mut self, ids: &[PaymentId]) -> Stored<Vec<Payment>> {
        self.settle_payments()?;
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows: Vec<PaymentRow> = self.read(|conn, company| {
            let found = payments::table
                .filter(payments::company_id.eq(company))
                .filter(Among::of(payments::id, &ids))
                .order(payments::id);
            on!(conn, |conn| found.select(PaymentRow::as_select()).load(conn))
        })?;
        rows.into_iter().map(PaymentRow::into_payment).collect()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<PaymentId>> {
        let mut pending = self.pending().payments.iter();
        let taken =
            |row: &&PaymentRow| row.company_id == self.key && row.external_id.as_deref() == Some(external_id);
        if let Some(row) = pending.find(taken) {
            return parse::text(&row.id, "payment id").map(Some);
        }
        let id: Option<String> = self.read(|conn, company| {
            payments::table
                .filter(payments::company_id.eq(company))
                .filter(payments::external_id.eq(external_id))
                .select(payments::id)
                .first(conn)
                .optional()
        })?;
        if id.is_none() {
            self.absent().payment_external_ids.insert(external_id.to_owned());
        }
        parse::optional(id.as_deref(), "payment id")
    }

    fn list(
        &mut self,
        filter: &PaymentFilter,
        after: Option<(Date, PaymentId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Payment>> {
        self.settle_payments()?;
        let rows = self.list_payments(filter, after, offset, limit)?;
        rows.into_iter().map(PaymentRow::into_payment).collect()
    }

    fn count(&mut self, filter: &PaymentFilter) -> Stored<i64> {
        self.settle_payments()?;
        self.count_payments(filter)
    }

    fn insert_applications(&mut self, applications: &[PaymentApplication]) -> Stored<()> {
        let rows: Stored<Vec<_>> =
            applications.iter().map(|application| ApplicationRow::of(&self.key, application)).collect();
        self.add()?.applications.extend(rows?);
        Ok(())
    }

    fn applications_of(&mut self, payments: &[PaymentId]) -> Stored<Vec<PaymentApplication>> {
        self.settle_payments()?;
        self.find_applications_of(payments)
    }

    fn applications_to(&mut self, items: &[OpenItemSource]) -> Stored<Vec<PaymentApplication>> {
        self.settle_payments()?;
        self.find_applications_to(items)
    }

    fn relieved(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<OpenItemSource>>> {
        self.settle_payments()?;
        self.sums_by_item(until)
    }

    fn taken(&mut self, until: Option<Date>) -> Stored<Vec<AppliedSum<PaymentId>>> {
        self.settle_payments()?;
        self.sums_by_payment(until)
    }
}
