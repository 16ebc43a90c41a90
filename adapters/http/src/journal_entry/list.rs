//! Finding entries.

use super::body::{EntryBody, EntryStatusSchema};
use crate::context::{Context, blocking, reading, reading_more};
use crate::envelope::{Answer, Envelope};
use crate::paging::{Paging, check_dates, list_query, read_dated_cursor, write_dated_cursor};
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, get};
use partita_application::journal_entry::{self, EntryQuery};
use partita_application::ports::{EntryFilter, EntryOrder, EntryStatus};
use partita_domain::id::{AccountId, ClassId, ContactId, EntryId, LocationId, ProjectId};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A longer page keeps others waiting too long to be read on the thread of its request.
const MOST_AT_ONCE: i64 = 100;

/// Whether an entry was reversed.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusParameter {
    /// It stands.
    Posted,
    /// Another entry reverses it.
    Reversed,
}

/// The order of entries.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub enum EntrySort {
    /// Newest date first.
    #[serde(rename = "-date")]
    NewestFirst,
    /// Oldest date first.
    #[serde(rename = "date")]
    OldestFirst,
}

list_query! {
    /// Which entries.
    EntriesQuery {
        /// `posted` or `reversed`.
        #[param(value_type = Option<EntryStatusSchema>)]
        status: StatusParameter,
        /// Dated on or after.
        from: Day,
        /// Dated on or before.
        to: Day,
        /// With a line on this account.
        account_id: Uuid,
        /// With a line about this contact.
        contact_id: Uuid,
        /// With a line about this class.
        class_id: Uuid,
        /// With a line about this location.
        location_id: Uuid,
        /// With a line about this project.
        project_id: Uuid,
        /// Of this transaction type.
        transaction_type: String,
        /// In this period, such as `2026-03` or `2026-P13`.
        period: String,
        /// With a total of at least this, minor units.
        min_amount: i64,
        /// With a total of at most this, minor units.
        max_amount: i64,
        /// With this external id.
        external_id: String,
        /// With this text in entry number, memo or reference number.
        q: String,
        /// `-date` (newest first, the default) or `date`.
        #[param(inline)]
        sort: EntrySort,
    }
}

list_query! {
    /// Which entries of an account.
    AccountEntriesQuery {
        /// Dated on or after.
        from: Day,
        /// Dated on or before.
        to: Day,
        /// `-date` (newest first, the default) or `date`.
        #[param(inline)]
        sort: EntrySort,
    }
}

fn order(sort: Option<EntrySort>) -> EntryOrder {
    match sort {
        Some(EntrySort::OldestFirst) => EntryOrder::OldestFirst,
        Some(EntrySort::NewestFirst) | None => EntryOrder::NewestFirst,
    }
}

async fn answer(context: &Context, query: EntryQuery, paging: Paging) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let page = paging.page(read_dated_cursor)?;
    let company = call.company;
    let is_short = query.filter == EntryFilter::default() && page.offset == 0;
    let app = Arc::clone(&context.app);
    let limit = page.limit;
    let find = move || journal_entry::list(&app, &call, &query, &page);
    // What a filter has to pass over may be much; the others would wait for it.
    let mut listed = if is_short && limit <= MOST_AT_ONCE {
        reading(context, company, find).await?
    } else if is_short {
        reading_more(context, company, find).await?
    } else {
        blocking(find).await?
    };
    let entries = std::mem::take(&mut listed.items);
    let bodies: Vec<EntryBody<'_>> = entries.iter().map(EntryBody::from).collect();
    Ok(Answer::ok(context).items(
        &paging,
        &bodies,
        listed.total_count,
        listed.next.as_ref().map(write_dated_cursor),
    ))
}

/// List entries
///
/// Newest first by default. Filters are combined. `meta.total_count` is absent when a filtered list is continued by cursor.
#[utoipa::path(tag = "Journal", operation_id = "listEntries", params(EntriesQuery), responses((status = 200, description = "A part of the journal", body = Envelope<Vec<EntryBody<'static>>>)))]
#[get("/entries")]
pub(crate) async fn list(context: Context, query: Query<EntriesQuery>) -> Result<HttpResponse, Problem> {
    context.caller()?;
    let query = query.0;
    let paging = query.paging()?;
    check_dates(query.from, query.to)?;
    if let (Some(min), Some(max)) = (query.min_amount, query.max_amount)
        && min > max
    {
        return Err(Problem::field("min_amount", "range", format!("{min} is more than {max}")));
    }
    let filter = EntryFilter {
        status: query.status.map(|status| match status {
            StatusParameter::Posted => EntryStatus::Posted,
            StatusParameter::Reversed => EntryStatus::Reversed,
        }),
        from: query.from.map(|day| day.0),
        to: query.to.map(|day| day.0),
        account_id: query.account_id.map(AccountId),
        contact_id: query.contact_id.map(ContactId),
        class_id: query.class_id.map(ClassId),
        location_id: query.location_id.map(LocationId),
        project_id: query.project_id.map(ProjectId),
        transaction_type: query.transaction_type,
        period: query.period.map(|period| period.parse()).transpose()?,
        min_amount: query.min_amount,
        max_amount: query.max_amount,
        external_id: query.external_id,
        q: query.q,
    };
    answer(&context, EntryQuery { filter, order: order(query.sort) }, paging).await
}

/// List the entries of an account
#[utoipa::path(tag = "Chart of accounts", operation_id = "listEntriesOfAccount", params(("id" = Uuid, Path, description = "The account"), AccountEntriesQuery), responses((status = 200, description = "Entries with a line on the account", body = Envelope<Vec<EntryBody<'static>>>)))]
#[get("/accounts/{id}/entries")]
pub(crate) async fn of_account(
    context: Context,
    id: Id,
    query: Query<AccountEntriesQuery>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    check_dates(query.from, query.to)?;
    let app = Arc::clone(&context.app);
    let account = AccountId(id.0);
    blocking(move || partita_application::account::find(&app, &call, account)).await?;
    let filter = EntryFilter {
        account_id: Some(account),
        from: query.from.map(|day| day.0),
        to: query.to.map(|day| day.0),
        ..EntryFilter::default()
    };
    answer(&context, EntryQuery { filter, order: order(query.sort) }, paging).await
}

/// Get an entry
#[utoipa::path(tag = "Journal", operation_id = "getEntry", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The entry", body = Envelope<EntryBody<'static>>)))]
#[get("/entries/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let entry =
        reading(&context, call.company, move || journal_entry::find(&app, &call, EntryId(id.0))).await?;
    Ok(Answer::ok(&context).version(1).data(EntryBody::from(&entry)))
}
