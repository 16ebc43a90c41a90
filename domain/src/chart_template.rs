//! Chart templates: the accounts a company begins with. They are data files; this is their form.

use crate::account::AccountType;
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
