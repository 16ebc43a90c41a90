//! The program as people run it: killed, cut off, doubled, started in the wrong place, filled, and put behind a proxy.

mod books;
mod import_rates;
mod kill;
mod kill_documents;
mod lifecycle;
mod load;
mod nginx;
mod outage;
mod two_processes;
