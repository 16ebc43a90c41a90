//! The charts that come with Partita.

use crate::error::Result;
use crate::ports::StoreError;
use partita_domain::chart_template::ChartTemplate;
use partita_domain::refusal::{Constraint, Refusal};

const FILES: [(&str, &str); 3] = [
    ("us-small-business", include_str!("../../charts/us-small-business.json")),
    ("uk", include_str!("../../charts/uk.json")),
    ("german-skr04", include_str!("../../charts/german-skr04.json")),
];

/// The names of all of them.
#[must_use]
pub fn names() -> Vec<&'static str> {
    FILES.iter().map(|(name, _)| *name).collect()
}

/// The chart of that name.
///
/// # Errors
/// `chart` with constraint `one_of`.
pub fn named(name: &str) -> Result<ChartTemplate> {
    let Some((_, file)) = FILES.iter().find(|(known, _)| *known == name) else {
        let message = format!("`{name}` is not a chart template; there are {}", names().join(", "));
        return Err(Refusal::field("chart", Constraint::OneOf, message).into());
    };
    serde_json::from_str(file)
        .map_err(|error| StoreError::Corrupt(format!("chart template {name}: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use partita_domain::id::{AccountId, TaxCodeId};
    use partita_domain::settings::DefaultAccounts;
    use partita_domain::tax_code::TaxCode;
    use std::collections::{HashMap, HashSet};
    use time::macros::datetime;
    use uuid::Uuid;

    #[test]
    fn every_tax_code_of_a_template_is_sound() {
        for name in names() {
            let chart = named(name).unwrap();
            let mut codes = HashSet::new();
            for code in &chart.tax_codes {
                let numbers = [&code.account, &code.input_account, &code.self_assess_account];
                for number in numbers.into_iter().flatten() {
                    let account = chart.accounts.iter().find(|account| account.number == *number);
                    let account = account.unwrap_or_else(|| panic!("{name}: {} names {number}", code.code));
                    assert!(TaxCode::fits(account.account_type), "{name}: {} names {number}", code.code);
                }
                let draft = code.draft(|_| Some(AccountId(Uuid::nil()))).unwrap();
                let opened = TaxCode::open(TaxCodeId(Uuid::nil()), draft, datetime!(2026-01-01 0:00));
                assert!(opened.is_ok(), "{name}: {}: {opened:?}", code.code);
                assert!(codes.insert(&code.code), "{name}: {} twice", code.code);
                // Where there is a return with boxes, a code that is taxed has some.
                let boxed = code.report_box.is_some() || code.jurisdiction.starts_with("US");
                assert!(boxed || code.is_exempt, "{name}: {}", code.code);
            }
            assert!(codes.len() > 1, "{name}");
        }
    }

    #[test]
    fn every_template_is_a_sound_chart() {
        for name in names() {
            let chart = named(name).unwrap();
            assert_eq!(chart.name, name);
            let mut seen = HashMap::new();
            for account in &chart.accounts {
                if let Some(parent) = &account.parent {
                    let above: &partita_domain::account::AccountType = seen
                        .get(parent)
                        .unwrap_or_else(|| panic!("{name}: {parent} comes after {}", account.number));
                    assert_eq!(
                        above.category(),
                        account.account_type.category(),
                        "{name}: {}",
                        account.number
                    );
                }
                assert!(
                    seen.insert(account.number.clone(), account.account_type).is_none(),
                    "{name}: {} twice",
                    account.number
                );
            }
            for (role, _) in DefaultAccounts::default().named() {
                let takes: Vec<_> =
                    chart.accounts.iter().filter(|a| a.roles.iter().any(|known| known == role)).collect();
                assert_eq!(takes.len(), 1, "{name}: {role}");
                assert!(DefaultAccounts::fits(role, takes[0].account_type), "{name}: {role}");
            }
            let roles = chart.accounts.iter().flat_map(|account| &account.roles);
            assert!(roles.clone().all(|role| DefaultAccounts::default().place(role).is_some()), "{name}");
        }
    }
}
