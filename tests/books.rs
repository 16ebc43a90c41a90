//! What an accountant would notice: the worked cases of bookkeeping, run through the use cases on every store.

mod by_hand;
mod closing;
mod example_ledger;
mod foreign;
mod inventory;
mod opening;
mod queue;
mod random_commands;
mod recurring;
mod revaluation;
mod reversal;
mod trade;
