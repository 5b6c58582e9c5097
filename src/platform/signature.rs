//! Checking a signature with what the browser has (Web Cryptography API): `RS256`, which is
//! RSASSA-PKCS1-v1_5 over SHA-256.

use super::dom;
use credential::PublicKey;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// What the algorithm is called there.
const RSA: &str = "RSASSA-PKCS1-v1_5";

/// The browser cannot check it: it has no means for that on a page that was not opened over
/// HTTPS, or it takes no such key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMeans;

/// Whether that key made this signature over these words.
///
/// # Errors
/// [`NoMeans`] when the browser cannot say.
pub async fn is_signed(key: &PublicKey, signed: &str, signature: &[u8]) -> Result<bool, NoMeans> {
    let subtle = dom::window().crypto().map_err(|_| NoMeans)?.subtle();
    // An insecure page has none, whatever the type says.
    if subtle.is_undefined() {
        return Err(NoMeans);
    }
    let algorithm = object(&[("name", RSA), ("hash", "SHA-256")]);
    // Nothing but what makes the key: what else stands beside it (`key_ops`, `ext`) could forbid
    // to use it.
    let key = object(&[("kty", "RSA"), ("n", &key.n), ("e", &key.e)]);
    let uses = Array::of1(&JsValue::from_str("verify"));
    let imported = subtle.import_key_with_object("jwk", &key, &algorithm, false, &uses);
    let key: CryptoKey = awaited(imported).await?.dyn_into().map_err(|_| NoMeans)?;
    let verified =
        subtle.verify_with_str_and_u8_array_and_u8_array(RSA, &key, signature, signed.as_bytes());
    awaited(verified).await?.as_bool().ok_or(NoMeans)
}

async fn awaited(promise: Result<Promise, JsValue>) -> Result<JsValue, NoMeans> {
    let promise = promise.map_err(|_| NoMeans)?;
    JsFuture::from(promise).await.map_err(|_| NoMeans)
}

fn object(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (name, value) in pairs {
        // It fails for objects that are frozen, and this one was just made.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    object
}
