//! The rules of bookkeeping: what an entry, an account, a period and a balance are, and what may happen to them.
//!
//! Nothing here reads a clock, a database or the network. A rule that is broken answers a [`Refusal`](refusal::Refusal),
//! named by the rule.

pub mod account;
pub mod actor;
pub mod ageing;
pub mod allocation;
pub mod api_key;
pub mod audit_event;
pub mod balance;
pub mod cash_basis_tax;
pub mod cash_rounding;
pub mod chart_template;
pub mod company;
pub mod contact;
pub mod currency_exchange;
pub mod decimal;
pub mod document;
pub mod document_status;
pub mod exchange_rate;
pub mod exchange_rate_table;
pub mod fiscal_calendar;
pub mod hash;
pub mod id;
pub mod inventory;
pub mod item;
pub mod journal_entry;
pub mod metadata;
pub mod money;
pub mod pairing;
pub mod payment;
pub mod period;
pub mod permission;
pub mod posting_line;
pub mod published_rates;
pub mod quantity;
pub mod recurring;
pub mod refusal;
pub mod report_box;
pub mod revaluation;
pub mod role;
pub mod sequence;
pub mod session;
pub mod settings;
pub mod statement;
pub mod tax;
pub mod tax_code;
pub mod tax_entry;
pub mod tax_group;
pub mod tax_rate;
pub mod tax_return;
pub mod text;
pub mod timestamp;
pub mod unit_price;
pub mod user;
