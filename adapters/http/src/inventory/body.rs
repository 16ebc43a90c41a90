//! Movements on the wire.

use crate::item::ItemBody;
use crate::journal_entry::EntryBody;
use crate::journal_entry::body::OverrideBody;
use crate::problem::Problem;
use crate::scalar::{Day, Decimal, Moment, Whole};
use crate::unit_price::price;
use partita_application::inventory::{Adjusted, AdjustmentDraft, QuantityChange};
use partita_domain::id::{AccountId, MovementId};
use partita_domain::inventory::StockRecord;
use partita_domain::quantity::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What a movement does.
#[derive(ToSchema)]
#[schema(as = MovementKind, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum MovementKindSchema {
    Receipt,
    Issue,
    Return,
    Found,
    Count,
    LateCost,
    Void,
    Correction,
}

/// The same, as it is asked for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "as in the document")]
pub enum MovementKindParameter {
    Receipt,
    Issue,
    Return,
    Found,
    Count,
    LateCost,
    Void,
    Correction,
}

impl MovementKindParameter {
    /// The stable name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Issue => "issue",
            Self::Return => "return",
            Self::Found => "found",
            Self::Count => "count",
            Self::LateCost => "late_cost",
            Self::Void => "void",
            Self::Correction => "correction",
        }
    }
}

/// An adjustment, as a caller gives it: one of `quantity`, `counted_quantity` and `value_change`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"date": "2026-03-31", "quantity": "-2", "reason": "Broken in the warehouse"}))]
pub struct AdjustmentWriteBody {
    /// The integrator's own id for it, unique among movements.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// The accounting date.
    pub date: Day,
    /// By how many the stock changes; below zero they leave, at what they cost.
    pub quantity: Option<Decimal>,
    /// How many were counted: what is missing leaves, what is too much comes in at the present cost.
    pub counted_quantity: Option<Decimal>,
    /// By how much a receipt costs more, below zero less, than was known (freight, duty), minor units of base currency. What
    /// has left of it since goes to the cost of goods sold.
    #[schema(value_type = Option<i64>, minimum = -999_999_999_999_999_i64, maximum = 999_999_999_999_999_i64)]
    pub value_change: Option<Whole>,
    /// The receipt that `value_change` is about.
    pub movement_id: Option<Uuid>,
    /// What one costs of those that come in, minor units of base currency; what such goods cost now by default.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 999_999_999_999_999_i64)]
    pub unit_cost: Option<Whole>,
    /// The same with up to 12 places.
    #[schema(max_length = 30, example = "0.0125")]
    pub unit_cost_decimal: Option<String>,
    /// The account beside the inventory account; by default the default account `inventory_adjustments` of the settings.
    pub account_id: Option<Uuid>,
    /// Why; it becomes the memo of the entry.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
}

impl AdjustmentWriteBody {
    /// What it says, in domain terms.
    ///
    /// # Errors
    /// No quantity or two, a cost that is given twice or is out of range.
    pub fn into_draft(self) -> Result<AdjustmentDraft, Problem> {
        let change = match (self.quantity, self.counted_quantity, self.value_change) {
            (Some(quantity), None, None) => QuantityChange::By(Quantity::parse(&quantity.0, "quantity")?),
            (None, Some(counted), None) => {
                QuantityChange::To(Quantity::parse(&counted.0, "counted_quantity")?)
            }
            (None, None, Some(value)) => match self.movement_id {
                Some(of) => QuantityChange::Cost { of: MovementId(of), value: value.0 },
                None => {
                    let message = "name the receipt that costs more or less";
                    return Err(Problem::field("movement_id", "required", message));
                }
            },
            (None, None, None) => {
                let message = "give quantity (the change), counted_quantity (what there is) or value_change";
                return Err(Problem::field("quantity", "required", message));
            }
            (_, counted, _) => {
                let field = if counted.is_some() { "counted_quantity" } else { "value_change" };
                let message = "give one of quantity, counted_quantity and value_change";
                return Err(Problem::field(field, "one_of", message));
            }
        };
        if self.movement_id.is_some() && !matches!(change, QuantityChange::Cost { .. }) {
            let message = "only value_change is about a movement";
            return Err(Problem::field("movement_id", "one_of", message));
        }
        Ok(AdjustmentDraft {
            external_id: self.external_id,
            date: self.date.0,
            change,
            unit_cost: price(self.unit_cost, self.unit_cost_decimal.as_deref(), "unit_cost")?,
            account_id: self.account_id.map(AccountId),
            reason: self.reason,
            override_closed_period: self.override_closed_period.map(|wish| wish.reason),
        })
    }
}

/// A movement of the stock of an item. It never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovementBody {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The item.
    pub item_id: Uuid,
    /// Counts the movements of the item from 1, without a gap, in the order in which they were recorded.
    pub sequence: i64,
    /// The accounting date.
    pub date: Day,
    /// What it does: a `void` takes another movement back, a `correction` changes what another one has cost, because a
    /// movement was recorded late or taken back.
    #[schema(value_type = MovementKindSchema)]
    pub kind: &'static str,
    /// The movement that a return, late cost, void or correction is about.
    pub of_id: Option<Uuid>,
    /// How many moved; for a count how many there were.
    #[schema(example = "2")]
    pub quantity: String,
    /// By how much the quantity changes.
    #[schema(example = "-2")]
    pub quantity_change: String,
    /// By how much the value of the stock changes, minor units of base currency.
    #[schema(example = -1100)]
    pub value_change: i64,
    /// What of its value went to the cost of goods sold at once, since the goods had left before.
    pub late_cost: i64,
    /// The account beside the inventory account.
    pub account_id: Uuid,
    /// The document that moved it.
    pub document_id: Option<Uuid>,
    /// The line of the document, from 1.
    pub line_number: Option<i32>,
    /// The entry that posts it; none where nothing is worth anything.
    pub entry_id: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
    /// When it was recorded.
    pub created_at: Moment,
}

impl From<&StockRecord> for MovementBody {
    fn from(record: &StockRecord) -> Self {
        Self {
            id: record.id.0,
            external_id: record.external_id.clone(),
            item_id: record.item_id.0,
            sequence: record.sequence,
            date: Day(record.date),
            kind: record.kind.name(),
            of_id: record.kind.of().map(|id| id.0),
            quantity: record.quantity.to_string(),
            quantity_change: record.effect.quantity.to_string(),
            value_change: record.effect.value.saturating_sub(record.effect.late_cost),
            late_cost: record.effect.late_cost,
            account_id: record.account_id.0,
            document_id: record.source.map(|(document, _)| document.0),
            line_number: record.source.map(|(_, line_number)| line_number).filter(|number| *number > 0),
            entry_id: record.entry_id.map(|id| id.0),
            reason: record.reason.clone(),
            created_at: Moment(record.created_at),
        }
    }
}

/// What an adjustment did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdjustedBody<'a> {
    /// The movement.
    #[serde(flatten)]
    pub movement: MovementBody,
    /// Its entry; none where nothing is worth anything.
    pub entry: Option<EntryBody<'a>>,
    /// The item after it.
    pub item: ItemBody,
}

impl<'a> From<&'a Adjusted> for AdjustedBody<'a> {
    fn from(adjusted: &'a Adjusted) -> Self {
        Self {
            movement: MovementBody::from(&adjusted.movement),
            entry: adjusted.entry.as_ref().map(EntryBody::from),
            item: ItemBody::from(&adjusted.item),
        }
    }
}
