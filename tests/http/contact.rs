//! `/contacts`.

use crate::http::case::{Access, Audited, Case, ask, changed, created, fresh, fresh_name, happened};
use crate::http::document::{bill, invoice, tax_code};
use partita_tests::client::Answer;
use partita_tests::server::{Books, Server, for_each_server};
use serde_json::{Value, json};

mod batch;
mod statement;
mod tax_id;

fn body() -> Value {
    json!({ "contact_type": ["customer"], "display_name": fresh_name("Contact") })
}

fn new_id(books: &Books<'_>, body: &Value) -> String {
    books.client.post("/contacts", body).expect(201).id()
}

/// A tax number that nobody else has.
fn fresh_tax_id() -> String {
    format!("{:03}-{:02}-{:04}", fresh() % 1_000, 17, fresh() % 10_000)
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("contacts:read");
    let viewed: Audited = happened("contact.tax_id_viewed", "key");
    vec![
        Case::read("listContacts", read, |_| ask(), |_| ask().query("type", "friend"), ("type", "one_of")),
        Case::read(
            "getContact",
            read,
            |books| ask().id(new_id(books, &body())),
            |_| ask().id("1"),
            ("id", "format"),
        ),
        Case::read(
            "getContactStatement",
            read,
            |books| ask().id(new_id(books, &body())),
            |books| ask().id(new_id(books, &body())).query("from", "2026"),
            ("from", "format"),
        ),
        Case::read(
            "printContactStatement",
            read,
            |books| ask().id(new_id(books, &body())),
            |books| ask().id(new_id(books, &body())).query("to", "2026"),
            ("to", "format"),
        ),
        Case::write(
            "createContact",
            "contacts:write",
            (201, |_| ask().body(body())),
            created("contact.created"),
            |_| ask().body(body()).but("contact_type", json!([])),
            ("contact_type", "length"),
        ),
        Case::write(
            "createContacts",
            "contacts:write",
            (200, |_| ask().body(json!({ "contacts": [body(), body()] }))),
            created("contact.created"),
            |_| ask().body(json!({ "contacts": [] })),
            ("contacts", "length"),
        ),
        Case::write(
            "updateContact",
            "contacts:write",
            (200, |books| ask().id(new_id(books, &body())).body(body())),
            changed("contact.updated"),
            |books| ask().id(new_id(books, &body())).body(body()).but("email", json!("nobody")),
            ("email", "format"),
        ),
        Case::write(
            "putContactByExternalId",
            "contacts:write",
            (201, |_| ask().at("external_id", fresh_name("ext")).body(body())),
            created("contact.created"),
            |_| ask().at("external_id", "ext").body(body()).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateContact",
            "contacts:write",
            (200, |books| ask().id(new_id(books, &body()))),
            changed("contact.deactivated"),
            |books| ask().id(new_id(books, &body())).header("If-Match", "newest"),
            ("If-Match", "format"),
        ),
        Case {
            audited: Some(viewed),
            ..Case::read(
                "getContactTaxId",
                Access::With("contacts:reveal"),
                |books| {
                    let mut body = body();
                    body["tax_id"] = json!(fresh_tax_id());
                    ask().id(new_id(books, &body))
                },
                |_| ask().id("1"),
                ("id", "format"),
            )
        },
    ]
}

#[test]
fn a_contact_is_created_read_changed_and_deactivated() {
    for_each_server(|server| {
        let books = server.found();
        let body = json!({
            "external_id": "crm/1", "contact_type": ["vendor", "customer"], "display_name": "Müller & Söhne GmbH",
            "company_name": "Müller & Söhne", "first_name": "Zoë", "last_name": "Müller",
            "email": "post@mueller.example", "phone": "+49 40 1", "mobile": "+49 170 1",
            "website": "https://mueller.example/shop", "tax_id_type": "OTHER", "is_1099_eligible": true,
            "vat_id": "DE123456789", "iban": "DE44500105175407324931", "bic": "INGDDEFFXXX",
            "billing_address": { "line1": "Kai 5", "line2": null, "city": "Hamburg", "region": null,
                "postal_code": "20457", "country": "DE" },
            "payment_terms_days": 30, "default_account_id": books.account("4100"), "currency_code": "EUR",
            "credit_limit": 500_000, "notes": "Rings twice", "metadata": { "branch": "Köln" },
        });
        let made = books.client.post("/contacts", &body).expect(201);
        let path = format!("/contacts/{}", made.id());
        assert_eq!(made.header("location"), Some(format!("/api/v1{path}").as_str()));
        assert_eq!(made.header("etag"), Some("\"1\""));
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&made.data()[name], value, "{name}");
        }
        assert_eq!(made.data()["shipping_address"]["city"], Value::Null);
        assert_eq!((&made.data()["is_active"], &made.data()["tax_id"]), (&json!(true), &Value::Null));
        assert_eq!((&made.data()["open_receivable"], &made.data()["open_payable"]), (&json!(0), &json!(0)));
        let found = books.client.get(&path).expect(200);
        assert_eq!((found.data(), found.header("etag")), (made.data(), Some("\"1\"")));

        let less = json!({ "contact_type": ["other"], "display_name": "Müller", "vat_id": "at u123 45678" });
        let changed = books.client.put(&path, &less).expect(200);
        assert_eq!((&changed.data()["version"], &changed.data()["external_id"]), (&json!(2), &Value::Null));
        assert_eq!(changed.data()["vat_id"], "ATU12345678", "in its electronic form");
        let gone = books.client.delete(&path).expect(200);
        assert_eq!((&gone.data()["is_active"], &gone.data()["version"]), (&json!(false), &json!(3)));
        let before = books.written();
        let again = books.client.delete(&path).expect(200);
        assert_eq!(again.data(), gone.data(), "nothing more happens");
        assert_eq!(books.written(), before);
        assert_eq!(books.client.get(&path).expect(200).data(), gone.data(), "nothing is removed");
    });
}

#[test]
fn contacts_are_listed_by_name_and_filters_combine() {
    for_each_server(|server| {
        let books = server.found();
        for (name, kind, email) in [
            ("zebra Ltd", "vendor", "z@zebra.example"),
            ("Acme", "customer", "Sales@Acme.example"),
            ("Éclair", "employee", "e@eclair.example"),
            ("beta", "customer", "b@beta.example"),
        ] {
            let body = json!({ "contact_type": [kind, "other"], "display_name": name, "email": email,
                "external_id": format!("crm {name}") });
            let _ = books.client.post("/contacts", &body).expect(201);
        }
        let names = |found: &[Value]| -> Vec<String> {
            found.iter().map(|contact| contact["display_name"].as_str().unwrap().to_owned()).collect()
        };
        let found = |query: &str| {
            let found = books.client.get(&format!("/contacts?{query}")).expect(200);
            assert_eq!(found.meta()["total_count"], found.data().as_array().unwrap().len(), "{query}");
            names(found.data().as_array().unwrap())
        };
        assert_eq!(found(""), ["Acme", "beta", "zebra Ltd", "Éclair"]);
        assert_eq!(names(&books.client.all("/contacts?limit=1")), ["Acme", "beta", "zebra Ltd", "Éclair"]);
        assert_eq!(found("type=customer"), ["Acme", "beta"]);
        assert_eq!(found("type=other&q=EXAMPLE&email=sales%40acme.EXAMPLE"), ["Acme"]);
        assert_eq!(found("display_name=zebra+Ltd"), ["zebra Ltd"]);
        assert_eq!(found("display_name=zebra"), [""; 0]);
        assert_eq!(found("external_id=crm+beta"), ["beta"]);
        assert_eq!(found("active=false"), [""; 0]);
        assert_eq!(found("q=ZEB"), ["zebra Ltd"]);
        assert_eq!(found("q=%25"), [""; 0], "no wildcard");
        books.client.get("/contacts?active=yes").refused_field("active", "type");
        books.client.get("/contacts?cursor=00").refused_field("cursor", "format");
        books.client.get("/contacts?cursor=3131").refused_field("cursor", "format");
        // The longest names that there are have cursors too.
        for letter in ['y', 'z'] {
            let name = format!("{}{letter}", "书".repeat(254));
            let _ = books
                .client
                .post("/contacts", &json!({ "contact_type": ["other"], "display_name": name }))
                .expect(201);
        }
        assert_eq!(books.client.all("/contacts?limit=1").len(), 6);
        // Another company sees none of it.
        assert_eq!(server.found().client.get("/contacts").expect(200).meta()["total_count"], 0);
    });
}

fn taken(answer: Answer, field: &str, existing_id: &str) {
    let answer = answer.refused(409, "conflict");
    let details = answer.details();
    assert_eq!((&details["field"], &details["constraint"]), (&json!(field), &json!("unique")));
    assert_eq!(details["existing_id"], existing_id);
}

#[test]
fn a_name_a_tax_number_and_a_vat_id_belong_to_one_contact() {
    for_each_server(|server| {
        let books = server.found();
        let first = json!({ "contact_type": ["customer"], "display_name": "Acme, Inc.", "external_id": "e1",
            "tax_id": "123-45-6789", "vat_id": "DE123456789" });
        let id = new_id(&books, &first);
        let post = |name: &str, field: &str, value: &str| {
            let mut body = json!({ "contact_type": ["vendor"], "display_name": name });
            body[field] = json!(value);
            books.client.post("/contacts", &body)
        };
        for name in ["Acme, Inc.", "ACME inc", "acmé GmbH"] {
            taken(post(name, "notes", "x"), "display_name", &id);
        }
        taken(post("Two", "tax_id", "123 45 6789"), "tax_id", &id);
        taken(post("Two", "vat_id", "de 123.456.789"), "vat_id", &id);
        let refused = post("Two", "external_id", "e1").refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], id);
        // All of it at once is told at once.
        let refused = books.client.post("/contacts", &first).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["errors"].as_array().unwrap().len(), 4);
        assert!(!refused.json().to_string().contains("123-45"));

        let other = new_id(&books, &json!({ "contact_type": ["vendor"], "display_name": "Two" }));
        let as_first = json!({ "contact_type": ["vendor"], "display_name": "ACME" });
        taken(books.client.put(&format!("/contacts/{other}"), &as_first), "display_name", &id);
        // One that is out of use keeps what is its own.
        let _ = books.client.delete(&format!("/contacts/{id}")).expect(200);
        taken(post("acme", "notes", "x"), "display_name", &id);
        // In another company all of it is free.
        let _ = server.found().client.post("/contacts", &first).expect(201);
    });
}

#[test]
fn an_external_id_creates_once_and_updates_from_then_on() {
    for_each_server(|server| {
        let books = server.found();
        let path = "/contacts/external/shop%2F1%20a%2Bb";
        let made = books.client.put(path, &body()).expect(201);
        assert_eq!(made.data()["external_id"], "shop/1 a+b");
        let changed = books.client.put(path, &body()).expect(200);
        assert_eq!((changed.id(), &changed.data()["version"]), (made.id(), &json!(2)));
        let mut stale = body();
        stale["version"] = json!(1);
        books.client.put(path, &stale).refused(409, "version_conflict");
    });
}

#[test]
fn what_a_contact_must_not_be_is_refused_with_every_field() {
    let books = Server::shared().found();
    let wrong = json!({
        "contact_type": ["customer", "customer"], "display_name": "", "email": "nobody", "vat_id": "DE1",
        "iban": "DE00", "bic": "X", "website": "javascript:alert(1)", "payment_terms_days": 4_000,
        "credit_limit": -1, "billing_address": { "country": "Germany" }, "notes": "a\u{7}b",
    });
    let refused = books.client.post("/contacts", &wrong).refused(400, "validation_error");
    let errors = refused.details()["errors"].as_array().unwrap();
    let fields: Vec<&str> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
    for field in [
        "contact_type[1]",
        "display_name",
        "email",
        "vat_id",
        "iban",
        "bic",
        "website",
        "payment_terms_days",
        "credit_limit",
        "billing_address.country",
        "notes",
    ] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    let post = |field: &str, value: Value| {
        let mut body = body();
        body[field] = value;
        books.client.post("/contacts", &body)
    };
    post("contact_type", json!(["friend"])).refused_field("contact_type[0]", "one_of");
    post("default_account_id", json!("01980000-0000-7000-8000-000000000000"))
        .refused_field("default_account_id", "exists");
    post("credit_limit", json!(1.5)).refused_field("credit_limit", "type");
    post("currency_code", json!("XXX1")).refused_field("currency_code", "currency");
    post("tax_id_type", json!("ssn")).refused_field("tax_id_type", "one_of");
    post("billing_address", json!({ "town": "x" })).refused_field("billing_address.town", "unknown_field");
    let _ = books.client.delete(&format!("/accounts/{}", books.account("6100"))).expect(200);
    post("default_account_id", json!(books.account("6100"))).refused_field("default_account_id", "active");
    post("default_tax_code_id", json!("01980000-0000-7000-8000-000000000000"))
        .refused_field("default_tax_code_id", "exists");
}

#[test]
fn the_default_tax_code_is_a_code_or_a_group_in_use() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 1_000);
        let group = json!({ "code": "G", "name": "Group", "tax_codes": [code] });
        let group = books.client.post("/tax-groups", &group).expect(201).id();
        let with = |id: &str| {
            let mut body = body();
            body["default_tax_code_id"] = json!(id);
            body
        };
        let id = new_id(&books, &with(&code));
        let made = books.client.post("/contacts", &with(&group)).expect(201);
        assert_eq!(made.data()["default_tax_code_id"], json!(group));
        let _ = books.client.delete(&format!("/tax-groups/{group}")).expect(200);
        books.client.post("/contacts", &with(&group)).refused_field("default_tax_code_id", "active");
        // What was set before may stay.
        let _ = books.client.put(&format!("/contacts/{}", made.id()), &with(&group)).expect(200);
        books
            .client
            .put(&format!("/contacts/{id}"), &with(&group))
            .refused_field("default_tax_code_id", "active");
    });
}

#[test]
fn lines_of_entries_name_contacts_that_exist_and_are_in_use() {
    for_each_server(|server| {
        let books = server.found();
        let id = new_id(&books, &body());
        let entry = |contact: &str| {
            json!({ "date": "2026-03-31", "lines": [
                { "account_number": "1000", "debit": 100, "contact_id": contact },
                { "account_number": "4000", "credit": 100 } ] })
        };
        let made = books.client.post("/entries", &entry(&id)).expect(201);
        assert_eq!(made.data()["lines"][0]["contact_id"], json!(id));
        let unknown = "01980000-0000-7000-8000-000000000000";
        books.client.post("/entries", &entry(unknown)).refused_field("lines[0].contact_id", "exists");
        let batch = json!({ "entries": [entry(&id), entry(unknown), entry(&id)], "atomic": false });
        let outcome = books.client.post("/entries/batch", &batch).expect(200);
        assert_eq!(outcome.data()["results"][1]["errors"][0]["field"], "entries[1].lines[0].contact_id");
        // A contact of another company is none here.
        let other = server.found();
        other.client.post("/entries", &entry(&id)).refused_field("lines[0].contact_id", "exists");
        let _ = books.client.delete(&format!("/contacts/{id}")).expect(200);
        books.client.post("/entries", &entry(&id)).refused_field("lines[0].contact_id", "active");
        // What was posted can still be taken back.
        let reversal = format!("/entries/{}/reverse", made.id());
        let _ = books.client.post(&reversal, &json!({ "date": "2026-03-31" })).expect(201);
    });
}

#[test]
fn what_is_open_of_a_contact_follows_from_its_documents() {
    for_each_server(|server| {
        let books = server.found();
        let id = new_id(&books, &json!({ "contact_type": ["customer", "vendor"], "display_name": "Both" }));
        let idle = new_id(&books, &body());
        let document = |path: &str, body: Value| {
            let _ = books.client.post(path, &body).expect(201);
        };
        document("/invoices", invoice(&id, 10_000));
        document("/credit-notes", invoice(&id, 2_500));
        document("/bills", bill(&id, 4_000));
        let found = books.client.get(&format!("/contacts/{id}")).expect(200);
        let open = |contact: &Value| {
            (
                contact["open_receivable"].clone(),
                contact["open_payable"].clone(),
                contact["open_balances"].clone(),
            )
        };
        let balances = json!([{ "currency_code": "USD", "receivable": 7_500, "payable": 4_000 }]);
        assert_eq!(open(found.data()), (json!(7_500), json!(4_000), balances));
        for contact in books.client.get("/contacts").expect(200).data().as_array().unwrap() {
            let expected = if contact["id"] == json!(id) { json!(7_500) } else { json!(0) };
            assert_eq!(contact["open_receivable"], expected);
        }
        let found = books.client.get(&format!("/contacts/{idle}")).expect(200);
        assert_eq!(found.data()["open_balances"], json!([]));
    });
}

#[test]
fn a_version_that_was_changed_meanwhile_is_refused() {
    for_each_server(|server| {
        let books = server.found();
        let id = new_id(&books, &body());
        let path = format!("/contacts/{id}");
        let _ = books.client.put(&path, &body()).expect(200);
        let request = |method| books.client.request(method, &path).header("If-Match", "\"1\"");
        let refused = request("PUT").json(&body()).send().refused(409, "version_conflict");
        assert_eq!(refused.details()["current_version"], 2);
        request("DELETE").send().refused(409, "version_conflict");
        // Also one that is out of use already.
        let _ = books.client.delete(&path).expect(200);
        request("DELETE").send().refused(409, "version_conflict");
    });
}
