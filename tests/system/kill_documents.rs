//! kill -9 while documents are posted and paid: each is there with its entry, its stock and what is open of it, or not at
//! all.

use super::load::{Draft, Outcome, Poster, random};
use partita_tests::binary::{Service, found, run};
use partita_tests::client::Client;
use partita_tests::postgres::Cluster;
use partita_tests::sql::Directory;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

const CLIENTS: usize = 4;
const RESOURCES: [&str; 2] = ["invoices", "payments/apply"];

#[test]
fn documents_are_kept_whole_on_sqlite() {
    let directory = Directory::fresh();
    trial(&directory.url(), 6);
}

#[test]
fn documents_are_kept_whole_on_postgresql() {
    let Some(cluster) = Cluster::start(true) else { return };
    trial(&cluster.create_database(), 4);
}

fn trial(url: &str, rounds: usize) {
    let founded = found(url, "us-small-business");
    let mut service = Service::start(url);
    let shop = Shop::open(&service.client().with_key(&founded.key));
    let mut acknowledged = 0;
    for round in 0..rounds {
        let clients = load_and_kill(&mut service, &founded.key, &shop, round);
        service = Service::start(url);
        let posters = RESOURCES.map(|resource| Poster::at(service.address, &founded.key, resource));
        for Sent { kept, doubtful } in clients {
            acknowledged += kept.len();
            for (which, draft, answer) in kept {
                let (again, replayed) = posters[which].post(&draft).acknowledged();
                assert!(replayed, "posted anew: {again}");
                assert_eq!(again["id"], answer["id"]);
            }
            let (which, draft) = doubtful;
            let _ = posters[which].post(&draft).acknowledged();
        }
        check(&service.client().with_key(&founded.key));
    }
    service.stop();
    let said = run(url, &["verify"]).ok();
    assert!(said.contains("sound:"), "{said}");
    assert!(acknowledged > 0);
}

/// What a client was promised, and what had no answer; each with the place of its resource.
struct Sent {
    kept: Vec<(usize, Draft, Value)>,
    doubtful: (usize, Draft),
}

fn load_and_kill(service: &mut Service, key: &str, shop: &Shop, round: usize) -> Vec<Sent> {
    let address = service.address;
    let (told, acknowledged) = mpsc::channel();
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let told = told.clone();
                scope.spawn(move || sell_until_lost(address, key, shop, &format!("{round}/{client}"), &told))
            })
            .collect();
        drop(told);
        acknowledged.recv().expect("a first document before the end");
        std::thread::sleep(Duration::from_millis(20 + random(200)));
        service.program.kill9();
        clients.into_iter().map(|client| client.join().expect("a client")).collect()
    })
}

/// Sells something and lets it be paid, again and again until there is no answer.
fn sell_until_lost(
    address: SocketAddr,
    key: &str,
    shop: &Shop,
    client: &str,
    told: &mpsc::Sender<()>,
) -> Sent {
    let posters = RESOURCES.map(|resource| Poster::at(address, key, resource));
    let mut kept: Vec<(usize, Draft, Value)> = Vec::new();
    for number in 0.. {
        let which = number % 2;
        let external_id = format!("{client}/{number}");
        let body = match kept.last() {
            Some((0, _, invoice)) => json!({ "external_id": external_id, "date": "2026-03-31",
                "amount": invoice["total"],
                "applications": [{ "invoice_id": invoice["id"], "amount": invoice["total"] }] }),
            _ => shop.invoice(&external_id, number / 2),
        };
        let draft = Draft { external_id, body };
        match posters[which].post(&draft) {
            Outcome::Acknowledged { entry, .. } => {
                kept.push((which, draft, entry));
                let _ = told.send(());
            }
            Outcome::Lost => return Sent { kept, doubtful: (which, draft) },
            refused => panic!("{refused:?}"),
        }
    }
    unreachable!("there is always a next number")
}

/// Who buys, and what.
struct Shop {
    customer: Value,
    tax: Value,
    items: [Value; 2],
}

impl Shop {
    fn open(client: &Client) -> Self {
        let account = |number: &str| {
            client.get(&format!("/accounts?number={number}")).expect(200).data()[0]["id"].clone()
        };
        let made = |path: &str, body: &Value| client.post(path, body).expect(201).data()["id"].clone();
        let contact = json!({ "contact_type": ["customer", "vendor"], "display_name": "Everybody" });
        let customer = made("/contacts", &contact);
        let items = ["fifo", "average"].map(|method| {
            made(
                "/items",
                &json!({ "name": method, "item_type": "inventory", "cost_method": method, "sales_price": 777,
                    "income_account_id": account("4000"), "expense_account_id": account("5000"),
                    "asset_account_id": account("1200") }),
            )
        });
        let lines = items
            .each_ref()
            .map(|item| json!({ "item_id": item, "quantity": 1_000_000, "unit_price_decimal": "33.333" }));
        made("/bills", &json!({ "vendor_id": customer, "date": "2026-01-01", "lines": lines }));
        let tax = client.get("/tax-codes?q=CA").expect(200).data()[0]["id"].clone();
        Self { customer, tax, items }
    }

    fn invoice(&self, external_id: &str, number: usize) -> Value {
        json!({ "external_id": external_id, "customer_id": self.customer, "date": "2026-03-31",
            "lines": [{ "item_id": self.items[number % 2], "quantity": "1.5", "tax_code_id": self.tax }] })
    }
}

/// What is open and what is in stock are what the ledger says.
fn check(client: &Client) {
    for path in [
        "/reports/ar-aging?as_of=2026-12-31",
        "/reports/ap-aging?as_of=2026-12-31",
        "/reports/inventory-valuation?as_of=2026-12-31",
    ] {
        let report = client.get(path).expect(200);
        for account in report.data()["accounts"].as_array().expect("accounts") {
            assert_eq!(account["difference"], 0, "{path}: {account}");
        }
    }
}
