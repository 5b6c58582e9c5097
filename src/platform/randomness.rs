//! Randomness that nobody guesses, from the browser.

use super::dom;

/// 128 random bits as 32 hexadecimal digits; nothing in a browser that gives none.
pub fn token() -> Option<String> {
    let mut bytes = [0_u8; 16];
    dom::window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bytes)
        .ok()?;
    let mut token = String::with_capacity(32);
    for byte in bytes {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        token.push(char::from(DIGITS[usize::from(byte >> 4)]));
        token.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    Some(token)
}
