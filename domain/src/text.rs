//! Free text that people type: bounded in length, without control characters.

use crate::refusal::{Constraint, Refusal};

/// Checks a text: at most `max` characters, no control character (line feed and tab are allowed in long texts only).
///
/// # Errors
/// `field` with constraint `length` or `format`.
pub fn check(text: &str, field: &str, max: usize) -> Result<(), Refusal> {
    // A text of at most `max` bytes has at most `max` characters: the count is needed only for longer ones.
    if text.len() > max && text.chars().count() > max {
        return Err(Refusal::field(
            field,
            Constraint::Length,
            format!("at most {max} characters are allowed"),
        ));
    }
    let multi_line = max > 255;
    if text.chars().any(|c| c.is_control() && !(multi_line && (c == '\n' || c == '\t'))) {
        return Err(Refusal::field(
            field,
            Constraint::Format,
            "control characters are not allowed".to_owned(),
        ));
    }
    Ok(())
}

/// Checks a text that must say something: [`check`], and not blank.
///
/// # Errors
/// As [`check`]; a blank text breaks `length`.
pub fn check_filled(text: &str, field: &str, max: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::field(field, Constraint::Length, "must not be blank".to_owned()));
    }
    check(text, field, max)
}

/// [`check`] for a text that may be absent.
///
/// # Errors
/// As [`check`].
pub fn check_optional(text: Option<&str>, field: &str, max: usize) -> Result<(), Refusal> {
    text.map_or(Ok(()), |text| check(text, field, max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_and_control_characters_are_refused() {
        assert!(check("äöü", "name", 3).is_ok());
        assert!(check("äöüß", "name", 3).is_err());
        assert!(check("a\u{0}b", "name", 255).is_err());
        assert!(check("a\nb", "name", 255).is_err());
        assert!(check("a\nb", "memo", 1000).is_ok());
        assert!(check_filled("  ", "name", 255).is_err());
    }
}
