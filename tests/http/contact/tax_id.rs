//! Tax numbers: answered masked, shown whole to whoever may see them, and nowhere else.

use super::{fresh_tax_id, new_id};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

const SECRET: &str = "123-45-6789";

fn body(tax_id: &str) -> Value {
    json!({ "contact_type": ["vendor"], "display_name": "Sealed", "tax_id": tax_id, "tax_id_type": "SSN" })
}

fn revealed(books: &Books<'_>, id: &str) -> String {
    let found = books.client.get(&format!("/contacts/{id}/tax-id")).expect(200);
    found.data()["tax_id"].as_str().unwrap().to_owned()
}

#[test]
fn answers_and_the_audit_trail_have_the_number_masked() {
    for_each_server(|server| {
        let books = server.found();
        let request = books.client.request("POST", "/contacts").header("Idempotency-Key", "one");
        let made = request.json(&body(SECRET)).send().expect(201);
        assert_eq!(made.data()["tax_id"], "***-**-6789");
        let again = books.client.request("POST", "/contacts").header("Idempotency-Key", "one");
        let again = again.json(&body(SECRET)).send().expect(201);
        assert!(again.is_replayed());
        assert_eq!(again.data(), made.data());
        let other = books.client.request("POST", "/contacts").header("Idempotency-Key", "one");
        other.json(&body("987-65-4321")).send().refused(422, "idempotency_key_reused");

        let path = format!("/contacts/{}", made.id());
        let _ = books.client.put(&path, &body("987-65-4321")).expect(200);
        let _ = books.client.delete(&path).expect(200);
        assert_eq!(revealed(&books, &made.id()), "987-65-4321");
        let trail = books.client.get("/audit?limit=500").expect(200).json().to_string();
        assert!(trail.contains("***-**-6789") && trail.contains("contact.tax_id_viewed"), "{trail}");
        for part in ["123-45", "987-65", "123456789", "987654321"] {
            assert!(!trail.contains(part), "{part} in {trail}");
        }
        let list = books.client.get("/contacts?q=sealed").expect(200);
        assert_eq!(list.data()[0]["tax_id"], "***-**-4321");
        assert_eq!(books.client.get("/contacts?q=987-65").expect(200).meta()["total_count"], 0);
    });
}

#[test]
fn a_masked_number_that_comes_back_changes_nothing() {
    for_each_server(|server| {
        let books = server.found();
        let id = new_id(&books, &body(SECRET));
        let path = format!("/contacts/{id}");
        let mut read = books.client.get(&path).expect(200).data().clone();
        for name in
            ["id", "open_receivable", "open_payable", "open_balances", "created_at", "updated_at", "version"]
        {
            read.as_object_mut().unwrap().remove(name);
        }
        let _ = books.client.put(&path, &read).expect(200);
        assert_eq!(revealed(&books, &id), SECRET);
        // Masked otherwise, it is no number.
        books.client.put(&path, &body("***-**-9999")).refused_field("tax_id", "format");
        books.client.post("/contacts", &body("***-**-6789")).refused_field("tax_id", "format");
        let mut without = body("");
        without.as_object_mut().unwrap().remove("tax_id");
        assert_eq!(books.client.put(&path, &without).expect(200).data()["tax_id"], Value::Null);
        books.client.get(&format!("{path}/tax-id")).refused(404, "not_found");
    });
}

#[test]
fn only_its_own_permission_shows_the_number() {
    for_each_server(|server| {
        let books = server.found();
        let number = fresh_tax_id();
        let path = format!("/contacts/{}/tax-id", new_id(&books, &body(&number)));
        for preset in ["read_only", "read_write", "contacts:write"] {
            let refused = books.client_with(&[preset]).get(&path).refused(403, "forbidden");
            assert_eq!(refused.details()["required_permission"], "contacts:reveal");
        }
        let shown = books.client_with(&["contacts:reveal"]).get(&path).expect(200);
        assert_eq!(shown.data()["tax_id"], number);
        assert_eq!(shown.header("cache-control"), Some("no-store"));
    });
}

#[test]
fn a_refusal_does_not_repeat_the_number() {
    for_each_server(|server| {
        let books = server.found();
        for wrong in [
            json!(123_456_789),
            json!(-123_456_789),
            json!(1_234_567.89),
            json!([SECRET]),
            json!({ "n": SECRET }),
            json!(true),
        ] {
            let mut body = body(SECRET);
            body["tax_id"] = wrong;
            let refused = books.client.request("POST", "/contacts").unchecked().json(&body).send();
            let refused = refused.refused(400, "validation_error");
            assert_eq!(
                (&refused.details()["field"], &refused.details()["constraint"]),
                (&json!("tax_id"), &json!("type"))
            );
            let said = refused.json().to_string();
            assert!(
                !said.contains("23456789") && !said.contains("1234567.89") && !said.contains(SECRET),
                "{said}"
            );
        }
        books.client.post("/contacts", &body("123-45-6789!")).refused_field("tax_id", "format");
    });
}
