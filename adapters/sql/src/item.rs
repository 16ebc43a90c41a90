//! Items.

use crate::connection::{MultiBackend, on};
use crate::dialect::Among;
use crate::like::{lower, pattern};
use crate::parse;
use crate::schema::items;
use crate::unit::SqlTx;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use partita_application::ports::{ItemFilter, Items, Stored};
use partita_domain::id::{ItemId, TaxCodeId};
use partita_domain::item::{CostMethod, Item, ItemType};
use partita_domain::metadata::Metadata;
use partita_domain::unit_price::UnitPrice;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = items, primary_key(company_id, id), treat_none_as_null = true)]
struct ItemRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    sku: Option<String>,
    name: String,
    sort_name: String,
    description: Option<String>,
    item_type: String,
    is_active: bool,
    income_account_id: Option<String>,
    expense_account_id: Option<String>,
    asset_account_id: Option<String>,
    details: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// What is neither searched nor constrained.
#[derive(Serialize, Deserialize)]
struct Details {
    sales_price: Option<UnitPrice>,
    purchase_price: Option<UnitPrice>,
    cost_method: Option<CostMethod>,
    tax_code_id: Option<TaxCodeId>,
    metadata: Metadata,
}

impl ItemRow {
    fn of(company: &str, item: &Item) -> Stored<Self> {
        let details = Details {
            sales_price: item.sales_price,
            purchase_price: item.purchase_price,
            cost_method: item.cost_method,
            tax_code_id: item.tax_code_id,
            metadata: item.metadata.clone(),
        };
        Ok(Self {
            company_id: company.to_owned(),
            id: item.id.to_string(),
            external_id: item.external_id.clone(),
            sku: item.sku.clone(),
            name: item.name.clone(),
            sort_name: item.sort_name(),
            description: item.description.clone(),
            item_type: item.item_type.name().to_owned(),
            is_active: item.is_active,
            income_account_id: item.income_account_id.map(|id| id.to_string()),
            expense_account_id: item.expense_account_id.map(|id| id.to_string()),
            asset_account_id: item.asset_account_id.map(|id| id.to_string()),
            details: parse::to_json(&details)?,
            created_at: item.created_at,
            updated_at: item.updated_at,
            version: item.version,
        })
    }

    fn into_item(self) -> Stored<Item> {
        let details: Details = parse::json(&self.details, "details of an item")?;
        Ok(Item {
            id: parse::text(&self.id, "item id")?,
            external_id: self.external_id,
            name: self.name,
            sku: self.sku,
            description: self.description,
            item_type: parse::named(ItemType::named(&self.item_type), &self.item_type, "item type")?,
            income_account_id: parse::optional(
                self.income_account_id.as_deref(),
                "income account of an item",
            )?,
            expense_account_id: parse::optional(
                self.expense_account_id.as_deref(),
                "expense account of an item",
            )?,
            asset_account_id: parse::optional(self.asset_account_id.as_deref(), "asset account of an item")?,
            sales_price: details.sales_price,
            purchase_price: details.purchase_price,
            cost_method: details.cost_method,
            tax_code_id: details.tax_code_id,
            is_active: self.is_active,
            metadata: details.metadata,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

type Query<'a> = items::BoxedQuery<'a, MultiBackend>;

fn filtered<'a>(company: &'a str, filter: &'a ItemFilter) -> Query<'a> {
    let mut query = items::table.filter(items::company_id.eq(company)).into_boxed();
    if let Some(item_type) = filter.item_type {
        query = query.filter(items::item_type.eq(item_type.name()));
    }
    if let Some(is_active) = filter.is_active {
        query = query.filter(items::is_active.eq(is_active));
    }
    if let Some(external_id) = &filter.external_id {
        query = query.filter(items::external_id.eq(external_id));
    }
    if let Some(sku) = &filter.sku {
        query = query.filter(items::sku.eq(sku));
    }
    if let Some(name) = &filter.name {
        // The sort name has the index.
        query = query.filter(items::sort_name.eq(name.to_lowercase())).filter(items::name.eq(name));
    }
    if let Some(q) = &filter.q {
        let pattern = pattern(q);
        query = query.filter(
            lower(items::name.nullable())
                .like(pattern.clone())
                .escape('\\')
                .or(lower(items::sku).like(pattern.clone()).escape('\\'))
                .or(lower(items::description).like(pattern).escape('\\')),
        );
    }
    query
}

impl Items for SqlTx<'_> {
    fn insert(&mut self, item: &Item) -> Stored<()> {
        let row = ItemRow::of(&self.key, item)?;
        self.write(|conn, _| diesel::insert_into(items::table).values(&row).execute(conn)).map(drop)
    }

    fn update(&mut self, item: &Item) -> Stored<()> {
        let row = ItemRow::of(&self.key, item)?;
        self.write(|conn, company| {
            diesel::update(items::table.find((company, &row.id))).set(&row).execute(conn)
        })
        .map(drop)
    }

    fn find(&mut self, id: ItemId) -> Stored<Option<Item>> {
        let row: Option<ItemRow> = self.read(|conn, company| {
            let item = items::table.find((company, id.to_string()));
            on!(conn, |conn| item.select(ItemRow::as_select()).first(conn).optional())
        })?;
        row.map(ItemRow::into_item).transpose()
    }

    fn find_all(&mut self, ids: &[ItemId]) -> Stored<Vec<Item>> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows: Vec<ItemRow> = self.read(|conn, company| {
            let found = items::table.filter(items::company_id.eq(company)).filter(Among::of(items::id, &ids));
            on!(conn, |conn| found.select(ItemRow::as_select()).load(conn))
        })?;
        rows.into_iter().map(ItemRow::into_item).collect()
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Item>> {
        let row: Option<ItemRow> = self.read(|conn, company| {
            items::table
                .filter(items::company_id.eq(company))
                .filter(items::external_id.eq(external_id))
                .select(ItemRow::as_select())
                .first(conn)
                .optional()
        })?;
        row.map(ItemRow::into_item).transpose()
    }

    fn find_by_sku(&mut self, sku: &str) -> Stored<Option<ItemId>> {
        let id: Option<String> = self.read(|conn, company| {
            items::table
                .filter(items::company_id.eq(company))
                .filter(items::sku.eq(sku))
                .select(items::id)
                .first(conn)
                .optional()
        })?;
        parse::optional(id.as_deref(), "item id")
    }

    fn list(
        &mut self,
        filter: &ItemFilter,
        after: Option<(&str, ItemId)>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Item>> {
        let rows: Vec<ItemRow> = self.read(|conn, company| {
            let mut query = filtered(company, filter);
            if let Some((name, id)) = after {
                // Compared as a pair, which the index on both can begin from.
                query = query.filter(
                    sql::<Bool>("(items.sort_name, items.id) > (")
                        .bind::<Text, _>(name)
                        .sql(", ")
                        .bind::<Text, _>(id.to_string())
                        .sql(")"),
                );
            }
            query
                .order((items::sort_name, items::id))
                .offset(offset)
                .limit(limit)
                .select(ItemRow::as_select())
                .load(conn)
        })?;
        rows.into_iter().map(ItemRow::into_item).collect()
    }

    fn count(&mut self, filter: &ItemFilter) -> Stored<i64> {
        self.read(|conn, company| filtered(company, filter).count().get_result(conn))
    }
}
