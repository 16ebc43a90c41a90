//! Revaluations and their items as rows.

use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::{revaluation_items, revaluations};
use diesel::prelude::*;
use partita_application::ports::{StoreError, Stored};
use partita_domain::account::Side;
use partita_domain::document::DocumentKind;
use partita_domain::exchange_rate::ExchangeRate;
use partita_domain::id::RevaluationId;
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use partita_domain::payment::{OpenItemSource, PaymentDirection};
use partita_domain::revaluation::{
    ClosingRate, ItemRevaluation, Revaluation, RevaluationState, RevaluedItem,
};
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = revaluations)]
pub(super) struct RevaluationRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    date: Date,
    reversal_date: Date,
    gain: i64,
    loss: i64,
    state: String,
    entry_id: Option<String>,
    reversal_entry_id: Option<String>,
    void_entry_id: Option<String>,
    void_reversal_entry_id: Option<String>,
    details: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// What nobody searches for.
#[derive(Serialize, Deserialize)]
struct Details {
    currency_code: Option<Currency>,
    include_advances: bool,
    rates: Vec<ClosingRate>,
    item_count: i64,
    memo: Option<String>,
    metadata: Metadata,
}

impl RevaluationRow {
    pub(super) fn of(company: &str, revaluation: &Revaluation) -> Stored<Self> {
        let details = Details {
            currency_code: revaluation.currency_code,
            include_advances: revaluation.include_advances,
            rates: revaluation.rates.clone(),
            item_count: revaluation.item_count,
            memo: revaluation.memo.clone(),
            metadata: revaluation.metadata.clone(),
        };
        Ok(Self {
            company_id: company.to_owned(),
            id: revaluation.id.to_string(),
            external_id: revaluation.external_id.clone(),
            date: revaluation.date,
            reversal_date: revaluation.reversal_date,
            gain: revaluation.gain,
            loss: revaluation.loss,
            state: revaluation.state.name().to_owned(),
            entry_id: revaluation.entry_id.map(|id| id.to_string()),
            reversal_entry_id: revaluation.reversal_entry_id.map(|id| id.to_string()),
            void_entry_id: revaluation.void_entry_id.map(|id| id.to_string()),
            void_reversal_entry_id: revaluation.void_reversal_entry_id.map(|id| id.to_string()),
            details: parse::to_json(&details)?,
            created_at: revaluation.created_at,
            updated_at: revaluation.updated_at,
            version: revaluation.version,
        })
    }

    pub(super) fn into_revaluation(self) -> Stored<Revaluation> {
        let details: Details = parse::json(&self.details, "details of a revaluation")?;
        let entry = |id: Option<&str>| parse::optional(id, "entry of a revaluation");
        Ok(Revaluation {
            id: parse::text(&self.id, "id of a revaluation")?,
            external_id: self.external_id,
            date: self.date,
            reversal_date: self.reversal_date,
            currency_code: details.currency_code,
            include_advances: details.include_advances,
            rates: details.rates,
            item_count: details.item_count,
            gain: self.gain,
            loss: self.loss,
            memo: details.memo,
            state: parse::named(RevaluationState::named(&self.state), &self.state, "state of a revaluation")?,
            entry_id: entry(self.entry_id.as_deref())?,
            reversal_entry_id: entry(self.reversal_entry_id.as_deref())?,
            void_entry_id: entry(self.void_entry_id.as_deref())?,
            void_reversal_entry_id: entry(self.void_reversal_entry_id.as_deref())?,
            metadata: details.metadata,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = revaluation_items)]
pub(super) struct ItemRow {
    company_id: String,
    revaluation_id: String,
    line_number: i32,
    document_kind: Option<String>,
    document_id: Option<String>,
    payment_direction: Option<String>,
    payment_id: Option<String>,
    number: String,
    account_id: String,
    contact_id: Option<String>,
    side: String,
    currency_code: String,
    open: i64,
    base_open: i64,
    exchange_rate: i64,
    difference: i64,
    revaluation_account_id: String,
}

impl Written for ItemRow {
    const SHAPE: Shape = Shape::Insert {
        table: "revaluation_items",
        columns: &[
            "company_id",
            "revaluation_id",
            "line_number",
            "document_kind",
            "document_id",
            "payment_direction",
            "payment_id",
            "number",
            "account_id",
            "contact_id",
            "side",
            "currency_code",
            "open",
            "base_open",
            "exchange_rate",
            "difference",
            "revaluation_account_id",
        ],
        conflict: "",
    };
}

impl ItemRow {
    pub(super) fn of(company: &str, id: RevaluationId, line_number: i32, item: &RevaluedItem) -> Self {
        let document = match item.source {
            Some(OpenItemSource::Document { kind, id }) => Some((kind.name().to_owned(), id.to_string())),
            _ => None,
        };
        let payment = match item.source {
            Some(OpenItemSource::Payment { direction, id }) => {
                Some((direction.name().to_owned(), id.to_string()))
            }
            _ => None,
        };
        let (document_kind, document_id) = document.unzip();
        let (payment_direction, payment_id) = payment.unzip();
        Self {
            company_id: company.to_owned(),
            revaluation_id: id.to_string(),
            line_number,
            document_kind,
            document_id,
            payment_direction,
            payment_id,
            number: item.number.clone(),
            account_id: item.account_id.to_string(),
            contact_id: item.contact_id.map(|id| id.to_string()),
            side: item.side.name().to_owned(),
            currency_code: item.currency_code.code().to_owned(),
            open: item.open,
            base_open: item.base_open,
            exchange_rate: item.exchange_rate.millionths(),
            difference: item.difference,
            revaluation_account_id: item.revaluation_account_id.to_string(),
        }
    }

    pub(super) fn cells(self) -> [Cell; 17] {
        [
            self.company_id.into(),
            self.revaluation_id.into(),
            self.line_number.into(),
            self.document_kind.into(),
            self.document_id.into(),
            self.payment_direction.into(),
            self.payment_id.into(),
            self.number.into(),
            self.account_id.into(),
            self.contact_id.into(),
            self.side.into(),
            self.currency_code.into(),
            self.open.into(),
            self.base_open.into(),
            self.exchange_rate.into(),
            self.difference.into(),
            self.revaluation_account_id.into(),
        ]
    }

    fn source(&self) -> Stored<Option<OpenItemSource>> {
        match (&self.document_kind, &self.document_id, &self.payment_direction, &self.payment_id) {
            (None, None, None, None) => Ok(None),
            (Some(kind), Some(id), None, None) => Ok(Some(OpenItemSource::Document {
                kind: parse::named(DocumentKind::named(kind), kind, "kind of a document")?,
                id: parse::text(id, "document of a revaluation")?,
            })),
            (None, None, Some(direction), Some(id)) => Ok(Some(OpenItemSource::Payment {
                direction: parse::named(
                    PaymentDirection::named(direction),
                    direction,
                    "direction of a payment",
                )?,
                id: parse::text(id, "payment of a revaluation")?,
            })),
            _ => Err(StoreError::Corrupt("an item of a revaluation names no source".to_owned())),
        }
    }

    fn rate(&self) -> Stored<ExchangeRate> {
        parse::kept(ExchangeRate::from_millionths(self.exchange_rate), "exchange rate")
    }

    pub(super) fn into_item(self) -> Stored<RevaluedItem> {
        Ok(RevaluedItem {
            source: self.source()?,
            account_id: parse::text(&self.account_id, "account of a revaluation")?,
            contact_id: parse::optional(self.contact_id.as_deref(), "contact of a revaluation")?,
            side: parse::named(Side::named(&self.side), &self.side, "side of an item")?,
            currency_code: parse::currency(&self.currency_code)?,
            open: self.open,
            base_open: self.base_open,
            exchange_rate: self.rate()?,
            difference: self.difference,
            revaluation_account_id: parse::text(&self.revaluation_account_id, "account of revaluation")?,
            number: self.number,
        })
    }
}

/// How a revaluation saw one item.
pub(super) fn seen((revaluation, item): (RevaluationRow, ItemRow)) -> Stored<ItemRevaluation> {
    let revaluation = revaluation.into_revaluation()?;
    Ok(ItemRevaluation {
        revaluation_id: revaluation.id,
        date: revaluation.date,
        reversal_date: revaluation.reversal_date,
        state: revaluation.state,
        open: item.open,
        base_open: item.base_open,
        exchange_rate: item.rate()?,
        difference: item.difference,
    })
}
