//! Requests to lock a period.

use crate::tx::MemoryTx;
use partita_application::ports::{LockRequests, Stored};
use partita_domain::id::LockRequestId;
use partita_domain::period::{LockRequest, PeriodKey};

impl LockRequests for MemoryTx<'_> {
    fn insert(&mut self, request: &LockRequest) -> Stored<()> {
        self.books_mut()?.lock_requests.add(request.id, request.clone())
    }

    fn update(&mut self, request: &LockRequest) -> Stored<()> {
        self.books_mut()?.lock_requests.replace(request.id, request.clone());
        Ok(())
    }

    fn find(&mut self, id: LockRequestId) -> Stored<Option<LockRequest>> {
        Ok(self.books().lock_requests.get(&id).cloned())
    }

    fn latest(&mut self, period: PeriodKey) -> Stored<Option<LockRequest>> {
        let requests = self.books().lock_requests.values().filter(|request| request.period == period);
        Ok(requests.max_by_key(|request| (request.requested_at, request.id)).cloned())
    }
}
