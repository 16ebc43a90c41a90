//! Who did it.

use crate::id::{ApiKeyId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who made a change; written `user:<id>`, `key:<id>` or `system`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A person with a session.
    User(UserId),
    /// A program with a key.
    Key(ApiKeyId),
    /// Partita itself, or its command line.
    System,
}

impl Actor {
    /// `user`, `key` or `system`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Key(_) => "key",
            Self::System => "system",
        }
    }

    /// The id of the user or key.
    #[must_use]
    pub fn id(&self) -> Option<uuid::Uuid> {
        match self {
            Self::User(id) => Some(id.0),
            Self::Key(id) => Some(id.0),
            Self::System => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

/// The text names no actor.
#[derive(Debug)]
pub struct NotAnActor;

impl fmt::Display for NotAnActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an actor is written `user:<id>`, `key:<id>` or `system`")
    }
}

impl std::str::FromStr for Actor {
    type Err = NotAnActor;
    fn from_str(text: &str) -> Result<Self, NotAnActor> {
        match text.split_once(':') {
            Some(("user", id)) => id.parse().map(Self::User).map_err(|_| NotAnActor),
            Some(("key", id)) => id.parse().map(Self::Key).map_err(|_| NotAnActor),
            None if text == "system" => Ok(Self::System),
            _ => Err(NotAnActor),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = NotAnActor;
    fn try_from(text: String) -> Result<Self, NotAnActor> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}
