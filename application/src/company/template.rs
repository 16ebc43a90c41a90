//! What a company begins with, from a chart template.

use crate::account::open_in;
use crate::app::App;
use crate::error::Result;
use crate::ports::Tx;
use partita_domain::account::AccountDraft;
use partita_domain::audit_event::Happening;
use partita_domain::chart_template::ChartTemplate;
use partita_domain::id::AccountId;
use partita_domain::metadata::Metadata;
use partita_domain::settings::DefaultAccounts;
use std::collections::HashMap;
use time::PrimitiveDateTime;

/// Opens the accounts of a template.
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
    Ok(defaults)
}
