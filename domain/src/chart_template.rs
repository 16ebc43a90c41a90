//! Chart templates: the accounts and tax codes a company begins with. They are data files; this is their form.

use crate::account::AccountType;
use crate::id::AccountId;
use crate::metadata::Metadata;
use crate::refusal::Refusal;
use crate::tax_code::{TaxCodeDraft, TaxType};
use crate::tax_rate::TaxRate;
use serde::Deserialize;

/// A chart to begin with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartTemplate {
    /// Its name, such as `us-small-business`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The accounts, parents before children.
    pub accounts: Vec<TemplateAccount>,
    /// The tax codes.
    #[serde(default)]
    pub tax_codes: Vec<TemplateTaxCode>,
}

/// One account of a template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateAccount {
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub account_type: AccountType,
    /// The number of the account above it.
    #[serde(default)]
    pub parent: Option<String>,
    /// The line of a statement it is summed into.
    #[serde(default)]
    pub report_group: Option<String>,
    /// Which default accounts of the settings it becomes, such as `bank`.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// One tax code of a template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateTaxCode {
    /// Its short name.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its rate in basis points; 0 when absent.
    #[serde(default)]
    pub rate: i64,
    /// What kind of tax it is.
    pub tax_type: TaxType,
    /// Whose tax it is.
    pub jurisdiction: String,
    /// Whether it says only that no tax is due.
    #[serde(default)]
    pub is_exempt: bool,
    /// The number of the account that takes the tax.
    #[serde(default)]
    pub account: Option<String>,
    /// The number of the account that takes the tax of purchases instead.
    #[serde(default)]
    pub input_account: Option<String>,
    /// The number of the account that takes what a buyer owes in the seller's place.
    #[serde(default)]
    pub self_assess_account: Option<String>,
    /// Where its amounts go in the tax return, see [`report_box`](crate::report_box).
    #[serde(default)]
    pub report_box: Option<String>,
}

impl TemplateTaxCode {
    /// What it says of a tax code; `account_of` finds an account by its number.
    ///
    /// # Errors
    /// `rate` with constraint `range`.
    pub fn draft(&self, account_of: impl Fn(&str) -> Option<AccountId>) -> Result<TaxCodeDraft, Refusal> {
        let account = |number: &Option<String>| number.as_deref().and_then(&account_of);
        Ok(TaxCodeDraft {
            external_id: None,
            code: self.code.clone(),
            name: self.name.clone(),
            rate: TaxRate::from_basis_points(self.rate, "rate")?,
            tax_type: self.tax_type,
            jurisdiction: Some(self.jurisdiction.clone()),
            is_compound: false,
            is_exempt: self.is_exempt,
            account_id: account(&self.account),
            input_account_id: account(&self.input_account),
            self_assess_account_id: account(&self.self_assess_account),
            pending_account_id: None,
            recoverable: None,
            report_box: self.report_box.clone(),
            effective_from: None,
            effective_to: None,
            is_active: true,
            metadata: Metadata::default(),
        })
    }
}
