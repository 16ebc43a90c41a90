//! Sessions.

use crate::tx::{MemoryTx, impossible};
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{Sessions, Stored};
use partita_domain::hash::Hash;
use partita_domain::id::{SessionId, UserId};
use partita_domain::session::Session;
use time::PrimitiveDateTime;

/// The sessions with their unique values.
#[derive(Default)]
pub(crate) struct LogIns {
    by_id: UndoMap<SessionId, Session>,
    pub(crate) by_hash: UndoMap<Hash, SessionId>,
}

impl LogIns {
    fn put(&mut self, session: &Session) {
        let old = self.by_id.get(&session.id).map(|old| old.token_hash);
        self.by_hash.rekey(old.as_ref(), Some(&session.token_hash), session.id);
        self.by_id.put(session.id, session.clone());
    }
}

impl Undo for LogIns {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_hash.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_hash.roll_back();
    }
}

impl Sessions for MemoryTx<'_> {
    fn insert(&mut self, session: &Session) -> Stored<()> {
        let books = self.books_mut()?;
        books.sessions.by_id.check_new(&session.id)?;
        books.sessions.by_hash.check_free(Some(&session.token_hash), &session.id)?;
        if !books.users.by_id.contains_key(&session.user_id) {
            return Err(impossible(format!("there is no user {}", session.user_id)));
        }
        books.sessions.put(session);
        Ok(())
    }

    fn update(&mut self, session: &Session) -> Stored<()> {
        let sessions = &mut self.books_mut()?.sessions;
        if sessions.by_id.contains_key(&session.id) {
            sessions.by_hash.check_free(Some(&session.token_hash), &session.id)?;
            sessions.put(session);
        }
        Ok(())
    }

    fn find_by_hash(&mut self, token_hash: Hash) -> Stored<Option<Session>> {
        let sessions = &self.books().sessions;
        Ok(sessions.by_hash.get(&token_hash).and_then(|id| sessions.by_id.get(id)).cloned())
    }

    fn end_all(&mut self, user_id: UserId, at: PrimitiveDateTime) -> Stored<()> {
        let sessions = &mut self.books_mut()?.sessions;
        let of_user = sessions.by_id.values().filter(|session| session.user_id == user_id);
        let live: Vec<Session> = of_user.filter(|session| session.is_live_at(at)).cloned().collect();
        for session in live {
            sessions.put(&Session { ended_at: Some(at), ..session });
        }
        Ok(())
    }
}
