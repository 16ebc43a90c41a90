//! `/audit`: the trail of all changes, and whether it is whole.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::paging::list_query;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Day, Moment};
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, get};
use partita_application::audit_event::{self, ChainCheck};
use partita_application::ports::AuditFilter;
use partita_domain::actor::Actor;
use partita_domain::audit_event::{AuditEvent, Source};
use partita_domain::fiscal_calendar::check_date;
use partita_domain::hash::Hash;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;
use time::{Date, PrimitiveDateTime, Time};
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(verify);
}

/// Over which way a change came.
#[derive(ToSchema)]
#[schema(as = AuditSource, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum SourceSchema {
    Api,
    Cli,
    System,
}

/// What kind of actor.
#[derive(ToSchema)]
#[schema(as = ActorType, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum ActorTypeSchema {
    User,
    Key,
    System,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorBody {
    /// A person, a key, or Partita itself.
    #[serde(rename = "type")]
    #[schema(value_type = ActorTypeSchema, example = "user")]
    pub actor_type: &'static str,
    /// The id of the user or key.
    pub id: Option<Uuid>,
}

impl From<Actor> for ActorBody {
    fn from(actor: Actor) -> Self {
        Self { actor_type: actor.kind(), id: actor.id() }
    }
}

/// What it was done to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceBody {
    /// The kind of resource.
    #[serde(rename = "type")]
    #[schema(example = "journal_entry")]
    pub resource_type: String,
    /// The resource: an id, or the name of a period or sequence.
    pub id: String,
}

/// A link of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEventBody {
    /// Counts the events of the company from 1, without a gap.
    #[schema(example = 42)]
    pub sequence: i64,
    /// When it was recorded.
    pub occurred_at: Moment,
    /// Who did it.
    pub actor: ActorBody,
    /// What was done.
    #[schema(example = "journal_entry.posted")]
    pub action: String,
    /// What it was done to.
    pub resource: ResourceBody,
    /// The resource before.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Box<RawValue>>,
    /// The resource after.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Box<RawValue>>,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// Over which way it came.
    #[schema(value_type = SourceSchema, example = "api")]
    pub source: Source,
    /// From which address.
    #[schema(example = "127.0.0.1")]
    pub ip: Option<String>,
    /// In which request.
    #[schema(example = "01J9XK5M3N8Q2R4S6T8V0W1X2Y")]
    pub request_id: Option<String>,
    /// The hash of the event before, or zeros.
    #[schema(value_type = String)]
    pub previous_hash: Hash,
    /// SHA-256 over all of the above.
    #[schema(value_type = String)]
    pub hash: Hash,
}

impl From<&AuditEvent> for AuditEventBody {
    fn from(event: &AuditEvent) -> Self {
        Self {
            sequence: event.sequence,
            occurred_at: Moment(event.occurred_at),
            actor: ActorBody::from(event.actor),
            action: event.action.clone(),
            resource: ResourceBody {
                resource_type: event.resource_type.clone(),
                id: event.resource_id.clone(),
            },
            before: event.before.as_deref().and_then(as_stored),
            after: event.after.as_deref().and_then(as_stored),
            reason: event.reason.clone(),
            source: event.source,
            ip: event.ip.clone(),
            request_id: event.request_id.clone(),
            previous_hash: event.previous_hash,
            hash: event.hash,
        }
    }
}

/// The JSON as it is stored, which is what was hashed. Text that somebody has broken is shown as text, so that the trail
/// can still be listed.
fn as_stored(text: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(text.to_owned()).or_else(|_| to_raw_value(text)).ok()
}

/// Whether the audit trail is whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditVerificationBody {
    /// Whether every event belongs to its hash and names the one before it, and none is missing.
    #[schema(example = true)]
    pub valid: bool,
    /// How many events are good, from the first.
    pub checked: i64,
    /// The hash of the last good one, or zeros.
    #[schema(value_type = String)]
    pub head_hash: Hash,
    /// The first event that is not.
    pub first_bad: Option<BadEventBody>,
}

/// An event that does not fit into the trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadEventBody {
    /// Its place.
    pub sequence: i64,
    /// What is wrong with it.
    #[schema(example = "its content does not belong to its hash")]
    pub reason: String,
}

impl From<ChainCheck> for AuditVerificationBody {
    fn from(check: ChainCheck) -> Self {
        Self {
            valid: check.broken.is_none(),
            checked: check.checked,
            head_hash: check.head,
            first_bad: check.broken.map(|link| BadEventBody { sequence: link.sequence, reason: link.reason }),
        }
    }
}

/// An end of a span of time: a moment, or a day that belongs to the span as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanEnd {
    /// A day.
    Day(Date),
    /// A moment.
    Moment(PrimitiveDateTime),
}

impl SpanEnd {
    /// The first moment of a span that begins here.
    fn begin(self) -> PrimitiveDateTime {
        match self {
            Self::Day(date) => PrimitiveDateTime::new(date, Time::MIDNIGHT),
            Self::Moment(at) => at,
        }
    }

    /// The first moment after a span that ends here.
    fn after(self) -> PrimitiveDateTime {
        match self {
            Self::Day(date) => PrimitiveDateTime::new(date.next_day().unwrap_or(date), Time::MIDNIGHT),
            Self::Moment(at) => at,
        }
    }
}

impl<'de> Deserialize<'de> for SpanEnd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.contains(['T', 't', ' ']) {
            return Moment::deserialize(text.into_deserializer()).map(|moment| Self::Moment(moment.0));
        }
        let day = Day::deserialize(text.into_deserializer())
            .map_err(|_: D::Error| de::Error::custom("format: a date (YYYY-MM-DD) or an RFC 3339 moment"))?;
        check_date(day.0, "").map_err(|refusal| de::Error::custom(format!("range: {refusal}")))?;
        Ok(Self::Day(day.0))
    }
}

list_query! {
    /// Which events.
    AuditQuery {
        /// About this kind of resource, such as `journal_entry`.
        resource_type: String,
        /// About this resource.
        resource_id: String,
        /// By the user or key with this id.
        actor_id: Uuid,
        /// With this action, such as `journal_entry.posted`.
        action: String,
        /// At or after this moment (RFC 3339), or from this day on (UTC).
        #[param(value_type = Option<String>, example = "2026-03-01")]
        from: SpanEnd,
        /// Before this moment (RFC 3339), or up to and including this day (UTC).
        #[param(value_type = Option<String>, example = "2026-03-31")]
        to: SpanEnd,
    }
}

/// List audit events
///
/// Newest first. Every change of anything leaves one; none is ever changed or removed.
#[utoipa::path(tag = "Audit", operation_id = "listAuditEvents", params(AuditQuery), responses((status = 200, description = "A part of the trail", body = Envelope<Vec<AuditEventBody>>)))]
#[get("/audit")]
pub(crate) async fn list(context: Context, query: Query<AuditQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| cursor.parse().ok())?;
    let filter = AuditFilter {
        resource_type: query.resource_type,
        resource_id: query.resource_id,
        actor_id: query.actor_id,
        action: query.action,
        from: query.from.map(SpanEnd::begin),
        before: query.to.map(SpanEnd::after),
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || audit_event::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |event| AuditEventBody::from(event), i64::to_string))
}

/// Verify the audit trail
///
/// Computes every hash anew.
#[utoipa::path(tag = "Audit", operation_id = "verifyAuditTrail", responses((status = 200, description = "What was found", body = Envelope<AuditVerificationBody>)))]
#[get("/audit/verify")]
pub(crate) async fn verify(context: Context) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let check = blocking(move || audit_event::verify(&app, &call)).await?;
    Ok(Answer::ok(&context).data(AuditVerificationBody::from(check)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_domain::id::{ApiKeyId, UserId};
    use serde_json::json;
    use time::macros::datetime;
    use utoipa::PartialSchema;

    #[test]
    fn names_of_the_document_are_those_of_the_domain() {
        let actors = [Actor::User(UserId(Uuid::nil())), Actor::Key(ApiKeyId(Uuid::nil())), Actor::System];
        let sources = [Source::Api, Source::Cli, Source::System];
        assert_eq!(
            serde_json::to_value(ActorTypeSchema::schema()).unwrap()["enum"],
            json!(actors.map(|actor| actor.kind()))
        );
        assert_eq!(
            serde_json::to_value(SourceSchema::schema()).unwrap()["enum"],
            json!(sources.map(Source::name))
        );
    }

    #[test]
    fn a_day_belongs_to_its_span_as_a_whole() {
        let read = |text: &str| serde_json::from_value::<SpanEnd>(json!(text));
        let day = read("2026-03-31").unwrap();
        assert_eq!(day.begin(), datetime!(2026-03-31 0:00));
        assert_eq!(day.after(), datetime!(2026-04-01 0:00));
        let moment = read("2026-03-31T12:00:00+02:00").unwrap();
        assert_eq!(moment.begin(), datetime!(2026-03-31 10:00));
        assert_eq!(moment.after(), datetime!(2026-03-31 10:00));
        for (bad, constraint) in [
            ("2026-02-30", "format"),
            ("yesterday", "format"),
            ("", "format"),
            ("2026-03-31T25:00:00Z", "format"),
            ("1899-12-31", "range"),
            ("2200-01-01T00:00:00Z", "range"),
        ] {
            assert!(read(bad).unwrap_err().to_string().starts_with(constraint), "{bad}");
        }
    }

    #[test]
    fn stored_json_is_shown_as_it_is_and_broken_json_as_text() {
        assert_eq!(as_stored(r#"{"b":1,"a":2}"#).unwrap().get(), r#"{"b":1,"a":2}"#);
        assert_eq!(as_stored(r#"{"b":"#).unwrap().get(), r#""{\"b\":""#);
    }
}
