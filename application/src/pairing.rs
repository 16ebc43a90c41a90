//! Pairing: a one-time code gives a device a key of its own, with the permissions of an existing key.

use crate::api_key::{IssuedKey, KEY_LENGTH, NewKey, issue_in, live};
use crate::app::App;
use crate::call::{Call, Done};
use crate::change::{Changed, change};
use crate::error::{Error, Result, Unauthenticated};
use partita_domain::api_key::KeyState;
use partita_domain::audit_event::{Happening, snapshot};
use partita_domain::hash::Hash;
use partita_domain::id::{ApiKeyId, CompanyId, PairingId};
use partita_domain::pairing::{PAIRING_LIFE, Pairing};
use partita_domain::permission::Permission;
use partita_domain::text;
use serde_json::json;
use time::PrimitiveDateTime;

/// A code has this many characters.
const CODE_LENGTH: usize = 12;

/// A code that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairingCode {
    /// To be typed into the device; absent when an earlier outcome is replayed, since it is never stored.
    pub code: Option<String>,
    /// When it stops working.
    pub expires_at: PrimitiveDateTime,
}

/// Makes a code that pairs one device to a key within ten minutes.
///
/// # Errors
/// `not_found`, `forbidden`; `invalid_state` for a revoked key.
pub fn open(app: &App, call: &Call, id: ApiKeyId) -> Result<Done<PairingCode>> {
    call.need(Permission::USERS_WRITE)?;
    let code = app.secrets.alphanumeric(CODE_LENGTH)?;
    let done = change(app, call, Permission::USERS_WRITE, |tx, at| {
        let key = live(tx, call, id, None)?;
        let pairing = Pairing {
            id: PairingId(app.ids.next()),
            api_key_id: key.id,
            code_hash: Hash::of(code.as_bytes()),
            created_at: at,
            expires_at: at + PAIRING_LIFE,
            used_at: None,
        };
        tx.pairings().insert(&pairing)?;
        let happening = Happening {
            action: "api_key.pairing_opened",
            resource_type: crate::api_key::RESOURCE,
            resource_id: key.id.to_string(),
            before: None,
            after: snapshot(&json!({ "expires_at": partita_domain::timestamp::text(pairing.expires_at) })),
            reason: None,
        };
        Ok(Changed::one(partita_domain::timestamp::text(pairing.expires_at), happening))
    })?;
    let expires_at = partita_domain::timestamp::parse(&done.value)
        .map_err(|error| crate::ports::StoreError::Corrupt(format!("expiry of a pairing code: {error}")))?;
    Ok(Done {
        value: PairingCode { code: (!done.replayed).then_some(code), expires_at },
        replayed: done.replayed,
    })
}

/// Exchanges a code for a key. `call_of` makes the call, once the company is known.
///
/// # Errors
/// [`Unauthenticated::Invalid`] for a code that is unknown, used or over; `device_name` with `length`.
pub fn pair(
    app: &App,
    code: &str,
    device_name: &str,
    call_of: impl Fn(CompanyId) -> Call,
) -> Result<Done<IssuedKey>> {
    text::check_filled(device_name, "device_name", 100)?;
    let code_hash = Hash::of(code.as_bytes());
    let unknown = || Error::Unauthenticated(Unauthenticated::Invalid);
    let company = app
        .store
        .read(CompanyId::INSTALLATION, |tx| Ok(tx.directory().company_of_pairing(code_hash)?))?
        .ok_or_else(unknown)?;
    let secret = app.secrets.alphanumeric(KEY_LENGTH)?;
    let call = call_of(company);
    let done = change(app, &call, Permission::USERS_WRITE, |tx, at| {
        let pairing = tx
            .pairings()
            .find_by_hash(code_hash)?
            .filter(|pairing| pairing.is_usable_at(at))
            .ok_or_else(unknown)?;
        let from = tx
            .api_keys()
            .find(pairing.api_key_id)?
            .filter(|key| key.state_at(at) == KeyState::Live)
            .ok_or_else(unknown)?;
        tx.pairings().update(&Pairing { used_at: Some(at), ..pairing })?;
        let new = NewKey {
            name: device_name.to_owned(),
            permissions: from.permissions,
            rate_limits: Some(from.rate_limits),
            expires_at: from.expires_at,
        };
        let (key, happening) = issue_in(app, tx, &new, &secret, from.user_id, Some(from.id), at)?;
        Ok(Changed::one(key, happening))
    })?;
    let secret = (!done.replayed).then_some(secret);
    Ok(Done { value: IssuedKey { api_key: done.value, secret }, replayed: done.replayed })
}
