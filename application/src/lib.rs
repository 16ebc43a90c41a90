//! Use cases: what happens in what order, and who may. Each is a free function over [`App`](app::App) and
//! [`Call`](call::Call); every one that writes goes through [`change`](change::change).
//!
//! The ports in [`ports`] are what adapters implement.

pub mod app;
pub mod call;
pub mod change;
pub mod error;
pub mod page;
pub mod ports;

pub use app::App;
pub use call::{Call, Done};
pub use error::{Error, Result};
pub use partita_domain as domain;
