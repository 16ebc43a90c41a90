//! `/sequences`: how numbers look.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Whole;
use crate::service_config::ServiceConfig;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get, put};
use partita_application::sequence::{self, SequenceDraft};
use partita_domain::sequence::{Sequence, SequenceReset};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use std::sync::Arc;
use utoipa::ToSchema;

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(get_one).service(update);
}

/// When numbering begins anew.
#[derive(ToSchema)]
#[schema(as = SequenceReset, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the domain")]
pub(crate) enum SequenceResetSchema {
    Never,
    Yearly,
}

/// The `{type}` of a path.
pub(crate) struct TypePath(String);

impl FromRequest for TypePath {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(path::text(req, "type").map(Self))
    }
}

/// How numbers shall look.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SequenceWriteBody {
    /// What stands before the number.
    #[schema(max_length = 10, example = "JE-")]
    pub prefix: String,
    /// To how many digits the number is filled up with zeros.
    #[schema(value_type = i64, minimum = 1, maximum = 12, example = 6)]
    pub padding: Whole,
    /// When numbering begins anew; fixed once a number was used.
    #[schema(value_type = SequenceResetSchema, example = "yearly")]
    pub reset: SequenceReset,
    /// The number that comes next; it can be set only while none was used, since numbers have no gaps.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 999_999_999_999_i64)]
    pub next_number: Option<Whole>,
    /// The version that the caller has seen; or send `If-Match`.
    pub version: Option<Whole>,
}

/// A sequence of numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SequenceBody {
    /// What is numbered.
    #[serde(rename = "type")]
    #[schema(example = "journal_entry")]
    pub sequence_type: String,
    /// What stands before the number.
    #[schema(example = "JE-")]
    pub prefix: String,
    /// To how many digits the number is filled up with zeros.
    #[schema(example = 6)]
    pub padding: u8,
    /// When numbering begins anew.
    #[schema(value_type = SequenceResetSchema, example = "yearly")]
    pub reset: SequenceReset,
    /// The number that comes next today.
    #[schema(example = 1)]
    pub next_number: i64,
    /// Counts its changes from 1.
    pub version: i64,
}

impl From<&Sequence> for SequenceBody {
    fn from(sequence: &Sequence) -> Self {
        Self {
            sequence_type: sequence.sequence_type.clone(),
            prefix: sequence.prefix.clone(),
            padding: sequence.padding,
            reset: sequence.reset,
            next_number: sequence.next_number,
            version: sequence.version,
        }
    }
}

list_query! {
    /// Which sequences.
    SequenceQuery {}
}

/// List sequences
#[utoipa::path(tag = "Sequences", operation_id = "listSequences", params(SequenceQuery), responses((status = 200, description = "Some of the sequences", body = Envelope<Vec<SequenceBody>>)))]
#[get("/sequences")]
pub(crate) async fn list(context: Context, query: Query<SequenceQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let paging = query.0.paging()?;
    let page = paging.page(|cursor| cursor.parse().ok())?;
    let app = Arc::clone(&context.app);
    let listed = blocking(move || sequence::list(&app, &call, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |sequence| SequenceBody::from(sequence), i64::to_string))
}

/// Get a sequence
#[utoipa::path(tag = "Sequences", operation_id = "getSequence", params(("type" = String, Path, description = "What is numbered", example = "journal_entry")), responses((status = 200, description = "The sequence", body = Envelope<SequenceBody>)))]
#[get("/sequences/{type}")]
pub(crate) async fn get_one(context: Context, sequence_type: TypePath) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let sequence = blocking(move || sequence::find(&app, &call, &sequence_type.0)).await?;
    Ok(Answer::ok(&context).version(sequence.version).data(SequenceBody::from(&sequence)))
}

/// Update a sequence
///
/// Changes how the numbers to come look. What would leave a gap is refused with `has_history`.
#[utoipa::path(tag = "Sequences", operation_id = "updateSequence", params(("type" = String, Path, description = "What is numbered", example = "journal_entry")), request_body = SequenceWriteBody, responses((status = 200, description = "The sequence", body = Envelope<SequenceBody>)))]
#[put("/sequences/{type}")]
pub(crate) async fn update(
    context: Context,
    sequence_type: TypePath,
    json: Json<SequenceWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let body = json.body;
    let version = context.version(body.version.map(|version| version.0))?;
    let draft = SequenceDraft {
        prefix: body.prefix,
        padding: body.padding.narrow("padding")?,
        reset: body.reset,
        next_number: body.next_number.map(|number| number.0),
    };
    let app = Arc::clone(&context.app);
    let done = blocking(move || sequence::revise(&app, &call, &sequence_type.0, version, &draft)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(SequenceBody::from(&done.value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use utoipa::PartialSchema;

    #[test]
    fn resets_of_the_document_are_those_of_the_domain() {
        let resets = [SequenceReset::Never, SequenceReset::Yearly];
        assert_eq!(
            serde_json::to_value(SequenceResetSchema::schema()).unwrap()["enum"],
            json!(resets.map(SequenceReset::name))
        );
    }
}
