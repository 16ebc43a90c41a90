//! Adjusting a stock: goods that were lost, found, used up or counted, those that were there from the beginning, and costs
//! that became known late.

use super::plan::{StockMove, StockTerms, plan};
use super::record::StockPlan;
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::item::{StockedItem, with_stock};
use crate::journal_entry::poster::Poster;
use crate::ports::{StoreError, Tx};
use partita_domain::account::{AccountType, check_external_id};
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::id::{AccountId, ItemId, MovementId};
use partita_domain::inventory::{MovementKind, StockRecord};
use partita_domain::journal_entry::{AccountRef, EntryDraft, JournalEntry, LineDraft, MAX_AMOUNT};
use partita_domain::permission::Permission;
use partita_domain::quantity::Quantity;
use partita_domain::refusal::{Constraint, Refusal};
use partita_domain::text;
use partita_domain::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use time::Date;

/// What the audit trail calls a movement.
const RESOURCE: &str = "stock_movement";

/// The transaction type of the entry of an adjustment.
pub(crate) const TRANSACTION_TYPE: &str = "inventory_adjustment";

/// How a quantity changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityChange {
    /// By so many; below zero they leave.
    By(Quantity),
    /// To what was counted.
    To(Quantity),
    /// Not at all: a receipt costs more, or below zero less, than was known.
    Cost {
        /// The receipt.
        of: MovementId,
        /// By how much, minor units of base currency.
        value: i64,
    },
}

/// An adjustment, as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// The accounting date.
    pub date: Date,
    /// How the quantity changes.
    pub change: QuantityChange,
    /// What one costs of those that come in, minor units of base currency; what they cost now by default.
    pub unit_cost: Option<UnitPrice>,
    /// The account beside the inventory account; the default account `inventory_adjustments` by default.
    pub account_id: Option<AccountId>,
    /// Why; becomes the memo of the entry.
    pub reason: String,
    /// Why it should go into a soft-locked period.
    pub override_closed_period: Option<String>,
}

/// What an adjustment did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// Its row.
    pub movement: StockRecord,
    /// Its entry; none where nothing is worth anything.
    pub entry: Option<JournalEntry>,
    /// The item after it.
    pub item: StockedItem,
}

impl AdjustmentDraft {
    fn check(&self) -> std::result::Result<(), Vec<Refusal>> {
        let by = matches!(self.change, QuantityChange::By(_));
        let (field, quantity) = match self.change {
            QuantityChange::By(quantity) => ("quantity", quantity),
            QuantityChange::To(quantity) => ("counted_quantity", quantity),
            QuantityChange::Cost { .. } => ("value_change", Quantity::ZERO),
        };
        let refuse = |field: &str, message: String| Err(Refusal::field(field, Constraint::Range, message));
        let quantity_fits = match self.change {
            QuantityChange::By(quantity) if quantity.is_zero() => {
                refuse(field, "an adjustment changes the quantity; 0 changes nothing".to_owned())
            }
            QuantityChange::To(quantity) if quantity.is_negative() => {
                refuse(field, format!("nobody counts {quantity}"))
            }
            QuantityChange::Cost { value: 0, .. } => {
                refuse(field, "a cost changes by something; 0 changes nothing".to_owned())
            }
            QuantityChange::Cost { value, .. } if value.unsigned_abs() > MAX_AMOUNT.unsigned_abs() => {
                refuse(field, format!("a value is at most {MAX_AMOUNT} minor units"))
            }
            _ => Ok(()),
        };
        let cost_fits = match self.unit_cost {
            Some(cost) if cost < UnitPrice::default() => {
                refuse("unit_cost", format!("the cost {cost} is below zero"))
            }
            Some(_) if !by || quantity.is_negative() => Err(Refusal::field(
                "unit_cost",
                Constraint::OneOf,
                "only goods that come in have a cost of their own; others leave at what they cost",
            )),
            _ => Ok(()),
        };
        let refusals: Vec<Refusal> = [
            check_external_id(self.external_id.as_deref()),
            quantity_fits,
            cost_fits,
            text::check_filled(&self.reason, "reason", 500),
            text::check_optional(
                self.override_closed_period.as_deref(),
                "override_closed_period.reason",
                500,
            ),
        ]
        .into_iter()
        .filter_map(std::result::Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// The refusals of a movement by the fields that a caller of this knows.
    fn named(&self, error: Error) -> Error {
        let Error::Refused(refusals) = error else { return error };
        let renamed = refusals.into_iter().map(|refusal| match refusal {
            Refusal::Field { field, constraint, message } => {
                let field = match (field.as_str(), self.change) {
                    ("of", _) => "movement_id".to_owned(),
                    ("value", QuantityChange::Cost { .. }) => "value_change".to_owned(),
                    ("value", _) => "unit_cost".to_owned(),
                    ("quantity", QuantityChange::To(_)) => "counted_quantity".to_owned(),
                    ("quantity", QuantityChange::Cost { .. }) => "value_change".to_owned(),
                    _ => field,
                };
                Refusal::Field { field, constraint, message }
            }
            other => other,
        });
        Error::Refused(renamed.collect())
    }

    /// What it does, with a quantity that is not below zero.
    fn movement(&self) -> std::result::Result<(MovementKind, Quantity), Refusal> {
        let range =
            |field: &str| Refusal::field(field, Constraint::Range, "it exceeds what a stock may be worth");
        match (self.change, self.unit_cost) {
            (QuantityChange::To(quantity), _) => Ok((MovementKind::Count, quantity)),
            (QuantityChange::Cost { of, value }, _) => {
                Ok((MovementKind::LateCost { of, value }, Quantity::ZERO))
            }
            (QuantityChange::By(quantity), _) if quantity.is_negative() => {
                let less = Quantity::ZERO.checked_sub(quantity).ok_or_else(|| range("quantity"))?;
                Ok((MovementKind::Issue, less))
            }
            (QuantityChange::By(quantity), None) => Ok((MovementKind::Found, quantity)),
            (QuantityChange::By(quantity), Some(cost)) => {
                let value = cost.times(quantity).ok_or_else(|| range("unit_cost"))?;
                Ok((MovementKind::Receipt { value }, quantity))
            }
        }
    }
}

/// Adjusts the stock of an item and posts what that is worth.
///
/// # Errors
/// `not_found`; `validation_error`: every field that breaks its limits, `account_id` with `required`, `exists` or
/// `active`, `quantity` with `range` where more would leave than there is; `closed_period`, `duplicate_external_id`.
pub fn adjust(app: &App, call: &Call, id: ItemId, draft: &AdjustmentDraft) -> Result<Done<Adjusted>> {
    draft.check()?;
    let (kind, quantity) = draft.movement()?;
    change(app, call, Permission::ITEMS_WRITE, |tx, at| {
        let item = tx.items().find(id)?.ok_or_else(|| Error::not_found("item", id))?;
        if let Some(external_id) = &draft.external_id
            && let Some(existing) = tx.stocks().find_by_external_id(external_id)?
        {
            return Err(Refusal::DuplicateExternalId { existing_id: existing.to_string() }.into());
        }
        let company = crate::balance::company_of(tx, call.company)?;
        let settings = crate::settings::settings_of(tx)?;
        let account = account_of(tx, draft.account_id.or(settings.default_accounts.inventory_adjustments))?;
        let moved = StockMove {
            account: Some(account),
            external_id: draft.external_id.clone(),
            reason: Some(draft.reason.clone()),
            ..StockMove::new(&item, draft.date, kind, quantity)
        };
        let terms = StockTerms {
            at,
            base: company.base_currency,
            currency: company.base_currency,
            may_be_negative: settings.trade.allow_negative_stock,
        };
        let plan = plan(tx, &*app.ids, terms, &[moved]).map_err(|error| draft.named(error))?;
        let lines: Vec<LineDraft> = plan.lines()?.into_iter().map(LineDraft::from).collect();
        let names: Vec<AccountRef> = lines.iter().map(|line| line.account.clone()).collect();
        let mut poster = Poster::naming(tx, call, &*app.ids, at, names.iter().collect())?;
        poster.admit(tx, draft.date, None, draft.override_closed_period.as_deref())?;
        let mut happenings = Vec::new();
        let entry = if lines.is_empty() {
            None
        } else {
            let entry = EntryDraft {
                transaction_type: Some(TRANSACTION_TYPE.to_owned()),
                source_id: plan.effects.first().map(|effect| effect.movement_id.to_string()),
                memo: Some(draft.reason.clone()),
                override_closed_period: draft.override_closed_period.clone(),
                ..EntryDraft::new(draft.date, lines)
            };
            let (entry, happening) = poster.post_known(tx, entry)?;
            happenings.push(happening);
            Some(entry)
        };
        poster.finish(tx)?;
        let movement = recorded(&plan, entry.as_ref())?;
        happenings.push(happened(&movement));
        plan.record(tx, entry.as_ref().map(|entry| entry.id))?;
        let item = with_stock(tx, item)?;
        Ok(Changed { value: Adjusted { movement, entry, item }, happenings })
    })
}

/// The row of the adjustment itself; others may correct earlier ones.
fn recorded(plan: &StockPlan, entry: Option<&JournalEntry>) -> Result<StockRecord> {
    let record = plan.records().first().cloned();
    let record = record.ok_or_else(|| StoreError::Corrupt("an adjustment moved nothing".to_owned()))?;
    Ok(StockRecord { entry_id: entry.map(|entry| entry.id), ..record })
}

fn account_of(tx: &mut dyn Tx, account: Option<AccountId>) -> Result<AccountId> {
    let refuse = |constraint, message: &str| Err(Refusal::field("account_id", constraint, message).into());
    let Some(id) = account else {
        return refuse(
            Constraint::Required,
            "name the account beside the inventory account, or set the default account inventory_adjustments",
        );
    };
    match tx.accounts().find(id)? {
        None => refuse(Constraint::Exists, "there is no such account"),
        Some(account) if !account.is_active => {
            refuse(Constraint::Active, &format!("account {} is not active", account.number))
        }
        Some(account) if account.account_type == AccountType::Inventory => refuse(
            Constraint::AccountType,
            "an inventory account stands for stocks; name the account that takes the difference",
        ),
        Some(_) => Ok(id),
    }
}

fn happened(movement: &StockRecord) -> Happening {
    Happening {
        action: "stock.adjusted",
        resource_type: RESOURCE,
        resource_id: movement.id.to_string(),
        before: None,
        after: snapshot(movement),
        reason: movement.reason.clone(),
    }
}
