//! `/recurring/run`: making what is due.

use super::body::RecurringKindSchema;
use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::journal_entry::BatchErrorBody;
use crate::journal_entry::post::PostQuery;
use crate::json::OptionalJson;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, post};
use partita_application::recurring::{self, MadeOccurrence, MadeStatus, RecurringRun, TemplateRun};
use partita_domain::recurring::RecurringKind;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Up to when.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurringRunWriteBody {
    /// Make what is due on or before this day; today (UTC) by default.
    pub as_of: Option<Day>,
}

/// What a run has made.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecurringRunBody {
    /// The day up to which it made what was due.
    pub as_of: Day,
    /// How many occurrences were made, 1 000 at most.
    pub made_count: i64,
    /// How many templates were refused their next occurrence.
    pub refused_count: i64,
    /// Whether nothing more is due but what was refused; otherwise run again.
    pub is_complete: bool,
    /// Every template that was due, in the order of their first occurrences.
    pub templates: Vec<TemplateRunBody>,
}

/// What a run has made of one template.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateRunBody {
    /// The template.
    pub template_id: Uuid,
    /// Its name.
    pub name: String,
    /// What kind of transaction recurs.
    #[schema(value_type = RecurringKindSchema, example = "invoice")]
    pub kind: RecurringKind,
    /// Its occurrences, oldest first.
    pub made: Vec<MadeBody>,
    /// The occurrence that was refused; the template stays due on its date.
    pub refused: Option<RefusedBody>,
    /// What comes next; after a dry run, what would come next.
    pub next_due: Option<Day>,
}

/// How far what was made has come.
#[derive(ToSchema)]
#[schema(as = MadeStatus, rename_all = "snake_case")]
#[allow(missing_docs, dead_code, reason = "only the document uses it; a test holds it against the use case")]
pub(crate) enum MadeStatusSchema {
    Posted,
    Draft,
    Existing,
}

/// An occurrence that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeBody {
    /// Its date.
    pub date: Day,
    /// The invoice, bill or entry; absent in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// `posted`, `draft`, or `existing` when it was there under the external id of the occurrence.
    #[schema(value_type = MadeStatusSchema, example = "posted")]
    pub status: MadeStatus,
    /// Its number, when it has one; absent in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Minor units of the currency.
    pub total: i64,
    /// Its currency.
    #[schema(example = "USD")]
    pub currency_code: String,
}

/// An occurrence that was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedBody {
    /// Its date.
    pub date: Day,
    /// Why.
    pub errors: Vec<BatchErrorBody>,
}

impl MadeBody {
    fn of(made: MadeOccurrence, is_dry: bool) -> Self {
        Self {
            date: Day(made.date),
            id: (!is_dry).then_some(made.resource_id),
            status: made.status,
            number: made.number.filter(|_| !is_dry),
            total: made.total,
            currency_code: made.currency_code.to_string(),
        }
    }
}

impl RecurringRunBody {
    fn of(outcome: RecurringRun, is_dry: bool) -> Self {
        let of_template = |of: TemplateRun| TemplateRunBody {
            template_id: of.template_id.0,
            name: of.name,
            kind: of.kind,
            made: of.made.into_iter().map(|made| MadeBody::of(made, is_dry)).collect(),
            refused: of.refused.map(|(date, problems)| RefusedBody {
                date: Day(date),
                errors: problems.into_iter().map(Into::into).collect(),
            }),
            next_due: of.next_due.map(Day),
        };
        Self {
            as_of: Day(outcome.as_of),
            made_count: outcome.made_count,
            refused_count: outcome.refused_count,
            is_complete: outcome.is_complete,
            templates: outcome.templates.into_iter().map(of_template).collect(),
        }
    }
}

/// Make what is due
///
/// Every occurrence that is due, oldest first, of the kinds that the caller may write. Each is made exactly once, whoever
/// else runs at the same time, and in a transaction of its own. One that is refused, by a closed period for example, is
/// reported; its template stays due, and the others go on. The server does the same by itself every few minutes.
#[utoipa::path(tag = "Recurring", operation_id = "runRecurring", params(PostQuery), request_body(content = Option<RecurringRunWriteBody>), responses((status = 200, description = "What was made of each template", body = Envelope<RecurringRunBody>)))]
#[post("/recurring/run")]
pub(crate) async fn run(
    context: Context,
    query: Query<PostQuery>,
    json: OptionalJson<RecurringRunWriteBody>,
) -> Result<HttpResponse, Problem> {
    let call = query.0.apply(context.write(json.digest)?);
    let as_of = json.body.as_of.map(|day| day.0);
    let (app, is_dry) = (Arc::clone(&context.app), call.dry_run);
    let done = blocking(move || recurring::run(&app, &call, as_of)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(RecurringRunBody::of(done.value, is_dry)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use utoipa::PartialSchema;

    #[test]
    fn the_document_names_what_the_use_case_knows() {
        let schema = serde_json::to_value(MadeStatusSchema::schema()).unwrap();
        let known = [MadeStatus::Posted, MadeStatus::Draft, MadeStatus::Existing];
        assert_eq!(schema["enum"], serde_json::json!(known));
    }
}
