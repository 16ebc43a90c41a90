//! What the binary says: answers on standard output, everything else on standard error.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Writes an answer and ends the line.
pub(crate) fn line(answer: impl Display) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{answer}")?;
    stdout.flush()
}

/// Standard output as a writer, for answers in a format of their own.
pub(crate) fn stream() -> impl Write {
    io::stdout().lock()
}

/// Tells a person something that is no answer. Nobody may be listening; that is no reason to stop.
pub(crate) fn note(remark: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{remark}");
}

/// Whether somebody reads standard error on a terminal.
pub(crate) fn notes_on_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether the reader of the answer has gone, as `head` does when it has seen enough.
pub(crate) fn reader_gone(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

/// An error with its causes on one line, whatever a library wrote into it. A cause that was quoted by the error above it
/// is not said again.
pub(crate) fn one_line(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain() {
        let words = cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        if said.is_empty() {
            said = words;
        } else if !said.contains(&words) {
            said.push_str(": ");
            said.push_str(&words);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_one_line() {
        let error = anyhow::anyhow!("refused\n\tIs it running?\n").context("no database");
        assert_eq!(one_line(&error), "no database: refused Is it running?");
        assert_eq!(one_line(&error.context("all: no database")), "all: no database: refused Is it running?");
    }

    #[test]
    fn a_reader_that_has_gone_is_told_from_other_errors() {
        let gone = anyhow::Error::from(io::Error::from(ErrorKind::BrokenPipe)).context("writing");
        assert!(reader_gone(&gone));
        assert!(!reader_gone(&anyhow::anyhow!("no space left")));
    }
}
