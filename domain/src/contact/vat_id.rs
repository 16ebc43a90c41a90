//! VAT identification numbers of the European Union and the United Kingdom, by their form.

use crate::refusal::{Constraint, Refusal};
use crate::text;

/// The forms after each prefix (VIES; HMRC): `9` is a digit, `A` a letter, `X` either, anything else itself.
const FORMS: [(&str, &[&str]); 29] = [
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["A9999999A", "A99999999", "99999999A"]),
    ("FI", &["99999999"]),
    ("FR", &["XX999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9X99999A", "9999999AA"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999901"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

/// Upper case, without blanks, dots and dashes.
pub(super) fn electronic(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// Checks a VAT id: one that begins with a prefix of the European Union or the United Kingdom has the form of that
/// prefix; others have up to 20 characters.
///
/// # Errors
/// `field` with constraint `format` or `length`.
pub fn check_vat_id(vat_id: &str, field: &str) -> Result<(), Refusal> {
    text::check_filled(vat_id, field, 20)?;
    let refuse = |message: String| Err(Refusal::field(field, Constraint::Format, message));
    let id = electronic(vat_id);
    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/') {
        return refuse("a VAT id is written with letters and digits".to_owned());
    }
    let (Some(prefix), Some(number)) = (id.get(..2), id.get(2..)) else {
        return refuse("a VAT id has more than two characters".to_owned());
    };
    match FORMS.iter().find(|(known, _)| *known == prefix) {
        Some((_, forms)) if forms.iter().any(|form| has_form(number, form)) => Ok(()),
        Some((_, forms)) => {
            refuse(format!("after {prefix} comes {} (9 a digit, A a letter, X either)", forms.join(" or ")))
        }
        None if prefix == "GR" => refuse("the prefix of Greece is EL".to_owned()),
        None => Ok(()),
    }
}

fn has_form(number: &str, form: &str) -> bool {
    number.len() == form.len()
        && number.bytes().zip(form.bytes()).all(|(given, asked)| match asked {
            b'9' => given.is_ascii_digit(),
            b'A' => given.is_ascii_uppercase(),
            b'X' => given.is_ascii_uppercase() || given.is_ascii_digit(),
            _ => given == asked,
        })
}
