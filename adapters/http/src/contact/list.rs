//! Lists of contacts.

use super::body::{ContactBody, ContactTypeSchema};
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::paging::list_query;
use crate::problem::Problem;
use crate::query::Query;
use actix_web::{HttpResponse, get};
use partita_application::contact::{self, ContactCursor};
use partita_application::ports::ContactFilter;
use partita_domain::contact::ContactType;
use std::sync::Arc;

list_query! {
    /// Which contacts.
    ContactQuery {
        /// Of this type, maybe of others too.
        #[serde(rename = "type")]
        #[param(rename = "type", value_type = Option<ContactTypeSchema>)]
        contact_type: ContactType,
        /// With exactly this name.
        display_name: String,
        /// With this e-mail address, upper and lower case alike.
        email: String,
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
        /// With this text in name, company name, e-mail address or VAT id.
        q: String,
    }
}

fn read_cursor(text: &str) -> Option<ContactCursor> {
    let (id, name) = text.split_once('_')?;
    Some((name.to_owned(), id.parse().ok()?))
}

/// List contacts
///
/// By name. Filters are combined.
#[utoipa::path(tag = "Contacts", operation_id = "listContacts", params(ContactQuery), responses((status = 200, description = "A part of the contacts", body = Envelope<Vec<ContactBody>>)))]
#[get("/contacts")]
pub(crate) async fn list(context: Context, query: Query<ContactQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(read_cursor)?;
    let filter = ContactFilter {
        contact_type: query.contact_type,
        display_name: query.display_name,
        email: query.email,
        is_active: query.active,
        external_id: query.external_id,
        q: query.q,
    };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || contact::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(
        &paging,
        listed,
        |one| ContactBody::from(one),
        |(name, id)| format!("{id}_{name}"),
    ))
}
