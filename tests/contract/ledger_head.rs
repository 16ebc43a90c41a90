//! The ends of the company's two chains.

use partita_application::ports::LedgerHead;
use partita_domain::hash::Hash;
use partita_tests::fixtures::OTHER;
use partita_tests::stores::{for_each_books, read, read_of, write};

#[test]
fn a_head_is_replaced_as_a_whole() {
    for_each_books(|store| {
        let far = LedgerHead {
            audit_sequence: i64::MAX,
            audit_hash: Hash([0xFF; 32]),
            entry_position: i64::MAX - 1,
            entry_hash: Hash::of(b"entry"),
            turnover: i64::MAX - 2,
        };
        let near = LedgerHead { audit_sequence: 1, entry_position: 2, turnover: 3, ..far.clone() };
        for head in [far, near] {
            write(store, |tx| {
                tx.ledger_heads().put(&head)?;
                assert_eq!(tx.ledger_heads().get()?, head);
                Ok(())
            });
            assert_eq!(read(store, |tx| tx.ledger_heads().get()), head);
            assert_eq!(read_of(store, OTHER, |tx| tx.ledger_heads().get()), LedgerHead::EMPTY);
        }
    });
}
