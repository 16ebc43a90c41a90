use super::*;
use time::macros::datetime;
use uuid::Uuid;

fn account(number: u128) -> Option<AccountId> {
    Some(AccountId(Uuid::from_u128(number)))
}

fn item(item_type: ItemType) -> Item {
    let stocked = item_type == ItemType::Inventory;
    Item {
        id: ItemId(Uuid::from_u128(1)),
        external_id: None,
        name: "Screw".to_owned(),
        sku: Some("S-1".to_owned()),
        description: None,
        item_type,
        income_account_id: account(4_000),
        expense_account_id: account(5_000),
        asset_account_id: account(1_400).filter(|_| stocked),
        sales_price: Some(UnitPrice::parse("0.5", "sales_price").unwrap()),
        purchase_price: None,
        cost_method: Some(CostMethod::Fifo).filter(|_| stocked),
        tax_code_id: None,
        is_active: true,
        metadata: Metadata::default(),
        created_at: datetime!(2026-01-01 0:00),
        updated_at: datetime!(2026-01-01 0:00),
        version: 1,
    }
}

fn constraints(refusals: Result<(), Vec<Refusal>>) -> Vec<(String, Constraint)> {
    let refusals = refusals.unwrap_err();
    refusals.iter().map(|r| (r.at().unwrap().into_owned(), r.constraint().unwrap())).collect()
}

#[test]
fn inventory_needs_what_values_it_and_others_have_none_of_it() {
    for item_type in ItemType::ALL {
        assert_eq!(item(item_type).check(), Ok(()));
        assert_eq!(ItemType::named(item_type.name()), Some(item_type));
    }
    let bare = Item { item_type: ItemType::Inventory, expense_account_id: None, ..item(ItemType::Service) };
    assert_eq!(
        constraints(bare.check()),
        ["expense_account_id", "asset_account_id", "cost_method"]
            .map(|field| (field.to_owned(), Constraint::Required))
    );
    let laden = Item { item_type: ItemType::Service, ..item(ItemType::Inventory) };
    assert_eq!(
        constraints(laden.check()),
        ["asset_account_id", "cost_method"].map(|field| (field.to_owned(), Constraint::OneOf))
    );
    let price = Some(UnitPrice::from_minor(-1, "sales_price").unwrap());
    let below = Item { sales_price: price, ..item(ItemType::Service) };
    assert_eq!(constraints(below.check()), [("sales_price".to_owned(), Constraint::Range)]);
}

#[test]
fn accounts_are_of_the_types_they_are_for() {
    let type_of = |id: AccountId| match id.0.as_u128() {
        4_000 => Some(AccountType::Income),
        5_000 => Some(AccountType::CostOfGoodsSold),
        1_400 => Some(AccountType::Inventory),
        _ => None,
    };
    assert_eq!(item(ItemType::Inventory).check_accounts(type_of), Ok(()));
    let swapped = Item {
        income_account_id: account(5_000),
        expense_account_id: account(9),
        ..item(ItemType::Inventory)
    };
    assert_eq!(
        constraints(swapped.check_accounts(type_of)),
        [
            ("income_account_id".to_owned(), Constraint::AccountType),
            ("expense_account_id".to_owned(), Constraint::Exists)
        ]
    );
}

#[test]
fn the_way_of_valuing_stays_once_the_stock_has_moved() {
    let before = item(ItemType::Inventory);
    let now = Item { cost_method: Some(CostMethod::Average), ..before.clone() };
    assert_eq!(now.check_change(&before, false), Ok(()));
    assert_eq!(now.check_change(&before, true).unwrap_err().code(), "has_history");
}
