//! What the demo company sells.

use super::books::Books;
use anyhow::Result;
use partita_application::domain::id::ItemId;
use partita_application::domain::item::{CostMethod, ItemDraft, ItemType};
use partita_application::domain::metadata::Metadata;
use partita_application::domain::unit_price::UnitPrice;
use partita_application::item;

/// Goods as they are offered.
struct Offer {
    name: &'static str,
    sku: &'static str,
    method: CostMethod,
    /// The supplier's place in the list of suppliers, and what it asks for, in minor units of its currency.
    supplier: usize,
    cost: i64,
    price: i64,
    /// How many the shelves should hold, how many leave in a week, and how many an office orders at once.
    target: i64,
    week: (i64, i64),
    order: (i64, i64),
}

const OFFERS: [Offer; 6] = [
    Offer {
        name: "Oak shelf, 120 cm",
        sku: "OS-120",
        method: CostMethod::Fifo,
        supplier: 0,
        cost: 8_700,
        price: 18_900,
        target: 60,
        week: (5, 9),
        order: (3, 9),
    },
    Offer {
        name: "Brass desk lamp",
        sku: "BL-40",
        method: CostMethod::Fifo,
        supplier: 1,
        cost: 5_900,
        price: 12_900,
        target: 80,
        week: (7, 12),
        order: (4, 12),
    },
    Offer {
        name: "Wool rug, 2 × 3 m",
        sku: "WR-23",
        method: CostMethod::Fifo,
        supplier: 1,
        cost: 29_400,
        price: 64_000,
        target: 16,
        week: (1, 2),
        order: (1, 3),
    },
    Offer {
        name: "Linen cushion",
        sku: "LC-50",
        method: CostMethod::Average,
        supplier: 2,
        cost: 1_600,
        price: 3_900,
        target: 130,
        week: (12, 22),
        order: (8, 24),
    },
    Offer {
        name: "Beeswax candle",
        sku: "BC-20",
        method: CostMethod::Average,
        supplier: 3,
        cost: 610,
        price: 1_450,
        target: 420,
        week: (30, 55),
        order: (24, 72),
    },
    Offer {
        name: "Stoneware mug",
        sku: "SM-35",
        method: CostMethod::Average,
        supplier: 4,
        cost: 820,
        price: 1_890,
        target: 300,
        week: (18, 36),
        order: (12, 48),
    },
];

/// Goods of the company, and how many of them there are.
pub(super) struct Good {
    pub(super) item: ItemId,
    pub(super) supplier: usize,
    pub(super) cost: i64,
    pub(super) price: i64,
    pub(super) target: i64,
    pub(super) week: (i64, i64),
    pub(super) order: (i64, i64),
    pub(super) on_hand: i64,
}

/// What the company sells.
pub(super) struct Range {
    pub(super) goods: Vec<Good>,
    /// An hour of advice.
    pub(super) advice: ItemId,
    /// A visit to fit what was bought.
    pub(super) fitting: ItemId,
}

impl Range {
    pub(super) fn offer(books: &Books<'_>) -> Result<Self> {
        let mut goods = Vec::new();
        for offer in &OFFERS {
            let plain = plain(offer.name, offer.sku, offer.price)?;
            let draft = ItemDraft {
                item_type: ItemType::Inventory,
                income_account_id: Some(books.account("4000")?),
                expense_account_id: Some(books.account("5000")?),
                asset_account_id: Some(books.account("1200")?),
                cost_method: Some(offer.method),
                ..plain
            };
            goods.push(Good {
                item: item::make(books.app, books.call, &draft)?.value.item.id,
                supplier: offer.supplier,
                cost: offer.cost,
                price: offer.price,
                target: offer.target,
                week: offer.week,
                order: offer.order,
                on_hand: 0,
            });
        }
        let service = |name, sku, price| -> Result<ItemId> {
            let income_account_id = Some(books.account("4100")?);
            let tax_code_id = Some(books.tax("SALES")?);
            let draft = ItemDraft { income_account_id, tax_code_id, ..plain(name, sku, price)? };
            Ok(item::make(books.app, books.call, &draft)?.value.item.id)
        };
        Ok(Self {
            goods,
            advice: service("Interior advice, hour", "ADV", 9_500)?,
            fitting: service("Fitting on site", "FIT", 24_000)?,
        })
    }
}

/// A service at a price in minor units.
fn plain(name: &str, sku: &str, price: i64) -> Result<ItemDraft> {
    Ok(ItemDraft {
        external_id: None,
        name: name.to_owned(),
        sku: Some(sku.to_owned()),
        description: None,
        item_type: ItemType::Service,
        income_account_id: None,
        expense_account_id: None,
        asset_account_id: None,
        sales_price: Some(UnitPrice::from_minor(price, "sales_price")?),
        purchase_price: None,
        cost_method: None,
        tax_code_id: None,
        is_active: true,
        metadata: Metadata::default(),
    })
}
