use super::*;
use proptest::prelude::*;
use time::macros::{date, datetime};
use uuid::Uuid;

fn contact() -> Contact {
    Contact {
        id: ContactId(Uuid::from_u128(1)),
        external_id: None,
        contact_type: vec![ContactType::Customer, ContactType::Vendor],
        display_name: "Müller & Söhne GmbH".to_owned(),
        company_name: None,
        first_name: None,
        last_name: None,
        email: Some("rechnung@mueller.example".to_owned()),
        phone: None,
        mobile: None,
        website: Some("https://mueller.example/shop".to_owned()),
        tax_id: Some(TaxId::new("123-45-6789")),
        tax_id_type: Some(TaxIdType::Ssn),
        is_1099_eligible: false,
        vat_id: Some("DE 123.456.789".to_owned()),
        iban: Some("de44 5001 0517 5407 3249 31".to_owned()),
        bic: Some("ingddeff xxx".to_owned()),
        billing_address: Address::default(),
        shipping_address: Address::default(),
        payment_terms_days: Some(30),
        default_account_id: None,
        default_tax_code_id: None,
        currency_code: None,
        credit_limit: None,
        notes: None,
        is_active: true,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    }
}

fn refused(change: impl Fn(&mut Contact)) -> Vec<(String, Constraint)> {
    let mut contact = contact().normalised();
    change(&mut contact);
    let refusals = contact.check().unwrap_err();
    refusals.iter().map(|r| (r.at().unwrap().into_owned(), r.constraint().unwrap())).collect()
}

fn one(field: &str, constraint: Constraint) -> Vec<(String, Constraint)> {
    vec![(field.to_owned(), constraint)]
}

#[test]
fn numbers_are_kept_in_their_electronic_form() {
    let contact = contact().normalised();
    assert_eq!(contact.check(), Ok(()));
    assert_eq!(contact.iban.as_deref(), Some("DE44500105175407324931"));
    assert_eq!(contact.bic.as_deref(), Some("INGDDEFFXXX"));
    assert_eq!(contact.vat_id.as_deref(), Some("DE123456789"));
}

#[test]
fn every_field_has_its_limits() {
    assert_eq!(refused(|c| c.contact_type.clear()), one("contact_type", Constraint::Length));
    assert_eq!(
        refused(|c| c.contact_type = vec![ContactType::Other; 2]),
        one("contact_type[1]", Constraint::Unique)
    );
    assert_eq!(refused(|c| c.display_name = " ".to_owned()), one("display_name", Constraint::Length));
    assert_eq!(refused(|c| c.payment_terms_days = Some(3_651)), one("payment_terms_days", Constraint::Range));
    assert_eq!(refused(|c| c.payment_terms_days = Some(-1)), one("payment_terms_days", Constraint::Range));
    assert_eq!(refused(|c| c.credit_limit = Some(-1)), one("credit_limit", Constraint::Range));
    assert_eq!(refused(|c| c.bic = Some("INGDDEF".to_owned())), one("bic", Constraint::Format));
    assert_eq!(refused(|c| c.tax_id = Some(TaxId::new("***-**-6789"))), one("tax_id", Constraint::Format));
    let country = Some("Germany".to_owned());
    assert_eq!(
        refused(|c| c.shipping_address.country = country.clone()),
        one("shipping_address.country", Constraint::Format)
    );
    for email in ["a", "a@b", "@b.c", "a@b..c", "a b@c.d", "a@b@c.d", "<a@b.c>", "a@b.c,d@e.f"] {
        assert_eq!(
            refused(|c| c.email = Some(email.to_owned())),
            one("email", Constraint::Format),
            "{email}"
        );
    }
    for website in ["javascript:alert(1)", "ftp://a.b", "https://", "a b.c"] {
        let refusals = refused(|c| c.website = Some(website.to_owned()));
        assert_eq!(refusals, one("website", Constraint::Format), "{website}");
    }
    for website in ["example.org", "http://example.org:8080/a?b=c:d", "EXAMPLE.org/a"] {
        assert_eq!(check_website(website, "website"), Ok(()), "{website}");
    }
}

#[test]
fn an_iban_has_the_length_of_its_country_and_right_check_digits() {
    for iban in [
        "GB82WEST12345698765432",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "FR1420041010050500013M02606",
    ] {
        assert_eq!(check_iban(iban, "iban"), Ok(()), "{iban}");
    }
    for iban in
        ["GB82WEST12345698765433", "GB82WEST1234569876543", "XX82WEST12345698765432", "DE44", "", "ÄÖ44"]
    {
        assert!(check_iban(iban, "iban").is_err(), "{iban}");
    }
}

#[test]
fn a_vat_id_has_the_form_of_its_prefix() {
    for id in [
        "ATU12345678",
        "BE0123456789",
        "CY12345678X",
        "ESX1234567X",
        "ESB12345678",
        "FRXX123456789",
        "EL123456789",
        "GB123456789",
        "GB123456789001",
        "GBGD123",
        "XI123456789",
        "IE1234567FA",
        "IE1A23456B",
        "NL123456789B01",
        "SE123456789001",
        "RO12",
        "CHE-123.456.789",
        "51 824 753 556",
        "IE1234567T",
    ] {
        assert_eq!(check_vat_id(id, "vat_id"), Ok(()), "{id}");
    }
    for id in [
        "DE12345678",
        "DE1234567890",
        "ATX12345678",
        "GB12345678",
        "GR123456789",
        "FR1234",
        "",
        "D",
        "DEÄ23456789",
    ] {
        assert!(check_vat_id(id, "vat_id").is_err(), "{id}");
    }
}

#[test]
fn a_tax_number_shows_its_last_four_characters_only() {
    let masked = |text: &str| TaxId::new(text).masked();
    assert_eq!(masked("123-45-6789"), "***-**-6789");
    assert_eq!(masked("12-3456789"), "**-***6789");
    assert_eq!(masked("12345"), "*2345");
    assert_eq!(masked("6789"), "****");
    assert_eq!(masked(""), "");
    let contact = contact();
    assert!(!format!("{contact:?}").contains("123-45"));
    let json = serde_json::to_value(&contact).unwrap();
    assert_eq!(json["tax_id"], "***-**-6789");
    assert_eq!(contact.tax_id.unwrap().reveal(), "123-45-6789");
    assert_eq!(TaxId::compared("de 123-45/6789."), TaxId::compared("DE123456789"));
}

#[test]
fn a_masked_number_that_comes_back_stands_for_the_stored_one() {
    let stored = TaxId::new("123-45-6789");
    let kept = TaxId::or_stored(Some(TaxId::new("***-**-6789")), Some(&stored));
    assert_eq!(kept.unwrap().reveal(), "123-45-6789");
    let other = TaxId::or_stored(Some(TaxId::new("987-65-4321")), Some(&stored));
    assert_eq!(other.unwrap().reveal(), "987-65-4321");
    assert_eq!(TaxId::or_stored(None, Some(&stored)), None);
}

#[test]
fn spellings_of_one_name_have_one_key() {
    for (one, other) in [
        ("Acme, Inc.", "ACME inc"),
        ("Müller & Söhne GmbH", "Mueller und Soehne"),
        ("Müller GmbH & Co. KG", "MÜLLER"),
        ("L'Oréal S.A.", "Loreal SA"),
        ("Straße 5", "STRASSE 5"),
    ] {
        assert_eq!(matching_key(one), matching_key(other), "{one}");
    }
    assert_ne!(matching_key("Acme North"), matching_key("Acme South"));
    assert_eq!(matching_key("AG"), "ag");
    assert_eq!(matching_key(" ★ & ☂"), "★ & ☂");
    assert_eq!(matching_key("株式会社トヨタ"), "株式会社トヨタ");
}

#[test]
fn terms_count_from_the_date_of_the_document() {
    assert_eq!(contact().due_date(date!(2026 - 01 - 31)), Ok(date!(2026 - 03 - 02)));
    assert!(contact().due_date(date!(2199 - 12 - 31)).is_err());
    let at_once = Contact { payment_terms_days: None, ..contact() };
    assert_eq!(at_once.due_date(date!(2026 - 01 - 31)), Ok(date!(2026 - 01 - 31)));
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in "\\PC{0,40}") {
        let _ = (check_iban(&text, "iban"), check_bic(&text, "bic"), check_vat_id(&text, "vat_id"));
        let _ = (check_email(&text, "email"), check_website(&text, "website"), matching_key(&text));
        let once = TaxId::new(text.clone()).masked();
        prop_assert_eq!(TaxId::new(once.clone()).masked(), once);
    }
}
