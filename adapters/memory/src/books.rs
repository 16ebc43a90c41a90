//! All that is kept of one company.

use crate::account::Chart;
use crate::api_key::Keys;
use crate::balance::KeptBalances;
use crate::contact::AddressBook;
use crate::document::Papers;
use crate::exchange_rate::Rates;
use crate::item::Catalogue;
use crate::journal_entry::Journal;
use crate::pairing::PairingCodes;
use crate::payment::Receipts;
use crate::recurring::Series;
use crate::revaluation::Closings;
use crate::sequence::Counters;
use crate::session::LogIns;
use crate::stock::Warehouse;
use crate::tax_code::Taxes;
use crate::tax_entry::TaxJournal;
use crate::undo_map::{Undo, UndoMap};
use crate::user::People;
use partita_application::ports::{LedgerHead, Remembered};
use partita_domain::audit_event::AuditEvent;
use partita_domain::company::Company;
use partita_domain::id::LockRequestId;
use partita_domain::period::{LockRequest, Period, PeriodKey};
use partita_domain::role::Role;
use partita_domain::settings::Settings;

/// The books of one company.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) accounts: Chart,
    pub(crate) api_keys: Keys,
    pub(crate) audit_events: UndoMap<i64, AuditEvent>,
    pub(crate) balances: KeptBalances,
    pub(crate) company: UndoMap<(), Company>,
    pub(crate) contacts: AddressBook,
    pub(crate) documents: Papers,
    pub(crate) exchange_rates: Rates,
    pub(crate) idempotency: UndoMap<String, Remembered>,
    pub(crate) items: Catalogue,
    pub(crate) journal_entries: Journal,
    pub(crate) ledger_head: UndoMap<(), LedgerHead>,
    pub(crate) lock_requests: UndoMap<LockRequestId, LockRequest>,
    pub(crate) pairings: PairingCodes,
    pub(crate) payments: Receipts,
    pub(crate) periods: UndoMap<PeriodKey, Period>,
    pub(crate) recurring: Series,
    pub(crate) revaluations: Closings,
    pub(crate) roles: UndoMap<String, Role>,
    pub(crate) sequences: Counters,
    pub(crate) sessions: LogIns,
    pub(crate) settings: UndoMap<(), Settings>,
    pub(crate) taxes: Taxes,
    pub(crate) tax_entries: TaxJournal,
    pub(crate) stocks: Warehouse,
    pub(crate) users: People,
}

impl Books {
    /// Everything that has to be undone when a unit fails.
    fn parts(&mut self) -> [&mut dyn Undo; 26] {
        [
            &mut self.accounts,
            &mut self.api_keys,
            &mut self.audit_events,
            &mut self.balances,
            &mut self.company,
            &mut self.contacts,
            &mut self.documents,
            &mut self.exchange_rates,
            &mut self.idempotency,
            &mut self.items,
            &mut self.journal_entries,
            &mut self.ledger_head,
            &mut self.lock_requests,
            &mut self.pairings,
            &mut self.payments,
            &mut self.periods,
            &mut self.recurring,
            &mut self.revaluations,
            &mut self.roles,
            &mut self.sequences,
            &mut self.sessions,
            &mut self.settings,
            &mut self.taxes,
            &mut self.tax_entries,
            &mut self.stocks,
            &mut self.users,
        ]
    }
}

impl Undo for Books {
    fn commit(&mut self) {
        self.parts().into_iter().for_each(Undo::commit);
    }

    fn roll_back(&mut self) {
        self.parts().into_iter().for_each(Undo::roll_back);
    }
}
