//! Secrets: made from the system's randomness, kept as hashes, compared in
//! the same time whatever they are.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// The system gives no randomness: nothing that has to be secret can be made.
#[derive(Debug)]
pub struct NoRandomness;

/// A hash of a secret, which is what is kept.
pub type Hash = [u8; 32];

/// A secret of 256 bits in the letters of an address (RFC 4648, 5).
///
/// # Errors
/// When the system has no randomness to give.
pub fn secret() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A name that nobody guesses and people can read aloud: 60 bits in small letters
/// and digits without those that look alike.
///
/// # Errors
/// When the system has no randomness to give.
pub fn name() -> Result<String, NoRandomness> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let name = random::<12>()?.map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
    Ok(name.iter().collect())
}

/// A key for this process alone; empty when the system has no randomness to give.
pub fn key() -> Vec<u8> {
    secret().map_or_else(|_| Vec::new(), String::into_bytes)
}

/// Six digits, each as likely as any.
///
/// # Errors
/// When the system has no randomness to give.
pub fn digits() -> Result<String, NoRandomness> {
    const CODES: u64 = 1_000_000;
    // A remainder of 64 bits favors no code by more than one in ten billion.
    let number = u64::from_le_bytes(random::<8>()?) % CODES;
    Ok(format!("{number:06}"))
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], NoRandomness> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// What is kept of a secret. Secrets here have 256 bits, so a plain hash is enough;
/// what people choose or type from a mail is not hashed with this.
pub fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What tells content from other content (SHA-256).
pub fn digest(content: &[u8]) -> Hash {
    Sha256::digest(content).into()
}

/// Its first eight bytes in sixteen hexadecimal digits: enough to tell versions of one thing
/// apart, and no more.
pub fn short_digest(content: &[u8]) -> String {
    hex(&digest(content)[..8])
}

/// Bytes in small hexadecimal digits (RFC 4648, 8).
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What follows from a text for whoever has the key, and for nobody else (HMAC, RFC 2104).
pub fn derived(key: &[u8], text: &str) -> String {
    // An HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether two texts are the same, without a word about where they differ.
pub fn same_text(given: &str, right: &str) -> bool {
    matches(given, &hash(right))
}

/// Whether a secret is the one that was kept.
pub fn matches(secret: &str, kept: &[u8]) -> bool {
    same(&hash(secret), kept)
}

/// Whether two hashes are the same.
pub fn same(given: &Hash, kept: &[u8]) -> bool {
    // Every byte is looked at, so the time says nothing about where they differ.
    given.len() == kept.len()
        && given
            .iter()
            .zip(kept)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert!(matches(&one, &hash(&one)) && !matches(&other, &hash(&one)));
        assert!(!matches(&one, &[]));
        let name = name().unwrap();
        assert!(
            name.len() == 12 && !name.contains(['i', 'l', 'o', '1']),
            "{name}"
        );
    }
}
