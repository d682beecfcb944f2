//! Keys of installations, in both algorithms of protocol version 1: `ed25519`, kept in a file, and `ecdsa-p256-sha256`, which TPMs
//! and secure enclaves can hold.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm,
};
use warifu_core::id::InstallationId;
use warifu_core::random::{self, Random};
use zeroize::Zeroizing;

use super::{KeyRejected, SIGNATURE_BYTES, SignatureMismatch, thumbprint};

/// An algorithm of installation keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyAlgorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5), signatures in the fixed form `r || s`.
    EcdsaP256Sha256,
}

impl KeyAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 2] = [Self::Ed25519, Self::EcdsaP256Sha256];

    /// The algorithm's name on the wire, as registered for HTTP message signatures (RFC 9421, section 6.2.2).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no [`KeyAlgorithm`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAlgorithm;

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the algorithm must be \"ed25519\" or \"ecdsa-p256-sha256\"")
    }
}

impl std::error::Error for UnknownAlgorithm {}

impl FromStr for KeyAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text).ok_or(UnknownAlgorithm)
    }
}

/// The public key of an installation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstallationPublicKey {
    /// The 32 bytes of RFC 8032.
    Ed25519([u8; 32]),
    /// The uncompressed point of SEC 1: 0x04, x, y. The compressed form is not accepted, so that a key has one thumbprint.
    EcdsaP256([u8; 65]),
}

impl InstallationPublicKey {
    /// The key with these bytes, checked to be a point of the algorithm's curve.
    ///
    /// # Errors
    /// [`KeyRejected`] for another length, another form, or no such point.
    pub fn from_bytes(algorithm: KeyAlgorithm, bytes: &[u8]) -> Result<Self, KeyRejected> {
        let key = match algorithm {
            KeyAlgorithm::Ed25519 => Self::Ed25519(bytes.try_into().map_err(|_| KeyRejected)?),
            KeyAlgorithm::EcdsaP256Sha256 => Self::EcdsaP256(bytes.try_into().map_err(|_| KeyRejected)?),
        };
        ParsedPublicKey::new(key.verification(), bytes).map_err(|_| KeyRejected)?;
        Ok(key)
    }

    /// The key's algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::Ed25519(_) => KeyAlgorithm::Ed25519,
            Self::EcdsaP256(_) => KeyAlgorithm::EcdsaP256Sha256,
        }
    }

    /// The key's bytes: 32 or 65.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(bytes) => bytes,
            Self::EcdsaP256(bytes) => bytes,
        }
    }

    /// The key's thumbprint, which names the installation.
    #[must_use]
    pub fn thumbprint(&self) -> InstallationId {
        InstallationId::from_bytes(thumbprint(self.algorithm(), self.as_bytes()))
    }

    /// Checks that the key's owner has signed `message`.
    ///
    /// # Errors
    /// [`SignatureMismatch`].
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Result<(), SignatureMismatch> {
        UnparsedPublicKey::new(self.verification(), self.as_bytes())
            .verify(message, signature)
            .map_err(|_| SignatureMismatch)
    }

    const fn verification(&self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Ed25519(_) => &ED25519,
            Self::EcdsaP256(_) => &ECDSA_P256_SHA256_FIXED,
        }
    }
}

impl fmt::Debug for InstallationPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.algorithm(), self.thumbprint())
    }
}

/// A key holder that could not sign, for example because a TPM did not answer. The text is for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignError(pub String);

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the installation key could not sign: {}", self.0)
    }
}

impl std::error::Error for SignError {}

/// Whoever can sign as an installation: a key in memory, or a chip that never gives its key away.
pub trait Signer {
    /// The public key that the signatures verify under.
    fn public_key(&self) -> &InstallationPublicKey;

    /// Signs `message`.
    ///
    /// # Errors
    /// [`SignError`] when the key's holder fails.
    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError>;
}

/// An installation's private key in memory. It is wiped when dropped and never shown by `Debug`.
pub struct InstallationKey {
    secret: Zeroizing<[u8; 32]>,
    public: InstallationPublicKey,
    pair: Pair,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    EcdsaP256(EcdsaKeyPair),
}

impl InstallationKey {
    /// A new key.
    ///
    /// # Errors
    /// [`KeyRejected`] when `random` gives no usable key in 8 draws; for a P-256 key one draw fails with a chance of 2^-32.
    pub fn generate(
        algorithm: KeyAlgorithm,
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, KeyRejected> {
        for _ in 0..8 {
            let secret = Zeroizing::new(random::bytes(random));
            if let Ok(key) = Self::from_secret(algorithm, &secret) {
                return Ok(key);
            }
        }
        Err(KeyRejected)
    }

    /// The key with this secret: the seed of RFC 8032, or the private scalar of P-256 in big-endian order.
    ///
    /// # Errors
    /// [`KeyRejected`] for a scalar that is zero or not below the curve's order.
    pub fn from_secret(algorithm: KeyAlgorithm, secret: &[u8; 32]) -> Result<Self, KeyRejected> {
        let (pair, public) = match algorithm {
            KeyAlgorithm::Ed25519 => {
                let pair = Ed25519KeyPair::from_seed_unchecked(secret).map_err(|_| KeyRejected)?;
                let public = pair.public_key().as_ref().try_into().map_err(|_| KeyRejected)?;
                (Pair::Ed25519(pair), InstallationPublicKey::Ed25519(public))
            }
            KeyAlgorithm::EcdsaP256Sha256 => {
                let pair =
                    EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &sec1(secret)[..])
                        .map_err(|_| KeyRejected)?;
                let public = pair.public_key().as_ref().try_into().map_err(|_| KeyRejected)?;
                (Pair::EcdsaP256(pair), InstallationPublicKey::EcdsaP256(public))
            }
        };
        Ok(Self { secret: Zeroizing::new(*secret), public, pair })
    }

    /// The secret that [`Self::from_secret`] takes, for the file that keeps it.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The installation's name: the thumbprint of the public key.
    #[must_use]
    pub fn installation(&self) -> InstallationId {
        self.public.thumbprint()
    }
}

impl Signer for InstallationKey {
    fn public_key(&self) -> &InstallationPublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignError> {
        let signature = match &self.pair {
            Pair::Ed25519(pair) => pair.try_sign(message),
            Pair::EcdsaP256(pair) => pair.sign_digest(&digest::digest(&digest::SHA256, message)),
        };
        let signature = signature.map_err(|_| SignError("the library refused".to_owned()))?;
        signature.as_ref().try_into().map_err(|_| SignError("a signature of another length".to_owned()))
    }
}

impl fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InstallationKey").field(&self.public).finish_non_exhaustive()
    }
}

/// The private key in the DER of RFC 5915 without its optional public key, which the library then computes.
fn sec1(scalar: &[u8; 32]) -> Zeroizing<[u8; 51]> {
    // SEQUENCE { INTEGER 1, OCTET STRING scalar, [0] { OID prime256v1 } }
    const BEFORE: [u8; 7] = [0x30, 49, 0x02, 1, 1, 0x04, 32];
    const AFTER: [u8; 12] = [0xa0, 10, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let mut der = Zeroizing::new([0; 51]);
    der[..7].copy_from_slice(&BEFORE);
    der[7..39].copy_from_slice(scalar);
    der[39..].copy_from_slice(&AFTER);
    der
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::encoding::{hex, parse_hex};

    #[test]
    fn known_keys_have_their_known_public_keys() {
        // RFC 8032, section 7.1, test 1.
        let secret = parse_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &secret).unwrap();
        assert_eq!(
            hex(key.public_key().as_bytes()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        // RFC 6979, appendix A.2.5.
        let secret = parse_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721").unwrap();
        let key = InstallationKey::from_secret(KeyAlgorithm::EcdsaP256Sha256, &secret).unwrap();
        assert_eq!(
            hex(key.public_key().as_bytes()),
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
        );
    }

    #[test]
    fn a_scalar_outside_the_curve_is_refused() {
        for secret in [[0; 32], [0xff; 32]] {
            assert!(InstallationKey::from_secret(KeyAlgorithm::EcdsaP256Sha256, &secret).is_err());
        }
    }

    #[test]
    fn a_source_of_zeros_yields_no_p256_key() {
        struct Zeros;
        impl Random for Zeros {
            fn fill(&mut self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        assert!(InstallationKey::generate(KeyAlgorithm::EcdsaP256Sha256, &mut Zeros).is_err());
    }

    #[test]
    fn a_public_key_of_another_form_is_refused() {
        let key = InstallationKey::from_secret(KeyAlgorithm::EcdsaP256Sha256, &[7; 32]).unwrap();
        let bytes = key.public_key().as_bytes().to_vec();
        let mut off_the_curve = bytes.clone();
        off_the_curve[64] ^= 1;
        let compressed = [&[2 + (bytes[64] & 1)], &bytes[1..33]].concat();
        for wrong in [&off_the_curve[..], &compressed, &bytes[..64], &[], &[4; 65]] {
            assert_eq!(
                InstallationPublicKey::from_bytes(KeyAlgorithm::EcdsaP256Sha256, wrong),
                Err(KeyRejected)
            );
            assert!(InstallationPublicKey::from_bytes(KeyAlgorithm::Ed25519, wrong).is_err());
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = InstallationKey::from_secret(KeyAlgorithm::Ed25519, &[0x5a; 32]).unwrap();
        assert!(!format!("{key:?}").contains("5a5a"));
        assert!(!format!("{key:?}").contains("90, 90"));
    }

    proptest! {
        #[test]
        fn a_signature_verifies_under_its_own_key_and_message_only(secret: [u8; 32], message: [u8; 24], bit in 0..512usize) {
            for algorithm in KeyAlgorithm::ALL {
                let Ok(key) = InstallationKey::from_secret(algorithm, &secret) else { continue };
                let mut signature = key.sign(&message).unwrap();
                let public = InstallationPublicKey::from_bytes(algorithm, key.public_key().as_bytes()).unwrap();
                prop_assert_eq!(public.thumbprint(), key.installation());
                prop_assert!(public.verify(&message, &signature).is_ok());
                prop_assert!(public.verify(&message[1..], &signature).is_err());
                signature[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(public.verify(&message, &signature).is_err());
            }
        }

        #[test]
        fn the_two_algorithms_never_share_a_thumbprint(bytes: [u8; 32]) {
            prop_assert_ne!(
                thumbprint(KeyAlgorithm::Ed25519, &bytes),
                thumbprint(KeyAlgorithm::EcdsaP256Sha256, &bytes)
            );
        }
    }
}
