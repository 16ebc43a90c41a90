//! Query strings: every parameter is known, typed and given once.

use crate::problem::{Problem, misread};
use actix_web::{FromRequest, HttpRequest, dev};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// A query string that was read.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(parse(req.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    for pair in pairs {
        let broken = pair.as_bytes().windows(1).enumerate().any(|(i, byte)| {
            byte == b"%"
                && !pair.as_bytes().get(i + 1..i + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
        });
        if broken {
            let name = pair.split('=').next().unwrap_or_default();
            return Err(Problem::field(name, "format", "`%` is followed by two hexadecimal digits"));
        }
    }
    let parsed = serde_urlencoded::from_str::<Vec<(String, String)>>(query)
        .map_err(|error| misread("query", &error.to_string()))?;
    if let Some((name, _)) =
        parsed.iter().find(|(_, value)| value.chars().any(|c| c.is_control() || c == '\u{fffd}'))
    {
        return Err(Problem::field(
            name.clone(),
            "format",
            "control characters and broken UTF-8 are not allowed",
        ));
    }
    let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        misread(path.trim_start_matches('.'), &error.into_inner().to_string())
    })
}
