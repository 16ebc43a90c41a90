//! `/tax-groups`: several tax codes that apply to one line, in order.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::{ExternalId, Id};
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::{Moment, Whole, unique_keys};
use crate::service_config::ServiceConfig;
use actix_web::{HttpResponse, delete, get, post, put};
use partita_application::tax_group::{self, TaxGroupFilter};
use partita_domain::hash::Hash;
use partita_domain::id::{TaxCodeId, TaxGroupId};
use partita_domain::metadata::Metadata;
use partita_domain::tax_group::{TaxGroup, TaxGroupDraft};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(upsert).service(get_one).service(update).service(remove);
}

/// A tax group, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxGroupWriteBody {
    /// The integrator's own id for it, unique among tax groups.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Its short name, unique among tax groups: letters, digits, `.`, `-`, `_`, `/`, `%` and blanks within.
    #[schema(min_length = 1, max_length = 20, example = "GST-QST")]
    pub code: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 255, example = "Quebec")]
    pub name: String,
    /// The tax codes by id, in the order in which they apply; at most 2 of them compound.
    #[schema(min_items = 1, max_items = 5)]
    pub tax_codes: Vec<Uuid>,
    /// Whether documents may name it; true by default.
    pub is_active: Option<bool>,
    /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
    #[serde(default, deserialize_with = "unique_keys")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

impl TaxGroupWriteBody {
    fn version(&self) -> Option<i64> {
        self.version.map(|version| version.0)
    }

    fn into_draft(self) -> TaxGroupDraft {
        TaxGroupDraft {
            external_id: self.external_id,
            code: self.code,
            name: self.name,
            tax_code_ids: self.tax_codes.into_iter().map(TaxCodeId).collect(),
            is_active: self.is_active.unwrap_or(true),
            metadata: Metadata(self.metadata.unwrap_or_default()),
        }
    }
}

/// A tax group.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxGroupBody {
    /// Its id, which lines of documents give as their `tax_code_id`.
    pub id: Uuid,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Its short name.
    #[schema(example = "GST-QST")]
    pub code: String,
    /// Its name.
    #[schema(example = "Quebec")]
    pub name: String,
    /// The tax codes by id, in the order in which they apply.
    pub tax_codes: Vec<Uuid>,
    /// Whether documents may name it.
    pub is_active: bool,
    /// Free pairs.
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&TaxGroup> for TaxGroupBody {
    fn from(group: &TaxGroup) -> Self {
        Self {
            id: group.id.0,
            external_id: group.external_id.clone(),
            code: group.code.clone(),
            name: group.name.clone(),
            tax_codes: group.tax_code_ids.iter().map(|id| id.0).collect(),
            is_active: group.is_active,
            metadata: group.metadata.0.clone(),
            created_at: Moment(group.created_at),
            updated_at: Moment(group.updated_at),
            version: group.version,
        }
    }
}

list_query! {
    /// Which tax groups.
    TaxGroupQuery {
        /// Active or not.
        active: bool,
        /// With this external id.
        external_id: String,
        /// With this text in code or name.
        q: String,
    }
}

/// List tax groups
///
/// By code. Filters are combined.
#[utoipa::path(tag = "Taxes", operation_id = "listTaxGroups", params(TaxGroupQuery), responses((status = 200, description = "Some tax groups", body = Envelope<Vec<TaxGroupBody>>)))]
#[get("/tax-groups")]
pub(crate) async fn list(context: Context, query: Query<TaxGroupQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let query = query.0;
    let paging = query.paging()?;
    let page = paging.page(|cursor| Some(cursor.to_owned()))?;
    let filter = TaxGroupFilter { is_active: query.active, external_id: query.external_id, q: query.q };
    let app = Arc::clone(&context.app);
    let listed = blocking(move || tax_group::list(&app, &call, &filter, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |group| TaxGroupBody::from(group), String::clone))
}

/// Create a tax group
#[utoipa::path(tag = "Taxes", operation_id = "createTaxGroup", request_body = TaxGroupWriteBody, responses((status = 201, description = "The tax group", body = Envelope<TaxGroupBody>)))]
#[post("/tax-groups")]
pub(crate) async fn create(context: Context, json: Json<TaxGroupWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_group::open(&app, &call, &draft)).await?;
    let group = &done.value;
    Ok(Answer::created(&context, &format!("/tax-groups/{}", group.id))
        .replayed(done.replayed)
        .version(group.version)
        .data(TaxGroupBody::from(group)))
}

/// Get a tax group
#[utoipa::path(tag = "Taxes", operation_id = "getTaxGroup", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The tax group", body = Envelope<TaxGroupBody>)))]
#[get("/tax-groups/{id}")]
pub(crate) async fn get_one(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let group = blocking(move || tax_group::find(&app, &call, TaxGroupId(id.0))).await?;
    Ok(Answer::ok(&context).version(group.version).data(TaxGroupBody::from(&group)))
}

/// Update a tax group
///
/// Replaces all fields. Documents that were posted keep the taxes that they had.
#[utoipa::path(tag = "Taxes", operation_id = "updateTaxGroup", params(("id" = Uuid, Path, description = "Its id")), request_body = TaxGroupWriteBody, responses((status = 200, description = "The tax group", body = Envelope<TaxGroupBody>)))]
#[put("/tax-groups/{id}")]
pub(crate) async fn update(
    context: Context,
    id: Id,
    json: Json<TaxGroupWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_group::revise(&app, &call, TaxGroupId(id.0), version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(TaxGroupBody::from(&done.value)))
}

/// Create or update a tax group by external id
#[utoipa::path(tag = "Taxes", operation_id = "putTaxGroupByExternalId", params(("external_id" = String, Path, description = "The integrator's own id")), request_body = TaxGroupWriteBody, responses((status = 200, description = "It was there and is changed", body = Envelope<TaxGroupBody>), (status = 201, description = "It is created", body = Envelope<TaxGroupBody>)))]
#[put("/tax-groups/external/{external_id}")]
pub(crate) async fn upsert(
    context: Context,
    external_id: ExternalId,
    json: Json<TaxGroupWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version())?;
    external_id.agrees(json.body.external_id.as_deref())?;
    let draft = json.body.into_draft();
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_group::upsert(&app, &call, &external_id.0, version, &draft)).await?;
    let group = &done.value.value;
    let answer = if done.value.created {
        Answer::created(&context, &format!("/tax-groups/{}", group.id))
    } else {
        Answer::ok(&context)
    };
    Ok(answer.replayed(done.replayed).version(group.version).data(TaxGroupBody::from(group)))
}

/// Deactivate a tax group
///
/// Documents keep what they have, new ones cannot name it. Nothing is ever removed.
#[utoipa::path(tag = "Taxes", operation_id = "deactivateTaxGroup", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The tax group, no longer active", body = Envelope<TaxGroupBody>)))]
#[delete("/tax-groups/{id}")]
pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let version = context.version(None)?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || tax_group::deactivate(&app, &call, TaxGroupId(id.0), version)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(TaxGroupBody::from(&done.value)))
}
