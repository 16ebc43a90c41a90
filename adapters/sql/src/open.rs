//! Opening a database.

use crate::cache::Cache;
use crate::checkpointer::Checkpointer;
use crate::connection::{Manager, Place, Purpose, once};
use crate::contact;
use crate::dialect;
use crate::error::OpenError;
use crate::migrate;
use crate::planner_statistics::PlannerStatistics;
use crate::store::{SqlOptions, SqlStore};
use r2d2::Pool;
use std::sync::{Arc, Mutex};

impl SqlStore {
    /// Opens `sqlite:<path>` or `postgres://…`, which must be reachable and have the schema of this Partita.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        let place = Place::of(url)?;
        if !options.migrate {
            place.must_exist()?;
        }
        let mut conn = once(&place)?;
        if options.require_durable {
            dialect::check_durable(&mut conn)?;
        }
        if options.migrate {
            migrate::run(&mut conn)?;
        }
        let missing = migrate::pending(&mut conn)?;
        if !missing.is_empty() {
            return Err(OpenError::Outdated(missing));
        }
        if let Some(cipher) = &options.cipher {
            contact::check_key(&mut conn, cipher.as_ref())?;
        }
        let statements = options.count_statements.then(Arc::default);
        let one_lane = dialect::one_writer_for_all(&place);
        let manager = |purpose| Manager { place: place.clone(), purpose, statements: statements.clone() };
        let (readers, writers) = if one_lane {
            (
                pool(manager(Purpose::Read), options.pool_size, options),
                pool(manager(Purpose::Write), 1, options),
            )
        } else {
            let both = pool(manager(Purpose::Write), options.pool_size, options);
            (both.clone(), both)
        };
        Ok(Self {
            readers,
            writers,
            one_lane,
            lanes: Mutex::default(),
            cache: Cache::default(),
            cipher: options.cipher.clone(),
            statements,
            planner_statistics: PlannerStatistics::default(),
            checkpointer: Checkpointer::of(&place),
        })
    }
}

fn pool(manager: Manager, size: u32, options: &SqlOptions) -> Pool<Manager> {
    Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(0))
        .connection_timeout(options.pool_timeout)
        // A dead connection shows when its transaction begins; asking each time would cost a round trip.
        .test_on_check_out(false)
        .error_handler(Box::new(Log))
        .build_unchecked(manager)
}

/// Where the pool's own troubles go: connections are made in the background.
#[derive(Debug)]
struct Log;

impl r2d2::HandleError<OpenError> for Log {
    fn handle_error(&self, error: OpenError) {
        tracing::warn!(%error, "a database connection could not be made");
    }
}
