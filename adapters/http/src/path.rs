//! Parameters of paths.

use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, dev};
use std::future::{Ready, ready};
use uuid::Uuid;

/// The `{id}` of a path. What is not a UUID names nothing, but is told so.
pub(crate) struct Id(pub(crate) Uuid);

impl FromRequest for Id {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(uuid(req, "id").map(Self))
    }
}

/// Reads a parameter that is a UUID.
pub(crate) fn uuid(req: &HttpRequest, name: &str) -> Result<Uuid, Problem> {
    let text = req.match_info().query(name);
    Uuid::try_parse(text)
        .ok()
        .filter(|_| text.len() == 36)
        .ok_or_else(|| Problem::field(name.to_owned(), "format", "an id is a UUID"))
}

/// Reads a parameter that is a text.
pub(crate) fn text(req: &HttpRequest, name: &str) -> Result<String, Problem> {
    let text = req.match_info().query(name);
    let decoded = form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned());
    decoded
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such resource"))
}

/// The `{external_id}` of a path.
pub(crate) struct ExternalId(pub(crate) String);

impl FromRequest for ExternalId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(text(req, "external_id").map(Self))
    }
}

impl ExternalId {
    /// Checks that a body which repeats the external id repeats this one.
    pub(crate) fn agrees(&self, in_body: Option<&str>) -> Result<(), Problem> {
        match in_body {
            Some(other) if other != self.0 => Err(Problem::field(
                "external_id",
                "one_of",
                format!("the path says `{}`, the body says `{other}`", self.0),
            )),
            _ => Ok(()),
        }
    }
}
