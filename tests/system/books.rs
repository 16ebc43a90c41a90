//! The example ledger, through every way into the program and out of it.

use super::load::{Draft, Kept, Outcome, Poster, Promised};
use partita_tests::binary::{
    DEADLINE, Program, Service, for_each_empty_database, found, partita, run, run_reading,
};
use partita_tests::client::Client;
use partita_tests::example_ledger::{ACCOUNTS, Balances, ENTRIES, assert_balances, expected};
use partita_tests::postgres::Cluster;
use partita_tests::sql::Directory;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration as Span, Instant};
use time::Date;
use time::macros::{date, format_description};

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What the trial balance says at the end of each year is what an independent program says.
fn assert_expected(client: &Client) {
    for (date, balances) in expected() {
        let report = client.get(&format!("/reports/trial-balance?as_of={date}")).expect(200);
        let report = report.data();
        assert_eq!(report["balanced"], true, "{date}");
        let rows = report["rows"].as_array().expect("rows").iter();
        let found = rows.map(|row| {
            let side = |side: &str| row[side].as_i64().expect("minor units");
            let number = row["number"].as_str().expect("a number");
            (number.to_owned(), side("debit_total") - side("credit_total"))
        });
        assert_balances(date, &balances, found);
    }
}

/// Imports the example ledger into new books; answers a key.
fn import(url: &str) -> String {
    let directory = Directory::fresh();
    let accounts = directory.path().join("accounts.ndjson");
    std::fs::write(&accounts, ACCOUNTS).expect("write a file");
    let key = found(url, "none").key;
    let opened = run(url, &["import", accounts.to_str().expect("a path")]).ok();
    assert_eq!(opened, "34 accounts opened, 0 entries posted, 0 there already");
    let posted = run_reading(url, &["import", "-"], ENTRIES).ok();
    assert_eq!(posted, "0 accounts opened, 1391 entries posted, 0 there already");
    key
}

#[test]
fn imported_books_have_the_balances_of_the_original() {
    for_each_empty_database(|url| {
        let key = import(url);
        // The service runs while the same is imported again: nothing happens twice.
        let service = Service::start(url);
        let client = service.client().with_key(&key);
        assert_expected(&client);
        let again = run_reading(url, &["import", "-"], &format!("{ACCOUNTS}\n{ENTRIES}")).ok();
        assert_eq!(again, "0 accounts opened, 0 entries posted, 1391 there already");
        assert_expected(&client);
        service.stop();
        let _ = run(url, &["verify"]).ok();
    });
}

#[test]
fn an_import_ends_at_a_bad_line_and_goes_on_after_it_was_mended() {
    for_each_empty_database(|url| {
        let _ = found(url, "none");
        let _ = run_reading(url, &["import", "-"], ACCOUNTS).ok();
        let broken: Vec<String> =
            ENTRIES
                .lines()
                .enumerate()
                .map(|(i, line)| {
                    if i == 1200 { line.replacen("\"debit\": ", "\"debit\": 1", 1) } else { line.to_owned() }
                })
                .collect();
        let done = run_reading(url, &["import", "-"], &broken.join("\n"));
        assert!(done.stderr.iter().any(|line| line.contains("line 1201")), "{done:?}");
        let _ = done.failed();
        let said = run_reading(url, &["import", "-"], ENTRIES).ok();
        let numbers: Vec<i64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert_eq!(numbers.iter().sum::<i64>(), 1391, "{said}");
        let service = Service::start(url);
        let key = run(url, &["key", "create", "--name", "Reader", "--permissions", "read_only"]).ok();
        assert_expected(&service.client().with_key(key.trim()));
    });
}

/// What was killed halfway is begun anew: what is there is passed over, also where lines are equal and name no external id.
#[test]
fn an_import_that_was_killed_is_begun_anew() {
    const ENTRIES: usize = 3_000;
    for_each_empty_database(|url| {
        let key = found(url, "us-small-business").key;
        let service = Service::start(url);
        let client = service.client().with_key(&key);
        let count =
            || client.get("/entries?limit=1").expect(200).meta()["total_count"].as_u64().expect("a count");
        let line = |i: usize| {
            let lines = json!([{"account_number": "1000", "debit": 100 + i / 2}, {"account_number": "4000", "credit": 100 + i / 2}]);
            format!("{}\n", json!({"date": "2026-01-02", "memo": "Cash sale", "lines": lines}))
        };
        let lines: Vec<String> = (0..ENTRIES).map(line).collect();
        let mut command = partita(&["import", "-", "--database-url", url]);
        let mut program = Program::start(command.stdin(Stdio::piped()));
        let mut stdin = program.stdin();
        // It posts what it has read of this, and waits for more.
        stdin.write_all(lines[..ENTRIES - 1].concat().as_bytes()).expect("the import reads");
        let begun = Instant::now();
        while count() == 0 {
            assert!(begun.elapsed() < DEADLINE && program.is_running(), "nothing is imported");
            std::thread::sleep(Span::from_millis(20));
        }
        program.kill9();
        let there = count();
        assert!(there > 0 && there < ENTRIES as u64, "{there}");
        let said = run_reading(url, &["import", "-"], &lines.concat()).ok();
        let posted = ENTRIES as u64 - there;
        assert_eq!(said, format!("0 accounts opened, {posted} entries posted, {there} there already"));
        assert_eq!(count(), ENTRIES as u64);
        service.stop();
        let _ = run(url, &["verify"]).ok();
    });
}

/// Posts the example ledger over HTTP into books without a chart.
fn post(client: &Client) {
    for account in records(ACCOUNTS) {
        let _ = client.post("/accounts", &account).expect(201);
    }
    let entries = records(ENTRIES);
    let (first, rest) = entries.split_at(1000);
    for part in [first, rest] {
        let posted = client.post("/entries/batch", &json!({"entries": part})).expect(200);
        assert_eq!(posted.data()["posted_count"], part.len());
        assert_eq!(posted.data()["refused_count"], 0);
    }
    assert_eq!(client.get("/entries?limit=1").expect(200).meta()["total_count"], 1391);
}

#[test]
fn posted_books_have_the_balances_of_the_original() {
    for_each_empty_database(|url| {
        let key = found(url, "none").key;
        let service = Service::start(url);
        let client = service.client().with_key(&key);
        post(&client);
        assert_expected(&client);
        service.stop();
        let _ = run(url, &["verify"]).ok();
    });
}

#[test]
fn posted_books_in_memory_have_the_balances_of_the_original() {
    let service = Service::start("memory:");
    let key =
        service.program.stdout.find(|line| line.trim().strip_prefix("Key ").map(|key| key.trim().to_owned()));
    let client = service.client().with_key(&key.expect("a key"));
    // A company of its own, whose chart is empty.
    let company = json!({"name": "Example", "base_currency": "USD", "chart": null});
    let company = client.post("/companies", &company).expect(201);
    let client = service.client().with_key(company.data()["api_key"]["key"].as_str().expect("a key"));
    post(&client);
    assert_expected(&client);
}

/// The lines of an export that are entries, with everything that their hashes cover.
fn entries_of(export: &str) -> Vec<Value> {
    records(export).into_iter().filter(|record| record["kind"] == "entry").collect()
}

#[test]
fn an_export_is_taken_back_to_the_same_hashes() {
    for_each_empty_database(|from| {
        let _ = import(from);
        let exported = run(from, &["export"]).ok();
        let entries = entries_of(&exported);
        assert_eq!(entries.len(), 1391);
        // Also into a database of the other kind.
        for_each_empty_database(|to| {
            let said = run_reading(to, &["import", "-"], &exported).ok();
            assert!(said.contains("1391 entries posted"), "{said}");
            let again = run_reading(to, &["import", "-"], &exported).ok();
            assert!(again.contains("0 entries posted, 1391 there already"), "{again}");
            assert_eq!(entries_of(&run(to, &["export"]).ok()), entries);
            let _ = run(to, &["verify"]).ok();
            let key = run(to, &["key", "create", "--name", "Reader", "--permissions", "read_only"]).ok();
            let service = Service::start(to);
            assert_expected(&service.client().with_key(key.trim()));
        });
    });
}

fn day(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap_or_else(|_| panic!("{text}"))
}

/// Minor units from decimals of a currency that has two.
fn minor(decimal: &str) -> i64 {
    let (whole, cents) = decimal.split_once('.').unwrap_or_else(|| panic!("{decimal}"));
    assert_eq!(cents.len(), 2, "{decimal}");
    format!("{whole}{cents}").parse().unwrap_or_else(|_| panic!("{decimal}"))
}

/// A dated transaction of a journal in plain text.
#[derive(Debug)]
struct Transaction {
    date: Date,
    /// Account and amount, debits positive.
    postings: Vec<(String, i64)>,
}

/// What our accounts are called in plain text: the number begins the last part of the name.
fn account_number(name: &str) -> String {
    let last = name.rsplit(':').next().unwrap_or(name);
    last.chars().take_while(char::is_ascii_digit).collect()
}

/// The part of hledger's language that the export speaks: `account` directives, and transactions whose postings give an
/// amount each, two blanks after the account.
fn read_hledger(text: &str) -> (Vec<String>, Vec<Transaction>) {
    let (mut accounts, mut transactions) = (Vec::new(), Vec::<Transaction>::new());
    for line in text.lines() {
        let code = line.split(';').next().unwrap_or_default();
        if code.trim().is_empty() {
            continue;
        }
        if let Some(name) = code.strip_prefix("account ") {
            accounts.push(name.trim().to_owned());
        } else if let Some(posting) = code.strip_prefix("    ") {
            let (account, amount) = posting.split_once("  ").unwrap_or_else(|| panic!("{line}"));
            let amount = amount.trim().strip_prefix("USD ").unwrap_or_else(|| panic!("{line}"));
            let transaction = transactions.last_mut().unwrap_or_else(|| panic!("{line}"));
            transaction.postings.push((account.to_owned(), minor(amount)));
        } else {
            let date = code.split_whitespace().next().unwrap_or_default();
            transactions.push(Transaction { date: day(date), postings: Vec::new() });
        }
    }
    (accounts, transactions)
}

/// The part of beancount's language that the export speaks.
fn read_beancount(text: &str) -> (BTreeMap<String, Date>, Vec<Transaction>) {
    let (mut opened, mut transactions) = (BTreeMap::new(), Vec::<Transaction>::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.starts_with("option ") {
            assert_eq!(line.matches('"').count(), 4, "{line}");
        } else if let [date, "open", name] = words[..] {
            assert!(opened.insert(name.to_owned(), day(date)).is_none(), "opened twice: {name}");
        } else if let [date, "*", ..] = words[..] {
            assert!(line.ends_with('"'), "{line}");
            transactions.push(Transaction { date: day(date), postings: Vec::new() });
        } else if words[0].starts_with(|c: char| c.is_ascii_lowercase()) && words[0].ends_with(':') {
            assert!(line.starts_with("  ") && line.ends_with('"'), "{line}");
        } else {
            let [account, amount, "USD"] = words[..] else { panic!("{line}") };
            let transaction = transactions.last_mut().unwrap_or_else(|| panic!("{line}"));
            transaction.postings.push((account.to_owned(), minor(amount)));
        }
    }
    (opened, transactions)
}

/// Each is balanced, and together they come to the balances of the original at the end of each year.
fn assert_same_books(transactions: &[Transaction]) {
    assert_eq!(transactions.len(), 1391);
    for transaction in transactions {
        let sum: i64 = transaction.postings.iter().map(|(_, amount)| amount).sum();
        assert!(sum == 0 && transaction.postings.len() >= 2, "{transaction:?}");
    }
    for (end, balances) in expected() {
        let mut found = Balances::new();
        for transaction in transactions.iter().filter(|transaction| transaction.date <= end) {
            for (account, amount) in &transaction.postings {
                *found.entry(account_number(account)).or_default() += amount;
            }
        }
        assert_balances(end, &balances, found);
    }
}

#[test]
fn plain_text_says_the_same() {
    let directory = Directory::fresh();
    let url = directory.url();
    let _ = import(&url);

    let (accounts, transactions) = read_hledger(&run(&url, &["export", "--format", "hledger"]).ok());
    for (account, _) in transactions.iter().flat_map(|transaction| &transaction.postings) {
        assert!(accounts.contains(account), "{account} is not declared");
    }
    assert_same_books(&transactions);

    let file = directory.path().join("books.beancount").display().to_string();
    assert_eq!(run(&url, &["export", "--format", "beancount", &file]).ok(), "");
    let (opened, transactions) = read_beancount(&std::fs::read_to_string(&file).expect("an export"));
    for name in opened.keys() {
        let mut parts = name.split(':');
        assert!(
            ["Assets", "Liabilities", "Equity", "Income", "Expenses"].contains(&parts.next().unwrap_or(""))
        );
        for part in parts {
            assert!(part.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()), "{name}");
            assert!(part.chars().all(|c| c.is_alphanumeric() || c == '-'), "{name}");
        }
    }
    for transaction in &transactions {
        for (account, _) in &transaction.postings {
            assert!(
                opened.get(account).is_some_and(|open| *open <= transaction.date),
                "{account} is not open"
            );
        }
    }
    assert_same_books(&transactions);
}

const DAY: Date = date!(2026 - 07 - 01);

/// A backup that is made while clients post is whole: it has everything that was acknowledged before it was begun, and
/// nothing by half.
#[test]
fn a_backup_is_made_while_serving() {
    for_each_empty_database(|url| {
        let key = found(url, "us-small-business").key;
        let directory = Directory::fresh();
        let backup = directory.path().join("backup").display().to_string();
        let service = Service::start(url);
        let (is_over, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
        let (promised, before) = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..4)
                .map(|client| {
                    let (service, key, is_over, acknowledged) = (&service, &key, &is_over, &acknowledged);
                    scope.spawn(move || {
                        let poster = Poster::new(service.address, key);
                        let mut promised = Vec::new();
                        for number in 0.. {
                            let draft = Draft::new(format!("{client}/{number}"), DAY, number);
                            match poster.post(&draft) {
                                Outcome::Acknowledged { entry, .. } => {
                                    promised.push(Promised { draft, entry })
                                }
                                other => panic!("a backup is in the way: {other:?}"),
                            }
                            acknowledged.fetch_add(1, Ordering::Relaxed);
                            if is_over.load(Ordering::Relaxed) {
                                break;
                            }
                        }
                        promised
                    })
                })
                .collect();
            let await_count = |count: usize| {
                let begun = Instant::now();
                while acknowledged.load(Ordering::Relaxed) < count && begun.elapsed() < DEADLINE {
                    std::thread::sleep(Span::from_millis(5));
                }
                acknowledged.load(Ordering::Relaxed)
            };
            let before = await_count(40);
            let backed_up = run(url, &["backup", &backup]);
            let _ = await_count(before + 40);
            is_over.store(true, Ordering::Relaxed);
            let promised: Vec<Promised> =
                clients.into_iter().flat_map(|client| client.join().expect("a client")).collect();
            let _ = backed_up.ok();
            (promised, before)
        });
        Kept::default().check_day(&service.client().with_key(&key), DAY, &promised);
        service.stop();

        let refused = run(url, &["backup", &backup]).failed();
        assert!(refused.contains("--force"), "{refused}");
        let refused = run(url, &["restore", &backup]).failed();
        assert!(refused.contains("--force"), "{refused}");

        let elsewhere = Directory::fresh();
        let to = match url.starts_with("sqlite:") {
            true => elsewhere.url(),
            false => Cluster::shared().expect("it is there").create_database(),
        };
        let _ = run(&to, &["restore", &backup]).ok();
        let _ = run(&to, &["verify"]).ok();
        let restored = Service::start(&to);
        // The keys are those of the original.
        let client = restored.client().with_key(&key);
        let listed = client.all(&format!("/entries?from={DAY}&to={DAY}&limit=500"));
        assert!(
            listed.len() >= before && listed.len() < promised.len(),
            "{} of {}",
            listed.len(),
            promised.len()
        );
        let kept: Vec<Promised> =
            promised.into_iter().filter(|promised| listed.contains(&promised.entry)).collect();
        Kept::default().check_day(&client, DAY, &kept);
        // And the books go on where the backup was made.
        let next = Draft::new("after".to_owned(), DAY, 7);
        let (entry, _) = Poster::new(restored.address, &key).post(&next).acknowledged();
        assert_eq!(super::load::number(&entry), i64::try_from(kept.len()).expect("not so many") + 1);
    });
}
