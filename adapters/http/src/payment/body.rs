//! Payments on the wire.

use crate::journal_entry::EntryBody;
use crate::scalar::{Day, Moment};
use partita_application::payment::Paid;
use partita_domain::document::DocumentKind;
use partita_domain::id::ApplicationId;
use partita_domain::money::Currency;
use partita_domain::payment::{OpenItemSource, PaymentApplication};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;
use uuid::Uuid;

/// Which way the money goes.
#[derive(ToSchema)]
#[schema(as = PaymentDirection, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum PaymentDirectionSchema {
    Received,
    Made,
}

/// Whether a payment stands.
#[derive(ToSchema)]
#[schema(as = PaymentStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum PaymentStatusSchema {
    Posted,
    Void,
}

/// Whether an application stands.
#[derive(ToSchema)]
#[schema(as = ApplicationStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it")]
pub(crate) enum ApplicationStatusSchema {
    Applied,
    Released,
}

/// By how much a discount corrected a tax.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxCorrectionBody {
    /// The tax code.
    pub tax_code_id: Uuid,
    /// Minor units of the payment's currency.
    pub amount: i64,
}

/// What a payment did to one open item. Amounts are minor units of the payment's currency unless they say otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationBody {
    /// Its id.
    pub id: Uuid,
    /// The invoice.
    pub invoice_id: Option<Uuid>,
    /// The bill.
    pub bill_id: Option<Uuid>,
    /// The credit note.
    pub credit_note_id: Option<Uuid>,
    /// The vendor credit.
    pub vendor_credit_id: Option<Uuid>,
    /// The payment of which something was left.
    pub payment_id: Option<Uuid>,
    /// The accounting date.
    pub date: Day,
    /// What was paid, or used up of a credit.
    #[schema(example = 10000)]
    pub amount: i64,
    /// What was taken off for paying early, with the tax in it.
    pub discount: i64,
    /// What was given up to close the item; below zero what was paid too much.
    pub write_off: i64,
    /// What rounding to coins has added to `amount`; below zero what it took off.
    pub cash_rounding_amount: i64,
    /// By how much less is open: `amount`, `discount` and `write_off` less `cash_rounding_amount`.
    #[schema(example = 10000)]
    pub settled_amount: i64,
    /// The same in base currency, at what the item was carried at.
    pub base_settled_amount: i64,
    /// The realised difference of exchange in base currency; a gain is above zero.
    pub exchange_difference: i64,
    /// By how much the discount corrected each tax.
    pub tax_corrections: Vec<TaxCorrectionBody>,
    /// `applied`, or `released` when it was taken back.
    #[schema(value_type = ApplicationStatusSchema)]
    pub status: &'static str,
    /// When it was taken back.
    pub released_on: Option<Day>,
    /// The journal entry that has its lines; none when nothing moved.
    pub entry_id: Option<Uuid>,
    /// The journal entry that took them back.
    pub release_entry_id: Option<Uuid>,
    /// Recorded time.
    pub created_at: Moment,
}

impl ApplicationBody {
    fn of(application: &PaymentApplication, taken_back: Option<&PaymentApplication>) -> Self {
        let of_kind = |wanted| match application.item {
            OpenItemSource::Document { kind, id } if kind == wanted => Some(id.0),
            _ => None,
        };
        let corrections = application.tax_corrections.iter();
        Self {
            id: application.id.0,
            invoice_id: of_kind(DocumentKind::Invoice),
            bill_id: of_kind(DocumentKind::Bill),
            credit_note_id: of_kind(DocumentKind::CreditNote),
            vendor_credit_id: of_kind(DocumentKind::VendorCredit),
            payment_id: application.item.payment().map(|id| id.0),
            date: Day(application.date),
            amount: application.amount,
            discount: application.discount,
            write_off: application.write_off,
            cash_rounding_amount: application.cash_rounding_amount,
            settled_amount: application.relieved,
            base_settled_amount: application.base_relieved,
            exchange_difference: application.difference,
            tax_corrections: corrections
                .map(|(code, amount)| TaxCorrectionBody { tax_code_id: code.0, amount: *amount })
                .collect(),
            status: if taken_back.is_some() { "released" } else { "applied" },
            released_on: taken_back.map(|back| Day(back.date)),
            entry_id: application.entry_id.map(|id| id.0),
            release_entry_id: taken_back.and_then(|back| back.entry_id).map(|id| id.0),
            created_at: Moment(application.created_at),
        }
    }

    /// Those of a payment, each with what took it back.
    fn all(applications: &[PaymentApplication]) -> Vec<Self> {
        let back: HashMap<ApplicationId, &PaymentApplication> =
            applications.iter().filter_map(|each| each.reverses_id.map(|id| (id, each))).collect();
        let own = applications.iter().filter(|each| each.reverses_id.is_none());
        own.map(|each| Self::of(each, back.get(&each.id).copied())).collect()
    }
}

/// A payment. Amounts are minor units of its currency unless they say otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentBody<'a> {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<&'a str>,
    /// Its number.
    #[schema(example = "PAY-2026-000042")]
    pub payment_number: &'a str,
    /// Which way the money went.
    #[schema(value_type = PaymentDirectionSchema, example = "received")]
    pub direction: &'static str,
    /// Who paid, or was paid.
    pub contact_id: Uuid,
    /// The accounting date.
    pub date: Day,
    /// What the contact has paid or was paid, before fees; 0 when it only sets items off against each other.
    #[schema(example = 10000)]
    pub amount: i64,
    /// The currency of all its amounts.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// Base units per unit of its currency, × 1 000 000.
    #[schema(example = 1_000_000)]
    pub exchange_rate: i64,
    /// What the amount was worth in base currency.
    pub base_amount: i64,
    /// The bank or clearing account; none when no money moved.
    pub account_id: Option<Uuid>,
    /// How it was paid.
    pub method: Option<&'a str>,
    /// The number on the paper.
    pub reference_number: Option<&'a str>,
    /// What it is.
    pub memo: Option<&'a str>,
    /// What the bank or the payment service kept, or took on top.
    pub fee_amount: i64,
    /// The account of the fee.
    pub fee_account_id: Option<Uuid>,
    /// What it was applied to, also what was taken back.
    pub applications: Vec<ApplicationBody>,
    /// What of it is not applied: an advance of a customer, or a prepayment to a vendor.
    pub unapplied_amount: i64,
    /// The same in base currency.
    pub base_unapplied_amount: i64,
    /// What of it other payments have used.
    pub used_amount: i64,
    /// What of it was paid back.
    pub refunded_amount: i64,
    /// Where what is not applied stands.
    pub advances_account_id: Option<Uuid>,
    /// `posted`, or `void` when it was taken back.
    #[schema(value_type = PaymentStatusSchema, example = "posted")]
    pub status: &'static str,
    /// Its journal entry; none when nothing moved.
    pub entry_id: Option<Uuid>,
    /// The entry that took it back.
    pub void_entry_id: Option<Uuid>,
    /// Free pairs.
    pub metadata: &'a BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
    /// What a dry run would post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryBody<'a>>,
}

impl<'a> From<&'a Paid> for PaymentBody<'a> {
    fn from(paid: &'a Paid) -> Self {
        let payment = &paid.payment;
        Self {
            id: payment.id.0,
            external_id: payment.external_id.as_deref(),
            payment_number: &payment.number,
            direction: payment.direction.name(),
            contact_id: payment.contact_id.0,
            date: Day(payment.date),
            amount: payment.amount,
            currency_code: payment.currency_code,
            exchange_rate: payment.exchange_rate.millionths(),
            base_amount: payment.base_amount,
            account_id: payment.account_id.map(|id| id.0),
            method: payment.method.as_deref(),
            reference_number: payment.reference_number.as_deref(),
            memo: payment.memo.as_deref(),
            fee_amount: payment.fee_amount,
            fee_account_id: payment.fee_account_id.map(|id| id.0),
            applications: ApplicationBody::all(&paid.applications),
            unapplied_amount: payment.unapplied,
            base_unapplied_amount: payment.base_unapplied,
            used_amount: payment.used,
            refunded_amount: payment.refunded,
            advances_account_id: payment.advances_account_id.map(|id| id.0),
            status: payment.state.name(),
            entry_id: payment.entry_id.map(|id| id.0),
            void_entry_id: payment.void_entry_id.map(|id| id.0),
            metadata: &payment.metadata.0,
            created_at: Moment(payment.created_at),
            updated_at: Moment(payment.updated_at),
            version: payment.version,
            entry: paid.entry.as_ref().map(EntryBody::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_domain::payment::{PaymentDirection, PaymentState};
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn names_of_the_document_are_those_of_the_domain() {
        let names = |schema| serde_json::to_value(schema).unwrap()["enum"].clone();
        let directions = PaymentDirection::ALL.map(PaymentDirection::name);
        assert_eq!(names(PaymentDirectionSchema::schema()), json!(directions));
        assert_eq!(names(PaymentStatusSchema::schema()), json!(PaymentState::ALL.map(PaymentState::name)));
    }
}
