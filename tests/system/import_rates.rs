//! The rates of a central bank, through the command line.

use partita_tests::binary::{Service, for_each_empty_database, found, run, run_reading};
use partita_tests::sql::Directory;
use time::macros::date;

/// A file as large as the history of the European Central Bank: rates of so many currencies on so many days.
fn history(days: i64) -> String {
    let currencies =
        ["USD", "JPY", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "AUD", "CAD", "NZD"];
    let mut text = String::from("<?xml version=\"1.0\"?><gesmes:Envelope xmlns:gesmes=\"x\"><Cube>");
    for back in 0..days {
        let day = date!(2026 - 11 - 24) - time::Duration::days(back);
        text.push_str(&format!("\n<Cube time='{day}'>"));
        for (i, currency) in currencies.iter().enumerate() {
            text.push_str(&format!("<Cube currency='{currency}' rate='{}.{:04}'/>", i + 1, back % 10_000));
        }
        text.push_str("</Cube>");
    }
    text.push_str("</Cube></gesmes:Envelope>");
    text
}

#[test]
fn a_long_history_is_imported_once() {
    for_each_empty_database(|url| {
        let key = found(url, "us-small-business").key;
        let directory = Directory::fresh();
        let file = directory.path().join("eurofxref-hist.xml");
        std::fs::write(&file, history(2_000)).unwrap();
        let file = file.to_str().unwrap();
        let dry = run(url, &["import-rates", "--dry-run", file]).ok();
        let would = "26000 imported, 0 updated, 0 unchanged, 0 kept from other sources, 0 skipped";
        assert_eq!(dry, format!("{would} (dry run, nothing was written)"));
        assert_eq!(run(url, &["import-rates", file]).ok(), would);
        let again = "0 imported, 0 updated, 26000 unchanged, 0 kept from other sources, 0 skipped";
        assert_eq!(run_reading(url, &["import-rates", "-"], &history(2_000)).ok(), again);
        let service = Service::start(url);
        let client = service.client().with_key(&key);
        let latest = client.get("/exchange-rates/latest?from_currency=EUR&date=2026-11-24").expect(200);
        assert_eq!((&latest.data()["rate"], &latest.data()["source"]), (&1_000_000.into(), &"ecb".into()));
        assert_eq!(client.get("/exchange-rates?limit=1").expect(200).meta()["total_count"], 26_000);
    });
}

#[test]
fn what_is_no_file_of_rates_is_told_on_one_line() {
    for_each_empty_database(|url| {
        let _ = found(url, "us-small-business");
        let said = run_reading(url, &["import-rates", "-"], "<html></html>").failed();
        assert!(said.contains("it is not one of the ECB's eurofxref files"), "{said}");
        let said = run(url, &["import-rates", "/nowhere.xml"]).failed();
        assert!(said.contains("cannot open /nowhere.xml"), "{said}");
    });
}
