//! The walls of the house that no lint can hold.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every source file below a folder, with its text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut waiting = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// The lines of a file that are code.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"))
}

#[test]
fn only_three_files_name_a_backend() {
    let rooms = ["connection.rs", "dialect.rs", "migrate.rs"];
    let names = [
        "PgConnection",
        "SqliteConnection",
        "diesel::pg",
        "diesel::sqlite",
        "Conn::Postgres",
        "Conn::Sqlite",
        "PRAGMA",
    ];
    for (path, text) in sources("adapters/sql/src") {
        let file = path.file_name().unwrap().to_str().unwrap();
        if rooms.contains(&file) || path.iter().any(|part| part == "dialect") {
            continue;
        }
        for line in code(&text) {
            assert!(
                !names.iter().any(|name| line.contains(name)),
                "{} names a backend: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn the_core_knows_no_adapter_and_adapters_do_not_know_each_other() {
    let forbidden = [
        (
            "domain",
            vec![
                "diesel",
                "actix",
                "utoipa",
                "r2d2",
                "tracing",
                "anyhow",
                "partita-application",
                "partita-sql",
                "partita-http",
                "partita-pdf",
            ],
        ),
        (
            "application",
            vec![
                "diesel",
                "actix",
                "utoipa",
                "r2d2",
                "anyhow",
                "partita-sql",
                "partita-http",
                "partita-memory",
                "partita-pdf",
                "partita-system",
            ],
        ),
        ("adapters/http", vec!["diesel", "r2d2", "anyhow", "partita-sql", "partita-memory", "partita-pdf"]),
        ("adapters/sql", vec!["actix", "utoipa", "anyhow", "partita-http", "partita-memory", "partita-pdf"]),
        (
            "adapters/memory",
            vec!["actix", "utoipa", "diesel", "anyhow", "partita-http", "partita-sql", "partita-pdf"],
        ),
        (
            "adapters/pdf",
            vec!["actix", "utoipa", "diesel", "anyhow", "partita-http", "partita-sql", "partita-memory"],
        ),
    ];
    for (crate_folder, crates) in forbidden {
        let manifest = fs::read_to_string(root().join(crate_folder).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
        for line in dependencies.lines() {
            assert!(!crates.iter().any(|name| line.starts_with(name)), "{crate_folder} depends on {line}");
        }
    }
}

#[test]
fn files_are_named_by_what_they_hold() {
    let banned = [
        "mod.rs",
        "utils.rs",
        "util.rs",
        "helpers.rs",
        "common.rs",
        "types.rs",
        "models.rs",
        "manager.rs",
        "service.rs",
    ];
    for folder in ["domain", "application", "adapters", "bin", "tests"] {
        for (path, _) in sources(folder) {
            let file = path.file_name().unwrap().to_str().unwrap();
            assert!(!banned.contains(&file), "{}", path.display());
        }
    }
}

#[test]
fn a_port_has_one_name_in_every_layer() {
    for port in [
        "account",
        "api_key",
        "audit_event",
        "balance",
        "company",
        "journal_entry",
        "period",
        "role",
        "sequence",
        "session",
        "settings",
        "user",
    ] {
        for layer in [
            "application/src",
            "application/src/ports",
            "adapters/sql/src",
            "adapters/memory/src",
            "adapters/http/src",
            "domain/src",
        ] {
            assert!(root().join(layer).join(format!("{port}.rs")).exists(), "{layer} has no {port}.rs");
        }
    }
}

#[test]
fn the_document_in_the_repository_is_the_one_that_is_served() {
    let kept = fs::read_to_string(root().join("docs/openapi.json")).unwrap();
    assert!(
        kept.trim_end() == partita_http::openapi_json().trim_end(),
        "docs/openapi.json is old; run `just openapi`"
    );
}
