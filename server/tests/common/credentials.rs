//! What a program does that checks credentials: it reads the published keys and lists, and nothing
//! else.

use super::Server;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use credential::{Claims, Compact, KeySet, StatusClaims, bit};
use flate2::read::GzDecoder;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;
use std::io::Read;

/// The JSON under a path.
pub async fn json(server: &Server, path: &str) -> Value {
    serde_json::from_str(&server.text(path).await).unwrap()
}

/// The token under a path, whose signature is checked with the published keys.
pub async fn signed(server: &Server, path: &str) -> Compact {
    let token = Compact::read(&server.text(path).await).unwrap();
    assert!(verifies(server, &token).await, "{path}");
    token
}

/// Whether one of the published keys signed it.
pub async fn verifies(server: &Server, token: &Compact) -> bool {
    let keys = KeySet::of(&json(server, "/.well-known/jwks.json").await);
    let Some(key) = token.key.as_deref().and_then(|key| keys.key(key)) else {
        return false;
    };
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let public = RsaPublicKeyComponents {
        n: part(&key.n),
        e: part(&key.e),
    };
    let (signed, signature) = (token.signed.as_bytes(), &token.signature);
    let verified = public.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature);
    verified.is_ok()
}

/// Whether a list says that it was taken back.
pub async fn is_revoked(server: &Server, claims: &Claims) -> bool {
    let path = claims.status.list.trim_start_matches("https://hub.example");
    let list = StatusClaims::of(&signed(server, path).await.payload).unwrap();
    assert_eq!(list.id, claims.status.list);
    let mut bits = Vec::new();
    GzDecoder::new(&list.compressed[..])
        .read_to_end(&mut bits)
        .unwrap();
    bit(&bits, claims.status.index).unwrap()
}
