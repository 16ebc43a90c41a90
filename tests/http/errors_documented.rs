//! `docs/errors.md` and the code know the same errors. That a code comes with the status of the page is checked with
//! every answer that any test gets.

use partita_tests::errors::Errors;
use std::collections::BTreeSet;
use std::path::Path;

/// Every Rust file below a directory.
fn sources(directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // Unit tests make up errors of their own.
            let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
            found.push((path.file_name().unwrap().to_str().unwrap().to_owned(), text));
        }
    }
}

fn adapter() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../adapters/http/src")), &mut found);
    found
}

fn refusals() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/src/refusal.rs")).unwrap()
}

/// The text literals of a piece of code, each with what stands before it.
fn literals(code: &str) -> Vec<(&str, &str)> {
    let quotes: Vec<usize> = code.match_indices('"').map(|(at, _)| at).collect();
    quotes.chunks_exact(2).map(|pair| (code[..pair[0]].trim_end(), &code[pair[0] + 1..pair[1]])).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The arms of a match in a function: `=> "name"`.
fn arms(code: &str, from: &str, to: &str) -> BTreeSet<String> {
    let body = code.split_once(from).unwrap_or_else(|| panic!("there is no {from}")).1;
    let body = body.split_once(to).unwrap_or_else(|| panic!("there is no {to}")).0;
    let arms = literals(body).into_iter().filter(|(before, text)| before.ends_with("=>") && is_name(text));
    arms.map(|(_, text)| text.to_owned()).collect()
}

/// The second argument of every call of a function, where it is a name.
fn second_arguments(code: &str, function: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(function) {
        let (mut depth, mut quoted, mut commas) = (0, false, 0);
        let arguments = &code[at + function.len()..];
        let second = arguments.char_indices().find_map(|(i, c)| {
            match c {
                '"' => quoted = !quoted,
                '(' | '[' | '{' if !quoted => depth += 1,
                ')' | ']' | '}' if !quoted => depth -= 1,
                ',' if !quoted && depth == 0 => commas += 1,
                _ => {}
            }
            (commas == 1).then(|| arguments[i + 1..].trim_start())
        });
        let name =
            second.and_then(|second| second.strip_prefix('"')).and_then(|second| second.split('"').next());
        found.extend(name.filter(|name| is_name(name)).map(str::to_owned));
    }
    found
}

#[test]
fn every_code_is_documented_and_there_are_no_others() {
    let mut codes = arms(&refusals(), "pub fn code(&self)", "pub fn at(&self)");
    for (file, text) in adapter() {
        for function in ["Problem::new(", "Self::new("] {
            codes.extend(second_arguments(&text, function));
        }
        if file == "problem.rs" {
            codes.extend(arms(&text, "Error::Unauthenticated(why)", "Error::Forbidden"));
        }
    }
    let documented: BTreeSet<String> =
        Errors::documented().codes.iter().map(|(_, code)| code.clone()).collect();
    assert_eq!(codes, documented);
}

#[test]
fn every_constraint_is_documented_and_there_are_no_others() {
    let mut constraints = arms(&refusals(), "pub fn name(self)", "/// A broken rule.");
    for (file, text) in adapter() {
        constraints.extend(second_arguments(&text, "Problem::field("));
        if file == "problem.rs" {
            let list = text.split_once("const CONSTRAINTS").unwrap().1.split_once("];").unwrap().0;
            constraints.extend(literals(list).into_iter().map(|(_, text)| text.to_owned()));
        }
    }
    assert_eq!(constraints, Errors::documented().constraints);
}
