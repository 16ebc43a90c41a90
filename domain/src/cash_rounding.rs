//! Cash rounding: what is paid in coins is paid in the coins there are. The difference is a line of its own and goes to
//! an account of its own (EN 16931 BT-114); taxes and totals stay as they are.

use crate::money::divide_half_away;

/// Rounds what is due to a multiple of the smallest coin, halves away from zero. Answers what is paid and the difference
/// that is added to what was due, minor units; `None` for a coin that is not above zero, or out of range.
#[must_use]
pub fn round_to_coin(due: i64, coin: i64) -> Option<(i64, i64)> {
    if coin <= 0 {
        return None;
    }
    let coins = i64::try_from(divide_half_away(i128::from(due), i128::from(coin))?).ok()?;
    let paid = coins.checked_mul(coin)?;
    Some((paid, paid.checked_sub(due)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t10_cash_is_rounded_to_the_smallest_coin() {
        assert_eq!(round_to_coin(1_223, 5), Some((1_225, 2)));
        assert_eq!(round_to_coin(1_222, 5), Some((1_220, -2)));
        assert_eq!(round_to_coin(-1_223, 5), Some((-1_225, -2)));
        assert_eq!(round_to_coin(1_225, 5), Some((1_225, 0)));
        assert_eq!(round_to_coin(25, 50), Some((50, 25)));
        assert_eq!(round_to_coin(1, 0), None);
        assert_eq!(round_to_coin(i64::MAX, 10), None);
    }
}
