//! `/users`.

use crate::http::case::{Access, Case, ask, changed, created, fresh_name, user_with_token};
use partita_tests::server::{Books, PASSWORD, for_each_server};
use serde_json::{Value, json};

fn body() -> Value {
    json!({ "username": fresh_name("ben"), "email": "ben@example.org", "role": "accountant", "password": PASSWORD })
}

fn changed_body() -> Value {
    json!({ "username": fresh_name("bea"), "role": "viewer" })
}

fn new_id(books: &Books<'_>) -> String {
    books.client.post("/users", &body()).expect(201).id()
}

pub(crate) fn cases() -> Vec<Case> {
    let read = Access::With("users:read");
    vec![
        Case::read("listUsers", read, |_| ask(), |_| ask().query("active", "1"), ("active", "type")),
        Case::read("getUser", read, |books| ask().id(&books.owner_id), |_| ask().id("ada"), ("id", "format")),
        Case::write(
            "createUser",
            "users:write",
            (201, |_| ask().body(body())),
            created("user.created"),
            |_| ask().body(body()).but("role", json!("king")),
            ("role", "exists"),
        ),
        Case::write(
            "updateUser",
            "users:write",
            (200, |books| ask().id(new_id(books)).body(changed_body())),
            changed("user.updated"),
            |books| ask().id(new_id(books)).body(changed_body()).but("username", json!("Ada Lovelace")),
            ("username", "format"),
        ),
        Case::write(
            "putUserByExternalId",
            "users:write",
            (201, |_| ask().at("external_id", fresh_name("ext")).body(body())),
            created("user.created"),
            |_| ask().at("external_id", "ext").body(body()).but("external_id", json!("other")),
            ("external_id", "one_of"),
        ),
        Case::write(
            "deactivateUser",
            "users:write",
            (200, |books| ask().id(new_id(books))),
            changed("user.deactivated"),
            |_| ask().id("ben"),
            ("id", "format"),
        ),
        Case {
            remembers: false,
            ..Case::write(
                "setUserPassword",
                "users:write",
                (200, |books| ask().id(new_id(books)).body(json!({ "password": "another horse battery" }))),
                changed("user.password_set"),
                |books| ask().id(new_id(books)).body(json!({ "password": "short" })),
                ("password", "length"),
            )
        },
    ]
}

#[test]
fn a_user_may_do_what_its_role_says_from_the_next_request_on() {
    for_each_server(|server| {
        let books = server.found();
        let (user, token) = user_with_token(&books, "viewer");
        let client = server.client().with_bearer(&token);
        let path = format!("/users/{}", user["id"].as_str().unwrap());
        let account = json!({ "number": "9876", "name": "One", "type": "expense" });
        let refused = client.post("/accounts", &account).refused(403, "forbidden");
        assert_eq!(refused.details()["required_permission"], "accounts:write");
        let promoted = json!({ "username": user["username"], "role": "bookkeeper" });
        let _ = books.client.put(&path, &promoted).expect(200);
        let _ = client.post("/accounts", &account).expect(201);
        let gone = books.client.delete(&path).expect(200);
        assert_eq!(gone.data()["is_active"], false);
        client.get("/accounts").refused(401, "expired_session");
        let body = json!({ "username": user["username"], "password": PASSWORD });
        server.client().post("/auth/login", &body).refused(401, "unauthorized");
    });
}

#[test]
fn nobody_makes_somebody_mightier_than_themselves() {
    for_each_server(|server| {
        let books = server.found();
        let lesser = books.client_with(&["users:read", "users:write", "accounts:read"]);
        lesser.post("/users", &body()).refused(403, "forbidden");
        let me = lesser.post("/api-keys", &json!({ "name": "More", "permissions": ["admin"] }));
        me.refused(403, "forbidden");
        let role = json!({ "name": fresh_name("role").replace('-', "_"), "permissions": ["journal:write"] });
        lesser.post("/roles", &role).refused(403, "forbidden");
        let path = format!("/users/{}/password", books.owner_id);
        lesser.post(&path, &json!({ "password": "another horse battery" })).refused(403, "forbidden");
    });
}

#[test]
fn the_last_owner_stays_one() {
    for_each_server(|server| {
        let books = server.found();
        let path = format!("/users/{}", books.owner_id);
        books.client.delete(&path).refused(409, "conflict");
        let lesser = json!({ "username": books.username, "role": "viewer" });
        books.client.put(&path, &lesser).refused(409, "conflict");
    });
}

#[test]
fn a_user_name_is_taken_once_and_the_password_never_shown() {
    for_each_server(|server| {
        let books = server.found();
        let mut ben = body();
        ben["external_id"] = json!("hr-1");
        let made = books.client.post("/users", &ben).expect(201);
        assert!(!made.json().to_string().contains("password"));
        let mut other = body();
        other["username"] = ben["username"].clone();
        books.client.post("/users", &other).refused_field("username", "unique");
        let mut other = body();
        other["external_id"] = json!("hr-1");
        let refused = books.client.post("/users", &other).refused(409, "duplicate_external_id");
        assert_eq!(refused.details()["existing_id"], made.id());
        let list = books.client.get("/users?role=accountant&active=true").expect(200);
        assert_eq!(list.data().as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_user_is_put_under_an_external_id() {
    for_each_server(|server| {
        let books = server.found();
        let external_id = fresh_name("hr");
        let path = format!("/users/external/{external_id}");
        let mut user = body();
        user.as_object_mut().unwrap().remove("external_id");
        let mut without_password = user.clone();
        without_password.as_object_mut().unwrap().remove("password");
        books.client.put(&path, &without_password).refused_field("password", "required");
        let made = books.client.put(&path, &user).expect(201);
        without_password["role"] = json!("bookkeeper");
        let changed = books.client.put(&path, &without_password).expect(200);
        assert_eq!((changed.id(), changed.data()["role"].as_str()), (made.id(), Some("bookkeeper")));
        let found = books.client.all(&format!("/users?external_id={external_id}"));
        assert_eq!(found.len(), 1);
    });
}
