//! The audit trail: one append-only chain of events per company, each hashed over the one before it. It is the change
//! feed as well.

use crate::actor::Actor;
use crate::hash::{Hash, Hasher};
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Over HTTP.
    Api,
    /// From the command line.
    Cli,
    /// By Partita itself.
    System,
}

impl Source {
    /// The stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Cli => "cli",
            Self::System => "system",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Api, Self::Cli, Self::System].into_iter().find(|source| source.name() == name)
    }
}

/// What a use case says happened; the change runner adds who, when and the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// `<resource>.<verb in the past>`, such as `journal_entry.posted`.
    pub action: &'static str,
    /// The kind of resource, such as `journal_entry`.
    pub resource_type: &'static str,
    /// The resource.
    pub resource_id: String,
    /// The resource before, as JSON, for a change.
    pub before: Option<String>,
    /// The resource after, as JSON; for a posted entry its number and hash, which stands for all of it.
    pub after: Option<String>,
    /// Why, where a reason was asked for.
    pub reason: Option<String>,
}

/// A resource as the audit trail keeps it.
pub fn snapshot(resource: &impl Serialize) -> Option<String> {
    serde_json::to_string(resource).ok()
}

/// A link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// From 1, without a gap.
    pub sequence: i64,
    /// Recorded time.
    #[serde(with = "crate::timestamp")]
    pub occurred_at: PrimitiveDateTime,
    /// Who.
    pub actor: Actor,
    /// What, such as `journal_entry.posted`.
    pub action: String,
    /// To what kind of resource.
    pub resource_type: String,
    /// To which.
    pub resource_id: String,
    /// JSON text of the resource before.
    pub before: Option<String>,
    /// JSON text of the resource after.
    pub after: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Over which way.
    pub source: Source,
    /// From which address.
    pub ip: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// The hash of the event before, or zeros.
    pub previous_hash: Hash,
    /// SHA-256 over all of the above.
    pub hash: Hash,
}

impl AuditEvent {
    /// The hash this event should have.
    #[must_use]
    pub fn expected_hash(&self) -> Hash {
        let mut hasher = Hasher::after(self.previous_hash);
        hasher
            .number(self.sequence)
            .number(microseconds(self.occurred_at))
            .text(self.actor.kind())
            .id(self.actor.id())
            .text(&self.action)
            .text(&self.resource_type)
            .text(&self.resource_id)
            .optional(self.before.as_deref())
            .optional(self.after.as_deref())
            .optional(self.reason.as_deref())
            .text(self.source.name())
            .optional(self.ip.as_deref())
            .optional(self.request_id.as_deref());
        hasher.finish()
    }

    /// The event with its hash.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = self.expected_hash();
        self
    }
}

/// Microseconds since 1970-01-01, the precision that every store keeps.
#[must_use]
pub fn microseconds(at: PrimitiveDateTime) -> i64 {
    i64::try_from(at.assume_utc().unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}
