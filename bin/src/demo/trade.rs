//! A year of a shop that also works on account, in the chart `us-small-business`. The same year is always the same trade.

use anyhow::{Context, Result};
use partita_application::domain::journal_entry::{AccountRef, Dimensions, EntryDraft, LineDraft};
use partita_application::domain::metadata::Metadata;
use time::{Date, Duration, Month, Weekday};

const CUSTOMERS: [&str; 8] = [
    "Alder & Pine Interiors",
    "Bluebird Café",
    "Cedar Hill School",
    "Delta Dental",
    "Eastgate Fitness",
    "Foxglove Florists",
    "Granite State Brewing",
    "Harbor Hotel",
];
const SUPPLIERS: [&str; 4] = ["Northwind Wholesale", "Lakeside Imports", "Summit Supply", "Union Paper"];
const CARD_PURCHASES: [(&str, &str, i64, i64); 5] = [
    ("6100", "Office supplies", 4_000, 22_000),
    ("6000", "Online advertising", 20_000, 65_000),
    ("6090", "Client lunch", 3_500, 14_000),
    ("6360", "Train and hotel", 12_000, 48_000),
    ("6380", "Fuel and parking", 4_500, 16_000),
];
/// How much busier than an average month each month is, in percent.
const SEASON: [i64; 12] = [82, 84, 93, 97, 102, 104, 95, 92, 101, 105, 115, 130];
/// Sales tax in hundredths of a percent.
const SALES_TAX: i64 = 825;
/// What the shelves should hold, and what goods cost in percent of their price.
const STOCK: i64 = 3_200_000;
const COST: i64 = 46;

/// The entries of a year by date.
pub(super) fn year(year: i32) -> Result<Vec<EntryDraft>> {
    let mut trade = Trade {
        year,
        random: u64::from(year.unsigned_abs()),
        stock: 0,
        sales_tax: 0,
        card: 0,
        payroll: [0; 4],
        entries: Vec::new(),
    };
    trade.begin()?;
    for (month, season) in (1..=12).zip(SEASON) {
        trade.month(Month::try_from(month).context("a month")?, season)?;
    }
    trade.end()?;
    let mut entries = trade.entries;
    entries.sort_by_key(|entry| entry.date);
    for (i, entry) in entries.iter_mut().enumerate() {
        entry.external_id = Some(format!("demo-{year}-{:04}", i + 1));
    }
    Ok(entries)
}

struct Trade {
    year: i32,
    random: u64,
    stock: i64,
    sales_tax: i64,
    card: i64,
    /// Federal, state, federal unemployment, state unemployment.
    payroll: [i64; 4],
    entries: Vec<EntryDraft>,
}

impl Trade {
    fn begin(&mut self) -> Result<()> {
        let first = self.day(Month::January, 2)?;
        self.enter(first, "transfer", "Owner's contribution", &[("1000", 9_000_000), ("3100", -9_000_000)]);
        self.enter(first, "transfer", "Bank loan", &[("1000", 4_000_000), ("2700", -4_000_000)]);
        let later = self.day(Month::January, 3)?;
        self.enter(later, "purchase", "Shop fittings", &[("1510", 1_680_000), ("1000", -1_680_000)]);
        self.enter(later, "purchase", "Computers and tills", &[("1520", 1_240_000), ("1000", -1_240_000)]);
        self.enter(later, "payment", "Deposit for the shop", &[("1700", 480_000), ("1000", -480_000)]);
        self.enter(later, "payment", "Insurance for the year", &[("1300", 600_000), ("1000", -600_000)]);
        for _ in 0..2 {
            self.buy_goods(later, STOCK / 2)?;
        }
        Ok(())
    }

    fn month(&mut self, month: Month, season: i64) -> Result<()> {
        let last = self.day(month, month.length(self.year))?;
        let day = |day: u8| Date::from_calendar_date(self.year, month, day);
        let (d1, d4, d5, d8, d10) = (day(1)?, day(4)?, day(5)?, day(8)?, day(10)?);
        let (d12, d15, d18, d20, d22, d25) = (day(12)?, day(15)?, day(18)?, day(20)?, day(22)?, day(25)?);

        self.pay(d1, "Rent of the shop", &[("6320", 320_000)]);
        self.charge(d4, "6340", "Software subscriptions", 38_900);
        if month != Month::January {
            self.pay_payroll_taxes(d10);
            self.pay_sales_tax(d20);
        }
        self.restock(d8)?;
        self.restock(d22)?;
        let mut saturday = d1;
        while saturday <= last {
            if saturday.weekday() == Weekday::Saturday && saturday.day() <= 28 {
                self.sell_in_the_shop(saturday, season);
            }
            saturday += Duration::DAY;
        }
        for issued in [d5, d12, d18] {
            self.invoice(issued, season)?;
        }
        self.pay_wages(d15);
        self.pay_wages(last);
        let (power, phone) = (self.between(24_000, 46_000), self.between(14_000, 17_000));
        self.pay(d18, "Electricity, telephone and internet", &[("6370", power), ("6350", phone)]);
        for bought in [d12, d20] {
            let purchase = CARD_PURCHASES.get(self.below(CARD_PURCHASES.len())).copied();
            if let Some((account, memo, low, high)) = purchase {
                let amount = self.between(low, high);
                self.charge(bought, account, memo, amount);
            }
        }
        self.pay_card(d25);
        let interest = 25_000 - i64::from(u8::from(month)) * 450;
        self.pay(d25, "Loan instalment", &[("2700", 75_000 - interest), ("8000", interest)]);
        self.pay(d25, "Owner's draw", &[("3200", 150_000)]);
        let fee = self.between(2_500, 6_000);
        self.pay(last, "Account fee", &[("6010", fee)]);
        let lines = [("6040", 49_000), ("1590", -49_000), ("6060", 50_000), ("1300", -50_000)];
        self.enter(last, "adjustment", "Depreciation and insurance of the month", &lines);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let returned = self.day(Month::November, 19)?;
        let (net, tax) = (42_000, sales_tax(42_000));
        self.sales_tax -= tax;
        let lines = [("4800", net), ("2200", tax), ("1000", -(net + tax))];
        self.enter(returned, "refund", "Goods returned by a customer", &lines);
        let last = self.day(Month::December, 31)?;
        let lines = [("5300", 18_400), ("1200", -18_400)];
        self.enter(last, "adjustment", "Difference found by the stock count", &lines);
        Ok(())
    }

    fn sell_in_the_shop(&mut self, date: Date, season: i64) {
        let net = self.between(420_000, 610_000) * season / 100;
        let (tax, cost) = (sales_tax(net), net * COST / 100);
        self.sales_tax += tax;
        self.stock -= cost;
        let lines = [("1000", net + tax), ("4000", -net), ("2200", -tax), ("5000", cost), ("1200", -cost)];
        self.enter(date, "sale", "Shop sales of the week", &lines);
    }

    /// An invoice, and its payment some weeks later if that is still in the year.
    fn invoice(&mut self, date: Date, season: i64) -> Result<()> {
        let customer = CUSTOMERS.get(self.below(CUSTOMERS.len())).copied().unwrap_or_default();
        let goods = self.between(150_000, 420_000) * season / 100;
        let service = self.between(60_000, 240_000);
        let (tax, cost) = (sales_tax(goods), goods * COST / 100);
        self.sales_tax += tax;
        self.stock -= cost;
        let due = goods + service + tax;
        let lines = [
            ("1100", due),
            ("4000", -goods),
            ("4100", -service),
            ("2200", -tax),
            ("5000", cost),
            ("1200", -cost),
        ];
        let number = self.enter(date, "invoice", &format!("Invoice to {customer}"), &lines);
        let paid = date + Duration::days(self.between(18, 42));
        if paid.year() == self.year {
            let memo = format!("Payment of invoice {number} by {customer}");
            self.enter(paid, "payment", &memo, &[("1000", due), ("1100", -due)]);
        }
        Ok(())
    }

    /// Buys half of what is missing on the shelves.
    fn restock(&mut self, date: Date) -> Result<()> {
        let missing = (STOCK - self.stock).max(0);
        let amount = missing * self.between(60, 75) / 100;
        if amount > 0 { self.buy_goods(date, amount) } else { Ok(()) }
    }

    /// A supplier's bill, and its payment thirty days later if that is still in the year.
    fn buy_goods(&mut self, date: Date, amount: i64) -> Result<()> {
        let supplier = SUPPLIERS.get(self.below(SUPPLIERS.len())).copied().unwrap_or_default();
        let freight = amount * self.between(1, 3) / 100;
        self.stock += amount;
        let lines = [("1200", amount), ("5100", freight), ("2000", -(amount + freight))];
        let number = self.enter(date, "bill", &format!("Goods from {supplier}"), &lines);
        let paid = date + Duration::days(30);
        if paid.year() == self.year {
            let memo = format!("Payment of bill {number} of {supplier}");
            self.pay(paid, &memo, &[("2000", amount + freight)]);
        }
        Ok(())
    }

    fn pay_wages(&mut self, date: Date) {
        let gross = 580_000 + self.between(0, 3) * 12_000;
        let (withheld, state) = (gross * 1_790 / 10_000, gross * 420 / 10_000);
        let (employer, unemployment) = (gross * 765 / 10_000, [gross * 60 / 10_000, gross * 270 / 10_000]);
        let net = gross - withheld - state;
        let lines = [
            ("6200", gross),
            ("6210", employer + unemployment[0] + unemployment[1]),
            ("2310", -(withheld + employer)),
            ("2320", -state),
            ("2330", -unemployment[0]),
            ("2340", -unemployment[1]),
            ("1000", -net),
        ];
        self.enter(date, "payroll", "Wages of three employees", &lines);
        let added = [withheld + employer, state, unemployment[0], unemployment[1]];
        for (owed, added) in self.payroll.iter_mut().zip(added) {
            *owed += added;
        }
    }

    fn pay_payroll_taxes(&mut self, date: Date) {
        let [federal, state, futa, suta] = std::mem::take(&mut self.payroll);
        let lines = [("2310", federal), ("2320", state), ("2330", futa), ("2340", suta)];
        self.pay(date, "Payroll taxes of last month", &lines);
    }

    /// Pays what was collected up to now, but for a few days: the shop goes on selling before the twentieth.
    fn pay_sales_tax(&mut self, date: Date) {
        let amount = std::mem::take(&mut self.sales_tax);
        self.pay(date, "Sales tax", &[("2200", amount)]);
    }

    fn charge(&mut self, date: Date, account: &'static str, memo: &str, amount: i64) {
        self.card += amount;
        self.enter(date, "purchase", memo, &[(account, amount), ("2100", -amount)]);
    }

    /// Pays most of the card, as a statement that was closed some days ago asks for.
    fn pay_card(&mut self, date: Date) {
        let amount = self.card * 4 / 5;
        self.card -= amount;
        self.pay(date, "Credit card statement", &[("2100", amount)]);
    }

    /// Pays from the bank account.
    fn pay(&mut self, date: Date, memo: &str, debits: &[(&'static str, i64)]) {
        let total: i64 = debits.iter().map(|(_, amount)| amount).sum();
        let lines: Vec<_> = debits.iter().copied().chain([("1000", -total)]).collect();
        self.enter(date, "payment", memo, &lines);
    }

    /// Adds an entry and answers its reference number. Debits are above zero, credits below.
    fn enter(&mut self, date: Date, kind: &str, memo: &str, lines: &[(&'static str, i64)]) -> String {
        let reference = format!(
            "{}-{:04}",
            kind.to_uppercase().chars().take(3).collect::<String>(),
            self.entries.len() + 1
        );
        self.entries.push(EntryDraft {
            external_id: None,
            date,
            transaction_type: Some(kind.to_owned()),
            source_id: None,
            memo: Some(memo.to_owned()),
            reference_number: Some(reference.clone()),
            currency: None,
            exchange_rate: None,
            adjustment_period: None,
            metadata: Metadata::default(),
            lines: lines.iter().filter(|(_, amount)| *amount != 0).map(line).collect(),
            override_closed_period: None,
        });
        reference
    }

    fn day(&self, month: Month, day: u8) -> Result<Date> {
        Ok(Date::from_calendar_date(self.year, month, day)?)
    }

    /// A number from `low` to `high` (splitmix64).
    fn between(&mut self, low: i64, high: i64) -> i64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let width = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from((mixed ^ (mixed >> 31)) % width).unwrap_or_default()
    }

    fn below(&mut self, count: usize) -> usize {
        let last = i64::try_from(count).unwrap_or(1) - 1;
        usize::try_from(self.between(0, last)).unwrap_or_default()
    }
}

fn line(&(number, amount): &(&'static str, i64)) -> LineDraft {
    LineDraft {
        account: AccountRef::Number(number.to_owned()),
        debit: amount.max(0),
        credit: (-amount).max(0),
        base_debit: None,
        base_credit: None,
        description: None,
        dimensions: Dimensions::default(),
    }
}

fn sales_tax(net: i64) -> i64 {
    (net * SALES_TAX + 5_000) / 10_000
}
