//! `/roles` and `/permissions`.

use crate::http::case::{Access, Audited, Case, ask, changed, created, fresh};
use partita_tests::server::{Books, for_each_server};
use serde_json::{Value, json};

fn body() -> Value {
    json!({ "name": format!("auditor_{}", fresh()), "description": "Reads", "permissions": "read_only" })
}

fn new_name(books: &Books<'_>) -> String {
    books.client.post("/roles", &body()).expect(201).data()["name"].as_str().unwrap().to_owned()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("users:read");
    vec![
        Case::read("listRoles", read, |_| ask(), |_| ask().query("per_page", "501"), ("per_page", "range")),
        Case::read(
            "getRole",
            read,
            |_| ask().at("name", "viewer"),
            |_| ask().at("name", "a%07b"),
            ("name", "format"),
        ),
        Case::write(
            "createRole",
            "users:write",
            (201, |_| ask().body(body())),
            created("role.created"),
            |_| ask().body(body()).but("permissions", json!(["accounts:read", "moon:walk"])),
            ("permissions[1]", "one_of"),
        ),
        Case::write(
            "updateRole",
            "users:write",
            (200, |books| ask().at("name", new_name(books)).body(json!({ "permissions": ["journal:read"] }))),
            changed("role.updated"),
            |books| ask().at("name", new_name(books)).body(json!({ "permissions": "everything" })),
            ("permissions", "one_of"),
        ),
        Case::write(
            "deleteRole",
            "users:write",
            (200, |books| ask().at("name", new_name(books))),
            Audited { has_after: false, ..changed("role.deleted") },
            |_| ask().at("name", "a%07b"),
            ("name", "format"),
        ),
        Case::read(
            "listPermissions",
            Access::Known,
            |_| ask(),
            |_| ask().query("group", "users"),
            ("group", "unknown_field"),
        ),
    ]
}

#[test]
fn a_role_of_ones_own_gives_exactly_its_permissions() {
    for_each_server(|server| {
        let books = server.found();
        let name = new_name(&books);
        let (user, token) = crate::http::case::user_with_token(&books, &name);
        let client = server.client().with_bearer(&token);
        let _ = client.get("/accounts").expect(200);
        let path = format!("/roles/{name}");
        let _ = books.client.put(&path, &json!({ "permissions": ["journal:read"] })).expect(200);
        client.get("/accounts").refused(403, "forbidden");
        let _ = client.get("/entries").expect(200);
        // Somebody has it.
        books.client.delete(&path).refused(409, "conflict");
        let user = format!("/users/{}", user["id"].as_str().unwrap());
        let viewer = json!({ "username": "was-auditor", "role": "viewer" });
        let _ = books.client.put(&user, &viewer).expect(200);
        let _ = books.client.delete(&path).expect(200);
        books.client.get(&path).refused(404, "not_found");
    });
}

#[test]
fn roles_that_come_with_partita_do_not_change() {
    for_each_server(|server| {
        let books = server.found();
        let list = books.client.get("/roles").expect(200);
        let names: Vec<_> = list.data().as_array().unwrap().iter().map(|role| role["name"].clone()).collect();
        assert_eq!(names, ["owner", "admin", "accountant", "bookkeeper", "viewer"]);
        let body = json!({ "permissions": "read_only" });
        books.client.put("/roles/owner", &body).refused(409, "conflict");
        books.client.delete("/roles/viewer").refused(409, "conflict");
        let taken = json!({ "name": "viewer", "permissions": "read_only" });
        books.client.post("/roles", &taken).refused_field("name", "unique");
        let bad = json!({ "name": "The Boss", "permissions": "read_only" });
        books.client.post("/roles", &bad).refused_field("name", "format");
    });
}
