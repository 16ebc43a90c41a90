//! What a company pays whether it sells or not.

use super::books::{draft, entry, on_account};
use super::trade::{Trade, whole};
use anyhow::{Context, Result};
use partita_application::domain::document::DocumentKind;
use partita_application::domain::id::DocumentId;
use partita_application::domain::metadata::Metadata;
use partita_application::domain::recurring::{Frequency, RecurringDraft, RecurringKind, RecurringPayload};
use partita_application::{document, recurring, tax_entry};
use time::{Date, Duration, Month};

const CARD_PURCHASES: [(&str, &str, i64, i64); 4] = [
    ("6000", "Online advertising", 20_000, 65_000),
    ("6090", "Client lunch", 3_500, 14_000),
    ("6360", "Train and hotel", 12_000, 48_000),
    ("6380", "Fuel and parking", 4_500, 16_000),
];

impl Trade<'_> {
    /// The first days: capital, loan, fittings, and what will recur.
    pub(super) fn begin(&mut self) -> Result<()> {
        let first = self.day(Month::January, 1)?;
        let last = self.day(Month::December, 31)?;
        let year = self.year;
        let rent = on_account("6320", "Rent of the shop", 320_000, None)?;
        let worn = [("6040", 49_000), ("1590", -49_000), ("6060", 50_000), ("1300", -50_000)];
        let worn = entry(first, "adjustment", "Depreciation and insurance of the month", &worn);
        let month_end = self.day(Month::January, 31)?;
        let templates = [
            (
                "Rent of the shop",
                first,
                RecurringPayload::Bill(draft(self.people.landlord, first, vec![rent])),
            ),
            ("Depreciation and insurance", month_end, RecurringPayload::JournalEntry(worn)),
        ];
        for (name, start_date, payload) in templates {
            let template = RecurringDraft {
                external_id: None,
                name: format!("{name}, {year}"),
                payload,
                frequency: Frequency::Monthly,
                start_date,
                // Nobody wants bills of later years from a demo.
                end_date: Some(last),
                remaining_occurrences: None,
                auto_post: true,
                is_active: true,
                metadata: Metadata::default(),
            };
            recurring::make(self.books.app, self.books.call, &template)?;
        }
        Ok(())
    }

    /// Makes what recurs on a day, and pays the rent some days later.
    pub(super) fn recur(&mut self, date: Date) -> Result<()> {
        let is_last = date.day() == date.month().length(self.year);
        if date.day() != 1 && !is_last {
            return Ok(());
        }
        let run = recurring::run(self.books.app, self.books.call, Some(date))?.value;
        for made in run.templates {
            for occurrence in made.made {
                if made.kind == RecurringKind::Bill {
                    self.books.documents += 1;
                    let id = DocumentId(occurrence.resource_id);
                    let bill = document::find(self.books.app, self.books.call, DocumentKind::Bill, id)?;
                    self.due(date + Duration::days(4), whole(&bill, "USD"));
                } else {
                    self.books.entries += 1;
                }
            }
        }
        Ok(())
    }

    pub(super) fn overheads(&mut self, date: Date) -> Result<()> {
        let last = date.month().length(self.year);
        let is_january = date.month() == Month::January;
        match date.day() {
            2 if is_january => {
                let capital = [("1000", 9_000_000), ("3100", -9_000_000)];
                self.books.enter(date, "transfer", "Owner's contribution", &capital)?;
                self.books.enter(
                    date,
                    "transfer",
                    "Bank loan",
                    &[("1000", 4_000_000), ("2700", -4_000_000)],
                )?;
                self.pay(date, "Shop fittings", &[("1510", 1_680_000)])?;
                self.pay(date, "Deposit for the shop", &[("1700", 480_000)])?;
                self.pay(date, "Insurance for the year", &[("1300", 600_000)])?;
            }
            // Out of state without sales tax, so use tax is due.
            3 if is_january => {
                let tills =
                    on_account("1520", "Computers and tills", 1_240_000, Some(self.books.tax("CA-USE")?))?;
                let bill =
                    draft(self.people.suppliers.get(1).copied().context("a supplier")?, date, vec![tills]);
                let bill = self.books.make(DocumentKind::Bill, bill)?;
                self.due(date + Duration::days(30), whole(&bill, "USD"));
            }
            4 => self.charge(date, "6340", "Software subscriptions", 38_900)?,
            10 if !is_january => self.pay_payroll_taxes(date)?,
            12 | 20 => {
                if date.day() == 20 && !is_january {
                    self.pay_sales_tax(date)?;
                }
                let purchase = CARD_PURCHASES.get(self.random.below(CARD_PURCHASES.len())).copied();
                if let Some((account, memo, low, high)) = purchase {
                    let amount = self.random.between(low, high);
                    self.charge(date, account, memo, amount)?;
                }
            }
            14 => self.buy_power(date)?,
            15 => self.pay_wages(date)?,
            16 => {
                let stationery = self.random.between(4_000, 22_000);
                self.charge(date, "6100", "Office supplies", stationery)?;
            }
            25 => {
                self.pay_card(date)?;
                let interest = 25_000 - i64::from(u8::from(date.month())) * 450;
                self.pay(date, "Loan instalment", &[("2700", 75_000 - interest), ("8000", interest)])?;
                self.pay(date, "Owner's draw", &[("3200", 150_000)])?;
            }
            day if day == last => {
                self.pay_wages(date)?;
                let fee = self.random.between(2_500, 6_000);
                self.pay(date, "Account fee", &[("6010", fee)])?;
            }
            _ => {}
        }
        Ok(())
    }

    fn buy_power(&mut self, date: Date) -> Result<()> {
        let (power, phone) = (self.random.between(24_000, 46_000), self.random.between(14_000, 17_000));
        let lines = vec![
            on_account("6370", "Electricity", power, None)?,
            on_account("6350", "Telephone and internet", phone, None)?,
        ];
        let bill = self.books.make(DocumentKind::Bill, draft(self.people.utility, date, lines))?;
        self.due(date + Duration::days(18), whole(&bill, "USD"));
        Ok(())
    }

    fn pay_wages(&mut self, date: Date) -> Result<()> {
        let gross = 580_000 + self.random.between(0, 3) * 12_000;
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
        let added = [withheld + employer, state, unemployment[0], unemployment[1]];
        for (owed, added) in self.payroll.iter_mut().zip(added) {
            *owed += added;
        }
        self.books.enter(date, "payroll", "Wages of three employees", &lines)
    }

    fn pay_payroll_taxes(&mut self, date: Date) -> Result<()> {
        let [federal, state, futa, suta] = std::mem::take(&mut self.payroll);
        let lines = [("2310", federal), ("2320", state), ("2330", futa), ("2340", suta)];
        self.pay(date, "Payroll taxes of last month", &lines)
    }

    /// Pays what the return of last month says.
    fn pay_sales_tax(&mut self, date: Date) -> Result<()> {
        let to = date.replace_day(1)? - Duration::DAY;
        let filed = tax_entry::summary(self.books.app, self.books.call, to.replace_day(1)?, to)?;
        self.pay(
            date,
            "Sales and use tax of last month",
            &[("2200", filed.summary.owed - filed.summary.claimed)],
        )
    }

    fn charge(&mut self, date: Date, account: &'static str, memo: &str, amount: i64) -> Result<()> {
        self.card += amount;
        self.books.enter(date, "purchase", memo, &[(account, amount), ("2100", -amount)])
    }

    /// Pays most of the card, as a statement that was closed some days ago asks for.
    fn pay_card(&mut self, date: Date) -> Result<()> {
        let amount = self.card * 4 / 5;
        self.card -= amount;
        self.pay(date, "Credit card statement", &[("2100", amount)])
    }

    /// Pays from the bank account.
    fn pay(&mut self, date: Date, memo: &str, debits: &[(&'static str, i64)]) -> Result<()> {
        let total: i64 = debits.iter().map(|(_, amount)| amount).sum();
        let lines: Vec<_> = debits.iter().copied().chain([("1000", -total)]).collect();
        self.books.enter(date, "payment", memo, &lines)
    }

    pub(super) fn day(&self, month: Month, day: u8) -> Result<Date> {
        Ok(Date::from_calendar_date(self.year, month, day)?)
    }
}
