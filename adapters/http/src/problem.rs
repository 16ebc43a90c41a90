//! Every failure as the API tells it: the one place where errors become statuses.

use crate::scalar::Moment;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use partita_application::error::{Error, Unauthenticated};
use partita_application::ports::{PrintError, StoreError};
use partita_domain::refusal::Refusal;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;
use utoipa::ToSchema;

/// An unsuccessful answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorEnvelope {
    /// Always false.
    #[schema(example = false)]
    pub success: bool,
    /// What went wrong.
    pub error: ErrorBody,
    /// About the answer.
    pub meta: ErrorMeta,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// Stable, to be switched on; see `docs/errors.md`.
    #[schema(example = "validation_error")]
    pub code: String,
    /// For people; may change between versions.
    #[schema(example = "Journal entry does not balance: debits 100.00 != credits 99.00")]
    pub message: String,
    /// `field` (a JSON path), `constraint`, and what else the code promises; `errors` lists several problems.
    #[schema(value_type = Object, example = json!({"field": "lines", "constraint": "double_entry_balance"}))]
    pub details: Value,
}

/// About the answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorMeta {
    /// Names the request in logs and in the audit trail.
    pub request_id: String,
    /// When it was answered.
    pub timestamp: Moment,
}

/// A failure on its way to the caller. The request id and the time are added on the way out.
#[derive(Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// Details of the code.
    pub details: Map<String, Value>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<i64>,
    /// What the log shall say beyond the answer.
    pub cause: Option<String>,
}

impl Problem {
    /// A problem without details.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Map::new(), retry_after: None, cause: None }
    }

    /// A field that breaks a constraint.
    pub(crate) fn field(
        field: impl Into<String>,
        constraint: &'static str,
        message: impl Into<String>,
    ) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "validation_error", message);
        problem.details.insert("field".to_owned(), Value::String(field.into()));
        problem.details.insert("constraint".to_owned(), constraint.into());
        problem
    }

    /// Something of ours failed; the answer does not say what.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        let message = "something went wrong on our side; the request id finds it in the log";
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
        }
    }

    /// The same problem of a part of the body.
    pub(crate) fn under(mut self, prefix: &str) -> Self {
        if let Some(Value::String(field)) = self.details.get_mut("field") {
            *field = format!("{prefix}.{field}");
        }
        self
    }

    /// The same problem of a list that the body names otherwise.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Self {
        let rename = |details: &mut Map<String, Value>| {
            if let Some(Value::String(field)) = details.get_mut("field")
                && let Some(rest) = field.strip_prefix(from)
            {
                *field = format!("{to}{rest}");
            }
        };
        rename(&mut self.details);
        if let Some(Value::Array(errors)) = self.details.get_mut("errors") {
            errors.iter_mut().filter_map(Value::as_object_mut).for_each(rename);
        }
        self
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// The body, once it is known for which request.
    pub(crate) fn body(&self, request_id: &str, now: time::PrimitiveDateTime) -> ErrorEnvelope {
        ErrorEnvelope {
            success: false,
            error: ErrorBody {
                code: self.code.to_owned(),
                message: self.message.clone(),
                details: Value::Object(self.details.clone()),
            },
            meta: ErrorMeta { request_id: request_id.to_owned(), timestamp: Moment(now) },
        }
    }

    /// The answer, once it is known for which request.
    pub(crate) fn response(&self, request_id: &str, now: time::PrimitiveDateTime) -> HttpResponse {
        let mut builder = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            builder.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if let Some(Value::Array(methods)) = self.details.get("allowed") {
            let methods: Vec<&str> = methods.iter().filter_map(Value::as_str).collect();
            builder.insert_header((actix_web::http::header::ALLOW, methods.join(", ")));
        }
        builder.json(self.body(request_id, now))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Refused(refusals) => refused(&refusals),
            Error::NotFound { resource, id } => Self::new(StatusCode::NOT_FOUND, "not_found", message)
                .with("resource", resource)
                .with("id", id),
            Error::Unauthenticated(why) => Self::new(
                StatusCode::UNAUTHORIZED,
                match why {
                    Unauthenticated::Nothing | Unauthenticated::WrongPassword => "unauthorized",
                    Unauthenticated::Invalid => "invalid_api_key",
                    Unauthenticated::ExpiredKey => "expired_api_key",
                    Unauthenticated::RevokedKey => "revoked_api_key",
                    Unauthenticated::ExpiredSession => "expired_session",
                },
                message,
            ),
            Error::Forbidden { permission } => Self::new(StatusCode::FORBIDDEN, "forbidden", message)
                .with("required_permission", permission.name()),
            Error::ForbiddenBecause(_) => Self::new(StatusCode::FORBIDDEN, "forbidden", message),
            Error::LockedOut { retry_after_seconds, .. } => Self {
                retry_after: Some(retry_after_seconds),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message)
            },
            Error::IdempotencyKeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", message)
            }
            Error::IdempotencyInProgress => Self {
                retry_after: Some(1),
                ..Self::new(StatusCode::CONFLICT, "idempotency_in_progress", message)
            },
            Error::DryRun => Self::internal("a dry run left the change runner"),
            Error::Store(error) => Self::from(error),
            // Only another wiring of this installation brings a printer; nobody needs to ask again soon.
            Error::Printer(PrintError::Unavailable) => Self {
                retry_after: Some(3_600),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            },
            Error::Printer(PrintError::Failed(_)) => Self::internal(message),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let cause = Some(error.to_string());
        match error {
            StoreError::Duplicate => Self {
                cause,
                ..Self::new(
                    StatusCode::CONFLICT,
                    "conflict",
                    "another request has just used this unique value",
                )
            },
            StoreError::Contended => {
                let message = "others are writing to these books; try again";
                Self {
                    cause,
                    retry_after: Some(1),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
                }
            }
            StoreError::Full => Self {
                cause,
                ..Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "storage_full",
                    "the disk is full; nothing was written",
                )
            },
            StoreError::Corrupt(what) => Self::internal(format!("stored data is corrupt: {what}")),
            StoreError::Unavailable(_) => {
                let message = "the database does not answer; try again";
                Self {
                    cause,
                    retry_after: Some(2),
                    ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
                }
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        refused(&[refusal])
    }
}

impl From<actix_web::error::BlockingError> for Problem {
    fn from(_: actix_web::error::BlockingError) -> Self {
        Self::internal("a worker panicked or was stopped")
    }
}

fn status_of(code: &str) -> StatusCode {
    match code {
        "validation_error" => StatusCode::BAD_REQUEST,
        "closed_period" => StatusCode::FORBIDDEN,
        "control_account" => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

fn refused(refusals: &[Refusal]) -> Problem {
    let Some(first) = refusals.first() else { return Problem::internal("refused without a reason") };
    let mut problem = Problem::new(status_of(first.code()), first.code(), first.to_string());
    problem.details = details(first);
    if refusals.len() > 1 {
        let errors = refusals.iter().map(|refusal| {
            let mut each = details(refusal);
            each.insert("message".to_owned(), refusal.to_string().into());
            if refusal.code() != "validation_error" {
                each.insert("code".to_owned(), refusal.code().into());
            }
            Value::Object(each)
        });
        problem.details.insert("errors".to_owned(), Value::Array(errors.collect()));
    }
    problem
}

fn details(refusal: &Refusal) -> Map<String, Value> {
    let mut details = Map::new();
    let mut put = |key: &str, value: Value| details.insert(key.to_owned(), value);
    if let Some(field) = refusal.at() {
        put("field", field.into_owned().into());
    }
    if let Some(constraint) = refusal.constraint() {
        put("constraint", constraint.name().into());
    }
    let inner = match refusal {
        Refusal::Under { refusal, .. } => refusal,
        other => other,
    };
    match inner {
        Refusal::ClosedPeriod { period, status, .. } => {
            put("period", period.clone().into());
            put("status", (*status).into());
        }
        Refusal::ControlAccount { account_number, controls, .. } => {
            put("account_number", account_number.clone().into());
            put("controls", (*controls).into());
        }
        Refusal::AlreadyReversed { reversed_by } => {
            put("reversed_by_id", reversed_by.to_string().into());
        }
        Refusal::InvalidState { status, .. } => {
            put("status", (*status).into());
        }
        Refusal::DuplicateExternalId { existing_id } | Refusal::Taken { existing_id, .. } => {
            put("existing_id", existing_id.clone().into());
        }
        Refusal::VersionConflict { given, current } => {
            put("given_version", (*given).into());
            put("current_version", (*current).into());
        }
        Refusal::Unbalanced { currency, debits, credits } => {
            put("currency_code", currency.code().into());
            put("debits", json!(i64::try_from(*debits).unwrap_or(i64::MAX)));
            put("credits", json!(i64::try_from(*credits).unwrap_or(i64::MAX)));
        }
        _ => {}
    }
    details
}

/// What serde said of a value, as a problem of its field. Our own scalars say `constraint: message`; what serde says by
/// itself is recognised by its beginning.
pub(crate) fn misread(field: &str, said: &str) -> Problem {
    const CONSTRAINTS: [&str; 6] = ["format", "range", "type", "currency", "one_of", "unique"];
    let said = said.split(" at line ").next().unwrap_or(said);
    let named =
        |prefix: &str| said.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    let below =
        |name: String| if field.is_empty() || field == "." { name } else { format!("{field}.{name}") };
    if let Some((constraint, message)) = said.split_once(": ")
        && let Some(constraint) = CONSTRAINTS.into_iter().find(|known| *known == constraint)
    {
        return Problem::field(field, constraint, message);
    }
    if let Some(name) = named("unknown field `") {
        // Where the path ends in the unknown name itself, it is not repeated.
        let path = if field == name || field.ends_with(&format!(".{name}")) {
            field.to_owned()
        } else {
            below(name)
        };
        return Problem::field(path, "unknown_field", said);
    }
    if let Some(name) = named("missing field `") {
        return Problem::field(below(name), "required", said);
    }
    if let Some(name) = named("duplicate field `") {
        return Problem::field(below(name), "unique", said);
    }
    if said.starts_with("unknown variant") {
        return Problem::field(field, "one_of", said);
    }
    if said.ends_with("is not an ISO 4217 currency code") {
        return Problem::field(field, "currency", said);
    }
    if said.contains("UUID") {
        return Problem::field(field, "format", "an id is a UUID");
    }
    // The names of our types mean nothing to a caller.
    match said.split_once(", expected struct ") {
        Some((found, _)) => Problem::field(field, "type", format!("{found}, expected an object")),
        None => Problem::field(field, "type", said),
    }
}
