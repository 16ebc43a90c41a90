//! The chart of accounts: read as a whole, kept as long as its version stands.

use crate::chart::Chart;
use crate::parse;
use crate::schema::accounts;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::{AccountFilter, Accounts, Stored};
use partita_domain::account::{Account, AccountType};
use partita_domain::id::AccountId;
use partita_domain::journal_entry::AccountRef;
use std::collections::HashSet;
use std::sync::Arc;
use time::PrimitiveDateTime;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, primary_key(company_id, id), treat_none_as_null = true)]
struct AccountRow {
    company_id: String,
    id: String,
    external_id: Option<String>,
    number: String,
    name: String,
    account_type: String,
    parent_id: Option<String>,
    currency_code: Option<String>,
    description: Option<String>,
    report_group: Option<String>,
    is_active: bool,
    is_system: bool,
    is_cash: bool,
    metadata: String,
    created_at: PrimitiveDateTime,
    updated_at: PrimitiveDateTime,
    version: i64,
}

impl AccountRow {
    fn of(company: &str, account: &Account) -> Stored<Self> {
        Ok(Self {
            company_id: company.to_owned(),
            id: account.id.to_string(),
            external_id: account.external_id.clone(),
            number: account.number.clone(),
            name: account.name.clone(),
            account_type: account.account_type.name().to_owned(),
            parent_id: account.parent_id.map(|id| id.to_string()),
            currency_code: account.currency_code.map(|currency| currency.code().to_owned()),
            description: account.description.clone(),
            report_group: account.report_group.clone(),
            is_active: account.is_active,
            is_system: account.is_system,
            is_cash: account.is_cash,
            metadata: parse::to_json(&account.metadata)?,
            created_at: account.created_at,
            updated_at: account.updated_at,
            version: account.version,
        })
    }

    fn into_account(self) -> Stored<Account> {
        Ok(Account {
            id: parse::text(&self.id, "account id")?,
            external_id: self.external_id,
            number: self.number,
            name: self.name,
            account_type: parse::named(
                AccountType::named(&self.account_type),
                &self.account_type,
                "account type",
            )?,
            parent_id: parse::optional(self.parent_id.as_deref(), "parent of an account")?,
            currency_code: self.currency_code.as_deref().map(parse::currency).transpose()?,
            description: self.description,
            report_group: self.report_group,
            is_active: self.is_active,
            is_system: self.is_system,
            is_cash: self.is_cash,
            metadata: parse::json(&self.metadata, "metadata of an account")?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

impl SqlTx<'_> {
    /// The chart as this transaction sees it.
    pub(crate) fn chart(&mut self) -> Stored<Arc<Chart>> {
        let books = self.books()?;
        if let Some(chart) = &books.chart {
            return Ok(chart.clone());
        }
        let version = books.head.as_ref().map(|head| head.chart_version);
        let cached = version.and_then(|version| self.cache().chart(self.company, version));
        let chart = match cached {
            Some(chart) => chart,
            None => Arc::new(self.load_chart()?),
        };
        self.books()?.chart = Some(chart.clone());
        Ok(chart)
    }

    fn load_chart(&mut self) -> Stored<Chart> {
        let rows: Vec<AccountRow> = self.read(|conn, company| {
            accounts::table
                .filter(accounts::company_id.eq(company))
                .select(AccountRow::as_select())
                .load(conn)
        })?;
        let accounts: Stored<Vec<_>> = rows.into_iter().map(|row| row.into_account().map(Arc::new)).collect();
        Ok(Chart::of(accounts?))
    }

    fn chart_takes(&mut self, account: &Account) -> Stored<()> {
        self.chart_changed()?;
        if let Some(chart) = self.books()?.chart.as_mut() {
            Arc::make_mut(chart).put(account);
        }
        Ok(())
    }
}

impl Accounts for SqlTx<'_> {
    fn insert(&mut self, account: &Account) -> Stored<()> {
        let row = AccountRow::of(&self.key, account)?;
        self.write(|conn, _| diesel::insert_into(accounts::table).values(&row).execute(conn))?;
        self.chart_takes(account)
    }

    fn update(&mut self, account: &Account) -> Stored<()> {
        let row = AccountRow::of(&self.key, account)?;
        let updated = self.write(|conn, company| {
            diesel::update(accounts::table.find((company, &row.id))).set(&row).execute(conn)
        })?;
        if updated == 0 { Ok(()) } else { self.chart_takes(account) }
    }

    fn find(&mut self, id: AccountId) -> Stored<Option<Arc<Account>>> {
        Ok(self.chart()?.by_id(id))
    }

    fn find_by_number(&mut self, number: &str) -> Stored<Option<Arc<Account>>> {
        Ok(self.chart()?.by_number(number))
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<Arc<Account>>> {
        let chart = self.chart()?.all();
        Ok(chart.iter().find(|account| account.external_id.as_deref() == Some(external_id)).cloned())
    }

    fn named(&mut self, names: &[&AccountRef]) -> Stored<Vec<Arc<Account>>> {
        let chart = self.chart()?;
        let mut seen = HashSet::new();
        let found = names.iter().filter_map(|name| match name {
            AccountRef::Id(id) => chart.by_id(*id),
            AccountRef::Number(number) => chart.by_number(number),
        });
        Ok(found.filter(|account| seen.insert(account.id)).collect())
    }

    fn all(&mut self) -> Stored<Arc<Vec<Arc<Account>>>> {
        Ok(self.chart()?.all())
    }

    fn list(
        &mut self,
        filter: &AccountFilter,
        after: Option<&str>,
        offset: i64,
        limit: i64,
    ) -> Stored<Vec<Arc<Account>>> {
        let chart = self.chart()?;
        let matches = Matcher::of(filter);
        let size = |number| usize::try_from(number).unwrap_or(0);
        let page = |accounts: &mut dyn Iterator<Item = &Arc<Account>>| {
            accounts
                .filter(|account| matches.matches(account))
                .skip(size(offset))
                .take(size(limit))
                .cloned()
                .collect()
        };
        Ok(match after {
            Some(number) => page(&mut chart.above(number)),
            None => page(&mut chart.all().iter()),
        })
    }

    fn count(&mut self, filter: &AccountFilter) -> Stored<i64> {
        let matches = Matcher::of(filter);
        let found = self.chart()?.all().iter().filter(|account| matches.matches(account)).count();
        Ok(i64::try_from(found).unwrap_or(i64::MAX))
    }
}

struct Matcher<'a> {
    filter: &'a AccountFilter,
    q: Option<String>,
}

impl<'a> Matcher<'a> {
    fn of(filter: &'a AccountFilter) -> Self {
        Self { filter, q: filter.q.as_ref().map(|q| q.to_ascii_lowercase()) }
    }

    fn matches(&self, account: &Account) -> bool {
        let Self { filter, q } = self;
        let contains = |text: &str, q: &str| text.to_ascii_lowercase().contains(q);
        filter.account_type.is_none_or(|wanted| account.account_type == wanted)
            && filter.category.is_none_or(|wanted| account.account_type.category() == wanted)
            && filter.parent_id.is_none_or(|wanted| account.parent_id == Some(wanted))
            && filter.is_active.is_none_or(|wanted| account.is_active == wanted)
            && filter.external_id.as_ref().is_none_or(|wanted| account.external_id.as_ref() == Some(wanted))
            && filter.number.as_ref().is_none_or(|wanted| account.number == *wanted)
            && q.as_deref().is_none_or(|q| {
                contains(&account.number, q)
                    || contains(&account.name, q)
                    || account.description.as_deref().is_some_and(|text| contains(text, q))
            })
    }
}
