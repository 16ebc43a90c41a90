//! `partita openapi`: the description of the API.

use crate::out;
use std::process::ExitCode;

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    out::line(partita_http::openapi_json().trim_end())?;
    Ok(ExitCode::SUCCESS)
}
