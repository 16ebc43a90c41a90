//! What a company begins with, from a chart template.

use crate::account::open_in;
use crate::app::App;
use crate::error::Result;
use crate::ports::Tx;
use crate::tax_code;
use partita_domain::account::AccountDraft;
use partita_domain::audit_event::Happening;
use partita_domain::chart_template::ChartTemplate;
use partita_domain::id::{AccountId, TaxCodeId};
use partita_domain::metadata::Metadata;
use partita_domain::settings::DefaultAccounts;
use std::collections::HashMap;
use time::PrimitiveDateTime;

/// Opens the accounts and tax codes of a template.
pub(super) fn apply(
    app: &App,
    tx: &mut dyn Tx,
    template: &ChartTemplate,
    at: PrimitiveDateTime,
    happenings: &mut Vec<Happening>,
) -> Result<DefaultAccounts> {
    let mut ids: HashMap<&str, AccountId> = HashMap::new();
    let mut defaults = DefaultAccounts::default();
    for account in &template.accounts {
        let id = AccountId(app.ids.next());
        ids.insert(&account.number, id);
        let draft = AccountDraft {
            external_id: None,
            number: account.number.clone(),
            name: account.name.clone(),
            account_type: account.account_type,
            parent_id: account.parent.as_deref().and_then(|parent| ids.get(parent).copied()),
            currency_code: None,
            description: None,
            report_group: account.report_group.clone(),
            is_active: true,
            is_cash: None,
            metadata: Metadata::default(),
        };
        let (mut opened, happening) = open_in(tx, id, draft, at)?;
        happenings.push(happening);
        for role in &account.roles {
            if let Some(place) = defaults.place(role) {
                *place = Some(id);
                opened.is_system = true;
            }
        }
        if opened.is_system {
            tx.accounts().update(&opened)?;
        }
    }
    for code in &template.tax_codes {
        let draft = code.draft(|number| ids.get(number).copied())?;
        let (_, happening) = tax_code::open_in(tx, TaxCodeId(app.ids.next()), draft, true, at)?;
        happenings.push(happening);
    }
    Ok(defaults)
}
