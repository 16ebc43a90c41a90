//! `/openapi.json` and `/docs`.

use partita_tests::openapi::Contract;
use partita_tests::server::Server;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_document_is_served_at_both_paths() {
    let client = Server::shared().client();
    for path in ["//openapi.json", "/openapi.json"] {
        let document = client.get(path).expect(200);
        assert_eq!(document.header("content-type"), Some("application/json"));
        assert_eq!(document.json(), &Contract::get().0);
    }
}

#[test]
fn the_document_is_complete() {
    let document = &Contract::get().0;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for name in ["title", "version", "description", "license"] {
        assert!(!document["info"][name].is_null(), "info.{name}");
    }
    for operation in Contract::get().operations() {
        let name = format!("{} {}", operation.method, operation.path);
        assert!(!operation.id().is_empty(), "{name} has no operationId");
        assert!(!operation.said["summary"].as_str().unwrap_or_default().is_empty(), "{name} has no summary");
        assert!(!operation.said["tags"].as_array().unwrap().is_empty(), "{name} has no tag");
        let responses = operation.said["responses"].as_object().unwrap();
        let is_public = operation.said.get("security").is_some();
        for status in ["400", "401", "403", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{name} does not document {status}");
        }
        assert!(
            responses.keys().any(|status| status.starts_with('2')) || responses.contains_key("409"),
            "{name}"
        );
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{name} {status}");
            assert!(
                response["content"].as_object().is_some_and(|content| !content.is_empty()),
                "{name} {status}"
            );
        }
        assert!(
            is_public || document["security"].as_array().is_some_and(|security| !security.is_empty()),
            "{name}"
        );
        let in_path: BTreeSet<&str> =
            operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let declared: BTreeSet<&str> =
            operation.parameters("path").map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(in_path, declared, "{name}");
        for place in ["path", "query", "header"] {
            for parameter in operation.parameters(place) {
                let described = parameter["description"].as_str().is_some_and(|text| !text.is_empty());
                assert!(described, "{name}: {} has no description", parameter["name"]);
                assert!(parameter["schema"].is_object(), "{name}: {} has no schema", parameter["name"]);
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        described(name, schema);
    }
    resolves(document, document);
}

/// Every property says what it is, itself or by what it refers to.
fn described(name: &str, schema: &Value) {
    for (property, said) in schema["properties"].as_object().into_iter().flatten() {
        let refers = |said: &Value| {
            said.get("$ref").is_some() || said.get("oneOf").is_some() || said.get("allOf").is_some()
        };
        // The data of an envelope says by its own schema what it is.
        if name.starts_with("Envelope") && property == "data" {
            continue;
        }
        let is_described = said["description"].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_described || refers(said), "{name}.{property} has no description");
        described(&format!("{name}.{property}"), said);
    }
    for branch in
        ["allOf", "oneOf", "anyOf"].iter().flat_map(|word| schema[word].as_array().into_iter().flatten())
    {
        described(name, branch);
    }
}

/// Every reference leads somewhere.
fn resolves(document: &Value, part: &Value) {
    match part {
        Value::Object(map) => {
            if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').expect("a reference within the document");
                assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            map.values().for_each(|value| resolves(document, value));
        }
        Value::Array(items) => items.iter().for_each(|value| resolves(document, value)),
        _ => {}
    }
}

#[test]
fn the_documentation_works_without_any_other_host() {
    let client = Server::shared().client();
    for base in ["//docs", "/docs"] {
        let moved = client.get(base).expect(301);
        let path = moved.header("location").unwrap().to_owned();
        assert!(path.ends_with("/docs/"), "{path}");
        let root = format!("{base}/");
        let page = client.get(&root).expect(200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let html = String::from_utf8(page.bytes.clone()).unwrap();
        let links =
            html.split("src=\"").chain(html.split("href=\"")).filter_map(|part| part.split('"').next());
        let assets: BTreeSet<String> = links
            .filter(|link| link.starts_with("./") || link.ends_with(".js") || link.ends_with(".css"))
            .map(str::to_owned)
            .collect();
        assert!(assets.len() >= 3, "{html}");
        for asset in assets {
            let asset = asset.trim_start_matches("./");
            assert!(!asset.contains("//"), "{asset} lies elsewhere");
            let file = client.get(&format!("{root}{asset}")).expect(200);
            assert!(!file.bytes.is_empty());
            if asset.ends_with(".js") {
                assert!(file.header("content-type").unwrap().contains("javascript"), "{asset}");
            }
        }
        let start = client.get(&format!("{root}swagger-initializer.js")).expect(200);
        let start = String::from_utf8(start.bytes.clone()).unwrap();
        assert!(start.contains("openapi.json"), "{start}");
        for text in [&html, &start] {
            let hosts = text
                .match_indices("://")
                .map(|(at, _)| &text[at.saturating_sub(8)..(at + 40).min(text.len())]);
            assert_eq!(hosts.collect::<Vec<_>>(), [] as [&str; 0]);
        }
        // The badge of a foreign validator would be fetched from its host.
        assert!(
            !start.contains("validatorUrl")
                || start.contains("\"validatorUrl\": \"none\"")
                || start.contains("\"validatorUrl\": null"),
            "{start}"
        );
        client.get(&format!("{root}nothing.js")).refused(404, "not_found");
        client.get(&format!("{root}..%2f..%2fetc%2fpasswd")).refused(404, "not_found");
    }
}

#[test]
fn the_snapshot_of_the_document_is_the_document() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let Ok(kept) = std::fs::read_to_string(path) else { return };
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept, Contract::get().0, "docs/openapi.json is of another version; write it anew");
}
