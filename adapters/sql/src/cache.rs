//! What was read of companies and is still true as long as their ledger heads name the same versions. Several processes
//! may write to one database; each sees the other's changes by those numbers.

use crate::chart::Chart;
use crate::contact::ContactCache;
use partita_application::ports::BalanceSpan;
use partita_domain::balance::AccountTotals;
use partita_domain::company::Company;
use partita_domain::id::CompanyId;
use partita_domain::period::{Period, PeriodKey};
use partita_domain::sequence::Sequence;
use partita_domain::settings::Settings;
use partita_domain::tax_group::TaxTable;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Enough for an installation; above it the cache begins anew.
const MOST_COMPANIES: usize = 1_000;

/// So many reports of one company are answered without summing again; above it they begin anew.
const MOST_SPANS: usize = 16;

/// What changes rarely and every posting needs.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) company: Company,
    pub(crate) settings: Option<Settings>,
    pub(crate) sequences: BTreeMap<String, Sequence>,
    /// The entry counts in here are old.
    pub(crate) periods: BTreeMap<PeriodKey, Period>,
    pub(crate) taxes: Arc<TaxTable>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    chart: Option<(i64, Arc<Chart>)>,
    reference: Option<(i64, Arc<Reference>)>,
    /// Sums of balances, all at one position of the journal.
    totals: (i64, Vec<(BalanceSpan, Vec<AccountTotals>)>),
}

/// What is known of each company; holds only what was committed.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    companies: Mutex<HashMap<CompanyId, Known>>,
    pub(crate) contacts: ContactCache,
}

impl Cache {
    pub(crate) fn chart(&self, company: CompanyId, version: i64) -> Option<Arc<Chart>> {
        self.with(company, |known| at(known.chart.as_ref(), version))
    }

    pub(crate) fn reference(&self, company: CompanyId, version: i64) -> Option<Arc<Reference>> {
        self.with(company, |known| at(known.reference.as_ref(), version))
    }

    pub(crate) fn put_chart(&self, company: CompanyId, version: i64, chart: &Arc<Chart>) {
        self.with(company, |known| renew(&mut known.chart, version, chart));
    }

    pub(crate) fn put_reference(&self, company: CompanyId, version: i64, reference: &Arc<Reference>) {
        self.with(company, |known| renew(&mut known.reference, version, reference));
    }

    /// Sums that were read when the journal was as long as it is now.
    pub(crate) fn totals(
        &self,
        company: CompanyId,
        position: i64,
        span: &BalanceSpan,
    ) -> Option<Vec<AccountTotals>> {
        self.with(company, |known| {
            let (at, kept) = &known.totals;
            let found = kept.iter().find(|(of, _)| *at == position && of == span);
            found.map(|(_, totals)| totals.clone())
        })
    }

    pub(crate) fn put_totals(
        &self,
        company: CompanyId,
        position: i64,
        span: &BalanceSpan,
        totals: &[AccountTotals],
    ) {
        self.with(company, |known| {
            let (at, kept) = &mut known.totals;
            if position < *at {
                return;
            }
            if position > *at || kept.len() >= MOST_SPANS {
                kept.clear();
            }
            *at = position;
            kept.push((span.clone(), totals.to_vec()));
        });
    }

    fn with<T>(&self, company: CompanyId, use_it: impl FnOnce(&mut Known) -> T) -> T {
        let mut all = self.companies.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_COMPANIES && !all.contains_key(&company) {
            all.clear();
        }
        use_it(all.entry(company).or_default())
    }
}

fn at<T>(kept: Option<&(i64, Arc<T>)>, version: i64) -> Option<Arc<T>> {
    kept.filter(|(of, _)| *of == version).map(|(_, value)| value.clone())
}

/// A slow reader must not put back what is older.
fn renew<T>(kept: &mut Option<(i64, Arc<T>)>, version: i64, value: &Arc<T>) {
    if kept.as_ref().is_none_or(|(of, _)| *of < version) {
        *kept = Some((version, value.clone()));
    }
}
