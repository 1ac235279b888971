//! Who we are to the server: a password, a function that knows it, or what comes to the same.

use super::super::error::type_error;
use super::super::given::Given;
use super::{WHO, text};
use crate::auth::{Credentials, Ha1};
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

const PASSWORD: &str = "password";
const HA1: &str = "ha1";

/// `password` where it is a function.
pub(super) fn function(given: &Given<'_>) -> Option<Function> {
    given.value(PASSWORD)?.dyn_into().ok()
}

/// Without a user, or without a secret, none: every challenge is final.
pub(super) fn credentials(given: &Given<'_>, user: Option<&str>) -> Result<Option<Credentials>, JsValue> {
    let authorized = text(given, "authorizationUser")?;
    let secret = secret(given)?;
    let ha1 = ha1(given)?;
    if ha1.is_some() && secret.is_some() {
        return Err(type_error(&[
            WHO,
            ": '",
            HA1,
            "' must be given instead of '",
            PASSWORD,
            "', not beside it",
        ]));
    }
    let Some(user) = authorized.as_deref().or(user) else { return Ok(None) };
    Ok(match (secret, ha1) {
        (Some(Secret::Password(password)), _) => Some(Credentials::new(user, &password)),
        (Some(Secret::Asked), _) => Some(Credentials::asked(user)),
        (None, ha1) => ha1.map(|ha1| Credentials::precomputed(user, ha1)),
    })
}

enum Secret {
    Password(String),
    Asked,
}

fn secret(given: &Given<'_>) -> Result<Option<Secret>, JsValue> {
    match given.value(PASSWORD) {
        None => Ok(None),
        Some(value) if value.is_function() => Ok(Some(Secret::Asked)),
        Some(value) => {
            let password = value
                .as_string()
                .ok_or_else(|| given.wrong(PASSWORD, "a string, or a function that promises one"))?;
            Ok(Some(Secret::Password(password)).filter(|_| !value.is_falsy()))
        }
    }
}

fn ha1(given: &Given<'_>) -> Result<Option<Ha1>, JsValue> {
    let wrong =
        || given.wrong(HA1, "{realm, md5, sha256, sha512_256}: one hash at least, in hexadecimal digits");
    let Some(value) = given.value(HA1) else { return Ok(None) };
    let hashes = Given::new(WHO, &value).map_err(|_| wrong())?;
    let hash = |key, digits| {
        let hash = hashes.string(key).map_err(|_| wrong())?.map(|hash| hash.to_ascii_lowercase());
        let is_right = |hash: &String| hash.len() == digits && hash.bytes().all(|it| it.is_ascii_hexdigit());
        if hash.as_ref().is_none_or(is_right) { Ok(hash) } else { Err(wrong()) }
    };
    let realm = hashes.string("realm").map_err(|_| wrong())?.ok_or_else(wrong)?;
    let ha1 = Ha1 {
        realm,
        md5: hash("md5", 32)?,
        sha256: hash("sha256", 64)?,
        sha512_256: hash("sha512_256", 64)?,
    };
    if ha1.md5.is_none() && ha1.sha256.is_none() && ha1.sha512_256.is_none() {
        return Err(wrong());
    }
    Ok(Some(ha1))
}
