//! Keys and their thumbprints: installation keys, which devices hold, and authority keys, with which a publisher signs documents.
//!
//! This module owns signing and verifying of bytes. It does not store keys, nor read or write files.

mod authority;
mod installation;

use std::fmt;

use aws_lc_rs::digest;

pub use authority::{
    AuthorityKey, AuthorityPublicKey, IssuingKey, IssuingPublicKey, LogKey, LogPublicKey, RootKey,
    RootPublicKey,
};
pub use installation::{
    InstallationKey, InstallationPublicKey, KeyAlgorithm, SignError, Signer, UnknownAlgorithm,
};

/// Length of a signature of either algorithm: Ed25519's, or ECDSA P-256's fixed form `r || s`.
pub const SIGNATURE_BYTES: usize = 64;

/// A key's bytes that are no key of the algorithm: of the wrong length, or no point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRejected;

impl fmt::Display for KeyRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes are not a key of this algorithm")
    }
}

impl std::error::Error for KeyRejected {}

/// A signature that is not the key's over the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureMismatch;

impl fmt::Display for SignatureMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not match")
    }
}

impl std::error::Error for SignatureMismatch {}

/// SHA-256 of a public key with its algorithm, apart from every other use of SHA-256.
fn thumbprint(algorithm: KeyAlgorithm, key: &[u8]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(b"warifu key v1\0");
    context.update(algorithm.as_str().as_bytes());
    context.update(b"\0");
    context.update(key);
    let mut thumbprint = [0; 32];
    thumbprint.copy_from_slice(context.finish().as_ref());
    thumbprint
}
