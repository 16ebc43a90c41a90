//! Pages of lists: by offset, by cursor, or by page number.

use crate::envelope::Meta;
use crate::problem::Problem;
use crate::scalar::Day;
use partita_application::page::Page;
use std::fmt::Display;
use std::str::FromStr;
use time::Date;

/// A list answers at most this many at once.
pub(crate) const MAX_LIMIT: i64 = 500;

/// Which part of a list was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Paging {
    limit: i64,
    offset: i64,
    page: Option<i64>,
    cursor: Option<String>,
}

impl Paging {
    /// Reads the five parameters that every list takes.
    ///
    /// # Errors
    /// 400 with `range`, or when two ways are mixed.
    pub(crate) fn of(
        limit: Option<i64>,
        offset: Option<i64>,
        cursor: Option<String>,
        page: Option<i64>,
        per_page: Option<i64>,
    ) -> Result<Self, Problem> {
        let within = |name: &str, value: Option<i64>, least: i64, most: i64| match value {
            Some(value) if !(least..=most).contains(&value) => {
                Err(Problem::field(name, "range", format!("{name} is {least} to {most}")))
            }
            value => Ok(value),
        };
        let limit = within("limit", limit, 1, MAX_LIMIT)?;
        let offset = within("offset", offset, 0, i64::MAX / 2)?;
        let page = within("page", page, 1, i64::MAX / MAX_LIMIT / 2)?;
        let per_page = within("per_page", per_page, 1, MAX_LIMIT)?;
        let by_page = page.is_some() || per_page.is_some();
        if by_page && (limit.is_some() || offset.is_some() || cursor.is_some()) {
            return Err(Problem::field(
                "page",
                "one_of",
                "page and per_page do not go with limit, offset or cursor",
            ));
        }
        if offset.is_some() && cursor.is_some() {
            return Err(Problem::field("cursor", "one_of", "give cursor or offset, not both"));
        }
        let limit = per_page.or(limit).unwrap_or(50);
        let page = by_page.then(|| page.unwrap_or(1));
        let offset = page.map_or(offset.unwrap_or(0), |page| (page - 1) * limit);
        Ok(Self { limit, offset, page, cursor })
    }

    /// The page to ask the use case for; `read` reads a cursor back.
    ///
    /// # Errors
    /// 400 for a cursor that this list did not give.
    pub(crate) fn page<C>(&self, read: impl Fn(&str) -> Option<C>) -> Result<Page<C>, Problem> {
        let cursor = match &self.cursor {
            None => None,
            Some(text) => Some(decode(text).and_then(|text| read(&text)).ok_or_else(|| {
                Problem::field("cursor", "format", "this cursor did not come from this list")
            })?),
        };
        Ok(Page { cursor, offset: self.offset, limit: self.limit })
    }

    /// Adds what is known of the list.
    pub(crate) fn meta(&self, meta: Meta, total: Option<i64>, next: Option<String>) -> Meta {
        let pages = |total: i64| (total + self.limit - 1) / self.limit;
        Meta {
            total_count: total,
            limit: Some(self.limit),
            offset: self.cursor.is_none().then_some(self.offset),
            next_cursor: next.map(|cursor| encode(&cursor)),
            current_page: self.page,
            total_pages: self.page.and(total).map(pages),
            total_records: self.page.and(total),
            ..meta
        }
    }
}

/// Cursors are opaque: callers give them back and read nothing from them.
fn encode(cursor: &str) -> String {
    cursor.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn decode(text: &str) -> Option<String> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || digits.len() > 4_000 {
        return None;
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect();
    String::from_utf8(bytes?).ok().filter(|text| !text.chars().any(char::is_control))
}

/// Declares the query of a list: its own filters and the five parameters of paging.
macro_rules! list_query {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$outer])*
        #[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields, default)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            $($(#[$inner])* pub $field: Option<$kind>,)*
            /// At most so many, 1 to 500; 50 by default.
            #[param(minimum = 1, maximum = 500)]
            pub limit: Option<i64>,
            /// Pass over so many.
            #[param(minimum = 0)]
            pub offset: Option<i64>,
            /// Go on where `meta.next_cursor` of the last answer says.
            pub cursor: Option<String>,
            /// The page, from 1, instead of `offset`.
            #[param(minimum = 1)]
            pub page: Option<i64>,
            /// At most so many on a page, 1 to 500.
            #[param(minimum = 1, maximum = 500)]
            pub per_page: Option<i64>,
        }

        impl $name {
            pub(crate) fn paging(&self) -> Result<$crate::paging::Paging, $crate::Problem> {
                $crate::paging::Paging::of(self.limit, self.offset, self.cursor.clone(), self.page, self.per_page)
            }
        }
    };
}
pub(crate) use list_query;

/// A cursor that is a date and what tells the things of one date apart.
pub(crate) fn read_dated_cursor<T: FromStr>(text: &str) -> Option<(Date, T)> {
    let (date, rest) = text.split_once('_')?;
    let date = Date::from_julian_day(date.parse().ok()?).ok()?;
    Some((date, rest.parse().ok()?))
}

pub(crate) fn write_dated_cursor<T: Display>((date, rest): &(Date, T)) -> String {
    format!("{}_{rest}", date.to_julian_day())
}

/// Refuses a span that ends before it begins.
pub(crate) fn check_dates(from: Option<Day>, to: Option<Day>) -> Result<(), Problem> {
    match (from, to) {
        (Some(from), Some(to)) if from.0 > to.0 => {
            Err(Problem::field("from", "date_order", format!("{} is after {}", from.0, to.0)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        for text in ["", "1000", "2026-03-31_42", "Größe"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        for bad in ["z", "zz", "ff", "abc", "00", "3107"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn ways_of_paging_do_not_mix() {
        assert!(Paging::of(None, None, None, Some(1), Some(10)).is_ok());
        assert!(Paging::of(Some(10), None, None, Some(1), None).is_err());
        assert!(Paging::of(Some(501), None, None, None, None).is_err());
        assert!(Paging::of(Some(0), None, None, None, None).is_err());
        assert!(Paging::of(None, Some(-1), None, None, None).is_err());
    }

    #[test]
    fn dated_cursors_come_back_as_they_were() {
        let cursor =
            (time::macros::date!(2026 - 03 - 31), partita_domain::id::DocumentId(uuid::Uuid::from_u128(7)));
        assert_eq!(read_dated_cursor(&write_dated_cursor(&cursor)), Some(cursor));
        for bad in ["", "1", "1_x", "x_00000000-0000-0000-0000-000000000007"] {
            assert_eq!(read_dated_cursor::<partita_domain::id::DocumentId>(bad), None, "{bad}");
        }
    }
}
