//! Tax groups as callers give them.

use super::TaxGroup;
use crate::id::{TaxCodeId, TaxGroupId};
use crate::metadata::Metadata;
use crate::refusal::Refusal;
use crate::tax_code::TaxCode;
use time::PrimitiveDateTime;

/// What a caller says of a tax group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxGroupDraft {
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its short name.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The codes in the order in which they apply.
    pub tax_code_ids: Vec<TaxCodeId>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: Metadata,
}

impl TaxGroup {
    /// Makes a group of some of `codes`.
    ///
    /// # Errors
    /// Every field that breaks its limits, see [`check`](Self::check).
    pub fn open(
        id: TaxGroupId,
        draft: TaxGroupDraft,
        codes: &[TaxCode],
        at: PrimitiveDateTime,
    ) -> Result<Self, Vec<Refusal>> {
        let group = Self {
            id,
            external_id: draft.external_id,
            code: draft.code,
            name: draft.name,
            tax_code_ids: draft.tax_code_ids,
            is_active: draft.is_active,
            metadata: draft.metadata,
            created_at: at,
            updated_at: at,
            version: 1,
        };
        group.check(codes)?;
        Ok(group)
    }

    /// The group after a change. Documents that were posted keep the taxes that they had.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn revise(
        &self,
        draft: TaxGroupDraft,
        codes: &[TaxCode],
        at: PrimitiveDateTime,
    ) -> Result<Self, Vec<Refusal>> {
        let created_at = self.created_at;
        Ok(Self { created_at, version: self.version + 1, ..Self::open(self.id, draft, codes, at)? })
    }

    /// The group, no longer to be named by new documents.
    #[must_use]
    pub fn deactivate(&self, at: PrimitiveDateTime) -> Self {
        Self { is_active: false, updated_at: at, version: self.version + 1, ..self.clone() }
    }
}
