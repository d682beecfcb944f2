//! Bytes of a file to text: a byte order mark first, then UTF-16 without one, UTF-8, and last the code page of Japanese Windows.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

/// Decodes. Never fails: what fits no encoding becomes replacement characters.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[skip..]).0.into_owned();
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => SHIFT_JIS.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// UTF-16 of mostly Latin text has a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(512)];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    if half < 2 {
        None
    } else if odd * 4 > half && even * 8 < half {
        Some(UTF_16LE)
    } else if even * 4 > half && odd * 8 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_from_every_encoding_of_windows() {
        let text = "ライセンスの状態: 通知\r\nNotification Reason: 0xC004F034";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xFF, 0xFE], utf16.as_slice()].concat();
        let sjis = SHIFT_JIS.encode(text).0.into_owned();
        let utf8_marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &utf16, &marked, &sjis, &utf8_marked] {
            assert_eq!(decode(bytes), text);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_decoded_all_the_same() {
        assert_eq!(decode(&[]), "");
        assert!(!decode(&[0xFF, 0x00, 0x80, 0x81, 0xFE]).is_empty());
    }
}
