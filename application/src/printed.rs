//! How dates, amounts and addresses stand on paper. Documents speak English.

use crate::ports::{ColumnKind, Paper, PrintedColumn, PrintedFact, PrintedNote, PrintedParty};
use partita_domain::company::{Address, Company, country_name};
use partita_domain::contact::Contact;
use partita_domain::money::Currency;
use time::Date;

/// A date that nobody misreads: the month is a word. `31 March 2026`, where Letter is the paper `March 31, 2026`.
pub(crate) fn date(date: Date, paper: Paper) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match paper {
        Paper::A4 => format!("{day} {month} {year}"),
        Paper::Letter => format!("{month} {day}, {year}"),
    }
}

/// Minor units with the decimals of the currency and its thousands apart: `−1,234.50`.
pub(crate) fn amount(minor: impl Into<i128>, currency: Currency) -> String {
    grouped(&currency.decimal(minor.into()))
}

/// The same with the code of the currency before it.
pub(crate) fn money(minor: impl Into<i128>, currency: Currency) -> String {
    format!("{currency} {}", amount(minor, currency))
}

/// A decimal number with its thousands apart, and with a minus that is as wide as a digit.
pub(crate) fn grouped(decimal: &str) -> String {
    let (sign, number) = decimal.strip_prefix('-').map_or(("", decimal), |number| ("−", number));
    let (whole, part) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + part
}

/// Columns of a table, by heading.
pub(crate) fn columns(columns: &[(&str, ColumnKind)]) -> Vec<PrintedColumn> {
    let column =
        |(heading, kind): &(&str, ColumnKind)| PrintedColumn { heading: (*heading).to_owned(), kind: *kind };
    columns.iter().map(column).collect()
}

/// The lines of an address as its country writes them. The country itself is named on letters that leave `home`.
fn address(address: &Address, home: Option<&str>) -> Vec<String> {
    let join = |parts: [&Option<String>; 2], glue: &str| {
        let parts: Vec<&str> = parts.into_iter().filter_map(|part| part.as_deref()).collect();
        (!parts.is_empty()).then(|| parts.join(glue))
    };
    let Address { line1, line2, city, region, postal_code, country } = address;
    let country = country.as_deref();
    let places = match country.or(home) {
        Some("US" | "CA") => {
            let state = join([region, postal_code], " ");
            [join([city, &state], ", "), None, None]
        }
        Some("AU" | "NZ") => {
            let state = join([region, postal_code], " ");
            [join([city, &state], " "), None, None]
        }
        Some("GB" | "IE") => [city.clone(), region.clone(), postal_code.clone()],
        _ => [join([postal_code, city], " "), region.clone(), None],
    };
    let abroad = country.filter(|country| Some(*country) != home).map(|code| country_name(code).to_owned());
    [line1.clone(), line2.clone()].into_iter().chain(places).chain([abroad]).flatten().collect()
}

/// What stands below the name of the company: its name in the register, where it is, its tax number.
fn company_lines(company: &Company, reader_country: Option<&str>) -> Vec<String> {
    let own = home(company);
    let mut place = address(&company.address, own);
    if let Some(code) = own.filter(|own| reader_country.is_some_and(|other| other != *own)) {
        place.push(country_name(code).to_owned());
    }
    let legal_name = company.legal_name.clone().filter(|name| *name != company.name);
    let place = (!place.is_empty()).then(|| place.join(" · "));
    let tax_id = company.tax_id.as_ref().map(|number| format!("Tax ID {number}"));
    [legal_name, place, tax_id].into_iter().flatten().collect()
}

/// The company, as its letters to a contact name it.
pub(crate) fn sender(company: &Company, contact: &Contact) -> PrintedParty {
    PrintedParty {
        label: None,
        name: company.name.clone(),
        lines: company_lines(company, contact.billing_address.country.as_deref()),
    }
}

/// The contact, with its billing address.
pub(crate) fn recipient(label: &str, contact: &Contact, company: &Company) -> PrintedParty {
    let company_name = contact.company_name.clone().filter(|name| *name != contact.display_name);
    let place = address(&contact.billing_address, home(company));
    PrintedParty {
        label: Some(label.to_owned()),
        name: contact.display_name.clone(),
        lines: company_name.into_iter().chain(place).collect(),
    }
}

/// Those that there are.
pub(crate) fn facts(facts: impl IntoIterator<Item = Option<(&'static str, String)>>) -> Vec<PrintedFact> {
    let fact = |(label, value): (&str, String)| PrintedFact { label: label.to_owned(), value };
    facts.into_iter().flatten().map(fact).collect()
}

/// How the company wants to be paid, below what is to be paid.
pub(crate) fn how_to_pay(instructions: Option<&str>) -> Option<PrintedNote> {
    let text = instructions.filter(|text| !text.trim().is_empty())?;
    Some(PrintedNote { heading: Some("How to pay".to_owned()), text: text.to_owned() })
}

/// The country that a company is in.
pub(crate) fn home(company: &Company) -> Option<&str> {
    company.address.country.as_deref().or(company.country.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn months_are_words() {
        assert_eq!(super::date(date!(2026 - 03 - 09), Paper::A4), "9 March 2026");
        assert_eq!(super::date(date!(2026 - 03 - 09), Paper::Letter), "March 9, 2026");
    }

    #[test]
    fn thousands_stand_apart() {
        for (minor, expected) in [
            (0_i64, "0.00"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (-123_456_789, "−1,234,567.89"),
            (999_999_999_999_999, "9,999,999,999,999.99"),
        ] {
            assert_eq!(amount(minor, Currency::USD), expected);
        }
        let yen = Currency::parse("JPY", "c").unwrap();
        assert_eq!((amount(50_000, yen), money(50_000, yen)), ("50,000".to_owned(), "JPY 50,000".to_owned()));
        assert_eq!((grouped("1234.5678"), grouped("-12")), ("1,234.5678".to_owned(), "−12".to_owned()));
    }

    #[test]
    fn addresses_are_written_as_their_country_does() {
        let of = |country: Option<&str>, home: Option<&str>| {
            let some = |text: &str| Some(text.to_owned());
            let place = Address {
                line1: some("1 Main St"),
                line2: None,
                city: some("City"),
                region: some("ST"),
                postal_code: some("12345"),
                country: country.map(str::to_owned),
            };
            address(&place, home).join("|")
        };
        assert_eq!(of(Some("US"), Some("US")), "1 Main St|City, ST 12345");
        assert_eq!(of(None, Some("US")), "1 Main St|City, ST 12345");
        assert_eq!(of(Some("DE"), Some("US")), "1 Main St|12345 City|ST|Germany");
        assert_eq!(of(Some("AU"), Some("AU")), "1 Main St|City ST 12345");
        assert_eq!(of(Some("GB"), None), "1 Main St|City|ST|12345|United Kingdom");
        assert!(address(&Address::default(), Some("US")).is_empty());
    }
}
