//! Making many contacts.

use super::body::ContactWriteBody;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::problem::Problem;
use actix_web::{HttpResponse, post};
use partita_application::contact::{self, Batch, ContactOutcome};
use partita_domain::contact::ContactDraft;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Many contacts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBatchWriteBody {
    /// 1 to 1 000 contacts.
    #[schema(min_items = 1, max_items = 1_000)]
    pub contacts: Vec<ContactWriteBody>,
    /// Whether all are made or none, true by default; otherwise each has its own outcome.
    pub atomic: Option<bool>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBatchBody {
    /// How many were made.
    pub created_count: i64,
    /// How many were refused.
    pub refused_count: i64,
    /// One for each contact, in the order given.
    pub results: Vec<ContactBatchResultBody>,
}

/// What became of one contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBatchResultBody {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// `created` or `refused`.
    #[schema(example = "created")]
    pub status: &'static str,
    /// The contact's id, when it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The integrator's own id for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<ContactBatchErrorBody>>,
}

/// Why a contact of a batch was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBatchErrorBody {
    /// The stable code.
    #[schema(example = "conflict")]
    pub code: String,
    /// JSON path from the body's root.
    pub field: Option<String>,
    /// The broken constraint.
    pub constraint: Option<String>,
    /// The contact that has the value already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing_id: Option<String>,
    /// For people.
    pub message: String,
}

impl From<Batch> for ContactBatchBody {
    fn from(outcome: Batch) -> Self {
        let results = outcome.outcomes.into_iter().enumerate().map(|(index, outcome)| match outcome {
            ContactOutcome::Created { id, external_id } => {
                ContactBatchResultBody { index, status: "created", id: Some(id.0), external_id, errors: None }
            }
            ContactOutcome::Refused { problems } => ContactBatchResultBody {
                index,
                status: "refused",
                id: None,
                external_id: None,
                errors: Some(
                    problems
                        .into_iter()
                        .map(|problem| ContactBatchErrorBody {
                            code: problem.code,
                            field: problem.field,
                            constraint: problem.constraint,
                            existing_id: problem.existing_id,
                            message: problem.message,
                        })
                        .collect(),
                ),
            },
        });
        Self {
            created_count: outcome.created_count,
            refused_count: outcome.refused_count,
            results: results.collect(),
        }
    }
}

/// Create many contacts
///
/// All or none by default; with `"atomic": false` each contact has its own outcome.
#[utoipa::path(tag = "Contacts", operation_id = "createContacts", request_body = ContactBatchWriteBody, responses((status = 200, description = "What became of each contact", body = Envelope<ContactBatchBody>)))]
#[post("/contacts/batch")]
pub(crate) async fn batch(
    context: Context,
    json: Json<ContactBatchWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let atomic = json.body.atomic.unwrap_or(true);
    let drafts: Vec<ContactDraft> =
        json.body.contacts.into_iter().map(ContactWriteBody::into_draft).collect();
    let app = Arc::clone(&context.app);
    let done = blocking(move || contact::create_batch(&app, &call, &drafts, atomic)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(ContactBatchBody::from(done.value)))
}
