//! The integration: a receiver of webhooks that books what a payment service tells, through the API alone. It is told
//! everything once at least, in any order, and by several at the same moment.

use partita_tests::client::{Answer, Client};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Nothing can be done yet: the service is answered 503, and sends the event again later.
#[derive(Debug)]
pub(super) struct Later;

type Received<T = ()> = Result<T, Later>;

/// The accounts and the tax code that the integration was set up with.
#[derive(Clone)]
pub(super) struct Setup {
    pub(super) clearing: String,
    pub(super) bank: String,
    pub(super) fees: String,
    pub(super) tax_code: String,
}

pub(super) struct Receiver {
    pub(super) client: Client,
    pub(super) setup: Setup,
}

/// An event on its way: its id is the idempotency key of what it causes, or it has none and trusts external ids alone.
struct Told<'e> {
    key: Option<&'e str>,
    date: String,
    created: i64,
    object: &'e Value,
}

impl Told<'_> {
    fn text(&self, pointer: &str) -> &str {
        self.object.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    fn amount(&self, pointer: &str) -> i64 {
        self.object.pointer(pointer).and_then(Value::as_i64).unwrap()
    }
}

impl Receiver {
    /// Books what an event tells, if it was not booked before.
    pub(super) fn receive(&self, event: &Value) -> Received {
        let object = &event["data"]["object"];
        // A charge has its own moment, whichever event tells it.
        let created = object["created"].as_i64().or(event["created"].as_i64()).unwrap();
        let id = event["id"].as_str().unwrap();
        let told = Told {
            key: Some(id).filter(|id| id.ends_with(['0', '2', '4', '6', '8'])),
            date: OffsetDateTime::from_unix_timestamp(created).unwrap().date().to_string(),
            created,
            object,
        };
        match event["type"].as_str().unwrap() {
            "charge.succeeded" => self.charged(&told),
            "invoice.paid" => self.invoice_paid(&told),
            "charge.refunded" => self.refunded(&told),
            "stripe_fee.charged" => self.fee(&told),
            "payout.paid" => self.paid_out(&told),
            "customer.subscription.updated" => self.subscribed(&told),
            other => panic!("an event of type {other}"),
        }
    }

    /// Finds by external id.
    fn find(&self, path: &str, external_id: &str) -> Option<Value> {
        // Thousands of the same answers: that they are as the document says is checked elsewhere.
        let asked = self.client.request("GET", &format!("{path}?external_id={external_id}")).unchecked();
        let found = asked.send().expect(200);
        found.data().get(0).cloned()
    }

    /// Makes something that has an external id; answers its id, also when somebody else was first.
    fn create(&self, path: &str, told: &Told<'_>, body: &Value) -> Received<String> {
        let mut request = self.client.request("POST", path);
        if let Some(key) = told.key {
            request = request.header("Idempotency-Key", format!("{key}{path}"));
        }
        let answer = request.json(body).send();
        match (answer.status, answer.status >= 400) {
            (201, _) => Ok(answer.id()),
            (409, _) if answer.code() == "duplicate_external_id" => {
                Ok(answer.details()["existing_id"].as_str().expect("what exists").to_owned())
            }
            _ => Err(later(&answer)),
        }
    }

    /// Makes something under its external id, or finds the same there.
    fn put(&self, path: &str, external_id: &str, body: &Value) -> Received<String> {
        let answer = self.client.put(&format!("{path}/external/{external_id}"), body);
        if matches!(answer.status, 200 | 201) { Ok(answer.id()) } else { Err(later(&answer)) }
    }

    fn customer(&self, told: &Told<'_>) -> Received<String> {
        let id = told.text("/customer/id");
        if let Some(found) = self.find("/contacts", id) {
            return Ok(found["id"].as_str().unwrap().to_owned());
        }
        let body = json!({
            "external_id": id, "contact_type": ["customer"], "display_name": told.text("/customer/name"),
            "email": told.text("/customer/email"),
        });
        self.create("/contacts", told, &body)
    }

    /// The invoice of a charge, whose lines include the tax.
    fn invoice(&self, told: &Told<'_>, customer: &str) -> (String, Value) {
        let line = |quantity: &Value, price: &Value| {
            json!({
                "description": "Subscription", "quantity": quantity, "unit_price": price,
                "account_number": "4100", "tax_code_id": self.setup.tax_code,
            })
        };
        let (external_id, lines) = match told.object["invoice"].as_object() {
            Some(invoice) => {
                let lines = invoice["lines"].as_array().unwrap().iter();
                let lines = lines.map(|each| line(&each["quantity"], &each["unit_amount"])).collect();
                (invoice["id"].as_str().unwrap(), lines)
            }
            None => (told.text("/id"), vec![line(&json!(1), &told.object["amount"])]),
        };
        let body = json!({
            "external_id": external_id, "customer_id": customer, "date": told.date, "tax_mode": "inclusive",
            "lines": lines, "total": told.amount("/amount"),
        });
        (external_id.to_owned(), body)
    }

    fn payment(&self, told: &Told<'_>, invoice: &str) -> Value {
        let amount = told.amount("/amount");
        json!({
            "external_id": told.text("/id"), "date": told.date, "amount": amount,
            "fee_amount": told.amount("/balance_transaction/fee"), "fee_account_id": self.setup.fees,
            "account_id": self.setup.clearing, "method": "card",
            "applications": [{ "invoice_id": invoice, "amount": amount }],
        })
    }

    /// Looks before it makes.
    fn charged(&self, told: &Told<'_>) -> Received {
        let customer = self.customer(told)?;
        let (external_id, body) = self.invoice(told, &customer);
        let invoice = match self.find("/invoices", &external_id) {
            Some(found) => found["id"].as_str().unwrap().to_owned(),
            None => self.create("/invoices", told, &body)?,
        };
        self.create("/payments/apply", told, &self.payment(told, &invoice)).map(drop)
    }

    /// Says what shall be there.
    fn invoice_paid(&self, told: &Told<'_>) -> Received {
        let customer = self.customer(told)?;
        let (external_id, body) = self.invoice(told, &customer);
        let invoice = self.put("/invoices", &external_id, &body)?;
        self.put("/payments", told.text("/id"), &self.payment(told, &invoice)).map(drop)
    }

    /// Goods that came back are credited, and the credit is paid back; what was charged wrongly is owed again.
    fn refunded(&self, told: &Told<'_>) -> Received {
        let Some(payment) = self.find("/payments", told.text("/charge/id")) else { return Err(Later) };
        let (refund, amount) = (told.text("/id"), told.amount("/amount"));
        let body = json!({
            "external_id": refund, "date": told.date, "amount": amount, "account_id": self.setup.clearing,
        });
        if told.text("/reason") == "duplicate" {
            let path = format!("/payments/{}/refund", payment["id"].as_str().unwrap());
            return self.create(&path, told, &body).map(drop);
        }
        let note = json!({
            "external_id": refund, "customer_id": payment["contact_id"], "date": told.date,
            "invoice_id": payment["applications"][0]["invoice_id"], "tax_mode": "inclusive",
            "lines": [{ "unit_price": amount, "account_number": "4800", "tax_code_id": self.setup.tax_code }],
        });
        let note = self.create("/credit-notes", told, &note)?;
        self.create(&format!("/credit-notes/{note}/refund"), told, &body).map(drop)
    }

    /// An entry between the clearing account, which has so much more, and another one.
    fn entry(&self, told: &Told<'_>, more: i64, other: &str) -> Value {
        let line = |account: &str, amount: i64| json!({ "account_id": account, "debit": amount.max(0), "credit": (-amount).max(0) });
        json!({
            "external_id": told.text("/id"), "date": told.date, "transaction_type": "stripe",
            "lines": [line(&self.setup.clearing, more), line(other, -more)],
        })
    }

    fn fee(&self, told: &Told<'_>) -> Received {
        let body = self.entry(told, -told.amount("/amount"), &self.setup.fees);
        self.create("/entries", told, &body).map(drop)
    }

    /// A payout is booked when all that it covers has been.
    fn paid_out(&self, told: &Told<'_>) -> Received {
        for covered in told.object["balance_transactions"].as_array().unwrap() {
            let path = if covered["type"] == "stripe_fee" { "/entries" } else { "/payments" };
            if self.find(path, covered["source"].as_str().unwrap()).is_none() {
                return Err(Later);
            }
        }
        let amount = told.amount("/amount");
        if amount == 0 {
            return Ok(());
        }
        let body = self.entry(told, -amount, &self.setup.bank);
        if told.key.is_some() {
            return self.create("/entries", told, &body).map(drop);
        }
        self.put("/entries", told.text("/id"), &body).map(drop)
    }

    /// The customer's plan, unless a later event has told another one.
    fn subscribed(&self, told: &Told<'_>) -> Received {
        let id = self.customer(told)?;
        let found = self.client.get(&format!("/contacts/{id}")).expect(200);
        let known = found.data();
        let since =
            |known: &Value| known["metadata"]["plan_since"].as_str().map(|text| text.parse::<i64>().unwrap());
        if since(known).is_some_and(|since| since >= told.created) {
            return Ok(());
        }
        let body = json!({
            "external_id": known["external_id"], "contact_type": known["contact_type"],
            "display_name": known["display_name"], "email": known["email"], "version": known["version"],
            "metadata": { "plan": told.text("/plan"), "plan_since": told.created.to_string() },
        });
        let answer = self.client.put(&format!("/contacts/{id}"), &body);
        if answer.status == 200 { Ok(()) } else { Err(later(&answer)) }
    }
}

/// What passes by itself; anything else is a mistake of the integration, or of the API.
#[track_caller]
fn later(answer: &Answer) -> Later {
    let passes = matches!(answer.code(), "idempotency_in_progress" | "version_conflict" | "unavailable");
    assert!(passes, "{}: {} {}", answer.request, answer.status, answer.json());
    Later
}
