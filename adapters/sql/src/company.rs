//! The company's profile, and what else is read with it because every posting needs it.

use crate::cache::Reference;
use crate::error::unavailable;
use crate::ledger_head::{Head, HeadRow};
use crate::parse;
use crate::schema::{companies, ledger_heads};
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{Companies, Mode, Stored};
use partita_domain::company::Company;
use std::sync::Arc;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = companies, primary_key(company_id), treat_none_as_null = true)]
pub(crate) struct CompanyRow {
    company_id: String,
    external_id: Option<String>,
    name: String,
    legal_name: Option<String>,
    base_currency: String,
    country: Option<String>,
    tax_id: Option<String>,
    fiscal_calendar: String,
    address: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl CompanyRow {
    fn of(company: &Company) -> Stored<Self> {
        Ok(Self {
            company_id: company.id.to_string(),
            external_id: company.external_id.clone(),
            name: company.name.clone(),
            legal_name: company.legal_name.clone(),
            base_currency: company.base_currency.code().to_owned(),
            country: company.country.clone(),
            tax_id: company.tax_id.clone(),
            fiscal_calendar: parse::to_json(&company.fiscal_calendar)?,
            address: parse::to_json(&company.address)?,
            created_at: company.created_at,
            updated_at: company.updated_at,
            version: company.version,
        })
    }

    pub(crate) fn into_company(self) -> Stored<Company> {
        Ok(Company {
            id: parse::text(&self.company_id, "company id")?,
            external_id: self.external_id,
            name: self.name,
            legal_name: self.legal_name,
            base_currency: parse::currency(&self.base_currency)?,
            country: self.country,
            tax_id: self.tax_id,
            fiscal_calendar: parse::json(&self.fiscal_calendar, "fiscal calendar")?,
            address: parse::json(&self.address, "address of a company")?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    /// What changes rarely, as this transaction sees it; `None` where there is no such company.
    pub(crate) fn reference(&mut self) -> Stored<Option<Arc<Reference>>> {
        let books = self.books()?;
        if let Some(reference) = &books.reference {
            return Ok(Some(reference.clone()));
        }
        let version = books.head.as_ref().map(|head| head.reference_version);
        let cached = version.and_then(|version| self.cache().reference(self.company, version));
        let reference = match cached {
            Some(reference) => reference,
            None => {
                let Some(company) = self.load_company()? else { return Ok(None) };
                Arc::new(Reference {
                    company,
                    settings: self.load_settings()?,
                    sequences: self.load_sequences()?,
                    periods: self.load_periods()?,
                    taxes: Arc::new(self.load_taxes()?),
                })
            }
        };
        self.books()?.reference = Some(reference.clone());
        Ok(Some(reference))
    }

    /// Changes what of it was read, after the same change to the database.
    pub(crate) fn reference_takes(&mut self, change: impl FnOnce(&mut Reference)) -> Stored<()> {
        self.reference_changed()?;
        if let Some(reference) = self.books()?.reference.as_mut() {
            change(Arc::make_mut(reference));
        }
        Ok(())
    }

    fn load_company(&mut self) -> Stored<Option<Company>> {
        let row: Option<CompanyRow> = self.read(|conn, company| {
            companies::table.find(company).select(CompanyRow::as_select()).first(conn).optional()
        })?;
        row.map(CompanyRow::into_company).transpose()
    }
}

impl Companies for SqlTx<'_> {
    fn insert(&mut self, company: &Company) -> Stored<()> {
        if company.id != self.company {
            return Err(unavailable("a company is founded by a unit of its own"));
        }
        let (row, head) = (CompanyRow::of(company)?, HeadRow::empty(company.id));
        self.write(|conn, _| {
            diesel::insert_into(companies::table).values(&row).execute(conn)?;
            diesel::insert_into(ledger_heads::table).values(&head).execute(conn)
        })?;
        self.books()?.head = Some(Head::EMPTY);
        Ok(())
    }

    fn update(&mut self, company: &Company) -> Stored<()> {
        let row = CompanyRow::of(company)?;
        self.write(|conn, key| diesel::update(companies::table.find(key)).set(&row).execute(conn))?;
        self.reference_takes(|reference| reference.company = company.clone())
    }

    fn find(&mut self) -> Stored<Option<Company>> {
        if self.mode() == Mode::Read {
            return self.load_company();
        }
        Ok(self.reference()?.map(|reference| reference.company.clone()))
    }
}
