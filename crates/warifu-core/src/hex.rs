//! Bytes as lower-case hexadecimal digits, written in one piece: ids stand in every lease, answer and line of the log.

use std::fmt;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes at most 32 bytes.
pub(crate) fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&digits(*byte));
    }
    write_ascii(&text[..2 * bytes.len()], f)
}

/// The two digits of a byte.
pub(crate) const fn digits(byte: u8) -> [u8; 2] {
    [DIGITS[(byte >> 4) as usize], DIGITS[(byte & 0x0f) as usize]]
}

/// Writes text that is known to be ASCII.
pub(crate) fn write_ascii(text: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(std::str::from_utf8(text).map_err(|_| fmt::Error)?)
}
