//! `/estimates`: offers to customers.

use crate::document::invoice::{self, InvoiceBody};
use crate::document::operations::documents;
use crate::json::OptionalJson;
use crate::service_config::ServiceConfig;
use partita_application::call::{Call, Done};
use partita_application::document::Conversion;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(upsert)
        .service(get_one)
        .service(pdf)
        .service(update)
        .service(remove)
        .service(send)
        .service(accept)
        .service(decline)
        .service(convert);
}

documents! {
    kind: Estimate,
    tag: "Sales",
    noun: "estimate",
    path: "/estimates",
    one: "/estimates/{id}",
    pdf: "/estimates/{id}/pdf",
    external: "/estimates/external/{external_id}",
    operations: ("listEstimates", "createEstimate", "getEstimate", "updateEstimate", "deleteEstimate", "putEstimateByExternalId", "printEstimate"),
    bodies: (EstimateWriteBody, EstimatePatchBody, EstimateBody, EstimatesQuery),
    number: estimate_number,
    party: customer_id,
    due: expiration_date,
    corrects: (),
    converted: (invoice_id),
    balance: (),
    delete: "Only a draft is deleted; an estimate that was sent is declined.",
}

/// What became of an estimate.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// The version that the caller has seen; or send `If-Match`.
    #[schema(value_type = Option<i64>)]
    pub version: Option<Whole>,
}

/// Turning an estimate into an invoice.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversionBody {
    /// The accounting date of the invoice; today by default.
    pub date: Option<Day>,
    /// When it is due; by default what the terms of the customer say.
    pub due_date: Option<Day>,
    /// The integrator's own id for the invoice.
    #[schema(min_length = 1, max_length = 255)]
    pub external_id: Option<String>,
    /// Whether the invoice is posted at once, true by default, or stays a draft.
    pub post: Option<bool>,
    /// Lets it into a soft-locked period, with the permission `periods:override`.
    pub override_closed_period: Option<OverrideBody>,
    /// The version of the estimate that the caller has seen; or send `If-Match`.
    #[schema(value_type = Option<i64>)]
    pub version: Option<Whole>,
}

type Decision = fn(
    &partita_application::App,
    &Call,
    DocumentId,
    Option<i64>,
) -> partita_application::Result<Done<Document>>;

async fn decide(
    context: Context,
    id: Id,
    json: OptionalJson<DecisionBody>,
    decision: Decision,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let version = context.version(json.body.version.map(|version| version.0))?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || decision(&app, &call, DocumentId(id.0), version)).await?;
    answer_one(&context, Answer::ok(&context).replayed(done.replayed), alone(done.value), false).await
}

/// Note that an estimate was sent
#[utoipa::path(tag = "Sales", operation_id = "sendEstimate", params(("id" = Uuid, Path, description = "Its id")), request_body(content = Option<DecisionBody>), responses((status = 200, description = "The estimate", body = Envelope<EstimateBody<'static>>)))]
#[post("/estimates/{id}/send")]
pub(crate) async fn send(
    context: Context,
    id: Id,
    json: OptionalJson<DecisionBody>,
) -> Result<HttpResponse, Problem> {
    decide(context, id, json, document::send).await
}

/// Note that an estimate was accepted
#[utoipa::path(tag = "Sales", operation_id = "acceptEstimate", params(("id" = Uuid, Path, description = "Its id")), request_body(content = Option<DecisionBody>), responses((status = 200, description = "The estimate", body = Envelope<EstimateBody<'static>>)))]
#[post("/estimates/{id}/accept")]
pub(crate) async fn accept(
    context: Context,
    id: Id,
    json: OptionalJson<DecisionBody>,
) -> Result<HttpResponse, Problem> {
    decide(context, id, json, document::accept).await
}

/// Note that an estimate was declined
#[utoipa::path(tag = "Sales", operation_id = "declineEstimate", params(("id" = Uuid, Path, description = "Its id")), request_body(content = Option<DecisionBody>), responses((status = 200, description = "The estimate", body = Envelope<EstimateBody<'static>>)))]
#[post("/estimates/{id}/decline")]
pub(crate) async fn decline(
    context: Context,
    id: Id,
    json: OptionalJson<DecisionBody>,
) -> Result<HttpResponse, Problem> {
    decide(context, id, json, document::decline).await
}

/// Convert an estimate into an invoice
///
/// Once; both keep the link. Prices are those of the estimate, tax codes those of the invoice's date.
#[utoipa::path(tag = "Sales", operation_id = "convertEstimate", params(("id" = Uuid, Path, description = "Its id"), WriteQuery), request_body(content = Option<ConversionBody>), responses((status = 200, description = "A dry run: what would be made", body = Envelope<InvoiceBody<'static>>), (status = 201, description = "The invoice", body = Envelope<InvoiceBody<'static>>)))]
#[post("/estimates/{id}/convert")]
pub(crate) async fn convert(
    context: Context,
    id: Id,
    query: Query<WriteQuery>,
    json: OptionalJson<ConversionBody>,
) -> Result<HttpResponse, Problem> {
    let mut call = context.write(json.digest)?;
    call.dry_run = query.0.dry_run.unwrap_or(false);
    let conversion = Conversion {
        date: json.body.date.map(|day| day.0),
        due_date: json.body.due_date.map(|day| day.0),
        external_id: json.body.external_id,
        post: json.body.post.unwrap_or(true),
        version: context.version(json.body.version.map(|version| version.0))?,
        override_closed_period: json.body.override_closed_period.map(|wish| wish.reason),
    };
    let (app, dry_run) = (Arc::clone(&context.app), call.dry_run);
    let done = blocking(move || document::convert(&app, &call, DocumentId(id.0), &conversion)).await?;
    let id = done.value.document.id;
    let answer =
        if dry_run { Answer::ok(&context) } else { Answer::created(&context, &format!("/invoices/{id}")) };
    let explained = query.0.explain.unwrap_or(false);
    invoice::answer_one(&context, answer.replayed(done.replayed), done.value, explained).await
}
