//! Why a command was refused: one variant per broken rule, each with a stable code, a field and a constraint.

use crate::id::EntryId;
use crate::money::Currency;
use std::borrow::Cow;
use std::fmt;

/// What was broken about a field. The names are part of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// The field is missing.
    Required,
    /// The field is not one that this resource has.
    UnknownField,
    /// The value has another JSON type.
    Type,
    /// The text does not have the form that is asked for.
    Format,
    /// The text or list is too short or too long.
    Length,
    /// The number or date is too small or too large.
    Range,
    /// The value is not one of a fixed set.
    OneOf,
    /// Another resource has this value already.
    Unique,
    /// What the value refers to does not exist.
    Exists,
    /// What the value refers to is not active.
    Active,
    /// Debits and credits differ.
    DoubleEntryBalance,
    /// A line has not exactly one of debit and credit, above zero.
    LineSide,
    /// An entry has fewer than two lines.
    MinLines,
    /// The currency is unknown or does not fit.
    Currency,
    /// The account's type does not fit.
    AccountType,
    /// Two dates are in the wrong order.
    DateOrder,
    /// A parent chain would come back to where it began.
    Cycle,
    /// More would be applied to a document than is open on it.
    ExceedsOpenAmount,
    /// More of a payment would be applied than is left of it.
    ExceedsUnappliedAmount,
    /// Totals that a caller has supplied differ from those that follow from the lines.
    TotalsMismatch,
}

impl Constraint {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::Type => "type",
            Self::Format => "format",
            Self::Length => "length",
            Self::Range => "range",
            Self::OneOf => "one_of",
            Self::Unique => "unique",
            Self::Exists => "exists",
            Self::Active => "active",
            Self::DoubleEntryBalance => "double_entry_balance",
            Self::LineSide => "line_side",
            Self::MinLines => "min_lines",
            Self::Currency => "currency",
            Self::AccountType => "account_type",
            Self::DateOrder => "date_order",
            Self::Cycle => "cycle",
            Self::ExceedsOpenAmount => "exceeds_open_amount",
            Self::ExceedsUnappliedAmount => "exceeds_unapplied_amount",
            Self::TotalsMismatch => "totals_mismatch",
        }
    }
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// One field breaks one constraint.
    Field {
        /// JSON path, such as `lines[2].account_id`.
        field: String,
        /// What was broken.
        constraint: Constraint,
        /// For people; may change between versions.
        message: String,
    },
    /// Σ debit ≠ Σ credit (invariant I1), in the entry's currency or in base currency.
    Unbalanced {
        /// The currency in which the sums differ.
        currency: Currency,
        /// Σ debit, minor units.
        debits: i128,
        /// Σ credit, minor units.
        credits: i128,
    },
    /// The period of the accounting date does not take this entry.
    ClosedPeriod {
        /// The period, such as `2026-03`.
        period: String,
        /// `soft_locked` or `locked`.
        status: &'static str,
        /// What would let it in, if anything.
        remedy: &'static str,
    },
    /// An entry by hand would move an account whose balance documents, payments or stock explain.
    ControlAccount {
        /// JSON path of the account, such as `lines[0].account_id`.
        field: String,
        /// The number of the account.
        account_number: String,
        /// What it controls, such as `accounts_receivable`.
        controls: &'static str,
    },
    /// The entry was reversed before.
    AlreadyReversed {
        /// The entry that reverses it.
        reversed_by: EntryId,
    },
    /// A posted entry never changes.
    PostedEntryImmutable,
    /// The resource is in a state in which this cannot happen.
    InvalidState {
        /// Its state now.
        status: &'static str,
        /// For people.
        message: String,
    },
    /// The change would rewrite history that depends on the present value.
    HasHistory {
        /// The field that would change.
        field: &'static str,
        /// For people.
        message: String,
    },
    /// The change contradicts something else that exists.
    Conflict {
        /// For people.
        message: String,
    },
    /// The external id is taken by another resource of this kind.
    DuplicateExternalId {
        /// The resource that has it.
        existing_id: String,
    },
    /// A value belongs to another resource of this kind.
    Taken {
        /// The field.
        field: &'static str,
        /// The resource that has it.
        existing_id: String,
        /// For people.
        message: String,
    },
    /// The caller changed a version that is no longer the newest.
    VersionConflict {
        /// The version the caller has seen.
        given: i64,
        /// The version stored.
        current: i64,
    },
    /// A refusal of one part of a larger request.
    Under {
        /// JSON path of the part, such as `entries[3]`.
        prefix: String,
        /// The refusal.
        refusal: Box<Refusal>,
    },
}

impl Refusal {
    /// One field that breaks one constraint.
    #[must_use]
    pub fn field(field: impl Into<String>, constraint: Constraint, message: impl Into<String>) -> Self {
        Self::Field { field: field.into(), constraint, message: message.into() }
    }

    /// The stable code of the API's error table.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Field { .. } | Self::Unbalanced { .. } => "validation_error",
            Self::ClosedPeriod { .. } => "closed_period",
            Self::ControlAccount { .. } => "control_account",
            Self::AlreadyReversed { .. } => "already_reversed",
            Self::PostedEntryImmutable => "posted_entry_immutable",
            Self::InvalidState { .. } => "invalid_state",
            Self::HasHistory { .. } => "has_history",
            Self::Conflict { .. } | Self::Taken { .. } => "conflict",
            Self::DuplicateExternalId { .. } => "duplicate_external_id",
            Self::VersionConflict { .. } => "version_conflict",
            Self::Under { refusal, .. } => refusal.code(),
        }
    }

    /// The JSON path of the field at fault, where there is one.
    #[must_use]
    pub fn at(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Field { field, .. } | Self::ControlAccount { field, .. } => Some(field.into()),
            Self::Unbalanced { .. } => Some("lines".into()),
            Self::ClosedPeriod { .. } => Some("date".into()),
            Self::HasHistory { field, .. } | Self::Taken { field, .. } => Some((*field).into()),
            Self::DuplicateExternalId { .. } => Some("external_id".into()),
            Self::VersionConflict { .. } => Some("version".into()),
            Self::Under { prefix, refusal } => Some(match refusal.at() {
                Some(field) => format!("{prefix}.{field}").into(),
                None => prefix.into(),
            }),
            Self::AlreadyReversed { .. }
            | Self::PostedEntryImmutable
            | Self::InvalidState { .. }
            | Self::Conflict { .. } => None,
        }
    }

    /// The constraint that was broken, where the refusal is about a value.
    #[must_use]
    pub fn constraint(&self) -> Option<Constraint> {
        match self {
            Self::Field { constraint, .. } => Some(*constraint),
            Self::Unbalanced { .. } => Some(Constraint::DoubleEntryBalance),
            Self::DuplicateExternalId { .. } | Self::Taken { .. } => Some(Constraint::Unique),
            Self::Under { refusal, .. } => refusal.constraint(),
            _ => None,
        }
    }

    /// The same refusal with `prefix` before its field: `lines` becomes `entries[3].lines`.
    #[must_use]
    pub fn under(self, prefix: &str) -> Self {
        Self::Under { prefix: prefix.to_owned(), refusal: Box::new(self) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { message, .. }
            | Self::Conflict { message }
            | Self::Taken { message, .. }
            | Self::InvalidState { message, .. }
            | Self::HasHistory { message, .. } => f.write_str(message),
            Self::Unbalanced { currency, debits, credits } => write!(
                f,
                "Journal entry does not balance: debits {} != credits {}",
                currency.decimal(*debits),
                currency.decimal(*credits)
            ),
            Self::ClosedPeriod { period, status, remedy } => {
                write!(f, "Period {period} is {status}: {remedy}")
            }
            Self::ControlAccount { account_number, controls, .. } => write!(
                f,
                "Account {account_number} controls {controls}: only documents, payments and stock move it, as the settings \
                 say (trade.lock_control_accounts)"
            ),
            Self::AlreadyReversed { reversed_by } => {
                write!(f, "This entry was already reversed by entry {reversed_by}")
            }
            Self::PostedEntryImmutable => f.write_str(
                "A posted entry cannot be changed or deleted; reverse it and post a corrected one",
            ),
            Self::DuplicateExternalId { existing_id } => {
                write!(f, "This external_id already belongs to {existing_id}")
            }
            Self::Under { refusal, .. } => refusal.fmt(f),
            Self::VersionConflict { given, current } => {
                write!(f, "Version {given} was changed meanwhile; the current version is {current}")
            }
        }
    }
}

impl std::error::Error for Refusal {}
