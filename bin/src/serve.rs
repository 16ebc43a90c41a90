//! `partita serve`: answers requests until it is told to stop.

use crate::config::Config;
use crate::notice::{Notice, base_url};
use crate::recurring::Scheduler;
use crate::{database_url, init, log, out, wiring};
use anyhow::{Result, anyhow};
use partita_application::call::IdempotencyKey;
use partita_application::domain::audit_event::Source;
use partita_application::domain::hash::Hash;
use partita_application::domain::id::CompanyId;
use partita_application::ports::StoreError;
use partita_application::{App, Call, Error, company};
use partita_http::HttpOptions;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(config: &Config, _: &Args) -> Result<ExitCode> {
    log::start(config)?;
    // Looked at first, so that a start that cannot succeed founds nothing and shows no key.
    drop(TcpListener::bind(config.bind).map_err(|error| unbound(config.bind, &error))?);
    let books = wiring::open_or_make(config)?;
    let mut notice = first_start(config, &books.app)?;
    let options = HttpOptions {
        bind: config.bind,
        workers: config.workers,
        trusted_proxies: config.trusted_proxies.clone(),
        drain_seconds: config.drain_seconds,
        max_body_bytes: config.max_body_bytes,
    };
    let scheduler = Scheduler::start(Arc::clone(&books.app), config.recurring_interval_seconds)?;
    let served = actix_web::rt::System::new().block_on(partita_http::serve(
        Arc::clone(&books.app),
        options,
        |address| {
            tracing::info!(
                version = env!("CARGO_PKG_VERSION"),
                database = database_url::masked(&config.database_url),
                "listening on {}",
                base_url(address)
            );
            show(notice.take(), address);
        },
    ));
    drop(scheduler);
    // The key of a server that never came up is a key all the same.
    show(notice, config.bind);
    served.map_err(|error| unbound(config.bind, &error))?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

fn show(notice: Option<Notice>, address: SocketAddr) {
    if let Some(notice) = notice
        && let Err(error) = notice.show(address)
    {
        tracing::error!(
            "the first key could not be shown; make another with `partita key create`: {}",
            out::one_line(&error)
        );
    }
}

/// Founds a company if there is none. Processes that start together over one database agree on which of them does, since
/// all of them ask with the same idempotency key.
fn first_start(config: &Config, app: &App) -> Result<Option<Notice>> {
    if !company::companies(app)?.is_empty() {
        return Ok(None);
    }
    let mut call = Call::system(CompanyId::INSTALLATION, Source::System);
    call.idempotency =
        Some(IdempotencyKey { key: "first start".to_owned(), fingerprint: Hash::of(b"first start") });
    match init::found_by(config, app, &init::Args::named(init::FIRST_NAME), &call) {
        Err(error) if lost_race(&error) && !company::companies(app)?.is_empty() => Ok(None),
        founded => founded,
    }
}

fn lost_race(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref::<Error>(),
        Some(Error::Store(StoreError::Duplicate | StoreError::Contended | StoreError::Unavailable(_)))
    )
}

fn unbound(address: SocketAddr, error: &std::io::Error) -> anyhow::Error {
    let remedy = "choose another address with --bind <address>:<port> or PARTITA_BIND";
    match error.kind() {
        ErrorKind::AddrInUse => anyhow!("{address} is taken: another program listens there; {remedy}"),
        ErrorKind::AddrNotAvailable => anyhow!("{address} is no address of this machine; {remedy}"),
        ErrorKind::PermissionDenied => anyhow!("{address} may not be used by this user; {remedy}"),
        _ => anyhow!("cannot serve on {address}: {error}; {remedy}"),
    }
}
