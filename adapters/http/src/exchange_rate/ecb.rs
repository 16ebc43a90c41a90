//! The reference rates of the European Central Bank: `eurofxref-daily.xml`, `-hist-90d.xml` and `-hist.xml`.
//!
//! ```xml
//! <gesmes:Envelope …><Cube><Cube time='2026-11-24'><Cube currency='USD' rate='1.0838'/>…
//! ```
//!
//! Only the cubes are read. A file with a document type is refused, so there are no entities to be expanded, and nothing
//! is kept of what is nested deeper than the ECB nests.

use crate::problem::Problem;
use actix_web::http::StatusCode;
use partita_domain::money::Currency;
use partita_domain::published_rates::{PerEuro, PublishedDay};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use time::Date;
use time::macros::format_description;

/// Envelope, Cube, Cube of a day, Cube of a rate, and some to spare.
const MOST_LEVELS: usize = 8;
/// A tag of the file has some dozen bytes; the envelope names its schemas.
const MOST_BYTES_OF_TAG: usize = 1_000;

/// Reads the days of a file, in its order.
///
/// # Errors
/// `bad_request` with line and column where it is not such a file; `validation_error` for `time`, `currency` or `rate`.
pub fn parse(bytes: &[u8]) -> Result<Vec<PublishedDay>, Problem> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| malformed(bytes, error.valid_up_to(), "the file is not UTF-8"))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut days: Vec<PublishedDay> = Vec::new();
    let (mut level, mut level_of_day) = (0_usize, None);
    loop {
        let event = reader.read_event();
        let position =
            usize::try_from(reader.error_position().max(reader.buffer_position())).unwrap_or_default();
        let refuse = |what: &str| Err(malformed(bytes, position, what));
        match event {
            Err(error) => return refuse(&format!("the file is not XML: {error}")),
            Ok(Event::DocType(_)) => return refuse("a document type is not allowed"),
            Ok(Event::Eof) if level > 0 => return refuse("the file ends too early"),
            Ok(Event::Eof) => break,
            Ok(Event::End(_)) => {
                level = level.saturating_sub(1);
                if level_of_day.is_some_and(|of_day| level < of_day) {
                    level_of_day = None;
                }
            }
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.len() > MOST_BYTES_OF_TAG => {
                return refuse("a tag is too long");
            }
            Ok(Event::Empty(tag)) => cube(&tag, level_of_day.and(days.last_mut()))?.map_or((), drop),
            Ok(Event::Start(tag)) => {
                level += 1;
                if level > MOST_LEVELS {
                    return refuse("tags are nested too deeply");
                }
                if let Some(day) = cube(&tag, level_of_day.and(days.last_mut()))? {
                    level_of_day = Some(level);
                    days.push(day);
                }
            }
            Ok(_) => {}
        }
    }
    if days.iter().all(|day| day.per_euro.is_empty()) {
        return Err(malformed(
            bytes,
            0,
            "there is no rate in the file; it is not one of the ECB's eurofxref files",
        ));
    }
    Ok(days)
}

/// What a tag says: the beginning of a day, a rate of the day, or nothing.
fn cube(tag: &BytesStart<'_>, day: Option<&mut PublishedDay>) -> Result<Option<PublishedDay>, Problem> {
    if tag.local_name().into_inner() != "Cube" {
        return Ok(None);
    }
    let (mut time, mut currency, mut rate) = (None, None, None);
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| {
            Problem::field("time", "format", format!("an attribute is not readable: {error}"))
        })?;
        match attribute.key.local_name().into_inner() {
            "time" => time = Some(attribute.value.into_owned()),
            "currency" => currency = Some(attribute.value.into_owned()),
            "rate" => rate = Some(attribute.value.into_owned()),
            _ => {}
        }
    }
    match (time, currency, rate, day) {
        (Some(time), None, None, _) => {
            let date = Date::parse(&time, format_description!("[year]-[month]-[day]"))
                .ok()
                .filter(|_| time.len() == 10)
                .ok_or_else(|| {
                    Problem::field("time", "format", format!("`{time}` is not a date YYYY-MM-DD"))
                })?;
            Ok(Some(PublishedDay { date, per_euro: Vec::new(), unknown: 0 }))
        }
        (None, Some(currency), Some(rate), Some(day)) => {
            let rate = PerEuro::parse(&rate, "rate").map_err(|refusal| {
                let constraint = refusal.constraint().map_or("format", |constraint| constraint.name());
                let message = format!("{currency} on {}: {refusal}", day.date);
                let mut problem = Problem::from(refusal);
                problem.message = message;
                problem.details.insert("constraint".to_owned(), constraint.into());
                problem
            })?;
            match Currency::parse(&currency, "currency") {
                Ok(currency) => day.per_euro.push((currency, rate)),
                Err(_) => day.unknown += 1,
            }
            Ok(None)
        }
        (None, Some(currency), Some(_), None) => {
            let message = format!("the rate of {currency} stands outside of a day");
            Err(Problem::field("time", "required", message))
        }
        (None, Some(currency), None, _) => {
            Err(Problem::field("rate", "required", format!("{currency} has no rate")))
        }
        (None, None, Some(rate), _) => {
            Err(Problem::field("currency", "required", format!("the rate {rate} has no currency")))
        }
        (Some(_), Some(_), _, _) | (Some(_), _, Some(_), _) => {
            Err(Problem::field("time", "one_of", "a cube has a time, or a currency with its rate"))
        }
        (None, None, None, _) => Ok(None),
    }
}

fn malformed(bytes: &[u8], position: usize, what: &str) -> Problem {
    let before = bytes.get(..position).unwrap_or(bytes);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    let message = format!("{what} (line {line}, column {column})");
    let mut problem = Problem::new(StatusCode::BAD_REQUEST, "bad_request", message);
    problem.details.insert("line".to_owned(), line.into());
    problem.details.insert("column".to_owned(), column.into());
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const DAILY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
	<Cube>
		<Cube time='2026-11-24'>
			<Cube currency='USD' rate='1.0838'/>
			<Cube currency="JPY" rate="162.60"></Cube>
			<Cube currency='TRL' rate='1600000'/>
		</Cube>
		<Cube time='2026-11-23'><Cube currency='USD' rate='1.0800'/></Cube>
	</Cube>
</gesmes:Envelope>"#;

    #[test]
    fn days_and_rates_are_read() {
        let days = parse(DAILY.as_bytes()).unwrap();
        let dates: Vec<Date> = days.iter().map(|day| day.date).collect();
        assert_eq!(dates, [date!(2026 - 11 - 24), date!(2026 - 11 - 23)]);
        assert_eq!((days[0].per_euro.len(), days[0].unknown), (2, 1));
        assert_eq!(days[1].per_euro, [(Currency::USD, PerEuro::parse("1.08", "rate").unwrap())]);
        let marked = format!("\u{feff}{DAILY}");
        assert_eq!(parse(marked.as_bytes()).unwrap(), days);
    }

    #[test]
    fn what_is_no_such_file_is_told_where() {
        let with = |from: &str, to: &str| DAILY.replace(from, to).into_bytes();
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
        let long = format!("<a {}/>", (0..100_000).map(|i| format!("b{i}='1' ")).collect::<String>());
        for bytes in [
            b"".to_vec(),
            b"{}".to_vec(),
            b"<html><body/></html>".to_vec(),
            b"\xff\xfe<".to_vec(),
            b"<Cube><Cube time='2026-11-24'>".to_vec(),
            deep.into_bytes(),
            bomb.as_bytes().to_vec(),
            long.into_bytes(),
            with("</gesmes:subject>", "</subject>"),
        ] {
            let problem = parse(&bytes).unwrap_err();
            let shown: String = String::from_utf8_lossy(&bytes).chars().take(60).collect();
            assert_eq!(problem.code, "bad_request", "{shown}");
            assert!(problem.details["line"].as_u64() > Some(0), "{shown}");
        }
        let problem = parse(&with("</gesmes:subject>", "</subject>")).unwrap_err();
        assert_eq!(problem.details["line"], 3);
    }

    #[test]
    fn values_that_are_none_are_named() {
        for (from, to, field, constraint) in [
            ("'1.0838'", "'1,0838'", "rate", "format"),
            ("'1.0838'", "'0'", "rate", "range"),
            ("'1.0838'", "'-1'", "rate", "range"),
            ("rate='1.0838'", "", "rate", "required"),
            ("currency='USD' rate='1.0838'", "rate='1'", "currency", "required"),
            ("'2026-11-24'", "'24.11.2026'", "time", "format"),
            ("'2026-11-24'", "'2026-11-31'", "time", "format"),
            ("<Cube time='2026-11-24'>", "<Cube>", "time", "required"),
            ("time='2026-11-24'", "time='2026-11-24' currency='USD'", "time", "one_of"),
        ] {
            let problem = parse(DAILY.replacen(from, to, 1).as_bytes()).unwrap_err();
            assert_eq!(problem.details["field"], field, "{to}");
            assert_eq!(problem.details["constraint"], constraint, "{to}");
        }
    }
}
