//! Running revaluations by external id, once.

use super::run::run_in;
use super::{Revalued, find_in};
use crate::app::App;
use crate::balance::company_of;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result};
use crate::journal_entry::Upserted;
use partita_domain::permission::Permission;
use partita_domain::refusal::Refusal;
use partita_domain::revaluation::{Revaluation, RevaluationRequest};

/// Runs a revaluation under an external id, or finds the one that was run under it.
///
/// # Errors
/// As [`run`](super::run()); `posted_entry_immutable` when the one that was run says something else.
pub fn upsert(
    app: &App,
    call: &Call,
    external_id: &str,
    request: &RevaluationRequest,
) -> Result<Done<Upserted<Revalued>>> {
    let request = RevaluationRequest { external_id: Some(external_id.to_owned()), ..request.clone() };
    change(app, call, Permission::JOURNAL_WRITE, |tx, at| {
        let base = company_of(tx, call.company)?.base_currency;
        request.check(base).map_err(Error::Refused)?;
        if let Some(id) = tx.revaluations().find_by_external_id(external_id)? {
            let revaluation = find_in(tx, id)?;
            if !says_the_same(&request, &revaluation) {
                return Err(Refusal::PostedEntryImmutable.into());
            }
            let items = tx.revaluations().items(id)?;
            let value =
                Upserted { created: false, value: Revalued { revaluation, items, entries: Vec::new() } };
            return Ok(Changed { value, happenings: Vec::new() });
        }
        let Changed { value, happenings } = run_in(tx, app, call, at, base, &request)?;
        Ok(Changed { value: Upserted { created: true, value }, happenings })
    })
}

/// Whether a request is for the revaluation that was run; a rate that was given and not needed fits anything.
fn says_the_same(request: &RevaluationRequest, revaluation: &Revaluation) -> bool {
    let is_its_rate = |(currency, rate)| {
        revaluation
            .rates
            .iter()
            .find(|kept| kept.currency_code == currency)
            .is_none_or(|kept| kept.rate == rate)
    };
    (request.date, request.currency_code, request.include_advances)
        == (revaluation.date, revaluation.currency_code, revaluation.include_advances)
        && request.memo == revaluation.memo
        && request.metadata == revaluation.metadata
        && request.exchange_rates.iter().copied().all(is_its_rate)
}
