//! Tax codes: written row by row, read as a whole with what else every posting needs.

use crate::parse;
use crate::schema::tax_codes;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Stored, TaxCodes};
use partita_domain::id::{TaxCodeId, TaxGroupId};
use partita_domain::tax_code::{TaxCode, TaxType};
use partita_domain::tax_group::{TaxGroup, TaxTable};
use partita_domain::tax_rate::TaxRate;
use std::sync::Arc;
use time::{Date, PrimitiveDateTime};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tax_codes, primary_key(company_id, id), treat_none_as_null = true)]
struct TaxCodeRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    code: String,
    name: String,
    rate: i64,
    tax_type: String,
    jurisdiction: Option<String>,
    is_compound: bool,
    is_exempt: bool,
    account_id: Option<String>,
    input_account_id: Option<String>,
    self_assess_account_id: Option<String>,
    pending_account_id: Option<String>,
    recoverable: i64,
    report_box: Option<String>,
    effective_from: Option<Date>,
    effective_to: Option<Date>,
    is_system: bool,
    is_active: bool,
    metadata: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl TaxCodeRow {
    fn of(company: &str, code: &TaxCode) -> Stored<Self> {
        Ok(Self {
            company_id: company.to_owned(),
            id: code.id.to_string(),
            external_id: code.external_id.clone(),
            code: code.code.clone(),
            name: code.name.clone(),
            rate: code.rate.millionths(),
            tax_type: code.tax_type.name().to_owned(),
            jurisdiction: code.jurisdiction.clone(),
            is_compound: code.is_compound,
            is_exempt: code.is_exempt,
            account_id: code.account_id.map(|id| id.to_string()),
            input_account_id: code.input_account_id.map(|id| id.to_string()),
            self_assess_account_id: code.self_assess_account_id.map(|id| id.to_string()),
            pending_account_id: code.pending_account_id.map(|id| id.to_string()),
            recoverable: code.recoverable,
            report_box: code.report_box.clone(),
            effective_from: code.effective_from,
            effective_to: code.effective_to,
            is_system: code.is_system,
            is_active: code.is_active,
            metadata: parse::to_json(&code.metadata)?,
            created_at: code.created_at,
            updated_at: code.updated_at,
            version: code.version,
        })
    }

    fn into_code(self) -> Stored<TaxCode> {
        Ok(TaxCode {
            id: parse::text(&self.id, "tax code id")?,
            external_id: self.external_id,
            code: self.code,
            name: self.name,
            rate: parse::kept(TaxRate::from_millionths(self.rate, "rate"), "rate of a tax code")?,
            tax_type: parse::named(TaxType::named(&self.tax_type), &self.tax_type, "tax type")?,
            jurisdiction: self.jurisdiction,
            is_compound: self.is_compound,
            is_exempt: self.is_exempt,
            account_id: parse::optional(self.account_id.as_deref(), "account of a tax code")?,
            input_account_id: parse::optional(self.input_account_id.as_deref(), "account of a tax code")?,
            self_assess_account_id: parse::optional(
                self.self_assess_account_id.as_deref(),
                "account of a tax code",
            )?,
            pending_account_id: parse::optional(self.pending_account_id.as_deref(), "account of a tax code")?,
            recoverable: self.recoverable,
            report_box: self.report_box,
            effective_from: self.effective_from,
            effective_to: self.effective_to,
            is_system: self.is_system,
            is_active: self.is_active,
            metadata: parse::json(&self.metadata, "metadata of a tax code")?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    pub(crate) fn load_taxes(&mut self) -> Stored<TaxTable> {
        let rows: Vec<TaxCodeRow> = self.read(|conn, company| {
            tax_codes::table
                .filter(tax_codes::company_id.eq(company))
                .select(TaxCodeRow::as_select())
                .load(conn)
        })?;
        let codes: Stored<Vec<TaxCode>> = rows.into_iter().map(TaxCodeRow::into_code).collect();
        Ok(TaxTable::of(codes?, self.load_tax_groups()?))
    }

    fn taxes(&mut self) -> Stored<Arc<TaxTable>> {
        Ok(self.reference()?.map(|reference| reference.taxes.clone()).unwrap_or_default())
    }

    /// Changes the table as this transaction sees it, after the same change to the database.
    pub(crate) fn taxes_take(&mut self, change: impl FnOnce(&mut TaxTable)) -> Stored<()> {
        self.reference_takes(|reference| change(Arc::make_mut(&mut reference.taxes)))
    }
}

impl TaxCodes for SqlTx<'_> {
    fn insert(&mut self, code: &TaxCode) -> Stored<()> {
        let row = TaxCodeRow::of(&self.key, code)?;
        self.write(|conn, _| diesel::insert_into(tax_codes::table).values(&row).execute(conn))?;
        self.taxes_take(|table| table.put_code(code.clone()))
    }

    fn update(&mut self, code: &TaxCode) -> Stored<()> {
        let row = TaxCodeRow::of(&self.key, code)?;
        let updated = self.write(|conn, company| {
            diesel::update(tax_codes::table.find((company, &row.id))).set(&row).execute(conn)
        })?;
        if updated == 0 { Ok(()) } else { self.taxes_take(|table| table.put_code(code.clone())) }
    }

    fn find(&mut self, id: TaxCodeId) -> Stored<Option<TaxCode>> {
        Ok(self.taxes()?.code(id).cloned())
    }

    fn list(&mut self) -> Stored<Vec<TaxCode>> {
        Ok(self.taxes()?.codes().into_iter().cloned().collect())
    }

    fn insert_group(&mut self, group: &TaxGroup) -> Stored<()> {
        self.write_group(group, true)
    }

    fn update_group(&mut self, group: &TaxGroup) -> Stored<()> {
        if self.taxes()?.group(group.id).is_none() {
            return Ok(());
        }
        self.write_group(group, false)
    }

    fn find_group(&mut self, id: TaxGroupId) -> Stored<Option<TaxGroup>> {
        Ok(self.taxes()?.group(id).cloned())
    }

    fn list_groups(&mut self) -> Stored<Vec<TaxGroup>> {
        Ok(self.taxes()?.groups().into_iter().cloned().collect())
    }

    fn table(&mut self) -> Stored<Arc<TaxTable>> {
        self.taxes()
    }
}
