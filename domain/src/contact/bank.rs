//! Bank accounts and banks by their international names.

use crate::refusal::{Constraint, Refusal};

/// Upper case, without blanks.
pub(super) fn electronic(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Checks an IBAN: length and structure of its country, and the check digits modulo 97 (ISO 13616).
///
/// # Errors
/// `field` with constraint `format`.
pub fn check_iban(iban: &str, field: &str) -> Result<(), Refusal> {
    match electronic(iban).parse::<iban::Iban>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::field(
            field,
            Constraint::Format,
            "this is not an IBAN: country, length or check digits are wrong",
        )),
    }
}

/// Checks the form of a BIC: 4 letters or digits, the country, 2 for the place, 3 for the branch or none (ISO 9362).
///
/// # Errors
/// `field` with constraint `format`.
pub fn check_bic(bic: &str, field: &str) -> Result<(), Refusal> {
    let letters = bic.as_bytes();
    let shaped = matches!(letters.len(), 8 | 11)
        && letters.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && letters.iter().skip(4).take(2).all(u8::is_ascii_uppercase);
    if shaped {
        Ok(())
    } else {
        Err(Refusal::field(field, Constraint::Format, "a BIC has 8 or 11 characters, such as COBADEFFXXX"))
    }
}
