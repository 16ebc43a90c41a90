//! With whom the demo company trades.

use super::books::{Books, currency};
use anyhow::Result;
use partita_application::contact;
use partita_application::domain::company::Address;
use partita_application::domain::contact::{ContactDraft, ContactType, TaxId, TaxIdType};
use partita_application::domain::id::ContactId;
use partita_application::domain::metadata::Metadata;

/// How a customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// When it is due, more or less.
    OnTime,
    /// Within ten days, less 2 % if it may.
    Early,
    /// In two parts.
    InParts,
    /// Months too late.
    Late,
}

/// Somebody who trades with the company.
struct Person {
    name: &'static str,
    /// Street, city, region, postal code, country.
    address: [&'static str; 5],
    email: &'static str,
    currency: &'static str,
    terms_days: i64,
}

const fn person(
    name: &'static str,
    address: [&'static str; 5],
    email: &'static str,
    terms_days: i64,
) -> Person {
    Person { name, address, email, currency: "USD", terms_days }
}

const fn abroad(
    name: &'static str,
    address: [&'static str; 5],
    email: &'static str,
    currency: &'static str,
) -> Person {
    Person { name, address, email, currency, terms_days: 30 }
}

const CUSTOMERS: [(Person, Habit); 8] = [
    (
        person(
            "Alder & Pine Interiors",
            ["212 Grant Ave", "San Francisco", "CA", "94108", "US"],
            "ap@alderpine.example",
            30,
        ),
        Habit::Early,
    ),
    (
        person(
            "Bluebird Café",
            ["48 Shattuck Ave", "Berkeley", "CA", "94704", "US"],
            "office@bluebird.example",
            14,
        ),
        Habit::OnTime,
    ),
    (
        person(
            "Cedar Hill School",
            ["900 Cedar Hill Rd", "San Jose", "CA", "95120", "US"],
            "bursar@cedarhill.example",
            30,
        ),
        Habit::OnTime,
    ),
    (
        person(
            "Delta Dental Studio",
            ["15 Levee Rd", "Sacramento", "CA", "95814", "US"],
            "books@deltadental.example",
            30,
        ),
        Habit::InParts,
    ),
    (
        person(
            "Eastgate Fitness",
            ["77 Mission Blvd", "Hayward", "CA", "94541", "US"],
            "hello@eastgate.example",
            30,
        ),
        Habit::OnTime,
    ),
    (
        person(
            "Foxglove Florists",
            ["3 Market St", "Napa", "CA", "94559", "US"],
            "accounts@foxglove.example",
            30,
        ),
        Habit::OnTime,
    ),
    (
        person(
            "Granite State Brewing",
            ["1200 Quarry Way", "Fresno", "CA", "93721", "US"],
            "payables@granitestate.example",
            30,
        ),
        Habit::Late,
    ),
    (
        person(
            "Harbor Hotel",
            ["1 Embarcadero", "Oakland", "CA", "94607", "US"],
            "finance@harborhotel.example",
            45,
        ),
        Habit::InParts,
    ),
];
const FOREIGN: [Person; 2] = [
    abroad(
        "Hôtel des Quais",
        ["9 quai de Conti", "Paris", "", "75006", "FR"],
        "compta@hoteldesquais.example",
        "EUR",
    ),
    abroad(
        "Kensington Rooms Ltd",
        ["20 Cromwell Rd", "London", "", "SW7 2HR", "GB"],
        "accounts@kensingtonrooms.example",
        "GBP",
    ),
];
const CARPENTER: &str = "dana@reyes.example";
const SUPPLIERS: [Person; 5] = [
    person(
        "Summit Joinery",
        ["410 Mill Rd", "Portland", "OR", "97201", "US"],
        "ar@summitjoinery.example",
        30,
    ),
    person("Lakeside Imports", ["88 Pier 9", "Seattle", "WA", "98101", "US"], "billing@lakeside.example", 30),
    abroad(
        "Tessitura Bianchi Srl",
        ["Via Roma 12", "Como", "CO", "22100", "IT"],
        "vendite@tessiturabianchi.example",
        "EUR",
    ),
    person(
        "Northwind Candles",
        ["6 Beacon St", "Eugene", "OR", "97401", "US"],
        "orders@northwind.example",
        15,
    ),
    person(
        "Riverbend Pottery",
        ["31 Kiln Ln", "Ashland", "OR", "97520", "US"],
        "studio@riverbend.example",
        30,
    ),
];
const OTHERS: [Person; 3] = [
    person(
        "Main Street Properties",
        ["500 Main St", "Oakland", "CA", "94612", "US"],
        "rent@mainstreet.example",
        5,
    ),
    person(
        "Bay Power & Telecom",
        ["1 Utility Plaza", "Oakland", "CA", "94612", "US"],
        "billing@baypower.example",
        20,
    ),
    person("Dana Reyes, Carpenter", ["64 Telegraph Ave", "Oakland", "CA", "94609", "US"], CARPENTER, 15),
];

/// Whom the company knows.
pub(super) struct People {
    pub(super) customers: Vec<(ContactId, Habit)>,
    pub(super) walk_in: ContactId,
    pub(super) hotel_abroad: ContactId,
    pub(super) rooms_abroad: ContactId,
    pub(super) suppliers: Vec<ContactId>,
    pub(super) landlord: ContactId,
    pub(super) utility: ContactId,
    pub(super) carpenter: ContactId,
}

impl People {
    pub(super) fn meet(books: &Books<'_>) -> Result<Self> {
        let customer = |each: &Person| add(books, each, ContactType::Customer);
        let vendor = |each: &Person| add(books, each, ContactType::Vendor);
        let walk_in = person("Customers of the shop", [""; 5], "", 0);
        let [hotel, rooms] = &FOREIGN;
        let [landlord, utility, carpenter] = &OTHERS;
        Ok(Self {
            customers: CUSTOMERS
                .iter()
                .map(|(each, habit)| Ok((customer(each)?, *habit)))
                .collect::<Result<_>>()?,
            walk_in: customer(&walk_in)?,
            hotel_abroad: customer(hotel)?,
            rooms_abroad: customer(rooms)?,
            suppliers: SUPPLIERS.iter().map(vendor).collect::<Result<_>>()?,
            landlord: vendor(landlord)?,
            utility: vendor(utility)?,
            carpenter: vendor(carpenter)?,
        })
    }
}

fn add(books: &Books<'_>, person: &Person, kind: ContactType) -> Result<ContactId> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let [line1, city, region, postal_code, country] = person.address.map(some);
    let address = Address { line1, line2: None, city, region, postal_code, country };
    // One of them is a person, whose payments are reported.
    let is_1099_eligible = person.email == CARPENTER;
    let draft = ContactDraft {
        external_id: None,
        contact_type: vec![kind],
        display_name: person.name.to_owned(),
        company_name: None,
        first_name: None,
        last_name: None,
        email: some(person.email),
        phone: None,
        mobile: None,
        website: None,
        tax_id: is_1099_eligible.then(|| TaxId::new("123-45-6789")),
        tax_id_type: is_1099_eligible.then_some(TaxIdType::Ssn),
        is_1099_eligible,
        vat_id: None,
        iban: None,
        bic: None,
        billing_address: address,
        shipping_address: Address::default(),
        payment_terms_days: Some(person.terms_days),
        default_account_id: None,
        default_tax_code_id: None,
        currency_code: Some(currency(person.currency)?),
        credit_limit: (kind == ContactType::Customer && person.terms_days > 0).then_some(2_500_000),
        notes: None,
        is_active: true,
        metadata: Metadata::default(),
    };
    Ok(contact::create(books.app, books.call, &draft)?.value.contact.id)
}
