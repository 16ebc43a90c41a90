//! People who may log in.

use crate::id::UserId;
use crate::refusal::{Constraint, Refusal};
use crate::text;
use serde::{Deserialize, Serialize};
use time::{Duration, PrimitiveDateTime};

/// After this many wrong passwords in a row the user is locked out.
pub const MAX_FAILED_LOGINS: i32 = 5;
/// For this long.
pub const LOCK_OUT: Duration = Duration::minutes(15);

/// A user of one company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The integrator's own id for it.
    pub external_id: Option<String>,
    /// Unique in the company, lower-case.
    pub username: String,
    /// For letters.
    pub email: Option<String>,
    /// The name of the role.
    pub role: String,
    /// Whether it may log in.
    pub is_active: bool,
    /// When it last logged in.
    #[serde(with = "crate::timestamp::option")]
    pub last_login_at: Option<PrimitiveDateTime>,
    /// Wrong passwords in a row.
    #[serde(skip)]
    pub failed_logins: i32,
    /// No log-in before this moment.
    #[serde(skip)]
    pub locked_until: Option<PrimitiveDateTime>,
    /// The password's argon2id hash in PHC form.
    #[serde(skip)]
    pub password_hash: String,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: PrimitiveDateTime,
    /// When it last changed.
    #[serde(with = "crate::timestamp")]
    pub updated_at: PrimitiveDateTime,
    /// Counts its changes from 1.
    pub version: i64,
}

/// Checks a new password: 12 to 256 characters (NIST SP 800-63B asks for length, not for kinds of characters).
///
/// # Errors
/// `field` with constraint `length`.
pub fn check_password(password: &str, field: &str) -> Result<(), Refusal> {
    match password.chars().count() {
        12..=256 => Ok(()),
        found => Err(Refusal::field(
            field,
            Constraint::Length,
            format!("a password has 12 to 256 characters, not {found}"),
        )),
    }
}

impl User {
    /// Checks the fields that people type.
    ///
    /// # Errors
    /// Every field that breaks its limits.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let plain = self
            .username
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-@+".contains(&b));
        let mail_like = self.email.as_deref().is_none_or(|mail| {
            mail.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && !host.is_empty() && !mail.contains(char::is_whitespace)
            })
        });
        let refusals: Vec<Refusal> = [
            crate::account::check_external_id(self.external_id.as_deref()),
            text::check_filled(&self.username, "username", 64),
            if plain {
                Ok(())
            } else {
                Err(Refusal::field(
                    "username",
                    Constraint::Format,
                    "lower-case letters, digits and `._-@+` are allowed",
                ))
            },
            text::check_optional(self.email.as_deref(), "email", 254),
            if mail_like {
                Ok(())
            } else {
                Err(Refusal::field("email", Constraint::Format, "this is not an e-mail address"))
            },
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// Whether log-ins are refused at a moment, and until when.
    #[must_use]
    pub fn locked_out_at(&self, at: PrimitiveDateTime) -> Option<PrimitiveDateTime> {
        self.locked_until.filter(|until| *until > at)
    }

    /// The user after a wrong password.
    #[must_use]
    pub fn after_failure(&self, at: PrimitiveDateTime) -> Self {
        let failed_logins = self.failed_logins.saturating_add(1);
        if failed_logins >= MAX_FAILED_LOGINS {
            Self { failed_logins: 0, locked_until: Some(at + LOCK_OUT), ..self.clone() }
        } else {
            Self { failed_logins, ..self.clone() }
        }
    }

    /// The user after the right one.
    #[must_use]
    pub fn after_success(&self, at: PrimitiveDateTime) -> Self {
        Self { failed_logins: 0, locked_until: None, last_login_at: Some(at), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn five_wrong_passwords_lock_out_for_a_quarter_of_an_hour() {
        let now = datetime!(2026-01-01 0:00);
        let mut user = User {
            id: UserId(uuid::Uuid::from_u128(1)),
            external_id: None,
            username: "ada".to_owned(),
            email: Some("ada@example.org".to_owned()),
            role: "owner".to_owned(),
            is_active: true,
            last_login_at: None,
            failed_logins: 0,
            locked_until: None,
            password_hash: String::new(),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        assert_eq!(user.check(), Ok(()));
        for _ in 0..4 {
            user = user.after_failure(now);
            assert_eq!(user.locked_out_at(now), None);
        }
        user = user.after_failure(now);
        assert_eq!(user.locked_out_at(now), Some(now + LOCK_OUT));
        assert_eq!(user.locked_out_at(now + LOCK_OUT), None);
        assert_eq!(user.after_success(now).locked_until, None);
    }

    #[test]
    fn passwords_are_long() {
        assert!(check_password("eleven char", "password").is_err());
        assert!(check_password("twelve chars", "password").is_ok());
    }
}
