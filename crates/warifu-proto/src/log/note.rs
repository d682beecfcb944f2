//! Signed notes ([C2SP](https://c2sp.org/signed-note)): a text with Ed25519 signatures below it. Signatures of other keys, such as witnesses', are
//! passed over.

use aws_lc_rs::digest::{SHA256, digest};

use super::LogError;
use crate::encoding::{base64, parse_base64};
use crate::keys::{LogKey, LogPublicKey, SIGNATURE_BYTES};

/// The longest note that is read: room for a text and the signatures of many witnesses.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;

/// The byte that stands for Ed25519 in key ids.
const ED25519: u8 = 1;
/// What a line with a signature begins with.
const DASH: &str = "\u{2014} ";

/// The short name of a key in its signatures.
fn key_id(name: &str, key: &LogPublicKey) -> [u8; 4] {
    let mut named = Vec::with_capacity(name.len() + 34);
    named.extend_from_slice(name.as_bytes());
    named.extend_from_slice(&[b'\n', ED25519]);
    named.extend_from_slice(key.as_bytes());
    let mut id = [0; 4];
    id.copy_from_slice(&digest(&SHA256, &named).as_ref()[..4]);
    id
}

/// A key as other tools for signed notes take it: name, id and key, joined by `+`.
#[must_use]
pub fn verifier_key(name: &str, key: &LogPublicKey) -> String {
    let mut encoded = vec![ED25519];
    encoded.extend_from_slice(key.as_bytes());
    format!("{name}+{}+{}", crate::encoding::hex(&key_id(name, key)), base64(&encoded))
}

/// Signs `text`, which ends with a new line, as `name`.
#[must_use]
pub fn sign_note(text: &str, name: &str, key: &LogKey) -> String {
    let mut signature = key_id(name, key.public_key()).to_vec();
    signature.extend_from_slice(&key.sign_note(text.as_bytes()));
    format!("{text}\n{DASH}{name} {}\n", base64(&signature))
}

/// The text of a note that `key` has signed as `name`.
///
/// # Errors
/// [`LogError::Form`], or [`LogError::Signature`] when the key's signature is not there or does not match.
pub fn verify_note<'note>(note: &'note str, name: &str, key: &LogPublicKey) -> Result<&'note str, LogError> {
    let form = LogError::Form("it is not a signed note");
    if note.len() > NOTE_BYTES_MAX || note.chars().any(|symbol| symbol < ' ' && symbol != '\n') {
        return Err(form);
    }
    let Some(blank) = note.rfind("\n\n") else { return Err(form) };
    let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
    if signatures.is_empty() || !signatures.ends_with('\n') {
        return Err(form);
    }
    let id = key_id(name, key);
    let mut verified = false;
    for line in signatures.lines() {
        let Some((signer, encoded)) = line.strip_prefix(DASH).and_then(|line| line.split_once(' ')) else {
            return Err(form);
        };
        let Some(signature) = parse_base64(encoded).filter(|signature| signature.len() > 4) else {
            return Err(form);
        };
        if signer != name || signature[..4] != id {
            continue;
        }
        let Ok(signature) = <&[u8; SIGNATURE_BYTES]>::try_from(&signature[4..]) else { return Err(form) };
        key.verify_note(text.as_bytes(), signature).map_err(|_| LogError::Signature)?;
        verified = true;
    }
    if verified { Ok(text) } else { Err(LogError::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "PeterNeumann";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

    /// The example of Go's `golang.org/x/mod/sumdb/note`: key and signature made by another program.
    fn peter() -> LogKey {
        let encoded = parse_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        LogKey::from_seed(encoded[1..].try_into().unwrap()).unwrap()
    }

    #[test]
    fn a_note_is_signed_as_by_the_go_library() {
        let key = peter();
        let expected = format!(
            "{TEXT}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        assert_eq!(sign_note(TEXT, NAME, &key), expected);
        assert_eq!(
            verifier_key(NAME, key.public_key()),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
        assert_eq!(verify_note(&expected, NAME, key.public_key()), Ok(TEXT));
    }

    #[test]
    fn a_note_altered_anywhere_or_signed_by_another_is_refused() {
        let key = peter();
        let note = sign_note(TEXT, NAME, &key);
        let other = LogKey::from_seed(&[9; 32]).unwrap();
        assert_eq!(verify_note(&note, NAME, other.public_key()), Err(LogError::Signature));
        assert_eq!(verify_note(&note, "Peter", key.public_key()), Err(LogError::Signature));
        for (at, symbol) in note.char_indices().filter(|(_, symbol)| symbol.is_ascii()) {
            let mut altered = note.clone();
            altered.replace_range(at..at + 1, if symbol == 'x' { "y" } else { "x" });
            assert!(verify_note(&altered, NAME, key.public_key()).is_err(), "{at}");
        }
        for text in ["", "\n", "\n\n", "a\n\n", "a\n\nb\n", "a\n\n\u{2014} b c\n", "a\n\n\u{2014} b AAAA\n"] {
            assert!(verify_note(text, NAME, key.public_key()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_signature_of_a_witness_beside_ours_is_passed_over() {
        let (key, witness) = (peter(), LogKey::from_seed(&[9; 32]).unwrap());
        let signed = sign_note(TEXT, NAME, &key);
        let cosigned = sign_note(TEXT, "witness.example", &witness);
        let both = format!("{signed}{}", cosigned.rsplit_once("\n\n").unwrap().1);
        assert_eq!(verify_note(&both, NAME, key.public_key()), Ok(TEXT));
        assert_eq!(verify_note(&both, "witness.example", witness.public_key()), Ok(TEXT));
    }
}
