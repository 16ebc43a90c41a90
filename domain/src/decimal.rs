//! Decimal numbers as text, read and written exactly: whole multiples of a power of ten, never a float.

use crate::refusal::{Constraint, Refusal};
use rust_decimal::Decimal;

/// Longer texts are no numbers that anybody means.
const MAX_TEXT: usize = 64;

/// Reads a decimal number of at most `places` decimal places as a whole multiple of `10^-places`: `1.5` with 6 places
/// is `1_500_000`. The exponents that JSON allows (`1.5e3`) are understood.
///
/// # Errors
/// `field` with constraint `format` when the text is no number or has too many places, `range` when the number has more
/// digits than can be kept exactly.
pub fn parse(text: &str, places: u32, field: &str) -> Result<i128, Refusal> {
    let refuse = |constraint, message: String| Err(Refusal::field(field, constraint, message));
    let number = text.strip_prefix('-').unwrap_or(text);
    let plain = text.len() <= MAX_TEXT
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.ends_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    let read = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text)
    } else {
        Decimal::from_str_exact(text)
    };
    let decimal = match read {
        _ if !plain => return refuse(Constraint::Format, "must be a decimal number".to_owned()),
        Ok(decimal) => decimal.normalize(),
        Err(rust_decimal::Error::ExceedsMaximumPossibleValue) => {
            return refuse(Constraint::Range, "the number is too large".to_owned());
        }
        Err(rust_decimal::Error::Underflow | rust_decimal::Error::ScaleExceedsMaximumPrecision(_)) => {
            return refuse(Constraint::Format, format!("at most {places} decimal places are allowed"));
        }
        // The reader has no error of its own for more digits than it can hold.
        Err(_) if number.bytes().take_while(u8::is_ascii_digit).count() > 28 => {
            return refuse(Constraint::Range, "the number is too large".to_owned());
        }
        Err(_) => return refuse(Constraint::Format, "must be a decimal number".to_owned()),
    };
    let Some(missing) = places.checked_sub(decimal.scale()) else {
        return refuse(
            Constraint::Format,
            format!("at most {places} decimal places are allowed, {} were given", decimal.scale()),
        );
    };
    match 10_i128.checked_pow(missing).and_then(|factor| decimal.mantissa().checked_mul(factor)) {
        Some(scaled) => Ok(scaled),
        None => refuse(Constraint::Range, "the number is too large".to_owned()),
    }
}

/// Writes a whole multiple of `10^-places` without trailing zeros: `1_500_000` with 6 places is `1.5`.
#[must_use]
pub fn print(scaled: i128, places: u32) -> String {
    let digits = format!("{:0>width$}", scaled.unsigned_abs(), width = places as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - places as usize);
    let part = part.trim_end_matches('0');
    let sign = if scaled < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_exactly() {
        for (text, expected) in [
            ("0", 0),
            ("1", 1_000_000),
            ("-1.5", -1_500_000),
            ("0.000001", 1),
            ("1.50000000000000", 1_500_000),
            ("1.5e3", 1_500_000_000),
            ("15E-1", 1_500_000),
            ("007", 7_000_000),
        ] {
            assert_eq!(parse(text, 6, "quantity").unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_fine_or_too_large_is_refused() {
        let constraint = |text: &str| parse(text, 6, "quantity").unwrap_err().constraint().unwrap();
        for text in
            ["", "-", ".", ".5", "5.", "1_000", "1,5", " 1", "+1", "NaN", "1.2.3", "--1", "0x1", "1e", "１"]
        {
            assert_eq!(constraint(text), Constraint::Format, "{text:?}");
        }
        for text in ["0.0000001", "1e-7", "0.00000000000000000000000000000000001", "1e-40"] {
            assert_eq!(constraint(text), Constraint::Format, "{text}");
        }
        assert_eq!(constraint("999999999999999999999999999999999"), Constraint::Range);
        assert_eq!(constraint(&"9".repeat(1_000)), Constraint::Format);
        assert!(parse("1e999999999", 6, "quantity").is_err());
    }

    proptest! {
        #[test]
        fn parse_and_print_are_inverse(scaled in -(10_i128.pow(27))..10_i128.pow(27), places in 0_u32..=12) {
            prop_assert_eq!(parse(&print(scaled, places), places, "x").unwrap(), scaled);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9.eE_ ]{0,70}") {
            let _ = parse(&text, 6, "x");
        }
    }
}
