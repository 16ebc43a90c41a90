//! Tax codes as callers give them.

use super::{TaxCode, TaxType};
use crate::id::{AccountId, TaxCodeId};
use crate::metadata::Metadata;
use crate::refusal::Refusal;
use crate::tax_rate::TaxRate;
use time::{Date, PrimitiveDateTime};

/// What a caller says of a tax code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxCodeDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its short name.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its rate.
    pub rate: TaxRate,
    /// What kind of tax it is.
    pub tax_type: TaxType,
    /// Whose tax it is.
    pub jurisdiction: Option<String>,
    /// Whether the taxes before it on the same line belong to its base.
    pub is_compound: bool,
    /// Whether it says only that no tax is due.
    pub is_exempt: bool,
    /// Takes the tax.
    pub account_id: Option<AccountId>,
    /// Takes the tax of purchases instead.
    pub input_account_id: Option<AccountId>,
    /// Takes the tax that a buyer owes in the seller's place.
    pub self_assess_account_id: Option<AccountId>,
    /// Takes the tax until the document is paid.
    pub pending_account_id: Option<AccountId>,
    /// The part of input tax that comes back, in basis points; by default what is usual for its type.
    pub recoverable: Option<i64>,
    /// Where its amounts go in a tax return, see [`report_box`](crate::report_box).
    pub report_box: Option<String>,
    /// The first date on which it applies.
    pub effective_from: Option<Date>,
    /// The last date on which it applies.
    pub effective_to: Option<Date>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
}

impl TaxCode {
    /// Makes a tax code.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn open(id: TaxCodeId, draft: TaxCodeDraft, at: PrimitiveDateTime) -> Result<Self, Vec<Refusal>> {
        let code = Self {
            id,
            external_id: draft.external_id,
            code: draft.code,
            name: draft.name,
            rate: draft.rate,
            tax_type: draft.tax_type,
            jurisdiction: draft.jurisdiction,
            is_compound: draft.is_compound,
            is_exempt: draft.is_exempt,
            account_id: draft.account_id,
            input_account_id: draft.input_account_id,
            self_assess_account_id: draft.self_assess_account_id,
            pending_account_id: draft.pending_account_id,
            recoverable: draft.recoverable.unwrap_or_else(|| draft.tax_type.usual_recoverable()),
            report_box: draft.report_box,
            effective_from: draft.effective_from,
            effective_to: draft.effective_to,
            is_system: false,
            is_active: draft.is_active,
            metadata: draft.metadata,
            created_at: at,
            updated_at: at,
            version: 1,
        };
        code.check()?;
        Ok(code)
    }

    /// The tax code after a change.
    ///
    /// # Errors
    /// As [`open`](Self::open); `has_history` as [`check_change`](Self::check_change) says.
    pub fn revise(
        &self,
        draft: TaxCodeDraft,
        has_history: bool,
        at: PrimitiveDateTime,
    ) -> Result<Self, Vec<Refusal>> {
        let after = Self {
            is_system: self.is_system,
            created_at: self.created_at,
            version: self.version + 1,
            ..Self::open(self.id, draft, at)?
        };
        after.check_change(self, has_history).map_err(|refusal| vec![refusal])?;
        Ok(after)
    }

    /// The tax code, no longer to be named by new documents.
    #[must_use]
    pub fn deactivate(&self, at: PrimitiveDateTime) -> Self {
        Self { is_active: false, updated_at: at, version: self.version + 1, ..self.clone() }
    }

    /// Whether a change to this draft touches what documents depend on, so that their history has to be asked for.
    #[must_use]
    pub fn is_recomputed_by(&self, draft: &TaxCodeDraft) -> bool {
        self.rate != draft.rate
            || self.tax_type != draft.tax_type
            || self.is_compound != draft.is_compound
            || self.is_exempt != draft.is_exempt
    }
}
