//! `partita import`: accounts and entries from lines of JSON, straight into the store.

mod record;

use crate::config::Config;
use crate::{out, wiring};
use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use partita_application::account::{self, ImportAccount};
use partita_application::domain::audit_event::Source;
use partita_application::domain::company::Company;
use partita_application::domain::hash::Hash;
use partita_application::domain::journal_entry::JournalEntry;
use partita_application::journal_entry::{self, ImportEntry};
use partita_application::settings::SettingsDraft;
use partita_application::{App, Call, Error, company, settings};
use record::Record;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// So many entries are posted in one transaction, unless their lines are many.
const CHUNK: usize = 2_000;
/// So many lines of entries are posted in one transaction.
const CHUNK_LINES: usize = 10_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A file with one JSON object a line, in the form of POST bodies or as `partita export` writes them; `-` reads
    /// standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    company: crate::cli::CompanyArg,
}

pub(crate) fn run(config: &Config, args: &Args) -> Result<ExitCode> {
    let books = wiring::open_or_make(config)?;
    let (reader, progress) = open(&args.file)?;
    let mut import = Import::new(&books.app, args.company.company.as_deref(), progress);
    let read = import.read(reader);
    import.progress.finish_and_clear();
    // What was posted before a bad line stays; a second run passes over it.
    out::line(import.summary())?;
    read?;
    Ok(ExitCode::SUCCESS)
}

fn open(path: &Path) -> Result<(Box<dyn BufRead>, ProgressBar)> {
    if path == Path::new("-") {
        return Ok((Box::new(stdin().lock()), bar(None)));
    }
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let length = file.metadata().map(|metadata| metadata.len()).ok();
    Ok((Box::new(BufReader::with_capacity(1 << 20, file)), bar(length)))
}

fn bar(length: Option<u64>) -> ProgressBar {
    if !out::notes_on_terminal() {
        return ProgressBar::hidden();
    }
    let bar = match length {
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    let template = "{bar:40} {bytes}/{total_bytes} {msg} ({eta} left)";
    ProgressStyle::with_template(template).map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

/// Gathers records and posts them in order, many at a time.
struct Import<'a> {
    app: &'a App,
    wanted: Option<&'a str>,
    progress: ProgressBar,
    company: Option<Company>,
    accounts: Vec<ImportAccount>,
    entries: Vec<ImportEntry>,
    restored: Vec<JournalEntry>,
    pending_lines: usize,
    /// The line of each record that waits.
    numbers: Vec<u64>,
    occurrences: HashMap<Hash, u32>,
    opened: u64,
    posted: u64,
    skipped: u64,
}

impl<'a> Import<'a> {
    fn new(app: &'a App, wanted: Option<&'a str>, progress: ProgressBar) -> Self {
        Self {
            app,
            wanted,
            progress,
            company: None,
            accounts: Vec::new(),
            entries: Vec::new(),
            restored: Vec::new(),
            pending_lines: 0,
            numbers: Vec::new(),
            occurrences: HashMap::new(),
            opened: 0,
            posted: 0,
            skipped: 0,
        }
    }

    fn read(&mut self, mut reader: impl BufRead) -> Result<()> {
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line).context("the file cannot be read on")?;
            if length == 0 {
                break;
            }
            number += 1;
            self.progress.inc(u64::try_from(length).unwrap_or_default());
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let record = record::parse(&line).map_err(|message| anyhow!("line {number}: {message}"))?;
            self.take(record, &line, number)?;
        }
        self.flush()
    }

    fn take(&mut self, record: Record, line: &[u8], number: u64) -> Result<()> {
        let kind_changes = match &record {
            Record::Account(_) => !self.entries.is_empty() || !self.restored.is_empty(),
            Record::Entry(_) => !self.accounts.is_empty() || !self.restored.is_empty(),
            Record::Restored(_) => !self.accounts.is_empty() || !self.entries.is_empty(),
            Record::Company(_) | Record::Settings(_) => true,
        };
        if kind_changes {
            self.flush()?;
        }
        if !matches!(record, Record::Company(_) | Record::Settings(_)) {
            self.numbers.push(number);
        }
        match record {
            Record::Company(exported) => self.begin(&exported)?,
            Record::Settings(exported) => self.settle(&exported)?,
            Record::Account(account) => self.accounts.push(*account),
            Record::Entry(draft) => {
                let fingerprint = Hash::of(line.trim_ascii());
                let occurrence = if draft.external_id.is_some() {
                    0
                } else {
                    let seen = self.occurrences.entry(fingerprint).or_default();
                    *seen += 1;
                    *seen - 1
                };
                self.pending_lines += draft.lines.len();
                self.entries.push(ImportEntry { draft: *draft, fingerprint, occurrence });
            }
            Record::Restored(entry) => {
                self.pending_lines += entry.lines.len();
                self.restored.push(*entry);
            }
        }
        let pending = self.accounts.len() + self.entries.len() + self.restored.len();
        if pending >= CHUNK || self.pending_lines >= CHUNK_LINES { self.flush() } else { Ok(()) }
    }

    /// The company that the records go into.
    fn call(&mut self) -> Result<Call> {
        if self.company.is_none() {
            self.company = Some(company::choose(self.app, self.wanted)?);
        }
        let company = self.company.as_ref().context("no company was chosen")?;
        Ok(Call::system(company.id, Source::Cli))
    }

    /// A company record founds the company where there is none, and is held against it where there is one.
    fn begin(&mut self, exported: &Company) -> Result<()> {
        if self.wanted.is_none() && company::companies(self.app)?.is_empty() {
            let call = Call::system(exported.id, Source::Cli);
            self.company = Some(company::adopt(self.app, &call, exported)?.value);
            return Ok(());
        }
        self.call()?;
        match &self.company {
            Some(company) if company.base_currency != exported.base_currency => bail!(
                "the file is in {}, the books of {} are in {}",
                exported.base_currency,
                company.name,
                company.base_currency
            ),
            _ => Ok(()),
        }
    }

    /// Settings are taken over by books that have none of their own yet.
    fn settle(&mut self, exported: &SettingsDraft) -> Result<()> {
        let call = self.call()?;
        let present = settings::find(self.app, &call)?;
        if present.version == 1 && present.default_accounts.named().iter().all(|(_, id)| id.is_none()) {
            settings::revise(self.app, &call, Some(present.version), exported)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.accounts.is_empty() && self.entries.is_empty() && self.restored.is_empty() {
            return Ok(());
        }
        let call = self.call()?;
        let numbers = std::mem::take(&mut self.numbers);
        if !self.accounts.is_empty() {
            let opened = account::import(self.app, &call, &self.accounts)
                .map_err(|error| named(error, &numbers))?
                .value;
            self.opened += opened;
            self.accounts.clear();
        }
        if !self.entries.is_empty() {
            let imported = journal_entry::import(self.app, &call, &self.entries)
                .map_err(|error| named(error, &numbers))?;
            self.posted += imported.posted;
            self.skipped += imported.skipped;
            self.entries.clear();
        }
        if !self.restored.is_empty() {
            let imported = journal_entry::restore(self.app, &call, &self.restored)
                .map_err(|error| named(error, &numbers))?;
            self.posted += imported.posted;
            self.skipped += imported.skipped;
            self.restored.clear();
        }
        self.pending_lines = 0;
        self.progress.set_message(format!("{} posted, {} there already", self.posted, self.skipped));
        Ok(())
    }

    fn summary(&self) -> String {
        format!(
            "{} accounts opened, {} entries posted, {} there already",
            self.opened, self.posted, self.skipped
        )
    }
}

/// Names the line of the record that was refused: fields begin with its place in the part that was posted together.
fn named(error: Error, numbers: &[u64]) -> anyhow::Error {
    let Error::Refused(refusals) = &error else { return error.into() };
    let Some(refusal) = refusals.first() else { return error.into() };
    let field = refusal.at().map(std::borrow::Cow::into_owned).unwrap_or_default();
    let place = field.split_once('[').and_then(|(_, rest)| rest.split_once(']')).and_then(|(index, rest)| {
        let index: usize = index.parse().ok()?;
        Some((*numbers.get(index)?, rest.trim_start_matches('.').to_owned()))
    });
    match place {
        Some((line, field)) => anyhow!("line {line}: {field}: {refusal}"),
        None => anyhow!("{field}: {refusal}"),
    }
}
