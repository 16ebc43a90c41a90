//! Invoices beside entries, and what is read of documents as they grow.

use crate::big_documents;
use crate::books::{Books, Place};
use crate::growth::{median_ms, short, times};
use crate::load::{self, Kind, Load, Request, percentile_ms};
use crate::posting;
use crate::run::Run;
use crate::table::{Row, Target};
use anyhow::{Context, Result};
use serde_json::json;

const CONNECTIONS: usize = 64;
const CUSTOMERS: usize = 200;

/// Customers of these books, by id.
pub(crate) fn customers(service: &crate::books::Service) -> Result<Vec<String>> {
    let contacts: Vec<_> = (0..CUSTOMERS)
        .map(|number| json!({ "contact_type": ["customer"], "display_name": format!("Customer {number}") }))
        .collect();
    let made = service.post("/api/v1/contacts/batch", &json!({ "contacts": contacts }).to_string())?;
    let results = made["results"].as_array().context("contacts")?;
    Ok(results.iter().filter_map(|result| result["id"].as_str()).map(str::to_owned).collect())
}

/// The id of a tax code that comes with the chart.
pub(crate) fn tax_code(service: &crate::books::Service) -> Result<String> {
    let codes = service.get("/api/v1/tax-codes?q=California")?;
    let taxed = codes.as_array().context("tax codes")?.iter().find(|code| code["code"] == "CA");
    taxed.and_then(|code| code["id"].as_str()).map(str::to_owned).context("a tax code of the chart")
}

/// The body of an invoice of three lines with tax.
pub(crate) fn invoice(customer: &str, tax_code: &str, number: usize) -> String {
    let price = number % 9_000 + 100;
    format!(
        r#"{{"customer_id":"{customer}","date":"2026-03-{:02}","reference_number":"PO-{number}","lines":[{{"account_number":"4000","description":"Goods","quantity":3,"unit_price":{price},"tax_code_id":"{tax_code}"}},{{"account_number":"4000","description":"More goods","quantity":"1.5","unit_price":{price},"discount_percent":1000,"tax_code_id":"{tax_code}"}},{{"account_number":"4100","description":"Service","unit_price":{price}}}]}}"#,
        number % 28 + 1
    )
}

fn load_invoices(run: &Run, books: &Books) -> Result<Load> {
    let service = books.serve()?;
    let (customers, tax_code) = (customers(&service)?, tax_code(&service)?);
    let load = load::run(&service.address, &service.key, CONNECTIONS, run.round, |client, number, send| {
        let customer = customers.get((client * 7 + number) % customers.len()).map_or("", String::as_str);
        let body = invoice(customer, &tax_code, number);
        send(Request { kind: Kind::Write, method: "POST", path: "/api/v1/invoices", body: &body });
    })?;
    service.stop()?;
    load.sound()
}

/// `POST /invoices` held against `POST /entries`, over as many connections.
pub(crate) fn post(run: &mut Run, place: &Place) -> Result<()> {
    let database = place.database();
    run.says(&format!("POST /invoices, {CONNECTIONS} connections, {}", database.name()));
    let entries = posting::load_entries(run, &Books::found(place)?, CONNECTIONS)?;
    let invoices = load_invoices(run, &Books::found(place)?)?;
    let label = format!("POST /invoices, 3 lines with tax, {CONNECTIONS} connections");
    let beside = (entries.per_second(), "POST /entries");
    run.add(Row::rates(database, label, invoices.per_second(), beside, 0.35));
    run.says(&format!("  p99 of an invoice {:.1} ms", percentile_ms(&invoices.writes, 0.99)));
    Ok(())
}

/// Open lists and ageing over few documents and over many; as many are open.
pub(crate) fn documents(run: &mut Run, place: &Place) -> Result<()> {
    let mut grown = Vec::new();
    for documents in run.size.documents {
        run.says(&format!("making books of {documents} invoices, {}", place.database().name()));
        grown.push((*documents, big_documents::make(place, *documents)?));
    }
    for path in ["/invoices/open", "/invoices?status=overdue", "/invoices", "/reports/ar-aging"] {
        let mut medians = Vec::new();
        for (documents, books) in &grown {
            medians.push((*documents, median_ms(books, &format!("/api/v1{path}"), run.round)?));
        }
        let (first, last) = medians.first().zip(medians.last()).context("medians")?;
        run.add(times(
            place,
            format!("GET {path}, {} invoices, {} open", short(last.0), big_documents::OPEN),
            format!("{:.2} ms", last.1),
            format!("{:.2} ms at {}", first.1, short(first.0)),
            last.1 / first.1,
            1.5,
        ));
    }
    // More was open then in larger books, so the time for each is told.
    let path = format!("/reports/ar-aging?as_of={}", big_documents::NEW_YEAR);
    let mut each = Vec::new();
    for (documents, books) in &grown {
        let open = big_documents::open_at_new_year(*documents);
        let median = median_ms(books, &format!("/api/v1{path}"), run.round)?;
        each.push((format!("{median:.2} ms for {open} open"), median / open as f64));
    }
    let (first, last) = each.first().zip(each.last()).context("medians")?;
    let workload = format!(
        "GET {path}, {} invoices",
        grown.last().map_or_else(String::new, |(documents, _)| short(*documents))
    );
    let row = times(place, workload, last.0.clone(), first.0.clone(), last.1 / first.1, 1.5);
    run.add(Row { target: Target::None, ..row });
    Ok(())
}
