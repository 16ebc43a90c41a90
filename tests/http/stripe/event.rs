//! What a payment service tells: events of a shop, in the shape of Stripe's.

use partita_tests::fixtures::Choices;
use serde_json::{Value, json};

/// The last second of 2025, in seconds since 1970.
const BEFORE: i64 = 1_767_225_599;
/// How many events are told on one day.
const A_DAY: usize = 40;

/// The account of a shop at the payment service.
struct Service {
    choices: Choices,
    events: Vec<Value>,
    /// Charges that may still be paid back: their object, and what is left of them.
    charges: Vec<(Value, i64)>,
    /// What the next payout covers: kind, id and what it adds to the balance.
    balance: Vec<Value>,
    numbers: i64,
}

/// So many events, in the order in which they happened; the last payout empties the balance.
pub(super) fn events(count: usize) -> Vec<Value> {
    let mut service = Service {
        choices: Choices(1_902),
        events: Vec::new(),
        charges: Vec::new(),
        balance: Vec::new(),
        numbers: 0,
    };
    while service.events.len() + 1 < count {
        match service.choices.below(20) {
            0..6 => service.charge(),
            6..11 => service.subscribed(),
            11..14 => service.refund(),
            14 => service.fee(),
            15..17 => service.plan(),
            _ if service.balance.len() > 8 => service.payout(),
            _ => {}
        }
    }
    service.payout();
    service.events
}

impl Service {
    fn number(&mut self) -> i64 {
        self.numbers += 1;
        self.numbers
    }

    /// When the next event happens.
    fn now(&self) -> i64 {
        let number = self.events.len() + 1;
        let (day, second) = (number / A_DAY, number % A_DAY);
        BEFORE + i64::try_from(day * 86_400 + second).unwrap() + 1
    }

    fn tell(&mut self, kind: &str, object: Value) {
        let id = format!("evt_{}", self.events.len() + 1);
        let data = json!({ "object": object });
        self.events.push(json!({ "id": id, "type": kind, "created": self.now(), "data": data }));
    }

    fn customer(&mut self) -> Value {
        let number = self.choices.below(12);
        json!({
            "id": format!("cus_{number}"), "name": format!("Customer {number}"),
            "email": format!("customer-{number}@example.com"),
        })
    }

    fn moves(&mut self, kind: &str, source: &Value, net: i64) {
        self.balance.push(json!({ "type": kind, "source": source, "net": net }));
    }

    /// The object of a charge, with what the service keeps of it.
    fn charged(&mut self, amount: i64, invoice: Value) -> Value {
        let id = format!("ch_{}", self.number());
        let fee = amount * 29 / 1_000 + 30;
        let customer = self.customer();
        let charge = json!({
            "id": id, "created": self.now(), "customer": customer, "amount": amount, "invoice": invoice,
            "balance_transaction": { "fee": fee, "net": amount - fee },
        });
        self.moves("charge", &charge["id"], amount - fee);
        self.charges.push((charge.clone(), amount));
        charge
    }

    /// Something is bought.
    fn charge(&mut self) {
        let amount = self.choices.amount(50_000) + 100;
        let charge = self.charged(amount, Value::Null);
        self.tell("charge.succeeded", charge);
    }

    /// A subscription is paid: two events tell it, of the charge and of its invoice.
    fn subscribed(&mut self) {
        let count = self.choices.amount(3) + 1;
        let lines: Vec<Value> = (0..count)
            .map(|_| json!({ "quantity": self.choices.amount(4) + 1, "unit_amount": self.choices.amount(9_000) + 50 }))
            .collect();
        let amount = lines
            .iter()
            .map(|line| line["quantity"].as_i64().unwrap() * line["unit_amount"].as_i64().unwrap())
            .sum();
        let invoice = json!({ "id": format!("in_{}", self.number()), "lines": lines });
        let charge = self.charged(amount, invoice);
        self.tell("charge.succeeded", charge.clone());
        self.tell("invoice.paid", charge);
    }

    /// Some of a charge, or all of it, is paid back: goods that came back, or what was charged wrongly.
    fn refund(&mut self) {
        if self.charges.is_empty() {
            return;
        }
        let place = self.choices.place(self.charges.len());
        let left = self.charges[place].1;
        let amount =
            if self.choices.below(2) == 0 { left } else { self.choices.amount(left.unsigned_abs()) + 1 };
        let charge = self.charges[place].0.clone();
        if amount == left {
            self.charges.swap_remove(place);
        } else {
            self.charges[place].1 -= amount;
        }
        let reason = self.choices.of(&["requested_by_customer", "duplicate"]);
        let id = json!(format!("re_{}", self.number()));
        self.moves("refund", &id, -amount);
        self.tell(
            "charge.refunded",
            json!({ "id": id, "charge": charge, "amount": amount, "reason": reason }),
        );
    }

    /// What the service takes beside its share of charges.
    fn fee(&mut self) {
        let (id, amount) = (json!(format!("txn_{}", self.number())), self.choices.amount(2_000) + 1);
        self.moves("stripe_fee", &id, -amount);
        self.tell("stripe_fee.charged", json!({ "id": id, "amount": amount }));
    }

    /// A customer has another plan.
    fn plan(&mut self) {
        let (customer, plan) = (self.customer(), self.choices.of(&["basic", "plus", "pro"]));
        self.tell("customer.subscription.updated", json!({ "customer": customer, "plan": plan }));
    }

    /// The balance goes to the bank, or comes from there.
    fn payout(&mut self) {
        let covered = std::mem::take(&mut self.balance);
        let amount: i64 = covered.iter().map(|each| each["net"].as_i64().unwrap()).sum();
        let id = format!("po_{}", self.number());
        self.tell("payout.paid", json!({ "id": id, "amount": amount, "balance_transactions": covered }));
    }
}
