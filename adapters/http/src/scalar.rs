//! Values on the wire that JSON alone does not pin down: whole numbers, dates, moments.
//!
//! A refusal begins with the broken constraint and a colon, which [`crate::problem`] reads back.

use partita_domain::timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime};
use utoipa::ToSchema;

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A whole number. `100.0` is one too, as JSON Schema has it; a fraction or a text is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = i64)]
pub struct Whole(pub i64);

impl Whole {
    /// The number as a smaller type; a refusal with constraint `range` otherwise.
    pub(crate) fn narrow<T: TryFrom<i64>>(self, field: &str) -> Result<T, crate::Problem> {
        T::try_from(self.0)
            .map_err(|_| crate::Problem::field(field, "range", format!("{} is out of range", self.0)))
    }
}

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Whole;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole(number))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Whole, E> {
                i64::try_from(number)
                    .map(Whole)
                    .map_err(|_| E::custom(format!("range: {number} is out of range")))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Whole, E> {
                // Below 2^53 every whole f64 is exact.
                if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
                    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
                    return Ok(Whole(number as i64));
                }
                if number.fract() == 0.0 {
                    return Err(E::custom("range: the number is out of range"));
                }
                Err(E::custom(format!(
                    "type: {number} is not a whole number; money is given in minor units (cents)"
                )))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Whole, E> {
                Err(E::custom(format!("type: a text ({text:?}) stands where a whole number belongs")))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A decimal number by its text, given as a number or a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decimal(pub String);

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number, as a number or a text")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                Ok(Decimal(text.to_owned()))
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
                Ok(Decimal(number.to_string()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
                Ok(Decimal(number.to_string()))
            }
            // The shortest text that means the number is what the caller has written.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
                Ok(Decimal(number.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl utoipa::PartialSchema for Decimal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")),
            )
            .into()
    }
}

impl ToSchema for Decimal {
    fn name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }
}

/// A calendar date, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = Date, example = "2026-03-31")]
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = *b"0000-00-00";
        write_date(&mut text, self.0);
        serializer.serialize_str(ascii(&text).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_day(&text).ok_or_else(|| de::Error::custom("format: a date is written YYYY-MM-DD"))
    }
}

fn parse_day(text: &str) -> Option<Day> {
    // The format takes signs and more digits, which ISO 8601 dates of our years do not have.
    (text.len() == 10).then(|| Date::parse(text, &DATE).ok()).flatten().map(Day)
}

/// A moment, RFC 3339 in UTC with milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-04-30T18:42:11.123Z")]
pub struct Moment(pub PrimitiveDateTime);

impl Moment {
    fn text(self) -> [u8; 24] {
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let (hour, minute, second, millisecond) = self.0.as_hms_milli();
        write_date(&mut text, self.0.date());
        digits(&mut text[11..13], u16::from(hour));
        digits(&mut text[14..16], u16::from(minute));
        digits(&mut text[17..19], u16::from(second));
        digits(&mut text[20..23], millisecond);
        text
    }
}

/// A list carries hundreds of dates, and a general formatter goes through its description for each.
fn write_date(text: &mut [u8], date: Date) {
    // Years are 1900 to 2199.
    digits(&mut text[..4], u16::try_from(date.year()).unwrap_or(0));
    digits(&mut text[5..7], u16::from(u8::from(date.month())));
    digits(&mut text[8..10], u16::from(date.day()));
}

/// A number, in as many digits as there is room for.
fn digits(room: &mut [u8], mut number: u16) {
    for digit in room.iter_mut().rev() {
        *digit = b"0123456789"[usize::from(number % 10)];
        number /= 10;
    }
}

fn ascii(text: &[u8]) -> Result<&str, std::str::Utf8Error> {
    std::str::from_utf8(text)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ascii(&self.text()).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(ascii(&self.text()).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match timestamp::parse(&text) {
            Ok(at) if (1900..=2199).contains(&at.year()) => Ok(Self(at)),
            Ok(_) => Err(de::Error::custom("range: years are 1900 to 2199")),
            Err(_) => Err(de::Error::custom(
                "format: a moment is written as RFC 3339, such as 2026-04-30T18:42:11.123Z",
            )),
        }
    }
}

/// For fields of a `PATCH`: absent leaves as it is, `null` clears.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A map that refuses a key that stands twice.
pub(crate) fn unique_keys<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<std::collections::BTreeMap<String, String>>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Option<std::collections::BTreeMap<String, String>>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of texts")
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map = std::collections::BTreeMap::new();
            while let Some((key, value)) = access.next_entry::<String, String>()? {
                if map.contains_key(&key) {
                    return Err(de::Error::custom(format!("unique: the key `{key}` stands twice")));
                }
                map.insert(key, value);
            }
            Ok(Some(map))
        }
    }
    deserializer.deserialize_any(Visitor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn whole_numbers_may_have_a_zero_fraction_and_nothing_else() {
        let read = |text: &str| serde_json::from_str::<Whole>(text).map(|whole| whole.0);
        assert_eq!(read("100.0").unwrap(), 100);
        assert_eq!(read("1e2").unwrap(), 100);
        assert_eq!(read("9223372036854775807").unwrap(), i64::MAX);
        for bad in ["100.5", "\"100\"", "9223372036854775808", "1e300", "null", "true", "[]"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_and_moments_are_written_with_all_their_digits() {
        use time::macros::{date, datetime};
        assert_eq!(json(&Day(date!(1900 - 01 - 02))), r#""1900-01-02""#);
        assert_eq!(json(&Day(date!(2199 - 12 - 31))), r#""2199-12-31""#);
        assert_eq!(json(&Moment(datetime!(2026-04-30 18:42:11.123_999))), r#""2026-04-30T18:42:11.123Z""#);
        assert_eq!(json(&Moment(datetime!(2026-01-02 03:04:05))), r#""2026-01-02T03:04:05.000Z""#);
    }

    #[test]
    fn dates_have_ten_characters() {
        let read = |text: &str| serde_json::from_str::<Day>(&format!("{text:?}"));
        assert!(read("2026-02-28").is_ok());
        for bad in ["2026-02-30", "2026-2-3", "+2026-02-03", "2026-02-28T00:00:00Z", "28.02.2026", ""] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
