//! People.

use crate::tx::MemoryTx;
use crate::undo_map::{Undo, UndoMap};
use partita_application::ports::{Stored, Users};
use partita_domain::id::UserId;
use partita_domain::user::User;

/// The users with their unique values.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) by_id: UndoMap<UserId, User>,
    pub(crate) by_username: UndoMap<String, UserId>,
    by_external_id: UndoMap<String, UserId>,
}

impl People {
    fn check(&self, user: &User) -> Stored<()> {
        self.by_username.check_free(Some(&user.username), &user.id)?;
        self.by_external_id.check_free(user.external_id.as_ref(), &user.id)
    }

    fn put(&mut self, user: &User) {
        let old = self.by_id.get(&user.id);
        self.by_username.rekey(old.map(|old| &old.username), Some(&user.username), user.id);
        let old_external_id = old.and_then(|old| old.external_id.as_ref());
        self.by_external_id.rekey(old_external_id, user.external_id.as_ref(), user.id);
        self.by_id.put(user.id, user.clone());
    }
}

impl Undo for People {
    fn commit(&mut self) {
        self.by_id.commit();
        self.by_username.commit();
        self.by_external_id.commit();
    }

    fn roll_back(&mut self) {
        self.by_id.roll_back();
        self.by_username.roll_back();
        self.by_external_id.roll_back();
    }
}

impl Users for MemoryTx<'_> {
    fn insert(&mut self, user: &User) -> Stored<()> {
        let people = &mut self.books_mut()?.users;
        people.by_id.check_new(&user.id)?;
        people.check(user)?;
        people.put(user);
        Ok(())
    }

    fn update(&mut self, user: &User) -> Stored<()> {
        let people = &mut self.books_mut()?.users;
        if people.by_id.contains_key(&user.id) {
            people.check(user)?;
            people.put(user);
        }
        Ok(())
    }

    fn find(&mut self, id: UserId) -> Stored<Option<User>> {
        Ok(self.books().users.by_id.get(&id).cloned())
    }

    fn find_by_username(&mut self, username: &str) -> Stored<Option<User>> {
        let people = &self.books().users;
        Ok(people.by_username.get(username).and_then(|id| people.by_id.get(id)).cloned())
    }

    fn find_by_external_id(&mut self, external_id: &str) -> Stored<Option<User>> {
        let people = &self.books().users;
        Ok(people.by_external_id.get(external_id).and_then(|id| people.by_id.get(id)).cloned())
    }

    fn list(&mut self) -> Stored<Vec<User>> {
        let people = &self.books().users;
        Ok(people.by_username.values().filter_map(|id| people.by_id.get(id)).cloned().collect())
    }

    fn count_active(&mut self) -> Stored<i64> {
        Ok(self.books().users.by_id.values().map(|user| i64::from(user.is_active)).sum())
    }
}
