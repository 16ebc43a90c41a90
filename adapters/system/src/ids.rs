//! Identifiers.

use partita_application::ports::Ids;
use uuid::Uuid;

/// UUIDs version 7 from the machine's clock and randomness. All of a process share one counter, which keeps them in order
/// within a millisecond, between threads, and when the clock is set back.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is where everybody else's ids come from")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_version_7_ascend() {
        let ids: Vec<Uuid> = (0..10_000).map(|_| SystemIds.next()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn threads_never_draw_the_same() {
        let draw = || (0..1_000).map(|_| SystemIds.next()).collect::<Vec<_>>();
        let mut ids: Vec<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(draw)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 4_000);
    }
}
