//! One line of a file: a POST body, or what `partita export` wrote.

use partita_application::account::ImportAccount;
use partita_application::domain::company::Company;
use partita_application::domain::id::AccountId;
use partita_application::domain::journal_entry::{EntryDraft, JournalEntry};
use partita_application::domain::settings::Settings;
use partita_application::settings::SettingsDraft;
use partita_http::account::AccountWriteBody;
use partita_http::journal_entry::EntryWriteBody;
use partita_http::{Problem, parse_json};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// What a line says.
pub(super) enum Record {
    /// The profile of exported books.
    Company(Box<Company>),
    /// Their settings.
    Settings(Box<SettingsDraft>),
    /// An account.
    Account(Box<ImportAccount>),
    /// An entry to be posted.
    Entry(Box<EntryDraft>),
    /// An exported entry to be taken over as it was.
    Restored(Box<JournalEntry>),
}

/// What tells records apart.
#[derive(Deserialize)]
struct Marks {
    kind: Option<String>,
    lines: Option<IgnoredAny>,
    date: Option<IgnoredAny>,
    hash: Option<IgnoredAny>,
}

/// Reads a line; the error is for people.
pub(super) fn parse(line: &[u8]) -> Result<Record, String> {
    let marks: Marks = parse_json(line).map_err(|problem| say(&problem))?;
    let is_entry = marks.lines.is_some() || marks.date.is_some();
    match (marks.kind.as_deref(), is_entry, marks.hash.is_some()) {
        (Some("company"), ..) => {
            exported::<Company>(line, "company").map(|company| Record::Company(Box::new(company)))
        }
        (Some("settings"), ..) => exported::<Settings>(line, "settings").map(|settings| {
            Record::Settings(Box::new(SettingsDraft {
                default_accounts: settings.default_accounts,
                cors_allowlist: settings.cors_allowlist,
                closed_period_policy: settings.closed_period_policy,
                default_rate_limits: settings.default_rate_limits,
                trade: Some(settings.trade),
            }))
        }),
        (Some("entry") | None, true, true) => {
            exported_line::<JournalEntry>(line).map(|entry| Record::Restored(Box::new(entry)))
        }
        (Some("entry") | None, true, false) => {
            let body: EntryWriteBody = parse_json(&without_marks(line)?).map_err(|problem| say(&problem))?;
            body.into_draft().map(|draft| Record::Entry(Box::new(draft))).map_err(|problem| say(&problem))
        }
        (Some("account") | None, false, _) => account(line),
        (Some(kind), ..) => {
            Err(format!("`{kind}` is no kind of record; there are company, settings, account and entry"))
        }
    }
}

fn account(line: &[u8]) -> Result<Record, String> {
    let mut object: Map<String, Value> = parse_json(line).map_err(|problem| say(&problem))?;
    object.remove("kind");
    let id = object.remove("id").and_then(|id| id.as_str().and_then(|id| id.parse::<AccountId>().ok()));
    let parent_number = object.remove("parent_number").and_then(|number| number.as_str().map(str::to_owned));
    let body: AccountWriteBody =
        parse_json(Value::Object(object).to_string().as_bytes()).map_err(|problem| say(&problem))?;
    Ok(Record::Account(Box::new(ImportAccount { id, parent_number, draft: body.into_draft() })))
}

/// A body knows no `kind`; most lines have none and are taken as they are.
fn without_marks(line: &[u8]) -> Result<Vec<u8>, String> {
    if !line.windows(6).any(|window| window == b"\"kind\"") {
        return Ok(line.to_vec());
    }
    let mut object: Map<String, Value> = parse_json(line).map_err(|problem| say(&problem))?;
    object.remove("kind");
    Ok(Value::Object(object).to_string().into_bytes())
}

fn exported<T: for<'de> Deserialize<'de>>(line: &[u8], key: &str) -> Result<T, String> {
    let mut object: Map<String, Value> = parse_json(line).map_err(|problem| say(&problem))?;
    let value = object.remove(key).ok_or_else(|| format!("`{key}` is missing"))?;
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn exported_line<T: for<'de> Deserialize<'de>>(line: &[u8]) -> Result<T, String> {
    serde_json::from_slice(line).map_err(|error| error.to_string())
}

fn say(problem: &Problem) -> String {
    match problem.details.get("field").and_then(Value::as_str) {
        Some(field) if !field.is_empty() => format!("{field}: {}", problem.message),
        _ => problem.message.clone(),
    }
}
