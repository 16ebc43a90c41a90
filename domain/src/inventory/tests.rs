use super::*;
use crate::item::CostMethod::{self, Average, Fifo};
use crate::refusal::Constraint;
use proptest::prelude::*;
use time::macros::date;
use uuid::Uuid;

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text, "quantity").unwrap()
}

fn id(number: u128) -> MovementId {
    MovementId(Uuid::from_u128(number))
}

/// A movement on a day of January, by a number that is also its id.
fn on(day: u8, number: u128, amount: &str, kind: MovementKind) -> Movement {
    let date = date!(2026 - 01 - 01).replace_day(day).unwrap();
    Movement { id: id(number), date, quantity: quantity(amount), kind }
}

fn bought(number: u128, amount: &str, value: i64) -> Movement {
    on(1, number, amount, MovementKind::Receipt { value })
}

fn sold(number: u128, amount: &str) -> Movement {
    on(1, number, amount, MovementKind::Issue)
}

fn moved(method: CostMethod, movements: &[Movement]) -> Replay {
    replay(method, false, movements).unwrap()
}

/// The effects of the last movements.
fn last(replay: &Replay) -> Effect {
    replay.effects.last().unwrap().1
}

#[test]
fn t42_first_in_first_out() {
    let stock = moved(Fifo, &[bought(1, "10", 5_000), bought(2, "10", 6_000), sold(3, "15")]);
    assert_eq!(last(&stock).value, -8_000);
    assert_eq!((stock.stock.quantity(), stock.stock.value()), (quantity("5"), 3_000));
}

#[test]
fn t43_moving_average() {
    let stock = moved(Average, &[bought(1, "10", 5_000), bought(2, "10", 6_000), sold(3, "15")]);
    assert_eq!(last(&stock).value, -8_250);
    assert_eq!((stock.stock.quantity(), stock.stock.value()), (quantity("5"), 2_750));
    assert_eq!(stock.stock.average_cost().unwrap().to_string(), "550");
}

#[test]
fn t44_the_last_of_the_goods_take_what_is_left() {
    for method in CostMethod::ALL {
        let stock = moved(method, &[bought(1, "3", 1_000), sold(2, "1"), sold(3, "1"), sold(4, "1")]);
        let costs: Vec<_> = stock.effects.iter().skip(1).map(|(_, effect)| -effect.value).collect();
        assert_eq!(costs, [333, 334, 333]);
        assert_eq!((stock.stock.quantity(), stock.stock.value()), (Quantity::ZERO, 0));
    }
}

#[test]
fn t45_a_bill_that_differs_from_the_receipt_is_shared_by_what_was_sold() {
    for method in CostMethod::ALL {
        let late = on(1, 3, "0", MovementKind::LateCost { of: id(1), value: 1_000 });
        let stock = moved(method, &[bought(1, "10", 10_000), sold(2, "4"), late]);
        let effect = last(&stock);
        assert_eq!((effect.value, effect.late_cost), (1_000, 400));
        assert_eq!(stock.stock.value(), 6_600);
    }
}

#[test]
fn t46_shrinkage_leaves_at_cost_and_a_count_sets_the_quantity() {
    let receipts = [bought(1, "10", 5_000), bought(2, "10", 6_000)];
    let shrunk = moved(Average, &[receipts[0], receipts[1], sold(3, "2")]);
    assert_eq!(last(&shrunk).value, -1_100);

    let counted = [receipts[0], on(20, 9, "1", MovementKind::Count)];
    let replayed = moved(Average, &counted);
    assert_eq!((replayed.stock.quantity(), last(&replayed).value), (quantity("1"), -4_500));
    let late = on(10, 10, "5", MovementKind::Receipt { value: 3_000 });
    let corrected = correct_forward(Average, false, &counted, late).unwrap();
    assert_eq!(corrected.stock.quantity(), quantity("1"));

    let found = moved(Fifo, &[receipts[0], receipts[1], on(2, 3, "21", MovementKind::Count)]);
    assert_eq!((last(&found).value, found.stock.value()), (600, 11_600));
    let right = moved(Fifo, &[receipts[0], on(2, 3, "10", MovementKind::Count)]);
    assert_eq!(last(&right), Effect::default());
}

#[test]
fn t47_goods_come_back_at_what_they_left_at() {
    for method in CostMethod::ALL {
        let back = |number, amount| on(2, number, amount, MovementKind::Return { of: id(2) });
        let movements =
            [bought(1, "3", 1_000), sold(2, "3"), bought(3, "3", 9_000), back(4, "1"), back(5, "2")];
        let stock = moved(method, &movements);
        let values: Vec<_> = stock.effects.iter().skip(3).map(|(_, effect)| effect.value).collect();
        assert_eq!(values, [333, 667]);
        assert_eq!(stock.stock.value(), 10_000);
        let again = replay(method, false, &[&movements[..], &[back(6, "1")]].concat()).unwrap_err();
        assert_eq!(again.to_string(), "4 would have come back, 3 have left");
    }
    let unknown = on(2, 4, "1", MovementKind::Return { of: id(77) });
    let refusal = replay(Fifo, false, &[bought(1, "3", 1_000), unknown]).unwrap_err();
    assert_eq!(
        (refusal.at().unwrap().into_owned(), refusal.constraint()),
        ("movements[1].of".to_owned(), Some(Constraint::Exists))
    );
}

#[test]
fn t48_landed_cost_is_split_by_what_is_on_hand() {
    assert_eq!(split_late_cost(3_000, quantity("20"), quantity("5")), Some((750, 2_250)));
    assert_eq!(split_late_cost(3_000, Quantity::ZERO, Quantity::ZERO), None);
    for method in CostMethod::ALL {
        let freight = on(3, 3, "0", MovementKind::LateCost { of: id(1), value: 3_000 });
        let stock = moved(method, &[bought(1, "20", 10_000), sold(2, "15"), freight]);
        assert_eq!((last(&stock).value - last(&stock).late_cost, last(&stock).late_cost), (750, 2_250));
        assert_eq!(stock.stock.value(), 2_500 + 750);
    }
    let gone = on(3, 3, "0", MovementKind::LateCost { of: id(1), value: 3_000 });
    assert_eq!(last(&moved(Fifo, &[bought(1, "20", 10_000), sold(2, "20"), gone])).late_cost, 3_000);
    let credit = on(3, 3, "0", MovementKind::LateCost { of: id(1), value: -20_000 });
    assert!(replay(Fifo, false, &[bought(1, "20", 10_000), credit]).is_err());
}

#[test]
fn t49_a_stock_is_not_negative_unless_it_may_be() {
    let refusal = replay(Fifo, false, &[bought(1, "10", 5_000), sold(2, "15")]).unwrap_err();
    assert_eq!(refusal.constraint(), Some(Constraint::Range));
    assert_eq!(refusal.to_string(), "15 would leave the stock, 10 are there");

    for method in CostMethod::ALL {
        let mut stock = Stock::new(method, true);
        stock.apply(&bought(1, "10", 5_000)).unwrap();
        let short = stock.apply(&sold(2, "15")).unwrap();
        assert_eq!((short.value, stock.quantity(), stock.value()), (-7_500, quantity("-5"), -2_500));
        let covered = stock.apply(&bought(3, "10", 6_000)).unwrap();
        assert_eq!((covered.value, covered.late_cost), (6_000, 500));
        assert_eq!((stock.quantity(), stock.value()), (quantity("5"), 3_000));
    }
}

#[test]
fn t50_a_movement_recorded_late_is_corrected_forward() {
    let posted =
        [on(1, 1, "10", MovementKind::Receipt { value: 5_000 }), on(10, 2, "8", MovementKind::Issue)];
    let late = on(5, 3, "10", MovementKind::Receipt { value: 7_000 });
    let average = correct_forward(Average, false, &posted, late).unwrap();
    assert_eq!(average.corrections, [(id(2), 800)]);
    assert_eq!((average.effect.value, average.total, average.stock.value()), (7_000, 800, 7_200));
    let fifo = correct_forward(Fifo, false, &posted, late).unwrap();
    assert_eq!((fifo.corrections, fifo.stock.value()), (vec![], 8_000));

    let stolen = on(5, 3, "3", MovementKind::Issue);
    let refusal = correct_forward(Fifo, false, &posted, stolen).unwrap_err();
    assert_eq!(refusal.at().unwrap(), "movements[2].quantity");
}

#[test]
fn a_refused_movement_leaves_the_stock_as_it_was() {
    let mut stock = Stock::new(Fifo, false);
    stock.apply(&bought(1, "10", 5_000)).unwrap();
    let before = stock.clone();
    assert!(stock.apply(&sold(2, "11")).is_err());
    assert!(stock.apply(&bought(3, "0", 1)).is_err());
    assert!(stock.apply(&bought(3, "1", -1)).is_err());
    assert!(stock.apply(&bought(3, "1", 999_999_999_999_999)).is_err());
    assert_eq!(stock, before);
}

fn any_movements() -> impl Strategy<Value = Vec<Movement>> {
    let movement = (1..28_u8, 0..5_u8, 1..5_000_000_i64, 0..100_000_i64, 0..20_u128);
    prop::collection::vec(movement, 1..30).prop_map(|movements| {
        let movements = movements.into_iter().enumerate().map(|(i, (day, kind, millionths, value, of))| {
            let kind = match kind {
                0 | 1 => MovementKind::Receipt { value },
                2 => MovementKind::Issue,
                3 => MovementKind::Return { of: id(of) },
                _ => MovementKind::LateCost { of: id(of), value: value / 10 },
            };
            let movement = on(day, i as u128, "1", kind);
            Movement { quantity: Quantity::from_millionths(millionths, "quantity").unwrap(), ..movement }
        });
        movements.collect()
    })
}

proptest! {
    #[test]
    fn no_value_is_lost_and_none_is_made(
        movements in any_movements(),
        fifo in any::<bool>(),
        may_be_negative in any::<bool>(),
    ) {
        let mut stock = Stock::new(if fifo { Fifo } else { Average }, may_be_negative);
        let (mut on_hand, mut value) = (0_i64, 0_i128);
        for movement in &movements {
            let before = stock.clone();
            match stock.apply(movement) {
                Ok(effect) => {
                    on_hand += effect.quantity.millionths();
                    value += effect.change();
                }
                Err(_) => prop_assert_eq!(&stock, &before),
            }
            prop_assert_eq!(stock.quantity().millionths(), on_hand);
            prop_assert_eq!(i128::from(stock.value()), value);
            prop_assert!(may_be_negative || (on_hand >= 0 && value >= 0));
            prop_assert!(on_hand != 0 || value == 0, "nothing is worth nothing");
        }
    }

    #[test]
    fn t50_a_forward_correction_makes_the_books_what_they_would_have_been(
        movements in any_movements(),
        late_day in 1..28_u8,
        fifo in any::<bool>(),
    ) {
        let method = if fifo { Fifo } else { Average };
        let mut posted = Vec::new();
        let mut ordered = movements;
        ordered.sort_by_key(|movement| movement.date);
        let mut stock = Stock::new(method, true);
        for movement in ordered {
            if stock.apply(&movement).is_ok() {
                posted.push(movement);
            }
        }
        let late = on(late_day, 1_000, "2", MovementKind::Receipt { value: 12_345 });
        let Ok(corrected) = correct_forward(method, true, &posted, late) else {
            return Ok(());
        };
        let booked = i128::from(stock.value()) + corrected.effect.change() - i128::from(corrected.total);
        prop_assert_eq!(booked, i128::from(corrected.stock.value()));
    }
}
