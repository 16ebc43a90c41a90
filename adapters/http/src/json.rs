//! Bodies: JSON only, within limits of size and time, with a problem for every mistake.

mod strict;

use self::strict::Strict;
use crate::problem::{Problem, misread};
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, dev, web};
use partita_domain::hash::Hash;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A body must have arrived within this time.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// A body that was read, with the digest of its bytes.
pub(crate) struct Json<T> {
    pub(crate) body: T,
    pub(crate) digest: Hash,
}

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let is_json = is_json(req);
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "send the body as application/json",
                ));
            }
            let bytes = arrive(bytes).await?;
            Ok(Self { body: parse(&bytes)?, digest: Hash::of(&bytes) })
        })
    }
}

/// A body that may be left out.
pub(crate) struct OptionalJson<T> {
    pub(crate) body: T,
    pub(crate) digest: Hash,
}

impl<T: DeserializeOwned + Default> FromRequest for OptionalJson<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let is_json = is_json(req);
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            let bytes = arrive(bytes).await?;
            if bytes.is_empty() {
                return Ok(Self { body: T::default(), digest: Hash::of(&bytes) });
            }
            if !is_json {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "send the body as application/json",
                ));
            }
            Ok(Self { body: parse(&bytes)?, digest: Hash::of(&bytes) })
        })
    }
}

fn is_json(req: &HttpRequest) -> bool {
    declares(req, "application/json")
}

/// Whether a request says that its body is of this type.
pub(crate) fn declares(req: &HttpRequest, kind: &str) -> bool {
    let declared = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(kind)
}

/// The bytes of a body, within the limits of time and size.
///
/// # Errors
/// 408, 413, or 400 when it does not arrive whole.
pub(crate) async fn arrive(
    bytes: impl Future<Output = Result<web::Bytes, actix_web::Error>>,
) -> Result<web::Bytes, Problem> {
    match actix_web::rt::time::timeout(BODY_DEADLINE, bytes).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error))
            if matches!(error.as_error::<PayloadError>(), Some(PayloadError::Overflow))
                || error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE =>
        {
            Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "payload_too_large",
                "the body is larger than this server takes",
            ))
        }
        Ok(Err(_)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "the body did not arrive whole or is not encoded as declared",
        )),
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "the body did not arrive within 10 seconds",
        )),
    }
}

/// Reads JSON; a mistake in the JSON itself names line and column, one in a value names the field. An array where an object
/// belongs is a mistake of type, at any depth.
///
/// # Errors
/// `bad_request` or `validation_error`.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
        return Err(Problem::field("", "type", "the body is a JSON object"));
    }
    // Following the path to a mistake costs time, so it is done only where there is one.
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    if let Ok(body) = T::deserialize(Strict(&mut deserializer))
        && deserializer.end().is_ok()
    {
        return Ok(body);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize(Strict(&mut deserializer)) {
        Ok(body) => {
            deserializer.end().map_err(|error| malformed(&error))?;
            Ok(body)
        }
        Err(error) => {
            let path = error.path().to_string();
            let error = error.into_inner();
            if error.is_data() {
                Err(misread(path.trim_start_matches('.'), &error.to_string()))
            } else {
                Err(malformed(&error))
            }
        }
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    let mut problem = Problem::new(
        StatusCode::BAD_REQUEST,
        "bad_request",
        format!("the body is not JSON: {what} (line {line}, column {column})"),
    );
    problem.details.insert("line".to_owned(), line.into());
    problem.details.insert("column".to_owned(), column.into());
    problem
}
