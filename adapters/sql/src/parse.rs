//! Reads what is stored as text; what cannot be read is corrupt.

use partita_application::ports::{StoreError, Stored};
use partita_domain::money::Currency;
use partita_domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::str::FromStr;

/// Something that is written as text: an id, a hash, an actor, a period.
pub(crate) fn text<T: FromStr>(text: &str, what: &str) -> Stored<T>
where
    T::Err: Display,
{
    text.parse().map_err(|error| StoreError::Corrupt(format!("{what} `{text}`: {error}")))
}

/// The same, where it may be missing.
pub(crate) fn optional<T: FromStr>(value: Option<&str>, what: &str) -> Stored<Option<T>>
where
    T::Err: Display,
{
    value.map(|value| text(value, what)).transpose()
}

/// One of a list of names.
pub(crate) fn named<T>(found: Option<T>, name: &str, what: &str) -> Stored<T> {
    found.ok_or_else(|| StoreError::Corrupt(format!("{what} `{name}` is not known")))
}

/// A currency.
pub(crate) fn currency(code: &str) -> Stored<Currency> {
    Currency::parse(code, "currency_code")
        .map_err(|_| StoreError::Corrupt(format!("currency `{code}` is not known")))
}

/// What the domain takes.
pub(crate) fn kept<T>(value: Result<T, Refusal>, what: &str) -> Stored<T> {
    value.map_err(|refusal| StoreError::Corrupt(format!("{what}: {refusal}")))
}

/// JSON text.
pub(crate) fn json<T: DeserializeOwned>(text: &str, what: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(format!("{what}: {error}")))
}

/// Writes JSON text.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A number that fits.
pub(crate) fn number<T: TryFrom<i64>>(value: i64, what: &str) -> Stored<T> {
    T::try_from(value).map_err(|_| StoreError::Corrupt(format!("{what} {value} is out of range")))
}
