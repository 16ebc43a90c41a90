//! Recorded time as text: RFC 3339 in UTC, with microseconds.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// Writes a moment: `2026-04-30T18:42:11.123456Z`.
#[must_use]
pub fn text(at: PrimitiveDateTime) -> String {
    at.format(&FORMAT).unwrap_or_default()
}

/// Reads a moment in any offset.
///
/// # Errors
/// When the text is not RFC 3339.
pub fn parse(text: &str) -> Result<PrimitiveDateTime, time::error::Parse> {
    let at = OffsetDateTime::parse(text, &Rfc3339)?.to_offset(UtcOffset::UTC);
    Ok(PrimitiveDateTime::new(at.date(), at.time()))
}

/// For `#[serde(with)]`.
///
/// # Errors
/// As the serializer.
pub fn serialize<S: Serializer>(at: &PrimitiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*at))
}

/// For `#[serde(with)]`.
///
/// # Errors
/// When the text is not RFC 3339.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PrimitiveDateTime, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// The same for a moment that may be absent.
pub mod option {
    use super::{Deserialize, Deserializer, PrimitiveDateTime, Serializer, de, parse, text};

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// As the serializer.
    pub fn serialize<S: Serializer>(
        at: &Option<PrimitiveDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_some(&text(*at)),
            None => serializer.serialize_none(),
        }
    }

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// When the text is not RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PrimitiveDateTime>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| parse(&text).map_err(de::Error::custom))
            .transpose()
    }
}
