//! Passwords that people give to the command line, or have made for them.

use anyhow::{Result, anyhow};
use partita_application::App;
use std::io::BufRead;

/// A password that is made has so many letters and digits: 119 bits.
const LENGTH: usize = 20;

/// A password, and whether it was made just now and has to be shown.
pub(crate) struct Password {
    pub(crate) text: String,
    pub(crate) made: bool,
}

/// The first line of standard input, or a new one.
pub(crate) fn get(app: &App, from_stdin: bool) -> Result<Password> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|error| anyhow!("the password cannot be read from standard input: {error}"))?;
        let text = line.trim_end_matches(['\r', '\n']).to_owned();
        return Ok(Password { text, made: false });
    }
    let text = app.secrets.alphanumeric(LENGTH).map_err(|error| anyhow!("no randomness: {error}"))?;
    Ok(Password { text, made: true })
}
