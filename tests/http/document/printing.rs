//! Documents on paper: what a reader finds in the file.

use super::{bill, contact_with, customer, invoice, line, tax_code, tax_code_with, vendor};
use crate::http::settings::present;
use partita_domain::contact::{Contact, ContactType};
use partita_tests::client::Answer;
use partita_tests::pdf::File;
use partita_tests::server::{Books, for_each_server};
use serde_json::json;

/// The first page of a file, every piece of text on a line of its own.
#[track_caller]
fn page(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), Some("application/pdf"));
    let mut pages = File::read(&answer.bytes).pages();
    assert_eq!(pages.len(), 1);
    pages.remove(0)
}

#[track_caller]
fn says(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.lines().any(|line| line == *text), "{text} is not in\n{page}");
    }
}

fn printed(books: &Books<'_>, path: &str) -> Answer {
    books.client.get(&format!("{path}/pdf")).expect(200)
}

fn cafe(contact: &mut Contact) {
    contact.display_name = "Café Ångström AB".to_owned();
    contact.vat_id = Some("SE556677889901".to_owned());
    contact.billing_address.line1 = Some("Götgatan 12".to_owned());
    contact.billing_address.postal_code = Some("118 46".to_owned());
    contact.billing_address.city = Some("Stockholm".to_owned());
    contact.billing_address.country = Some("SE".to_owned());
}

#[test]
fn an_invoice_says_what_is_due_by_whom_and_why() {
    for_each_server(|server| {
        let books = server.found();
        let customer = contact_with(&books, ContactType::Customer, cafe);
        let body = json!({
            "customer_id": customer,
            "date": "2026-03-31",
            "due_date": "2026-04-30",
            "reference_number": "PO-7781",
            "terms": "30 days net",
            "memo": "Thank you for your order.",
            "lines": [
                {
                    "account_number": "4100", "description": "Design", "quantity": "12.5", "unit_price": 9_500,
                    "tax_code_id": tax_code(&books, 1_900),
                },
                {
                    "account_number": "4000", "description": "Screws", "quantity": 1_000,
                    "unit_price_decimal": "12.5", "discount_percent": 1_000, "tax_code_id": tax_code(&books, 700),
                },
            ],
        });
        let made = books.client.post("/invoices", &body).expect(201);
        let path = format!("/invoices/{}", made.id());
        let answer = printed(&books, &path);
        assert_eq!(answer.header("content-disposition"), Some("inline; filename=\"INV-2026-000001.pdf\""));
        let first = page(&answer);
        says(&first, &["Invoice", "INV-2026-000001", "Acme", "Bill to", "Café Ångström AB", "Götgatan 12"]);
        says(&first, &["118 46 Stockholm", "Sweden", "SE556677889901", "PO-7781", "30 days net"]);
        says(&first, &["March 31, 2026", "April 30, 2026", "Thank you for your order.", "Page 1 of 1"]);
        says(&first, &["Design", "12.5", "95.00", "19%", "1,187.50"]);
        says(&first, &["Screws", "1,000", "0.125", "10%", "7%", "112.50"]);
        says(&first, &["Tax 1900", "225.63", "Tax 700", "7.88", "1,312.50", "−12.50", "1,300.00", "233.51"]);
        says(&first, &["Total", "USD 1,533.51"]);
        assert!(!first.contains("DRAFT"));
        assert_eq!(printed(&books, &path).bytes, answer.bytes, "the same page is the same file");
        // The company is in the United States.
        assert!(File::read(&answer.bytes).whole.contains("/MediaBox [0 0 612 792]"));
    });
}

#[test]
fn drafts_and_voids_are_marked() {
    for_each_server(|server| {
        let books = server.found();
        let mut body = invoice(&customer(&books), 10_000);
        body["post"] = json!(false);
        let path = format!("/invoices/{}", books.client.post("/invoices", &body).expect(201).id());
        let draft = printed(&books, &path);
        let name = path.trim_start_matches("/invoices/");
        let disposition = format!("inline; filename=\"invoice-{name}.pdf\"");
        assert_eq!(draft.header("content-disposition"), Some(disposition.as_str()));
        says(&page(&draft), &["Invoice", "DRAFT", "USD 100.00"]);

        let _ = books.client.post(&format!("{path}/post"), &json!({})).expect(200);
        let posted = page(&printed(&books, &path));
        assert!(!posted.contains("DRAFT") && !posted.contains("VOID"));

        let _ = books.client.post(&format!("{path}/void"), &json!({ "date": "2026-04-01" })).expect(200);
        says(&page(&printed(&books, &path)), &["VOID", "INV-2026-000001", "USD 100.00"]);
    });
}

#[test]
fn every_kind_has_its_words() {
    for_each_server(|server| {
        let books = server.found();
        let (customer, vendor) = (customer(&books), vendor(&books));
        let made = |path: &str, body: &serde_json::Value| {
            let made = books.client.post(path, body).expect(201);
            page(&printed(&books, &format!("{path}/{}", made.id())))
        };
        let mut estimate = invoice(&customer, 10_000);
        estimate["expiration_date"] = json!("2199-12-31");
        says(&made("/estimates", &estimate), &["Estimate", "DRAFT", "Estimate for", "Valid until"]);
        says(&made("/bills", &bill(&vendor, 10_000)), &["Bill", "Vendor", "Bill date", "Due date"]);
        says(&made("/vendor-credits", &bill(&vendor, 5_000)), &["Vendor credit", "Vendor", "USD 50.00"]);

        let invoiced = books.client.post("/invoices", &invoice(&customer, 10_000)).expect(201);
        let mut credit = invoice(&customer, 2_000);
        credit["invoice_id"] = json!(invoiced.id());
        let first = made("/credit-notes", &credit);
        says(&first, &["Credit note", "Credit to", "For invoice", "INV-2026-000001", "USD 20.00"]);
    });
}

#[test]
fn currencies_and_gross_prices_are_as_they_were_agreed() {
    for_each_server(|server| {
        let books = server.found();
        let code = tax_code(&books, 1_000);
        let mut body = invoice(&customer(&books), 110_000);
        body["lines"][0]["tax_code_id"] = json!(code);
        body["lines"][0]["description"] = json!("Tea");
        body["tax_mode"] = json!("inclusive");
        body["currency_code"] = json!("JPY");
        body["exchange_rate"] = json!(6_700);
        let made = books.client.post("/invoices", &body).expect(201);
        let first = page(&printed(&books, &format!("/invoices/{}", made.id())));
        says(&first, &["110,000", "100,000", "10,000", "JPY 110,000", "1 JPY = 0.0067 USD"]);
        says(&first, &["Unit prices and amounts of the lines include tax.", "Subtotal without tax"]);

        let owed = books.account("2200").parse().unwrap();
        let reverse = tax_code_with(&books, 1_900, |code| code.self_assess_account_id = Some(owed));
        let mut body = invoice(&customer(&books), 10_000);
        body["lines"][0]["tax_code_id"] = json!(reverse);
        let made = books.client.post("/invoices", &body).expect(201);
        let first = page(&printed(&books, &format!("/invoices/{}", made.id())));
        says(&first, &["Reverse charge: the recipient owes the tax.", "USD 100.00"]);
        assert!(!first.contains("19%"), "a rate that nobody is charged");
    });
}

#[test]
fn what_is_not_there_is_not_printed() {
    for_each_server(|server| {
        let books = server.found();
        let made = books.client.post("/invoices", &invoice(&customer(&books), 10_000)).expect(201);
        let nobody = "00000000-0000-7000-8000-000000000000";
        books.client.get(&format!("/invoices/{nobody}/pdf")).refused(404, "not_found");
        books.client.get(&format!("/bills/{}/pdf", made.id())).refused(404, "not_found");
    });
}

#[test]
fn a_thousand_lines_go_over_many_pages() {
    let books = partita_tests::server::Server::shared().found();
    let mut body = invoice(&customer(&books), 1);
    let lines = (1..=1_000_i64).map(|i| {
        let mut line = line("4100", i);
        line["description"] = json!(format!("Position {i}"));
        line
    });
    body["lines"] = lines.collect();
    let made = books.client.post("/invoices", &body).expect(201);
    let answer = printed(&books, &format!("/invoices/{}", made.id()));
    let pages = File::read(&answer.bytes).pages();
    assert!(pages.len() > 20);
    says(&pages[pages.len() - 1], &["Position 1000", "10.00", "USD 5,005.00"]);
}

fn asks_for_payment(books: &Books<'_>, instructions: &str) {
    let mut settings = present(books);
    settings["trade"]["payment_instructions"] = json!(instructions);
    let put = books.client.put("/settings", &settings).expect(200);
    assert_eq!(put.data()["trade"]["payment_instructions"], instructions);
}

#[test]
fn an_invoice_says_how_to_pay_while_something_is_open() {
    for_each_server(|server| {
        let books = server.found();
        asks_for_payment(&books, "IBAN GB33 BUKB 2020 1555 5555 55\nBIC BUKBGB22");
        let asks = |path: &str| {
            let page = page(&printed(&books, path));
            let asks = page.contains("How to pay");
            assert_eq!(asks, page.contains("IBAN GB33 BUKB 2020 1555 5555 55"), "{page}");
            assert_eq!(asks, page.contains("BIC BUKBGB22"), "{page}");
            asks
        };
        let customer = customer(&books);
        let path = format!(
            "/invoices/{}",
            books.client.post("/invoices", &invoice(&customer, 10_000)).expect(201).id()
        );
        assert!(asks(&path));
        let bill = books.client.post("/bills", &bill(&vendor(&books), 10_000)).expect(201).id();
        assert!(!asks(&format!("/bills/{bill}")), "a vendor is paid, and does not pay");
        let note = books.client.post("/credit-notes", &invoice(&customer, 1_000)).expect(201).id();
        assert!(!asks(&format!("/credit-notes/{note}")));
        asks_for_payment(&books, " \n");
        assert!(!asks(&path), "nothing is said");
        asks_for_payment(&books, "IBAN GB33 BUKB 2020 1555 5555 55\nBIC BUKBGB22");
        let id = path.rsplit('/').next().unwrap();
        let paid = json!({ "date": "2026-04-01", "amount": 10_000, "applications": [{ "invoice_id": id, "amount": 10_000 }] });
        let _ = books.client.post("/payments/apply", &paid).expect(201);
        assert!(!asks(&path), "it is paid");
        let mut long = present(&books);
        long["trade"]["payment_instructions"] = json!("x".repeat(1_001));
        books.client.put("/settings", &long).refused_field("trade.payment_instructions", "length");
    });
}

#[test]
fn a_statement_says_what_was_owed_what_changed_it_and_how_old_it_is() {
    for_each_server(|server| {
        let books = server.found();
        asks_for_payment(&books, "Pay to 12345678");
        let contact = contact_with(&books, ContactType::Customer, |contact| {
            cafe(contact);
            contact.contact_type.push(ContactType::Vendor);
        });
        let statement =
            |span: &str| books.client.get(&format!("/contacts/{contact}/statement/pdf?{span}")).expect(200);
        let nothing = page(&statement("to=2026-12-31"));
        says(&nothing, &["Statement", "Nothing was owed, and nothing was posted in this time."]);

        let dated = |mut body: serde_json::Value, date: &str, due: &str| {
            (body["date"], body["due_date"]) = (json!(date), json!(due));
            body
        };
        let old = books
            .client
            .post("/invoices", &dated(invoice(&contact, 3_000), "2026-01-10", "2026-02-09"))
            .expect(201)
            .id();
        let _ = books
            .client
            .post("/invoices", &dated(invoice(&contact, 100_000), "2026-04-10", "2026-05-10"))
            .expect(201);
        let paid = json!({ "date": "2026-04-20", "amount": 1_000, "applications": [{ "invoice_id": old, "amount": 1_000 }] });
        let _ = books.client.post("/payments/apply", &paid).expect(201);

        let answer = statement("from=2026-04-01&to=2026-04-30");
        let disposition = answer.header("content-disposition").unwrap().to_owned();
        assert!(disposition.ends_with("-2026-04-30.pdf\""), "{disposition}");
        let first = page(&answer);
        says(&first, &["Statement", "Statement for", "Café Ångström AB", "Götgatan 12", "Sweden"]);
        says(&first, &["April 1, 2026", "April 30, 2026", "Balance brought forward", "30.00"]);
        says(&first, &["Invoice INV-2026-000002", "1,000.00", "1,030.00", "−10.00", "1,020.00"]);
        says(&first, &["Balance due", "USD 1,020.00", "How to pay", "Pay to 12345678"]);
        says(&first, &["What is open", "Not due yet", "USD 1,000.00", "61 to 90 days overdue", "USD 20.00"]);
        assert_eq!(statement("from=2026-04-01&to=2026-04-30").bytes, answer.bytes);

        // Both sides of the trade, each on its own.
        let _ = books
            .client
            .post("/bills", &dated(bill(&contact, 7_000), "2026-04-25", "2026-05-25"))
            .expect(201);
        let both = page(&statement("to=2026-04-30"));
        says(
            &both,
            &["What you owe us, USD", "What we owe you, USD", "Balance due", "We owe you", "USD 70.00"],
        );
        assert!(!both.contains("brought forward"), "it begins at the beginning");
        let nobody = "00000000-0000-7000-8000-000000000000";
        books.client.get(&format!("/contacts/{nobody}/statement/pdf")).refused(404, "not_found");
        books
            .client
            .get(&format!("/contacts/{contact}/statement/pdf?from=2026-05-01&to=2026-04-01"))
            .refused_field("from", "date_order");
    });
}
