//! The text forms of bytes and instants that every document and body shares: lower-case hexadecimal, base64url without
//! padding, and RFC 3339 in UTC with whole seconds.
//!
//! Each value has exactly one text form here. A reader that took two forms for one value would let a text be altered without
//! altering what was signed, so the parsers refuse every other spelling.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use warifu_core::time::Timestamp;

/// `bytes` as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0x0f));
    }
    text
}

/// The `N` bytes that `text` writes as exactly `2 * N` lower-case hexadecimal digits; `None` for anything else.
#[must_use]
pub fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let value = |symbol: u8| match symbol {
        b'0'..=b'9' => Some(symbol - b'0'),
        b'a'..=b'f' => Some(symbol - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = (value(pair[0])? << 4) | value(pair[1])?;
    }
    Some(bytes)
}

/// `bytes` in base64url without padding (RFC 4648, section 5).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text; `None` when it is padded, holds another symbol, or carries stray bits in its last symbol.
#[must_use]
pub fn parse_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The `N` bytes of a base64url text; `None` when it is not canonical or of another length.
#[must_use]
pub fn parse_base64url_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Without this, a long text would be decoded in full only to be refused.
    if text.len() != (4 * N).div_ceil(3) {
        return None;
    }
    parse_base64url(text)?.try_into().ok()
}

/// `bytes` in padded base64 (RFC 4648, section 4), the form that HTTP's structured fields use for byte sequences.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of a padded base64 text; `None` when it is not canonical.
#[must_use]
pub fn parse_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The `N` bytes of a padded base64 text; `None` when it is not canonical or of another length.
#[must_use]
pub fn parse_base64_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 4 * N.div_ceil(3) {
        return None;
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The instant that `text` writes in RFC 3339 in UTC with whole seconds, as in `2026-04-01T09:30:00Z`; `None` for offsets,
/// fractions, lower-case letters or other forms.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    const LENGTH: usize = "2026-04-01T09:30:00Z".len();
    if text.len() != LENGTH {
        return None;
    }
    let time: Timestamp = text.parse().ok()?;
    (time.to_string() == text).then_some(time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_one_spelling_of_hexadecimal_is_accepted() {
        assert_eq!(parse_hex::<2>("0aff"), Some([0x0a, 0xff]));
        for text in ["0AFF", "aff", "0aff0", "0a f", "0x0a", "é0", ""] {
            assert_eq!(parse_hex::<2>(text), None, "{text}");
        }
    }

    #[test]
    fn only_one_spelling_of_base64url_is_accepted() {
        assert_eq!(parse_base64url("_w"), Some(vec![0xff]));
        for text in ["_w==", "/w", "_x", "_w\n", " _w", "_"] {
            assert_eq!(parse_base64url(text), None, "{text}");
        }
    }

    #[test]
    fn only_one_spelling_of_an_instant_is_accepted() {
        assert_eq!(Timestamp::from_seconds(1_775_035_800).to_string(), "2026-04-01T09:30:00Z");
        assert_eq!(parse_time("2026-04-01T09:30:00Z"), Some(Timestamp::from_seconds(1_775_035_800)));
        for text in [
            "2026-04-01T09:30:00+00:00",
            "2026-04-01T09:30:00.0Z",
            "2026-04-01t09:30:00z",
            "2026-04-01 09:30:00Z",
            "2026-02-30T09:30:00Z",
            "1969-12-31T23:59:59Z",
            "2026-04-01T09:30:60Z",
            "+26-04-01T09:30:00Z",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_value_survives_its_text_form(bytes: [u8; 16], seconds in 0..=Timestamp::MAX.seconds()) {
            prop_assert_eq!(parse_hex(&hex(&bytes)), Some(bytes));
            prop_assert_eq!(parse_base64url_exact(&base64url(&bytes)), Some(bytes));
            prop_assert_eq!(parse_base64_exact(&base64(&bytes)), Some(bytes));
            let time = Timestamp::from_seconds(seconds);
            prop_assert_eq!(parse_time(&time.to_string()), Some(time));
        }

        #[test]
        fn what_is_accepted_is_what_would_be_written(text in "\\PC{0,24}") {
            if let Some(bytes) = parse_base64url(&text) {
                prop_assert_eq!(base64url(&bytes), text.clone());
            }
            if let Some(bytes) = parse_hex::<4>(&text) {
                prop_assert_eq!(hex(&bytes), text.clone());
            }
            if let Some(time) = parse_time(&text) {
                prop_assert_eq!(time.to_string(), text);
            }
        }
    }
}
