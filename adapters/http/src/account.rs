//! `/accounts`: the chart.

mod kept;

use crate::context::{Context, blocking, reading};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Moment, Whole, unique_keys};
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, delete, get, post, put};
use partita_application::account;
use partita_application::ports::AccountFilter;
use partita_domain::account::{Account, AccountDraft, AccountType, Category};
use partita_domain::hash::Hash;
use partita_domain::id::AccountId;
use partita_domain::metadata::Metadata;
use partita_domain::money::Currency;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(upsert).service(get_one).service(update).service(remove);
}

/// A type of account; the category follows from it.
#[derive(ToSchema)]
#[schema(as = AccountType, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum AccountTypeSchema {
    Bank,
    AccountsReceivable,
    OtherCurrentAsset,
    Inventory,
    FixedAsset,
    AccumulatedDepreciation,
    OtherAsset,
    AccountsPayable,
    CreditCard,
    OtherCurrentLiability,
    TaxPayable,
    LongTermLiability,
    Equity,
    RetainedEarnings,
    Income,
    OtherIncome,
    CostOfGoodsSold,
    Expense,
    OtherExpense,
}

/// An element of the financial statements.
#[derive(ToSchema)]
#[schema(as = Category, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum CategorySchema {
    Asset,
    Liability,
    Equity,
    Revenue,
    Expense,
}

/// An account, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountWriteBody {
    /// The integrator's own id for it, unique among accounts.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its number, unique in the company.
    #[schema(min_length = 1, max_length = 20, example = "1000")]
    pub number: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 255, example = "Checking")]
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = AccountTypeSchema, example = "bank")]
    pub account_type: AccountType,
    /// The account above it, of the same category.
    pub parent_id: Option<Uuid>,
    /// The only currency it takes; any when absent.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
    pub currency_code: Option<Currency>,
    /// What it is for.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// The line of a statement it is summed into.
    #[schema(max_length = 100)]
    pub report_group: Option<String>,
    /// Whether entries may name it; true by default.
    pub is_active: Option<bool>,
    /// Whether it holds money; by default what the type says.
    pub is_cash: Option<bool>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

impl AccountWriteBody {
    /// The version that the caller has seen.
    pub(crate) fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    /// What it says, in domain terms.
    #[must_use]
    pub fn into_draft(self) -> AccountDraft {
        AccountDraft {
            external_id: self.external_id,
            number: self.number,
            name: self.name,
            account_type: self.account_type,
            parent_id: self.parent_id.map(AccountId),
            currency_code: self.currency_code,
            description: self.description,
            report_group: self.report_group,
            is_active: self.is_active.unwrap_or(true),
            is_cash: self.is_cash,
            metadata: Metadata(self.metadata.unwrap_or_default()),
        }
    }
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountBody<'a> {
    /// Its id.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<&'a str>,
    /// Its number.
    #[schema(example = "1000")]
    pub number: &'a str,
    /// Its name.
    #[schema(example = "Checking")]
    pub name: &'a str,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = AccountTypeSchema, example = "bank")]
    pub account_type: AccountType,
    /// The category that follows from the type.
    #[schema(value_type = CategorySchema, example = "asset")]
    pub category: Category,
    /// The account above it.
    pub parent_id: Option<Uuid>,
    /// The only currency it takes.
    #[schema(value_type = Option<String>, example = "USD")]
    pub currency_code: Option<Currency>,
    /// What it is for.
    pub description: Option<&'a str>,
    /// The line of a statement it is summed into.
    pub report_group: Option<&'a str>,
    /// Whether entries may name it.
    pub is_active: bool,
    /// Whether Partita itself posts to it; such an account stays active.
    pub is_system: bool,
    /// Whether it holds money.
    pub is_cash: bool,
    /// Free pairs.
    #[schema(value_type = BTreeMap<String, String>)]
    pub metadata: &'a BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl<'a> From<&'a Account> for AccountBody<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            id: account.id.0,
            external_id: account.external_id.as_deref(),
            number: &account.number,
            name: &account.name,
            account_type: account.account_type,
            category: account.account_type.category(),
            parent_id: account.parent_id.map(|id| id.0),
            currency_code: account.currency_code,
            description: account.description.as_deref(),
            report_group: account.report_group.as_deref(),
            is_active: account.is_active,
            is_system: account.is_system,
            is_cash: account.is_cash,
            metadata: &account.metadata.0,
            created_at: Moment(account.created_at),
            updated_at: Moment(account.updated_at),
            version: account.version,
        }
    }
}

list_query! {
    /// Which accounts.
    AccountQuery {
        /// Of this type.
        #[serde(rename = "type")]
        #[param(rename = "type", value_type = Option<AccountTypeSchema>)]
        account_type: AccountType,
        /// Of this category.
        #[param(value_type = Option<CategorySchema>)]
        category: Category,
        /// Directly below this account.
        parent_id: Uuid,
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
        /// With this number.
        number: String,
        /// With this text in number, name or description.
        q: String,
    }
}

/// List accounts
///
/// By number. Filters are combined.
#[utoipa::path(tag = "Chart of accounts", operation_id = "listAccounts", params(AccountQuery), responses((status = 200, description = "A part of the chart", body = Envelope<Vec<AccountBody<'static>>>)))]
#[get("/accounts")]
pub(crate) async fn list(context: Context, query: Query<AccountQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| Some(cursor.to_owned()))?;
    let filter = AccountFilter {
        account_type: query.account_type,
        category: query.category,
        parent_id: query.parent_id.map(AccountId),
        is_active: query.active,
        external_id: query.external_id,
        number: query.number,
        q: query.q,
    };
    let app = Arc::clone(&context.app);
    let listed = reading(&context, call.company, move || account::list(&app, &call, &filter, &page)).await?;
    let bodies = kept::bodies(&listed.items)?;
    let bodies: Vec<&RawValue> = bodies.iter().map(AsRef::as_ref).collect();
    Ok(Answer::ok(&context).items(&paging, &bodies, listed.total_count, listed.next))
}

/// Create an account
#[utoipa::path(tag = "Chart of accounts", operation_id = "createAccount", request_body = AccountWriteBody, responses((status = 201, description = "The account", body = Envelope<AccountBody<'static>>)))]
#[post("/accounts")]
pub(crate) async fn create(context: Context, json: Json<AccountWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || account::open(&app, &call, &draft)).await?;
    let account = &done.value;
    Ok(Answer::created(&context, &format!("/accounts/{}", account.id))
        .replayed(done.replayed)
        .version(account.version)
        .data(AccountBody::from(account)))
}

/// Get an account
#[utoipa::path(tag = "Chart of accounts", operation_id = "getAccount", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The account", body = Envelope<AccountBody<'static>>)))]
#[get("/accounts/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let account =
        reading(&context, call.company, move || account::find(&app, &call, AccountId(id.0))).await?;
    Ok(Answer::ok(&context).version(account.version).data(AccountBody::from(&*account)))
}

/// Update an account
///
/// Replaces all fields. With entries on it, type and currency stay (`has_history`).
#[utoipa::path(tag = "Chart of accounts", operation_id = "updateAccount", params(("id" = Uuid, Path, description = "Its id")), request_body = AccountWriteBody, responses((status = 200, description = "The account", body = Envelope<AccountBody<'static>>)))]
#[put("/accounts/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<AccountWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || account::revise(&app, &call, AccountId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(AccountBody::from(&done.value)))
}

/// Create or update an account by external id
#[utoipa::path(tag = "Chart of accounts", operation_id = "putAccountByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = AccountWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<AccountBody<'static>>), (status = 201, description = "It is created", body = Envelope<AccountBody<'static>>)))]
#[put("/accounts/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<AccountWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || account::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let account = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/accounts/{}", account.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(account.version).data(AccountBody::from(account)))
}

/// Deactivate an account
///
/// It stays in every report, but new entries cannot name it. Nothing is ever removed.
#[utoipa::path(tag = "Chart of accounts", operation_id = "deactivateAccount", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The account, no longer active", body = Envelope<AccountBody<'static>>)))]
#[delete("/accounts/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || account::deactivate(&app, &call, AccountId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(AccountBody::from(&done.value)))
}
