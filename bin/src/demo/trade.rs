//! A year of a shop that also works on account, in the chart `us-small-business`, day by day. The same year is always the
//! same trade.

use super::books::{Books, currency, draft, of_item, on, on_account, payment_of};
use super::goods::Range;
use super::people::{Habit, People};
use super::random::Random;
use anyhow::{Context, Result};
use partita_application::domain::document::{Document, DocumentKind, LineRequest};
use partita_application::domain::exchange_rate::ExchangeRate;
use partita_application::domain::exchange_rate_table::DatedRateDraft;
use partita_application::domain::id::{ContactId, DocumentId};
use partita_application::domain::payment::{ApplicationRequest, PaymentRequest};
use partita_application::exchange_rate;
use std::collections::BTreeMap;
use time::{Date, Duration, Month, Weekday};

/// How much busier than an average month each month is, in percent.
const SEASON: [i64; 12] = [82, 84, 93, 97, 102, 104, 95, 92, 101, 105, 115, 130];
/// What the card service keeps, in hundredths of a percent.
const CARD_FEE: i64 = 260;

/// Something of a document that will be paid.
pub(super) struct Due {
    kind: DocumentKind,
    document: DocumentId,
    amount: i64,
    discount: i64,
    write_off: i64,
    /// What is paid beyond it.
    beyond: i64,
    currency: &'static str,
}

/// A year of trade.
pub(super) struct Trade<'a> {
    pub(super) books: Books<'a>,
    pub(super) year: i32,
    pub(super) random: Random,
    pub(super) people: People,
    pub(super) range: Range,
    /// Who is no longer delivered to.
    pub(super) barred: Option<ContactId>,
    pub(super) card: i64,
    /// Federal, state, federal unemployment, state unemployment.
    pub(super) payroll: [i64; 4],
    dues: BTreeMap<Date, Vec<Due>>,
    rates: [(&'static str, i64); 2],
}

impl<'a> Trade<'a> {
    /// A company that has not traded yet: its accounts, its contacts and what it offers.
    pub(super) fn prepare(books: Books<'a>, year: i32) -> Result<Self> {
        let people = People::meet(&books)?;
        let range = Range::offer(&books)?;
        Ok(Self {
            books,
            year,
            random: Random::new(u64::from(year.unsigned_abs())),
            people,
            range,
            barred: None,
            card: 0,
            payroll: [0; 4],
            dues: BTreeMap::new(),
            rates: [("EUR", 1_084_000), ("GBP", 1_272_000)],
        })
    }

    /// Lives through the year.
    pub(super) fn live(&mut self) -> Result<()> {
        self.begin()?;
        for (month, season) in (1..=12).zip(SEASON) {
            let month = Month::try_from(month).context("a month")?;
            for day in 1..=month.length(self.year) {
                self.day_of(month, day, season)?;
            }
        }
        Ok(())
    }

    fn day_of(&mut self, month: Month, day: u8, season: i64) -> Result<()> {
        let date = Date::from_calendar_date(self.year, month, day)?;
        let is_first = date.ordinal() == 1;
        if is_first || date.weekday() == Weekday::Monday {
            self.publish_rates(date)?;
        }
        self.recur(date)?;
        // The shelves are filled on the third day for the first time.
        if date.ordinal() == 3 || date.ordinal() > 8 && matches!(day, 8 | 22) {
            self.restock(date)?;
        }
        if date.weekday() == Weekday::Saturday && day <= 28 && date.ordinal() > 3 {
            self.sell_in_the_shop(date, season)?;
        }
        if matches!(day, 5 | 12 | 18) {
            self.sell_on_account(date, season)?;
        }
        if matches!(day, 6 | 19) {
            self.sell_abroad(date)?;
        }
        self.overheads(date)?;
        self.one_offs(date)?;
        for due in self.dues.remove(&date).unwrap_or_default() {
            self.settle(date, &due)?;
        }
        Ok(())
    }

    /// What a foreign unit is worth: the rate of the week before, a little up or down.
    fn publish_rates(&mut self, date: Date) -> Result<()> {
        for i in 0..self.rates.len() {
            let step = self.random.between(-900, 900);
            let Some((code, rate)) = self.rates.get_mut(i) else { continue };
            *rate += *rate * step / 100_000;
            let draft = DatedRateDraft {
                external_id: None,
                from_currency: currency(code)?,
                date,
                rate: ExchangeRate::from_millionths(*rate)?,
                source: "manual".to_owned(),
            };
            exchange_rate::open(self.books.app, self.books.call, &draft)?;
        }
        Ok(())
    }

    /// Takes so many of some goods off the shelf, as far as they are there, and says so on a line.
    pub(super) fn take(
        &mut self,
        which: usize,
        wanted: i64,
        price: Option<i64>,
        tax: &str,
    ) -> Result<Option<LineRequest>> {
        let tax = self.books.tax(tax)?;
        let good = self.range.goods.get_mut(which).context("there are such goods")?;
        let pieces = wanted.min(good.on_hand);
        if pieces < 1 {
            return Ok(None);
        }
        good.on_hand -= pieces;
        Ok(Some(of_item(good.item, pieces, price, Some(tax))?))
    }

    /// A week in the shop, paid by card.
    fn sell_in_the_shop(&mut self, date: Date, season: i64) -> Result<()> {
        let mut lines = Vec::new();
        for which in 0..self.range.goods.len() {
            let (low, high) = self.range.goods.get(which).map_or((0, 0), |good| good.week);
            let pieces = (self.random.between(low, high) * season + 50) / 100;
            lines.extend(self.take(which, pieces, None, "CA")?);
        }
        let sold = draft(self.people.walk_in, date, lines);
        let sold = self.books.make(DocumentKind::Invoice, sold)?;
        let total = sold.totals.total;
        let request = PaymentRequest {
            method: Some("card".to_owned()),
            fee_amount: (total * CARD_FEE + 5_000) / 10_000,
            ..payment_of(date, total, vec![on(DocumentKind::Invoice, sold.id, total)])
        };
        self.books.pay(&request)?;
        Ok(())
    }

    /// An invoice to one of the customers, who pays as is its habit.
    fn sell_on_account(&mut self, date: Date, season: i64) -> Result<()> {
        let at = self.random.below(self.people.customers.len());
        let Some((customer, habit)) = self.people.customers.get(at).copied() else { return Ok(()) };
        if Some(customer) == self.barred {
            return Ok(());
        }
        // The school buys for resale and shows a certificate.
        let tax = if at == 2 { "SALES" } else { "CA" };
        let sold = self.order(customer, date, season, tax)?;
        self.expect(&sold, habit);
        Ok(())
    }

    /// What an office orders: two or three kinds of goods, and some work.
    pub(super) fn order(
        &mut self,
        customer: ContactId,
        date: Date,
        season: i64,
        tax: &str,
    ) -> Result<Document> {
        let count = self.range.goods.len();
        let first = self.random.below(count);
        let kinds = 2 + self.random.below(2);
        let mut lines = Vec::new();
        for which in (first..first + kinds).map(|which| which % count) {
            let (low, high) = self.range.goods.get(which).map_or((0, 0), |good| good.order);
            let pieces = (self.random.between(low, high) * season + 50) / 100;
            lines.extend(self.take(which, pieces, None, tax)?);
        }
        lines.push(of_item(self.range.advice, self.random.between(4, 20), None, None)?);
        if self.random.below(2) == 0 {
            lines.push(of_item(self.range.fitting, 1, None, None)?);
        }
        let mut sold = draft(customer, date, lines);
        sold.reference_number = Some(format!("PO-{}", self.random.between(1_000, 9_999)));
        self.books.make(DocumentKind::Invoice, sold)
    }

    /// Hotels abroad, in their own currencies and without tax.
    fn sell_abroad(&mut self, date: Date) -> Result<()> {
        let (customer, code, percent, kinds) = if date.day() == 6 {
            (self.people.hotel_abroad, "EUR", 95, [0, 1, 2])
        } else if u8::from(date.month()) % 2 == 0 {
            (self.people.rooms_abroad, "GBP", 82, [3, 4, 5])
        } else {
            return Ok(());
        };
        let mut lines = Vec::new();
        for which in kinds {
            let Some(good) = self.range.goods.get(which) else { continue };
            let (price, (low, high)) = (good.price * percent / 100, good.order);
            let pieces = self.random.between(low, high);
            lines.extend(self.take(which, pieces, Some(price), "SALES")?);
        }
        if lines.is_empty() {
            return Ok(());
        }
        let sold = self.books.make(DocumentKind::Invoice, draft(customer, date, lines))?;
        let paid = date + Duration::days(self.random.between(16, 34));
        self.due(paid, whole(&sold, code));
        Ok(())
    }

    /// Notes when and how a customer will pay an invoice.
    pub(super) fn expect(&mut self, sold: &Document, habit: Habit) {
        let (date, all) = (sold.date, whole(sold, "USD"));
        let total = all.amount;
        let days = |days: i64| date + Duration::days(days);
        match habit {
            Habit::OnTime => {
                let cents = self.random.between(-400, 400);
                let paid = days(self.random.between(18, 33));
                // Some forget cents, some round up, most do neither.
                let due = match cents {
                    -400..=-301 => Due { amount: total - 37, write_off: 37, ..all },
                    301..=400 => Due { beyond: 10_000, ..all },
                    _ => all,
                };
                self.due(paid, due);
            }
            Habit::Early => {
                let discount = total * 2 / 100;
                let paid = days(self.random.between(5, 10));
                self.due(paid, Due { amount: total - discount, discount, ..all });
            }
            Habit::InParts => {
                let part = total * 60 / 100;
                let first = days(self.random.between(25, 35));
                let rest = Due { amount: total - part, ..whole(sold, "USD") };
                self.due(first, Due { amount: part, ..all });
                self.due(first + Duration::days(21), rest);
            }
            Habit::Late => {
                let paid = days(self.random.between(70, 110));
                self.due(paid, all);
            }
        }
    }

    pub(super) fn due(&mut self, date: Date, due: Due) {
        self.dues.entry(date).or_default().push(due);
    }

    fn settle(&mut self, date: Date, due: &Due) -> Result<()> {
        let application = ApplicationRequest {
            discount: due.discount,
            write_off: due.write_off,
            ..on(due.kind, due.document, due.amount)
        };
        let account_id = match due.currency {
            "EUR" => Some(self.books.account("1030")?),
            "GBP" => Some(self.books.account("1040")?),
            _ => None,
        };
        let payment = payment_of(date, due.amount + due.beyond, vec![application]);
        self.books.pay(&PaymentRequest { account_id, ..payment })?;
        Ok(())
    }

    /// Orders from each supplier what is missing on the shelves.
    fn restock(&mut self, date: Date) -> Result<()> {
        for (at, supplier) in self.people.suppliers.clone().into_iter().enumerate() {
            let mut lines = Vec::new();
            let mut net = 0;
            for good in self.range.goods.iter_mut().filter(|good| good.supplier == at) {
                let missing = good.target - good.on_hand;
                if missing * 4 < good.target {
                    continue;
                }
                // Prices move a little from order to order.
                let cost = good.cost * self.random.between(97, 104) / 100;
                lines.push(of_item(good.item, missing, Some(cost), None)?);
                good.on_hand += missing;
                net += missing * cost;
            }
            if lines.is_empty() {
                continue;
            }
            let is_abroad = at == 2;
            if !is_abroad {
                let freight = net * self.random.between(1, 3) / 100;
                lines.push(on_account("5100", "Freight", freight, None)?);
            }
            let mut bought = draft(supplier, date, lines);
            bought.reference_number = Some(format!("{}-{}", 1 + at, self.random.between(10_000, 99_999)));
            let bought = self.books.make(DocumentKind::Bill, bought)?;
            let all = whole(&bought, if is_abroad { "EUR" } else { "USD" });
            match at {
                // The candle maker gives 2 % for paying within ten days.
                3 => {
                    let discount = all.amount * 2 / 100;
                    let amount = all.amount - discount;
                    self.due(date + Duration::days(9), Due { amount, discount, ..all });
                }
                2 => self.due(date + Duration::days(45), all),
                _ => self.due(date + Duration::days(29), all),
            }
        }
        Ok(())
    }
}

/// A document that is paid as a whole.
pub(super) fn whole(document: &Document, currency: &'static str) -> Due {
    Due {
        kind: document.kind,
        document: document.id,
        amount: document.open,
        discount: 0,
        write_off: 0,
        beyond: 0,
        currency,
    }
}
