//! Statements of account.

use crate::context::{Context, blocking};
use crate::document::pdf::{PdfFile, answer_pdf};
use crate::envelope::{Answer, Envelope};
use crate::path::Id;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Day;
use actix_web::{HttpResponse, get};
use partita_application::contact::{self, ContactStatement};
use partita_domain::id::ContactId;
use partita_domain::money::Currency;
use partita_domain::statement::{Movement, Statement};
use partita_domain::tax::Trade;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatementQuery {
    /// From this date on; from the beginning by default.
    pub from: Option<Day>,
    /// Up to and including this date; today by default.
    pub to: Option<Day>,
}

/// What changed what is owed.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementMovementBody {
    /// The accounting date.
    pub date: Day,
    /// The entry.
    pub entry_id: Uuid,
    /// Its number.
    #[schema(example = "JE-2026-000001")]
    pub entry_number: String,
    /// What kind of entry it is, such as `invoice` or `reversal`.
    #[schema(example = "invoice")]
    pub transaction_type: String,
    /// What it was posted for, such as the id of the invoice.
    pub source_id: Option<String>,
    /// The entry that it takes back.
    pub reversal_of_id: Option<Uuid>,
    /// The number of the document.
    #[schema(example = "INV-2026-000001")]
    pub reference_number: Option<String>,
    /// What it is.
    pub memo: Option<String>,
    /// What it adds to what is owed, minor units; below zero when it takes from it.
    #[schema(example = 10000)]
    pub amount: i64,
    /// What is owed after it, minor units.
    #[schema(example = 13000)]
    pub balance: i64,
}

impl From<&Movement> for StatementMovementBody {
    fn from(movement: &Movement) -> Self {
        let line = &movement.line;
        Self {
            date: Day(line.date),
            entry_id: line.entry_id.0,
            entry_number: line.entry_number.clone(),
            transaction_type: line.transaction_type.clone(),
            source_id: line.source_id.clone(),
            reversal_of_id: line.reversal_of_id.map(|id| id.0),
            reference_number: line.reference_number.clone(),
            memo: line.memo.clone(),
            amount: movement.amount,
            balance: movement.balance,
        }
    }
}

/// What is owed on one side of the trade, in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountStatementBody {
    /// `receivable` for what the contact owes, `payable` for what it is owed.
    #[serde(rename = "type")]
    #[schema(example = "receivable")]
    pub side: &'static str,
    /// The currency of all amounts.
    #[schema(value_type = String, example = "USD")]
    pub currency_code: Currency,
    /// What was owed before `from`, minor units; below zero when more was paid than was due.
    #[schema(example = 3000)]
    pub opening_balance: i64,
    /// What changed it, by date.
    pub movements: Vec<StatementMovementBody>,
    /// What is owed at the end of `to`: the opening balance and all movements.
    #[schema(example = 13000)]
    pub closing_balance: i64,
}

impl From<&Statement> for AccountStatementBody {
    fn from(statement: &Statement) -> Self {
        Self {
            side: match statement.trade {
                Trade::Sale => "receivable",
                Trade::Purchase => "payable",
            },
            currency_code: statement.currency,
            opening_balance: statement.opening,
            movements: statement.movements.iter().map(StatementMovementBody::from).collect(),
            closing_balance: statement.closing,
        }
    }
}

/// The statements of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactStatementBody {
    /// The contact.
    pub contact_id: Uuid,
    /// Its name.
    pub display_name: String,
    /// The first day; absent for the beginning.
    pub from: Option<Day>,
    /// The last day.
    pub to: Day,
    /// One for each side of the trade and currency in which something was owed or moved: receivables first, then by
    /// currency.
    pub statements: Vec<AccountStatementBody>,
}

impl From<&ContactStatement> for ContactStatementBody {
    fn from(of: &ContactStatement) -> Self {
        Self {
            contact_id: of.contact.id.0,
            display_name: of.contact.display_name.clone(),
            from: of.from.map(Day),
            to: Day(of.to),
            statements: of.statements.iter().map(AccountStatementBody::from).collect(),
        }
    }
}

/// Get the statement of a contact
///
/// What it owed and was owed, what changed it, and what it came to, in each currency: what is posted with its name to the
/// accounts of receivables, payables, advances and prepayments. What only moves between these is left out.
#[utoipa::path(tag = "Contacts", operation_id = "getContactStatement", params(("id" = Uuid, Path, description = "Its id"), StatementQuery), responses((status = 200, description = "The statement", body = Envelope<ContactStatementBody>)))]
#[get("/contacts/{id}/statement")]
pub(crate) async fn show(
    context: Context,
    id: Id,
    query: Query<StatementQuery>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let (from, to) = (query.0.from.map(|day| day.0), query.0.to.map(|day| day.0));
    let app = Arc::clone(&context.app);
    let found = blocking(move || contact::statement(&app, &call, ContactId(id.0), from, to)).await?;
    Ok(Answer::ok(&context).data(ContactStatementBody::from(&found)))
}

/// Print the statement of a contact
///
/// As PDF (PDF/A-3b), on Letter where that is the paper of the company's country, else on A4: what was owed, what changed
/// it, what it came to, and how long what the contact owes is overdue.
#[utoipa::path(tag = "Contacts", operation_id = "printContactStatement", params(("id" = Uuid, Path, description = "Its id"), StatementQuery), responses((status = 200, description = "The file", body = PdfFile, content_type = "application/pdf")))]
#[get("/contacts/{id}/statement/pdf")]
pub(crate) async fn pdf(
    context: Context,
    id: Id,
    query: Query<StatementQuery>,
) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let (from, to) = (query.0.from.map(|day| day.0), query.0.to.map(|day| day.0));
    let app = Arc::clone(&context.app);
    let printed = blocking(move || contact::print_statement(&app, &call, ContactId(id.0), from, to)).await?;
    Ok(answer_pdf(printed))
}
