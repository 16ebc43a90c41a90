//! Lines of JSON with everything that hashes cover.

use super::{Books, Writer};
use anyhow::Result;
use partita_application::domain::journal_entry::JournalEntry;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write;

pub(super) struct Ndjson;

#[derive(Serialize)]
struct EntryRecord<'a> {
    kind: &'static str,
    #[serde(flatten)]
    entry: &'a JournalEntry,
}

impl Writer for Ndjson {
    fn begin(&mut self, books: &Books, to: &mut dyn Write) -> Result<()> {
        writeln!(to, "{}", json!({ "kind": "company", "company": books.company }))?;
        for account in &books.chart {
            let record = json!({
                "kind": "account",
                "id": account.id,
                "external_id": account.external_id,
                "number": account.number,
                "name": account.name,
                "type": account.account_type,
                "parent_id": account.parent_id,
                "currency_code": account.currency_code,
                "description": account.description,
                "report_group": account.report_group,
                "is_active": account.is_active,
                "is_cash": account.is_cash,
                "metadata": account.metadata,
            });
            // What is not said is left out, as in a POST body.
            let said: serde_json::Map<String, Value> = match record {
                Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
                _ => serde_json::Map::new(),
            };
            writeln!(to, "{}", Value::Object(said))?;
        }
        writeln!(to, "{}", json!({ "kind": "settings", "settings": books.settings }))?;
        Ok(())
    }

    fn entry(&mut self, _: &Books, entry: &JournalEntry, to: &mut dyn Write) -> Result<()> {
        serde_json::to_writer(&mut *to, &EntryRecord { kind: "entry", entry })?;
        writeln!(to)?;
        Ok(())
    }
}
