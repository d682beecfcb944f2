//! Keys with which a publisher signs documents: the offline root, which signs certificates only, and the issuing keys, which sign
//! everything else. Both are Ed25519; their types keep one from being used as the other.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use warifu_core::id::{IssuingKeyId, LogKeyId, ServiceId};
use warifu_core::random::{self, Random};
use zeroize::Zeroizing;

use super::{KeyAlgorithm, KeyRejected, SIGNATURE_BYTES, SignatureMismatch, thumbprint};
use crate::encoding::{hex, parse_hex};

/// An Ed25519 public key of an authority, ready to verify with.
#[derive(Clone)]
pub struct AuthorityPublicKey {
    bytes: [u8; 32],
    parsed: ParsedPublicKey,
    /// Made once: it stands in every document that the key signs.
    thumbprint: [u8; 32],
}

impl AuthorityPublicKey {
    /// The key with these bytes.
    ///
    /// # Errors
    /// [`KeyRejected`] when they are no point of the curve.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyRejected> {
        let parsed = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| KeyRejected)?;
        Ok(Self { bytes, parsed, thumbprint: thumbprint(KeyAlgorithm::Ed25519, &bytes) })
    }

    /// The key's 32 bytes (RFC 8032).
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Checks that the key's owner has signed `message`.
    ///
    /// # Errors
    /// [`SignatureMismatch`].
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Result<(), SignatureMismatch> {
        self.parsed.verify_sig(message, signature).map_err(|_| SignatureMismatch)
    }

    const fn thumbprint(&self) -> [u8; 32] {
        self.thumbprint
    }
}

impl PartialEq for AuthorityPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for AuthorityPublicKey {}

/// An authority's private Ed25519 key in memory. The library wipes it when dropped; `Debug` never shows it.
pub struct AuthorityKey {
    pair: Ed25519KeyPair,
    public: AuthorityPublicKey,
}

impl AuthorityKey {
    /// The key with this seed (RFC 8032).
    ///
    /// # Errors
    /// [`KeyRejected`] should the library refuse the seed; it accepts every one.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyRejected> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyRejected)?;
        let bytes = pair.public_key().as_ref().try_into().map_err(|_| KeyRejected)?;
        Ok(Self { pair, public: AuthorityPublicKey::from_bytes(bytes)? })
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &AuthorityPublicKey {
        &self.public
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut signature = [0; SIGNATURE_BYTES];
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }
}

macro_rules! authority {
    ($private:ident, $public:ident, $id:ident, $id_method:ident, $what:literal) => {
        #[doc = concat!("The public key of ", $what, ".")]
        ///
        /// Its text form, which a publisher pins in an application or a certificate carries, is 64 hexadecimal digits.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $public(AuthorityPublicKey);

        impl $public {
            /// The key with these bytes.
            ///
            /// # Errors
            /// [`KeyRejected`] when they are no point of the curve.
            pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyRejected> {
                AuthorityPublicKey::from_bytes(bytes).map(Self)
            }

            /// The key's 32 bytes (RFC 8032).
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                self.0.as_bytes()
            }

            /// The key's thumbprint.
            #[must_use]
            pub fn $id_method(&self) -> $id {
                $id::from_bytes(self.0.thumbprint())
            }

            pub(crate) const fn authority(&self) -> &AuthorityPublicKey {
                &self.0
            }
        }

        impl fmt::Display for $public {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(self.as_bytes()))
            }
        }

        impl fmt::Debug for $public {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($public))
            }
        }

        impl FromStr for $public {
            type Err = KeyRejected;

            fn from_str(text: &str) -> Result<Self, KeyRejected> {
                Self::from_bytes(parse_hex(text).ok_or(KeyRejected)?)
            }
        }

        #[doc = concat!("The private key of ", $what, ".")]
        pub struct $private {
            seed: Zeroizing<[u8; 32]>,
            key: AuthorityKey,
            public: $public,
            id: $id,
        }

        impl $private {
            /// A new key.
            ///
            /// # Errors
            /// [`KeyRejected`] should the library refuse the seed; it accepts every one.
            pub fn generate(random: &mut (impl Random + ?Sized)) -> Result<Self, KeyRejected> {
                Self::from_seed(&Zeroizing::new(random::bytes(random)))
            }

            /// The key with this seed (RFC 8032).
            ///
            /// # Errors
            /// [`KeyRejected`] should the library refuse the seed; it accepts every one.
            pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyRejected> {
                let key = AuthorityKey::from_seed(seed)?;
                let public = $public(key.public_key().clone());
                let id = public.$id_method();
                Ok(Self { seed: Zeroizing::new(*seed), key, public, id })
            }

            /// The seed that [`Self::from_seed`] takes, for the sealed file that keeps it.
            #[must_use]
            pub fn seed(&self) -> &[u8; 32] {
                &self.seed
            }

            /// The public half.
            #[must_use]
            pub const fn public_key(&self) -> &$public {
                &self.public
            }

            /// The public key's thumbprint.
            #[must_use]
            pub const fn $id_method(&self) -> $id {
                self.id
            }

            pub(crate) const fn authority(&self) -> &AuthorityKey {
                &self.key
            }
        }

        impl fmt::Debug for $private {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($private)).field(&self.id).finish_non_exhaustive()
            }
        }
    };
}

authority!(
    RootKey,
    RootPublicKey,
    ServiceId,
    service_id,
    "a service's offline root, which signs certificates"
);
authority!(
    IssuingKey,
    IssuingPublicKey,
    IssuingKeyId,
    id,
    "an issuing key, which signs leases, refusals and service times"
);
authority!(
    LogKey,
    LogPublicKey,
    LogKeyId,
    id,
    "a log key, which signs the checkpoints of the log and nothing else"
);

impl LogKey {
    /// Signs the text of a note.
    pub(crate) fn sign_note(&self, text: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.authority().sign(text)
    }
}

impl LogPublicKey {
    /// Checks the signature of a note's text.
    pub(crate) fn verify_note(
        &self,
        text: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<(), SignatureMismatch> {
        self.authority().verify(text, signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_survives_its_text_form() {
        let root = RootKey::from_seed(&[1; 32]).unwrap();
        let text = root.public_key().to_string();
        assert_eq!(text.parse::<RootPublicKey>().as_ref(), Ok(root.public_key()));
        assert_eq!(root.public_key().service_id(), root.service_id());
        assert!(text.to_uppercase().parse::<RootPublicKey>().is_err());
        assert!(text[1..].parse::<RootPublicKey>().is_err());
    }

    #[test]
    fn debug_shows_no_seed() {
        let key = IssuingKey::from_seed(&[0x5a; 32]).unwrap();
        assert!(!format!("{key:?}").contains("5a5a"));
        assert!(!format!("{key:?}").contains("90, 90"));
    }
}
