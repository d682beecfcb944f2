//! The frame of every signed document: PASETO `v4.public` (Ed25519), with a footer and an implicit assertion.
//!
//! This module knows bytes only. What a message means, which footer belongs to it and which assertion it is signed under is the
//! business of [`crate::document`]. The frame follows <https://github.com/paseto-standard/paseto-spec> (version 4, public).

use std::fmt;

use crate::encoding::{base64url, parse_base64url};
use crate::keys::{AuthorityKey, AuthorityPublicKey, SIGNATURE_BYTES};

/// The longest token that is read or written, in bytes of its text. A lease with the most and longest features needs about 6 KiB.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

const HEADER: &str = "v4.public.";

/// Why a text is not a token that the given key has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasetoError {
    /// The text is longer than [`TOKEN_BYTES_MAX`].
    TooLong {
        /// The text's length in bytes.
        bytes: usize,
    },
    /// The text does not begin with `v4.public.`.
    Header,
    /// The parts after the header are not one or two canonical base64url texts, or the first is shorter than a signature.
    Encoding,
    /// The signature is not the key's over this message, footer and assertion.
    Signature,
}

impl fmt::Display for PasetoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "the token has {bytes} bytes; the limit is {TOKEN_BYTES_MAX}")
            }
            Self::Header => f.write_str("the token does not begin with \"v4.public.\""),
            Self::Encoding => f.write_str("the token's parts are not canonical base64url"),
            Self::Signature => f.write_str("the signature does not match"),
        }
    }
}

impl std::error::Error for PasetoError {}

/// A token taken apart, its signature not yet checked. Only the footer may be looked at before [`Self::verify`]: it says which
/// key to check with.
#[derive(Debug)]
pub struct Untrusted {
    message: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
    footer: Vec<u8>,
}

impl Untrusted {
    /// Takes a token apart.
    ///
    /// # Errors
    /// Every [`PasetoError`] but [`PasetoError::Signature`].
    pub fn parse(token: &str) -> Result<Self, PasetoError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(PasetoError::TooLong { bytes: token.len() });
        }
        let parts = token.strip_prefix(HEADER).ok_or(PasetoError::Header)?;
        let (body, footer) = match parts.split_once('.') {
            // An empty footer is written without its dot; the other spelling would make a second text of one token.
            Some((_, "")) => return Err(PasetoError::Encoding),
            Some((body, footer)) => (body, parse_base64url(footer).ok_or(PasetoError::Encoding)?),
            None => (parts, Vec::new()),
        };
        let mut message = parse_base64url(body).ok_or(PasetoError::Encoding)?;
        let length = message.len().checked_sub(SIGNATURE_BYTES).ok_or(PasetoError::Encoding)?;
        let signature = message.split_off(length).try_into().map_err(|_| PasetoError::Encoding)?;
        Ok(Self { message, signature, footer })
    }

    /// The footer's bytes; empty when there is none. Nobody has vouched for them.
    #[must_use]
    pub fn footer(&self) -> &[u8] {
        &self.footer
    }

    /// The message, when `key` has signed it with this footer under `assertion`.
    ///
    /// # Errors
    /// [`PasetoError::Signature`].
    pub fn verify(self, key: &AuthorityPublicKey, assertion: &[u8]) -> Result<Vec<u8>, PasetoError> {
        let signed =
            pre_authentication_encoding(&[HEADER.as_bytes(), &self.message, &self.footer, assertion]);
        match key.verify(&signed, &self.signature) {
            Ok(()) => Ok(self.message),
            Err(_) => Err(PasetoError::Signature),
        }
    }
}

/// Signs `message` with `footer` (none when empty) under `assertion`, which the token does not carry: the reader must know it.
///
/// # Errors
/// [`PasetoError::TooLong`] when the token would pass [`TOKEN_BYTES_MAX`].
pub fn sign(
    key: &AuthorityKey,
    message: &[u8],
    footer: &[u8],
    assertion: &[u8],
) -> Result<String, PasetoError> {
    let signature = key.sign(&pre_authentication_encoding(&[HEADER.as_bytes(), message, footer, assertion]));
    let mut token = String::from(HEADER);
    token.push_str(&base64url(&[message, &signature].concat()));
    if !footer.is_empty() {
        token.push('.');
        token.push_str(&base64url(footer));
    }
    if token.len() > TOKEN_BYTES_MAX {
        return Err(PasetoError::TooLong { bytes: token.len() });
    }
    Ok(token)
}

/// PAE: the number of pieces and each piece with its length, so that no byte can move from one piece into its neighbour.
fn pre_authentication_encoding(pieces: &[&[u8]]) -> Vec<u8> {
    let length = |count: usize| (count as u64 & (u64::MAX >> 1)).to_le_bytes();
    let mut encoded = Vec::with_capacity(8 + pieces.iter().map(|piece| 8 + piece.len()).sum::<usize>());
    encoded.extend(length(pieces.len()));
    for piece in pieces {
        encoded.extend(length(piece.len()));
        encoded.extend_from_slice(piece);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey};
    use pasetors::token::UntrustedToken;
    use pasetors::version4::{PublicToken, V4};
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::parse_hex;

    const MESSAGE: &str = r#"{"data":"this is a signed message","exp":"2022-01-01T00:00:00+00:00"}"#;
    const FOOTER: &str = r#"{"kid":"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN"}"#;

    /// Test vectors 4-S-1 to 4-S-3 of the PASETO specification: footer, implicit assertion, token.
    const VECTORS: [(&str, &str, &str); 3] = [
        (
            "",
            "",
            "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMCswMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-P0V54zemZDcAxFaSeef1QlXEFtkqxT1ciiQEDA",
        ),
        (
            FOOTER,
            "",
            "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMCswMDowMCJ9v3Jt8mx_TdM2ceTGoqwrh4yDFn0XsHvvV_D0DtwQxVrJEBMl0F2caAdgnpKlt4p7xBnx1HcO-SPo8FPp214HDw.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NOeTlEZmdMMVc2MGhhTiJ9",
        ),
        (
            FOOTER,
            r#"{"test-vector":"4-S-3"}"#,
            "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMCswMDowMCJ9NPWciuD3d0o5eXJXG5pJy-DiVEoyPYWs1YSTwWHNJq6DZD3je5gf-0M4JR9ipdUSJbIovzmBECeaWmaqcaP0DQ.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NOeTlEZmdMMVc2MGhhTiJ9",
        ),
    ];

    fn vector_key() -> AuthorityKey {
        let seed = parse_hex("b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774").unwrap();
        AuthorityKey::from_seed(&seed).unwrap()
    }

    fn verify(key: &AuthorityKey, token: &str, assertion: &[u8]) -> Result<Vec<u8>, PasetoError> {
        Untrusted::parse(token)?.verify(key.public_key(), assertion)
    }

    #[test]
    fn the_specifications_vectors_hold() {
        let key = vector_key();
        for (footer, assertion, token) in VECTORS {
            let signed = sign(&key, MESSAGE.as_bytes(), footer.as_bytes(), assertion.as_bytes());
            assert_eq!(signed.as_deref(), Ok(token));
            assert_eq!(verify(&key, token, assertion.as_bytes()).as_deref(), Ok(MESSAGE.as_bytes()));
            assert_eq!(Untrusted::parse(token).unwrap().footer(), footer.as_bytes());
        }
    }

    #[test]
    fn a_token_with_another_header_or_spelling_is_refused() {
        let (_, _, token) = VECTORS[0];
        let body = token.strip_prefix("v4.public.").unwrap();
        for (text, error) in [
            (format!("v3.public.{body}"), PasetoError::Header),
            (format!("v4.local.{body}"), PasetoError::Header),
            (format!(" {token}"), PasetoError::Header),
            (String::new(), PasetoError::Header),
            ("v4.public.".to_owned(), PasetoError::Encoding),
            (format!("{token}="), PasetoError::Encoding),
            (format!("{token}\n"), PasetoError::Encoding),
            (format!("{token}."), PasetoError::Encoding),
            (format!("{token}.e30.e30"), PasetoError::Encoding),
            (format!("v4.public.{}", &body[..88]), PasetoError::Signature),
            (format!("v4.public.{}", &body[..40]), PasetoError::Encoding),
            (format!("{token}.e30"), PasetoError::Signature),
            (format!("v4.public.{}", "A".repeat(TOKEN_BYTES_MAX)), PasetoError::TooLong { bytes: 16_394 }),
        ] {
            assert_eq!(verify(&vector_key(), &text, b""), Err(error), "{text}");
        }
    }

    #[test]
    fn a_message_too_long_to_be_read_is_not_signed() {
        let error = sign(&vector_key(), &[b'a'; TOKEN_BYTES_MAX], b"", b"");
        assert!(matches!(error, Err(PasetoError::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn another_implementation_agrees(
            seed: [u8; 32],
            // The other implementation takes text only.
            message in "\\PC{1,100}",
            footer in "\\PC{0,40}",
            assertion in "\\PC{0,40}",
        ) {
            prop_assume!(seed != [0; 32], "the other implementation refuses it");
            let key = AuthorityKey::from_seed(&seed).unwrap();
            let (message, footer, assertion) = (message.as_bytes(), footer.as_bytes(), assertion.as_bytes());
            let ours = sign(&key, message, footer, assertion).unwrap();

            fn given(bytes: &[u8]) -> Option<&[u8]> {
                (!bytes.is_empty()).then_some(bytes)
            }
            let secret = [&seed[..], key.public_key().as_bytes()].concat();
            let secret = AsymmetricSecretKey::<V4>::from(&secret).unwrap();
            let public = AsymmetricPublicKey::<V4>::from(key.public_key().as_bytes()).unwrap();
            let theirs = PublicToken::sign(&secret, message, given(footer), given(assertion)).unwrap();
            prop_assert_eq!(&ours, &theirs);

            let token = UntrustedToken::try_from(&ours).unwrap();
            PublicToken::verify(&public, &token, given(footer), given(assertion)).unwrap();
            prop_assert_eq!(verify(&key, &theirs, assertion).unwrap(), message);
        }

        #[test]
        fn a_token_with_any_symbol_altered_is_refused(seed: [u8; 32], at: prop::sample::Index, symbol in "[A-Za-z0-9_.-]") {
            let key = AuthorityKey::from_seed(&seed).unwrap();
            let token = sign(&key, b"message", b"footer", b"assertion").unwrap();
            let at = at.index(token.len());
            let altered = format!("{}{symbol}{}", &token[..at], &token[at + 1..]);
            prop_assert_eq!(verify(&key, &altered, b"assertion").is_ok(), altered == token);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "(v4\\.public\\.)?\\PC{0,200}") {
            let _ = Untrusted::parse(&text);
        }
    }
}
