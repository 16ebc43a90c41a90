//! Tax groups and their codes.

use crate::dialect;
use crate::parse;
use crate::pending::{Change, Shape, Written};
use crate::schema::{tax_group_codes, tax_groups};
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::Stored;
use partita_domain::id::TaxCodeId;
use partita_domain::tax_group::TaxGroup;
use std::collections::HashMap;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tax_groups, primary_key(company_id, id), treat_none_as_null = true)]
struct TaxGroupRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    code: String,
    name: String,
    is_active: bool,
    metadata: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

/// The codes of groups, in order.
struct GroupCodes;

impl Written for GroupCodes {
    const SHAPE: Shape = Shape::Insert {
        table: "tax_group_codes",
        columns: &["company_id", "tax_group_id", "place", "tax_code_id"],
        conflict: "",
    };
}

impl TaxGroupRow {
    fn of(company: &str, group: &TaxGroup) -> Stored<Self> {
        Ok(Self {
            company_id: company.to_owned(),
            id: group.id.to_string(),
            external_id: group.external_id.clone(),
            code: group.code.clone(),
            name: group.name.clone(),
            is_active: group.is_active,
            metadata: parse::to_json(&group.metadata)?,
            created_at: group.created_at,
            updated_at: group.updated_at,
            version: group.version,
        })
    }

    fn into_group(self, tax_code_ids: Vec<TaxCodeId>) -> Stored<TaxGroup> {
        Ok(TaxGroup {
            id: parse::text(&self.id, "tax group id")?,
            external_id: self.external_id,
            code: self.code,
            name: self.name,
            tax_code_ids,
            is_active: self.is_active,
            metadata: parse::json(&self.metadata, "metadata of a tax group")?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    pub(crate) fn load_tax_groups(&mut self) -> Stored<Vec<TaxGroup>> {
        let rows: Vec<TaxGroupRow> = self.read(|conn, company| {
            tax_groups::table
                .filter(tax_groups::company_id.eq(company))
                .select(TaxGroupRow::as_select())
                .load(conn)
        })?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let codes: Vec<(String, String)> = self.read(|conn, company| {
            tax_group_codes::table
                .filter(tax_group_codes::company_id.eq(company))
                .order((tax_group_codes::tax_group_id, tax_group_codes::place))
                .select((tax_group_codes::tax_group_id, tax_group_codes::tax_code_id))
                .load(conn)
        })?;
        let mut by_group: HashMap<String, Vec<TaxCodeId>> = HashMap::new();
        for (group, code) in codes {
            by_group.entry(group).or_default().push(parse::text(&code, "code of a tax group")?);
        }
        rows.into_iter()
            .map(|row| {
                let codes = by_group.remove(&row.id).unwrap_or_default();
                row.into_group(codes)
            })
            .collect()
    }

    /// Adds or replaces a group with its codes.
    pub(crate) fn write_group(&mut self, group: &TaxGroup, is_new: bool) -> Stored<()> {
        let row = TaxGroupRow::of(&self.key, group)?;
        let codes = (0_i32..).zip(&group.tax_code_ids).map(|(place, code)| {
            [row.company_id.clone().into(), row.id.clone().into(), place.into(), code.to_string().into()]
        });
        let codes = Change::of::<GroupCodes, _>(codes);
        self.write(|conn, company| {
            if is_new {
                diesel::insert_into(tax_groups::table).values(&row).execute(conn)?;
            } else {
                diesel::update(tax_groups::table.find((company, &row.id))).set(&row).execute(conn)?;
                let of_group = tax_group_codes::table
                    .filter(tax_group_codes::company_id.eq(company))
                    .filter(tax_group_codes::tax_group_id.eq(&row.id));
                diesel::delete(of_group).execute(conn)?;
            }
            if codes.cells.is_empty() { Ok(()) } else { dialect::write(conn, &[codes]) }
        })?;
        self.taxes_take(|table| table.put_group(group.clone()))
    }
}
