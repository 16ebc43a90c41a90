//! Books to work with: a founded company over every store, with a clock that the test sets.

use crate::fixtures::{CountingIds, PlainSecrets, TickingClock};
use crate::stores::for_each_store;
use partita_application::company::{self, FirstUser, NewCompany};
use partita_application::ports::Store;
use partita_application::user::{self, UserDraft};
use partita_application::{App, Call};
use partita_domain::actor::Actor;
use partita_domain::audit_event::Source;
use partita_domain::company::Company;
use partita_domain::id::CompanyId;
use partita_domain::money::Currency;
use partita_domain::role::Role;
use partita_system::Argon2Passwords;
use std::sync::Arc;

/// A founded company and what it takes to work with it.
pub struct Books {
    /// The application.
    pub app: Arc<App>,
    /// A call that may do everything.
    pub call: Call,
    /// The application's clock.
    pub clock: Arc<TickingClock>,
    /// The company.
    pub company: Company,
}

impl Books {
    /// Founds a company in US dollars with an owner, from a chart template or with an empty chart.
    ///
    /// # Panics
    /// When the store refuses.
    #[must_use]
    pub fn found(store: &Arc<dyn Store>, chart: Option<&str>) -> Self {
        let clock = Arc::new(TickingClock::default());
        let app = Arc::new(App::new(
            Arc::clone(store),
            Arc::clone(&clock) as _,
            Arc::new(CountingIds::default()),
            Arc::new(PlainSecrets::default()),
            Arc::new(Argon2Passwords::for_tests()),
        ));
        let new = NewCompany {
            owner: Some(FirstUser {
                username: "owner".to_owned(),
                email: None,
                password: "a long password".to_owned(),
            }),
            ..NewCompany::named("Books of a test", Currency::USD, chart)
        };
        let founded =
            company::found(&app, &Call::system(CompanyId::INSTALLATION, Source::System), &new).unwrap().value;
        let call = Call::system(founded.company.id, Source::Api);
        Self { app, call, clock, company: founded.company }
    }

    /// A call of a new user with this role.
    ///
    /// # Panics
    /// When the store refuses.
    #[must_use]
    pub fn user(&self, username: &str, role: &str) -> Call {
        let draft = UserDraft {
            external_id: None,
            username: username.to_owned(),
            email: None,
            role: role.to_owned(),
            is_active: true,
        };
        let user = user::create(&self.app, &self.call, &draft, "a long password").unwrap().value;
        let permissions = Role::built_in().into_iter().find(|known| known.name == role).unwrap().permissions;
        Call { actor: Actor::User(user.id), user_id: Some(user.id), permissions, ..self.call.clone() }
    }
}

/// Runs a test once on the books of a US small business in each store.
pub fn for_each_founded(test: impl Fn(&Books)) {
    for_each_store(|store| test(&Books::found(store, Some("us-small-business"))));
}
