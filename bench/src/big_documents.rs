//! Books of many invoices, of which the latest are open: one that is paid and one that is open come through the API, and
//! the others are copies of their rows, over five years and two hundred customers. Their journal entries are missing, so
//! `partita verify` would refuse these books.

use crate::books::{Books, Place};
use crate::{invoicing, psql};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How many invoices are open, however many there are.
pub(crate) const OPEN: u64 = 2_000;

/// A day after the last invoice, when some of what is paid by now was still open.
pub(crate) const NEW_YEAR: &str = "2026-01-01";

/// How many of so many invoices were open on that day.
pub(crate) fn open_at_new_year(documents: u64) -> usize {
    let paid_on = |number: u64| number * 1825 / documents + number % 40;
    // It is the day 1 826 after the first.
    let paid_since = (1..=documents - OPEN).filter(|number| paid_on(*number) > 1826).count();
    paid_since + usize::try_from(OPEN).unwrap_or(usize::MAX)
}

/// Founds books and fills them with so many invoices.
pub(crate) fn make(place: &Place, documents: u64) -> Result<Books> {
    let books = Books::found(place)?;
    let service = books.serve()?;
    let (customers, tax_code) = (invoicing::customers(&service)?, invoicing::tax_code(&service)?);
    let customer = customers.first().context("a customer")?;
    let banks = service.get("/api/v1/accounts?number=1000")?;
    let account = banks[0]["id"].as_str().context("a bank account")?;
    let id = |value: &Value| value["id"].as_str().map(str::to_owned).context("an id");
    let open = service.post("/api/v1/invoices", &invoicing::invoice(customer, &tax_code, 1))?;
    let paid = service.post("/api/v1/invoices", &invoicing::invoice(customer, &tax_code, 2))?;
    let payment = service.post(
        "/api/v1/payments/apply",
        &json!({
            "direction": "received", "contact_id": customer, "date": "2026-03-31", "amount": paid["total"],
            "account_id": account,
            "applications": [{"invoice_id": paid["id"], "amount": paid["total"]}],
        })
        .to_string(),
    )?;
    service.stop()?;
    let copies = Copies { customers: &customers, open: id(&open)?, paid: id(&paid)?, payment: id(&payment)? };
    match place {
        Place::File => {
            let connection = rusqlite::Connection::open(books.directory.path().join("books.db"))?;
            connection.execute_batch(&format!(
                "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
                 PRAGMA cache_size = -1000000; BEGIN; {} COMMIT; PRAGMA journal_mode = WAL;",
                copies.statements(documents, &Words::SQLITE)
            ))?;
        }
        Place::Server(cluster) => {
            let sql = format!(
                "SET session_replication_role = replica; SET synchronous_commit = off; {} VACUUM (ANALYZE);",
                copies.statements(documents, &Words::POSTGRES)
            );
            psql::run(cluster, &books.url, &sql)?;
        }
    }
    let service = books.serve()?;
    let found = service.whole("GET", "/api/v1/invoices?limit=1", "")?;
    let ageing = service.get(&format!("/api/v1/reports/ar-aging?as_of={NEW_YEAR}"))?;
    service.stop()?;
    if found["meta"]["total_count"] != documents + 2 {
        bail!("the books do not have {documents} invoices: {found}");
    }
    if ageing["rows"].as_array().is_none_or(Vec::is_empty) {
        bail!("nothing is open: {ageing}");
    }
    Ok(books)
}

/// What the databases say differently.
struct Words {
    numbers: fn(u64) -> String,
    /// A UUID of the number `i` that begins with a digit.
    id: fn(u8) -> String,
    /// The day that is so many days after the first.
    day: fn(&str) -> String,
}

impl Words {
    const SQLITE: Self = Self {
        numbers: |most| format!("n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})"),
        id: |digit| format!("printf('{digit}0000000-0000-7000-8000-%012x', i)"),
        day: |days| format!("date('2021-01-01', '+' || ({days}) || ' days')"),
    };
    const POSTGRES: Self = Self {
        numbers: |most| format!("n (i) AS (SELECT generate_series(1::bigint, {most}))"),
        id: |digit| format!("'{digit}0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0')"),
        day: |days| format!("DATE '2021-01-01' + ({days})::int"),
    };
}

struct Copies<'a> {
    customers: &'a [String],
    open: String,
    paid: String,
    payment: String,
}

impl Copies<'_> {
    fn statements(&self, documents: u64, words: &Words) -> String {
        let settled = documents - OPEN;
        let customers: Vec<String> =
            self.customers.iter().enumerate().map(|(number, id)| format!("({number}, '{id}')")).collect();
        let with = |most: u64| {
            format!(
                "WITH RECURSIVE {}, c (k, customer) AS (VALUES {})",
                (words.numbers)(most),
                customers.join(", ")
            )
        };
        let invoice = (words.id)(1);
        let payment = (words.id)(2);
        // The last day of the five years is number 1 825.
        let date = (words.day)(&format!("i * 1825 / {documents}"));
        let due = (words.day)(&format!("i * 1825 / {documents} + 30"));
        let paid_on = (words.day)(&format!("i * 1825 / {documents} + i % 40"));
        let all = with(documents);
        let first = with(settled);
        let customer = format!("JOIN c ON k = i % {}", self.customers.len());
        let Self { open, paid, payment: template, .. } = self;
        format!(
            "{all} INSERT INTO documents (company_id, id, kind, number, contact_id, date, due_date, reference_number, memo, \
             currency_code, exchange_rate, total, base_total, amount_paid, amount_credited, open, base_open, state, \
             control_account_id, entry_id, details, created_at, updated_at, version) \
             SELECT t.company_id, {invoice}, t.kind, 'B-' || i, customer, {date}, {due}, t.reference_number, t.memo, \
             t.currency_code, t.exchange_rate, t.total, t.base_total, t.amount_paid, t.amount_credited, t.open, t.base_open, \
             t.state, t.control_account_id, t.entry_id, t.details, t.created_at, t.updated_at, t.version \
             FROM n {customer} JOIN documents t ON t.id = CASE WHEN i <= {settled} THEN '{paid}' ELSE '{open}' END; \
             {all} INSERT INTO document_lines (company_id, document_id, line_number, item_id, account_id, tax_code_id, quantity, \
             amount, tax_amount, details) \
             SELECT t.company_id, {invoice}, t.line_number, t.item_id, t.account_id, t.tax_code_id, t.quantity, t.amount, \
             t.tax_amount, t.details FROM n JOIN document_lines t ON t.document_id = '{open}'; \
             {first} INSERT INTO payments (company_id, id, number, direction, contact_id, date, amount, currency_code, \
             exchange_rate, base_amount, account_id, reference_number, memo, unapplied, base_unapplied, used, refunded, \
             advances_account_id, state, entry_id, details, created_at, updated_at, version) \
             SELECT t.company_id, {payment}, 'B-' || i, t.direction, customer, {paid_on}, t.amount, t.currency_code, \
             t.exchange_rate, t.base_amount, t.account_id, t.reference_number, t.memo, t.unapplied, t.base_unapplied, t.used, \
             t.refunded, t.advances_account_id, t.state, t.entry_id, t.details, t.created_at, t.updated_at, t.version \
             FROM n {customer} JOIN payments t ON t.id = '{template}'; \
             {first} INSERT INTO payment_applications (company_id, payment_id, id, direction, document_kind, document_id, date, \
             amount, relieved, base_relieved, credited, base_amount, taken, base_taken, entry_id, details, created_at, created_by) \
             SELECT t.company_id, {payment}, {invoice}, t.direction, t.document_kind, {invoice}, {paid_on}, t.amount, t.relieved, \
             t.base_relieved, t.credited, t.base_amount, t.taken, t.base_taken, t.entry_id, t.details, t.created_at, t.created_by \
             FROM n JOIN payment_applications t ON t.payment_id = '{template}'; \
             UPDATE row_counts SET count = count + {documents} WHERE resource = 'invoice'; \
             UPDATE row_counts SET count = count + {settled} WHERE resource = 'payment';"
        )
    }
}
