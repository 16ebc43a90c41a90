//! Shares of an amount in whole minor units: nothing is lost and nothing is made (invariant I7).
//!
//! The method is that of the largest remainder: every part is rounded down, and the units that are left go one by one
//! to the parts that lost most, the earliest first among equals.

use std::cmp::Reverse;

/// Shares `whole` out in proportion to `weights`: `100.00` over `1, 1, 1` is `33.34, 33.33, 33.33`.
///
/// A negative whole is shared out as the positive one, with the sign turned. `None` when a weight is negative, all
/// weights are zero, or a number leaves the range.
#[must_use]
pub fn allocate(whole: i64, weights: &[i64]) -> Option<Vec<i64>> {
    if weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let sum = weights.iter().try_fold(0_i128, |sum, weight| sum.checked_add(i128::from(*weight)))?;
    let exact: Option<Vec<i128>> =
        weights.iter().map(|weight| i128::from(whole).checked_mul(i128::from(*weight))).collect();
    apportion(whole, &exact?, sum)
}

/// Shares `whole` out in `parts` equal parts, the odd units to the earliest. `None` for no parts.
#[must_use]
pub fn split_evenly(whole: i64, parts: usize) -> Option<Vec<i64>> {
    allocate(whole, &vec![1; parts])
}

/// Rounds the exact parts `numerators / denominator` to whole units whose sum is `whole`.
///
/// The parts may have either sign, and need not sum up to `whole` exactly: what is missing goes to the parts with the
/// largest remainders, what is too much is taken from those with the smallest. A part of exactly zero stays zero.
/// `None` when `denominator` is not above zero, a number leaves the range, or no part can take what is missing.
#[must_use]
pub fn apportion(whole: i64, numerators: &[i128], denominator: i128) -> Option<Vec<i64>> {
    if denominator <= 0 {
        return None;
    }
    let sign = if whole < 0 { -1 } else { 1 };
    let whole = i128::from(whole).checked_mul(sign)?;
    let exact: Option<Vec<i128>> = numerators.iter().map(|numerator| numerator.checked_mul(sign)).collect();
    let exact = exact?;

    let floors: Vec<i128> = exact.iter().map(|numerator| numerator.div_euclid(denominator)).collect();
    let missing = floors.iter().try_fold(whole, |left, floor| left.checked_sub(*floor))?;
    let mut order: Vec<usize> = (0..exact.len()).filter(|i| exact.get(*i) != Some(&0)).collect();
    order.sort_by_key(|i| (Reverse(exact.get(*i).map(|numerator| numerator.rem_euclid(denominator))), *i));
    let takers = i128::try_from(order.len()).ok()?;
    if takers == 0 {
        return (missing == 0).then(|| vec![0; exact.len()]);
    }
    // Exact parts that sum up to the whole leave less than one unit for each taker, so `each` is then zero.
    let (each, single) = (missing.div_euclid(takers), usize::try_from(missing.rem_euclid(takers)).ok()?);

    let mut parts = floors;
    for (rank, i) in order.into_iter().enumerate() {
        let part = parts.get_mut(i)?;
        *part = part.checked_add(each)?.checked_add(i128::from(rank < single))?;
    }
    parts.into_iter().map(|part| part.checked_mul(sign).and_then(|part| i64::try_from(part).ok())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn t9_the_largest_remainder_takes_what_is_left_and_ties_go_to_the_earliest() {
        assert_eq!(split_evenly(10_000, 3), Some(vec![3_334, 3_333, 3_333]));
        assert_eq!(allocate(250, &[50, 45, 5]), Some(vec![125, 113, 12]));
        assert_eq!(allocate(-250, &[50, 45, 5]), Some(vec![-125, -113, -12]));
    }

    #[test]
    fn nothing_can_be_shared_out_over_nothing() {
        assert_eq!(allocate(1, &[]), None);
        assert_eq!(allocate(1, &[0, 0]), None);
        assert_eq!(allocate(1, &[2, -1]), None);
        assert_eq!(apportion(0, &[], 1), Some(vec![]));
        assert_eq!(apportion(1, &[1], 0), None);
    }

    #[test]
    fn a_part_without_weight_gets_nothing() {
        assert_eq!(allocate(100, &[0, 1, 1, 1]), Some(vec![0, 34, 33, 33]));
        assert_eq!(apportion(2, &[0, 4, 0], 10), Some(vec![0, 2, 0]));
    }

    #[test]
    fn extreme_amounts_stay_exact() {
        let parts = allocate(i64::MAX, &[i64::MAX, i64::MAX, 1]).unwrap();
        assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(i64::MAX));
        assert_eq!(allocate(i64::MIN, &[1]), Some(vec![i64::MIN]));
    }

    proptest! {
        #[test]
        fn i7_the_parts_sum_up_to_the_whole(
            whole in any::<i64>(),
            weights in prop::collection::vec(0..=i64::MAX, 1..40),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            let parts = allocate(whole, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(whole));
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * sum - i128::from(whole) * i128::from(*weight);
                prop_assert!(off.abs() < sum, "no part is a whole unit away from its exact share");
            }
        }

        #[test]
        fn i7_rounded_parts_of_either_sign_sum_up_to_the_whole(
            numerators in prop::collection::vec(-1_000_000_i128..1_000_000, 1..40),
            denominator in 1_i128..10_000,
            whole in -1_000_000_i64..1_000_000,
        ) {
            prop_assume!(numerators.iter().any(|numerator| *numerator != 0));
            let parts = apportion(whole, &numerators, denominator).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
        }
    }
}
