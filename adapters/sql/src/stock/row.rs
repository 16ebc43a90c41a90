//! A row of the stock of an item.

use crate::parse;
use crate::pending::{Cell, Shape, Written};
use crate::schema::stock_movements as movements;
use diesel::prelude::*;
use partita_application::ports::{StoreError, Stored};
use partita_domain::id::DocumentId;
use partita_domain::inventory::{Effect, RecordKind, StockRecord};
use partita_domain::quantity::Quantity;
use time::{Date, PrimitiveDateTime};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = movements)]
pub(crate) struct StockRow {
    company_id: String,
    item_id: String,
    sequence: i64,
    id: String,
    external_id: Option<String>,
    date: Date,
    kind: String,
    of_id: Option<String>,
    quantity: i64,
    value: i64,
    effect_quantity: i64,
    effect_value: i64,
    effect_late_cost: i64,
    account_id: String,
    document_id: Option<String>,
    line_number: i32,
    entry_id: Option<String>,
    reason: Option<String>,
    created_at: PrimitiveDateTime,
}

impl Written for StockRow {
    const SHAPE: Shape = Shape::Insert {
        table: "stock_movements",
        columns: &[
            "company_id",
            "item_id",
            "sequence",
            "id",
            "external_id",
            "date",
            "kind",
            "of_id",
            "quantity",
            "value",
            "effect_quantity",
            "effect_value",
            "effect_late_cost",
            "account_id",
            "document_id",
            "line_number",
            "entry_id",
            "reason",
            "created_at",
        ],
        conflict: "",
    };
}

pub(super) fn millionths(number: i64, what: &str) -> Stored<Quantity> {
    Quantity::from_millionths(number, "quantity")
        .map_err(|error| StoreError::Corrupt(format!("{what}: {error}")))
}

impl StockRow {
    pub(super) fn of(company: &str, record: &StockRecord) -> Self {
        Self {
            company_id: company.to_owned(),
            item_id: record.item_id.to_string(),
            sequence: record.sequence,
            id: record.id.to_string(),
            external_id: record.external_id.clone(),
            date: record.date,
            kind: record.kind.name().to_owned(),
            of_id: record.kind.of().map(|of| of.to_string()),
            quantity: record.quantity.millionths(),
            value: record.kind.value(),
            effect_quantity: record.effect.quantity.millionths(),
            effect_value: record.effect.value,
            effect_late_cost: record.effect.late_cost,
            account_id: record.account_id.to_string(),
            document_id: record.source.map(|(document, _)| document.to_string()),
            line_number: record.source.map_or(0, |(_, line_number)| line_number),
            entry_id: record.entry_id.map(|id| id.to_string()),
            reason: record.reason.clone(),
            created_at: record.created_at,
        }
    }

    pub(super) fn into_record(self) -> Stored<StockRecord> {
        let of = parse::optional(self.of_id.as_deref(), "what a movement refers to")?;
        let kind = RecordKind::named(&self.kind, of, self.value);
        let document: Option<DocumentId> =
            parse::optional(self.document_id.as_deref(), "document of a movement")?;
        Ok(StockRecord {
            id: parse::text(&self.id, "movement id")?,
            item_id: parse::text(&self.item_id, "item of a movement")?,
            sequence: self.sequence,
            external_id: self.external_id,
            date: self.date,
            kind: parse::named(kind, &self.kind, "kind of a movement")?,
            quantity: millionths(self.quantity, "quantity of a movement")?,
            effect: Effect {
                quantity: millionths(self.effect_quantity, "effect of a movement")?,
                value: self.effect_value,
                late_cost: self.effect_late_cost,
            },
            account_id: parse::text(&self.account_id, "account of a movement")?,
            source: document.map(|document| (document, self.line_number)),
            entry_id: parse::optional(self.entry_id.as_deref(), "entry of a movement")?,
            reason: self.reason,
            created_at: self.created_at,
        })
    }

    /// As the statement that writes it has them.
    pub(crate) fn cells(self) -> [Cell; 19] {
        [
            self.company_id.into(),
            self.item_id.into(),
            self.sequence.into(),
            self.id.into(),
            self.external_id.into(),
            self.date.into(),
            self.kind.into(),
            self.of_id.into(),
            self.quantity.into(),
            self.value.into(),
            self.effect_quantity.into(),
            self.effect_value.into(),
            self.effect_late_cost.into(),
            self.account_id.into(),
            self.document_id.into(),
            self.line_number.into(),
            self.entry_id.into(),
            self.reason.into(),
            self.created_at.into(),
        ]
    }
}
