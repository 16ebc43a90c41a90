//! What happens now and then: offers, returns, deposits, mistakes, and customers who do not pay.

use super::books::{applied, draft, of_item, on, on_account, payment_of, refund};
use super::people::Habit;
use super::trade::Trade;
use anyhow::{Context, Result};
use partita_application::document::{self, Conversion, VoidDraft};
use partita_application::domain::document::{Document, DocumentDraft, DocumentKind, LineRequest};
use partita_application::domain::id::{AccountId, ContactId, ItemId};
use partita_application::domain::payment::{OpenItemRef, PaymentDirection, PaymentRequest, ReleaseRequest};
use partita_application::domain::quantity::Quantity;
use partita_application::inventory::{self, AdjustmentDraft, QuantityChange};
use partita_application::journal_entry::{self, PostingMode, ReversalDraft};
use partita_application::page::Page;
use partita_application::payment;
use partita_application::ports::StockFilter;
use time::{Date, Duration, Month};

// The places of customers and goods in their lists.
const ALDER: usize = 0;
const BLUEBIRD: usize = 1;
const EASTGATE: usize = 4;
const FOXGLOVE: usize = 5;
const GRANITE: usize = 6;
const HARBOR: usize = 7;
const SHELF: usize = 0;
const LAMP: usize = 1;
const RUG: usize = 2;
const CANDLE: usize = 4;
const MUG: usize = 5;

impl Trade<'_> {
    pub(super) fn one_offs(&mut self, date: Date) -> Result<()> {
        match (date.month(), date.day()) {
            (Month::February, 2) => self.learn_of_freight(date),
            (Month::February, 10) => self.offer_and_sell(date),
            (Month::March, 3) => self.offer_in_vain(date),
            (Month::March, 9) => self.take_back_before_payment(date),
            (Month::March, 31) => self.adjust(date, MUG, -2, "Broken in the warehouse"),
            (Month::April, 24) => self.send_back(date),
            (Month::May, 11) => self.take_back_after_payment(date),
            (Month::June, 11) => self.void_an_invoice(date),
            (Month::June, 30) => self.adjust(date, CANDLE, -3, "Difference found by the stock count"),
            (Month::July, 9) => self.take_a_deposit(date),
            (Month::August, 3) => self.sell_in_dispute(date),
            (Month::August, 6) => self.correct_a_mistake(date),
            (Month::August, 12) => self.sell_to_the_insolvent(date),
            (Month::September, 3) => self.sell(date, GRANITE, 100).map(drop),
            (Month::September, 8) => self.take_a_bad_cheque(date),
            (Month::October, 5) => self.prepay_the_carpenter(date),
            (Month::December, 10) => self.offer(date, HARBOR, None).map(drop),
            (Month::December, 31) => self.adjust(date, CANDLE, 2, "Difference found by the stock count"),
            _ => Ok(()),
        }
    }

    fn customer(&self, which: usize) -> Result<ContactId> {
        self.people.customers.get(which).map(|(id, _)| *id).context("a customer")
    }

    fn item(&self, which: usize) -> Result<ItemId> {
        self.range.goods.get(which).map(|good| good.item).context("goods")
    }

    fn sell(&mut self, date: Date, which: usize, season: i64) -> Result<Document> {
        let customer = self.customer(which)?;
        self.order(customer, date, season, "CA")
    }

    /// Two lamps and a day of work, as a document of a kind says.
    fn small_order(&mut self, date: Date, which: usize) -> Result<DocumentDraft> {
        let advice = of_item(self.range.advice, 8, None, None)?;
        let lines: Vec<LineRequest> = self.take(LAMP, 2, None, "CA")?.into_iter().chain([advice]).collect();
        Ok(draft(self.customer(which)?, date, lines))
    }

    /// An offer, sent unless it ran out meanwhile. Goods stay on the shelf until it is accepted.
    fn offer(&mut self, date: Date, which: usize, until: Option<Date>) -> Result<Document> {
        let shelves = of_item(self.item(SHELF)?, 6, None, Some(self.books.tax("CA")?))?;
        let lines = vec![shelves, of_item(self.range.fitting, 2, None, None)?];
        let mut offered = draft(self.customer(which)?, date, lines);
        offered.due_date = until;
        offered.memo = Some("Delivery within two weeks.".to_owned());
        let offered = self.books.make(DocumentKind::Estimate, offered)?;
        if until.is_some() {
            return Ok(offered);
        }
        Ok(document::send(self.books.app, self.books.call, offered.id, None)?.value)
    }

    fn offer_and_sell(&mut self, date: Date) -> Result<()> {
        let offered = self.offer(date, ALDER, None)?;
        document::accept(self.books.app, self.books.call, offered.id, None)?;
        // The shelves of the offer leave now.
        self.take(SHELF, 6, None, "CA")?;
        let conversion =
            Conversion { date: Some(date + Duration::days(2)), post: true, ..Conversion::default() };
        let sold = document::convert(self.books.app, self.books.call, offered.id, &conversion)?;
        self.books.documents += 1;
        self.expect(&sold.value.document, Habit::Early);
        Ok(())
    }

    fn offer_in_vain(&mut self, date: Date) -> Result<()> {
        let offered = self.offer(date, BLUEBIRD, None)?;
        document::decline(self.books.app, self.books.call, offered.id, None)?;
        self.offer(date, FOXGLOVE, Some(date + Duration::days(30)))?;
        Ok(())
    }

    /// A credit note for two lamps of an invoice.
    fn take_back_lamps(&mut self, sold: &Document, date: Date) -> Result<Document> {
        let mut back = draft(
            sold.contact_id,
            date,
            vec![of_item(self.item(LAMP)?, 2, None, Some(self.books.tax("CA")?))?],
        );
        back.corrects_id = Some(sold.id);
        back.memo = Some("Two lamps came back.".to_owned());
        if let Some(lamp) = self.range.goods.get_mut(LAMP) {
            lamp.on_hand += 2;
        }
        self.books.make(DocumentKind::CreditNote, back)
    }

    /// The credit is set off when the invoice is paid.
    fn take_back_before_payment(&mut self, date: Date) -> Result<()> {
        let order = self.small_order(date, FOXGLOVE)?;
        let sold = self.books.make(DocumentKind::Invoice, order)?;
        let back = self.take_back_lamps(&sold, date + Duration::days(7))?;
        let items = vec![
            on(DocumentKind::Invoice, sold.id, sold.open),
            on(DocumentKind::CreditNote, back.id, back.open),
        ];
        self.books.pay(&payment_of(date + Duration::days(20), sold.open - back.open, items))?;
        Ok(())
    }

    /// The credit is paid back.
    fn take_back_after_payment(&mut self, date: Date) -> Result<()> {
        let order = self.small_order(date, BLUEBIRD)?;
        let sold = self.books.make(DocumentKind::Invoice, order)?;
        let paid = vec![on(DocumentKind::Invoice, sold.id, sold.open)];
        self.books.pay(&payment_of(date + Duration::days(3), sold.open, paid))?;
        let back = self.take_back_lamps(&sold, date + Duration::days(10))?;
        self.books.refund(&back, date + Duration::days(12), "Two lamps came back")
    }

    /// Mugs arrive broken: the potter's credit is set off against its bill.
    fn send_back(&mut self, date: Date) -> Result<()> {
        let potter = self.people.suppliers.get(4).copied().context("a supplier")?;
        let bought = draft(potter, date, vec![of_item(self.item(MUG)?, 48, Some(830), None)?]);
        let bought = self.books.make(DocumentKind::Bill, bought)?;
        let mut broken =
            draft(potter, date + Duration::days(4), vec![of_item(self.item(MUG)?, 12, Some(830), None)?]);
        broken.corrects_id = Some(bought.id);
        let broken = self.books.make(DocumentKind::VendorCredit, broken)?;
        if let Some(mug) = self.range.goods.get_mut(MUG) {
            mug.on_hand += 36;
        }
        let items = vec![
            on(DocumentKind::Bill, bought.id, bought.open),
            on(DocumentKind::VendorCredit, broken.id, broken.open),
        ];
        self.books.pay(&payment_of(date + Duration::days(25), bought.open - broken.open, items))?;
        Ok(())
    }

    fn void_an_invoice(&mut self, date: Date) -> Result<()> {
        let order = self.small_order(date, ALDER)?;
        let sold = self.books.make(DocumentKind::Invoice, order)?;
        let why = VoidDraft {
            reason: Some("Ordered twice".to_owned()),
            date: Some(date + Duration::DAY),
            ..VoidDraft::default()
        };
        document::void(self.books.app, self.books.call, DocumentKind::Invoice, sold.id, &why)?;
        if let Some(lamp) = self.range.goods.get_mut(LAMP) {
            lamp.on_hand += 2;
        }
        Ok(())
    }

    /// Two deposits: one is used for an invoice, the other paid back.
    fn take_a_deposit(&mut self, date: Date) -> Result<()> {
        let deposit = |contact_id, amount| PaymentRequest {
            direction: Some(PaymentDirection::Received),
            contact_id: Some(contact_id),
            memo: Some("Deposit".to_owned()),
            ..payment_of(date, amount, Vec::new())
        };
        let used = self.books.pay(&deposit(self.customer(HARBOR)?, 50_000))?;
        let order = self.small_order(date + Duration::days(14), HARBOR)?;
        let sold = self.books.make(DocumentKind::Invoice, order)?;
        let items = vec![
            on(DocumentKind::Invoice, sold.id, sold.open),
            applied(OpenItemRef::Payment(used.id), used.unapplied),
        ];
        let rest = sold.open - used.unapplied;
        self.books.pay(&payment_of(date + Duration::days(40), rest, items))?;

        let unused = self.books.pay(&deposit(self.customer(BLUEBIRD)?, 30_000))?;
        let request = refund(date + Duration::days(9), Some(30_000), "The order was cancelled");
        payment::refund(self.books.app, self.books.call, unused.id, &request)?;
        self.books.payments += 1;
        Ok(())
    }

    /// An entry on the wrong account, its reversal, and the right one.
    fn correct_a_mistake(&mut self, date: Date) -> Result<()> {
        let lines = [("6090", 18_500), ("1000", -18_500)];
        let wrong = super::books::entry(date, "payment", "Repair of the awning", &lines);
        let wrong = journal_entry::post(self.books.app, self.books.call, &wrong)?.value;
        let reversal = ReversalDraft {
            posting_mode: PostingMode::CurrentPeriod,
            date: Some(date + Duration::DAY),
            reason: Some("Wrong account".to_owned()),
            external_id: None,
            override_closed_period: None,
        };
        journal_entry::reverse(self.books.app, self.books.call, wrong.id, &reversal)?;
        self.books.entries += 2;
        let lines = [("6330", 18_500), ("1000", -18_500)];
        self.books.enter(date + Duration::DAY, "payment", "Repair of the awning", &lines)
    }

    /// A customer who will never pay: a credit note on bad debts takes the claim and its sales tax back.
    fn sell_to_the_insolvent(&mut self, date: Date) -> Result<()> {
        let order = self.small_order(date, EASTGATE)?;
        let sold = self.books.make(DocumentKind::Invoice, order)?;
        self.barred = Some(sold.contact_id);
        let given_up = Date::from_calendar_date(self.year, Month::November, 16)?;
        let mut lines = Vec::new();
        for line in &sold.lines {
            let what = format!("Written off: {}", line.description.clone().unwrap_or_default());
            lines.push(on_account("6020", &what, line.amount, line.tax_code_id)?);
        }
        let mut lost = draft(sold.contact_id, given_up, lines);
        lost.corrects_id = Some(sold.id);
        lost.memo = Some("The customer is insolvent.".to_owned());
        let lost = self.books.make(DocumentKind::CreditNote, lost)?;
        let items = vec![
            on(DocumentKind::Invoice, sold.id, sold.open),
            on(DocumentKind::CreditNote, lost.id, lost.open),
        ];
        self.books.pay(&payment_of(given_up, 0, items))?;
        Ok(())
    }

    /// A customer who has paid a part and disputes the rest.
    fn sell_in_dispute(&mut self, date: Date) -> Result<()> {
        let sold = self.sell(date, HARBOR, 100)?;
        let part = sold.open / 2;
        let items = vec![on(DocumentKind::Invoice, sold.id, part)];
        self.books.pay(&payment_of(date + Duration::days(44), part, items))?;
        Ok(())
    }

    fn take_a_bad_cheque(&mut self, date: Date) -> Result<()> {
        let order = self.small_order(date, FOXGLOVE)?;
        let sold = self.books.make(DocumentKind::Invoice, order)?;
        let items = vec![on(DocumentKind::Invoice, sold.id, sold.open)];
        let cheque = PaymentRequest {
            method: Some("cheque".to_owned()),
            ..payment_of(date + Duration::days(6), sold.open, items.clone())
        };
        let cheque = self.books.pay(&cheque)?;
        let bounced = ReleaseRequest {
            date: Some(date + Duration::days(9)),
            reason: Some("The cheque bounced".to_owned()),
            ..ReleaseRequest::default()
        };
        payment::void(self.books.app, self.books.call, cheque.id, &bounced)?;
        self.books.pay(&payment_of(date + Duration::days(17), sold.open, items))?;
        Ok(())
    }

    fn prepay_the_carpenter(&mut self, date: Date) -> Result<()> {
        let carpenter = self.people.carpenter;
        let prepaid = PaymentRequest {
            direction: Some(PaymentDirection::Made),
            contact_id: Some(carpenter),
            memo: Some("Material in advance".to_owned()),
            ..payment_of(date, 80_000, Vec::new())
        };
        let prepaid = self.books.pay(&prepaid)?;
        let work = on_account("5200", "Fitting of shelves on site", 210_000, None)?;
        let bill = draft(carpenter, date + Duration::days(15), vec![work]);
        let bill = self.books.make(DocumentKind::Bill, bill)?;
        let items = vec![
            on(DocumentKind::Bill, bill.id, bill.open),
            applied(OpenItemRef::Payment(prepaid.id), prepaid.unapplied),
        ];
        let rest = bill.open - prepaid.unapplied;
        self.books.pay(&payment_of(date + Duration::days(25), rest, items))?;
        Ok(())
    }

    /// The carrier's bill of the first rugs comes a month late and belongs to what they cost.
    fn learn_of_freight(&mut self, date: Date) -> Result<()> {
        let rug = self.item(RUG)?;
        let filter = StockFilter { kind: Some("receipt".to_owned()), ..StockFilter::default() };
        let receipts = inventory::list(self.books.app, self.books.call, rug, &filter, &Page::first(1))?;
        let receipt = receipts.items.first().context("a receipt of rugs")?;
        let change = QuantityChange::Cost { of: receipt.id, value: 9_600 };
        let account_id = Some(self.books.account("5100")?);
        self.post_adjustment(date, RUG, change, account_id, "Freight of the rugs")
    }

    fn adjust(&mut self, date: Date, which: usize, pieces: i64, reason: &str) -> Result<()> {
        if let Some(good) = self.range.goods.get_mut(which) {
            good.on_hand += pieces;
        }
        let change = QuantityChange::By(Quantity::from_millionths(pieces * 1_000_000, "quantity")?);
        self.post_adjustment(date, which, change, None, reason)
    }

    fn post_adjustment(
        &mut self,
        date: Date,
        which: usize,
        change: QuantityChange,
        account_id: Option<AccountId>,
        reason: &str,
    ) -> Result<()> {
        let draft = AdjustmentDraft {
            external_id: None,
            date,
            change,
            unit_cost: None,
            account_id,
            reason: reason.to_owned(),
            override_closed_period: None,
        };
        inventory::adjust(self.books.app, self.books.call, self.item(which)?, &draft)?;
        self.books.entries += 1;
        Ok(())
    }
}
