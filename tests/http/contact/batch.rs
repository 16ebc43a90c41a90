//! `/contacts/batch`.

use super::body;
use partita_tests::server::for_each_server;
use serde_json::{Value, json};

fn named(name: &str) -> Value {
    json!({ "contact_type": ["vendor"], "display_name": name })
}

#[test]
fn an_atomic_batch_makes_all_or_none() {
    for_each_server(|server| {
        let books = server.found();
        let id = books.client.post("/contacts", &named("Acme")).expect(201).id();
        let before = books.written();
        let batch = json!({ "contacts": [named("Beta"), named("ACME"), named("beta GmbH"), { "contact_type": ["other"],
            "display_name": "Mail", "email": "nobody" }] });
        let refused = books.client.post("/contacts/batch", &batch).refused(409, "conflict");
        assert_eq!(refused.details()["existing_id"], id);
        let errors = refused.details()["errors"].as_array().unwrap();
        let fields: Vec<&Value> = errors.iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["contacts[1].display_name", "contacts[2].display_name", "contacts[3].email"]);
        assert!(errors[1]["message"].as_str().unwrap().contains("contacts[0]"), "{}", errors[1]);
        assert_eq!(books.written(), before);

        let batch = json!({ "contacts": [named("Beta"), named("Gamma")], "atomic": true });
        let made = books.client.post("/contacts/batch", &batch).expect(200);
        assert_eq!((&made.data()["created_count"], &made.data()["refused_count"]), (&json!(2), &json!(0)));
        for (i, name) in ["Beta", "Gamma"].into_iter().enumerate() {
            let result = &made.data()["results"][i];
            assert_eq!((&result["index"], &result["status"]), (&json!(i), &json!("created")));
            let found =
                books.client.get(&format!("/contacts/{}", result["id"].as_str().unwrap())).expect(200);
            assert_eq!(found.data()["display_name"], name);
        }
    });
}

#[test]
fn in_a_batch_that_is_not_atomic_each_contact_has_its_own_outcome() {
    for_each_server(|server| {
        let books = server.found();
        let mut sealed = named("Beta");
        (sealed["tax_id"], sealed["external_id"]) = (json!("12-3456789"), json!("b"));
        let mut same = named("Gamma");
        same["tax_id"] = json!("123456789");
        let batch = json!({ "contacts": [sealed, same, named(""), named("Delta")], "atomic": false });
        let made = books.client.post("/contacts/batch", &batch).expect(200);
        assert_eq!((&made.data()["created_count"], &made.data()["refused_count"]), (&json!(2), &json!(2)));
        let results = made.data()["results"].as_array().unwrap();
        let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
        assert_eq!(statuses, ["created", "refused", "refused", "created"]);
        let error = &results[1]["errors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("conflict"), &json!("contacts[1].tax_id")));
        assert_eq!(error["existing_id"], results[0]["id"], "it was made just now");
        assert_eq!(results[0]["external_id"], "b");
        assert_eq!(results[2]["errors"][0]["field"], "contacts[2].display_name");
        assert_eq!(books.client.get("/contacts").expect(200).meta()["total_count"], 2);
    });
}

#[test]
fn a_batch_has_at_most_a_thousand_contacts_and_each_is_in_the_trail() {
    for_each_server(|server| {
        let books = server.found();
        let contacts: Vec<Value> = (0..1_001).map(|_| body()).collect();
        books
            .client
            .post("/contacts/batch", &json!({ "contacts": contacts }))
            .refused_field("contacts", "length");
        let before = books.written();
        let made =
            books.client.post("/contacts/batch", &json!({ "contacts": contacts[..1_000] })).expect(200);
        assert_eq!(made.data()["created_count"], 1_000);
        assert_eq!(books.written().audit_sequence, before.audit_sequence + 1_000);
        assert_eq!(books.client.all("/contacts?limit=500").len(), 1_000);
    });
}
