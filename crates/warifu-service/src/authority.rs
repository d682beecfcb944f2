//! The keys that sign in the service's name: an offline root, and issuing keys with certificates from it.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Failure;
use warifu_core::decide::Moment;
use warifu_core::id::ServiceId;
use warifu_core::policy::Policy;
use warifu_core::random::{self, Random};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::certificate::{Certificate, Issuer, ProductScope};
use warifu_proto::keys::{IssuingKey, RootKey, RootPublicKey};
use zeroize::Zeroizing;

use crate::encoding::{from_base64, to_base64};

/// For how long an issuing key signs: a quarter of a year.
pub const QUARTER: Span = Span::days(92);
/// How many issuing keys are made in advance: a year's.
pub const QUARTERS: u32 = 4;
/// By how much the signing times of neighbouring keys overlap, so that a late start of the next one harms nobody.
pub const OVERLAP: Span = Span::days(14);

/// Why key files cannot be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorityError {
    /// The bytes are not such a file.
    NotAFile,
    /// The passphrase does not open the root file.
    WrongPassphrase,
    /// A certificate in the file is not the root's, or a key does not fit its certificate.
    Inconsistent,
    /// The cryptographic library refused, which it does not for valid input.
    Library,
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAFile => "this is not such a file of Warifu, version 1",
            Self::WrongPassphrase => "the passphrase does not open the root file",
            Self::Inconsistent => "the keys and certificates do not belong together",
            Self::Library => "the cryptographic library refused",
        })
    }
}

impl std::error::Error for AuthorityError {}

/// How hard a passphrase is to guess: Argon2id with so much memory. RFC 9106 recommends 64 MiB and three passes where 2 GiB are too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassphraseCost {
    /// Memory in KiB: 8 to 4,194,304.
    pub memory_kib: u32,
    /// Passes over it: 1 to 64.
    pub passes: u32,
}

impl PassphraseCost {
    /// RFC 9106, section 4, second recommended option.
    pub const RECOMMENDED: Self = Self { memory_kib: 65_536, passes: 3 };
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootFile {
    warifu: String,
    version: u32,
    /// The public key, so that the file can be told apart without the passphrase.
    public: String,
    argon2id: PassphraseCost,
    salt: String,
    nonce: String,
    /// The seed under AES-256-GCM, with the public key as associated data.
    sealed: String,
}

/// Seals a root under a passphrase.
///
/// # Errors
/// When the library refuses the cost.
pub fn seal_root(
    root: &RootKey,
    passphrase: &str,
    cost: PassphraseCost,
    random: &mut (impl Random + ?Sized),
) -> Result<Vec<u8>, AuthorityError> {
    let salt: [u8; 16] = random::bytes(random);
    let nonce: [u8; 12] = random::bytes(random);
    let key = passphrase_key(passphrase, &salt, cost)?;
    let mut sealed = Zeroizing::new(root.seed().to_vec());
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(root.public_key().as_bytes()),
        &mut *sealed,
    )
    .map_err(|_| AuthorityError::Library)?;
    let file = RootFile {
        warifu: "root".to_owned(),
        version: 1,
        public: to_base64(root.public_key().as_bytes()),
        argon2id: cost,
        salt: to_base64(&salt),
        nonce: to_base64(&nonce),
        sealed: to_base64(&sealed),
    };
    serde_json::to_vec_pretty(&file).map_err(|_| AuthorityError::Library)
}

/// Opens a root file.
///
/// # Errors
/// When the bytes are not a root file, or the passphrase is wrong.
pub fn open_root(bytes: &[u8], passphrase: &str) -> Result<RootKey, AuthorityError> {
    let file: RootFile = serde_json::from_slice(bytes).map_err(|_| AuthorityError::NotAFile)?;
    let bounded =
        (8..=4_194_304).contains(&file.argon2id.memory_kib) && (1..=64).contains(&file.argon2id.passes);
    if file.warifu != "root" || file.version != 1 || !bounded {
        return Err(AuthorityError::NotAFile);
    }
    let salt = from_base64::<16>(&file.salt).ok_or(AuthorityError::NotAFile)?;
    let nonce = from_base64::<12>(&file.nonce).ok_or(AuthorityError::NotAFile)?;
    let public = from_base64::<32>(&file.public).ok_or(AuthorityError::NotAFile)?;
    let mut sealed = from_base64::<48>(&file.sealed).ok_or(AuthorityError::NotAFile)?;
    let key = passphrase_key(passphrase, &*salt, file.argon2id)?;
    let seed = key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(*public), &mut *sealed)
        .map_err(|_| AuthorityError::WrongPassphrase)?;
    let seed: &[u8; 32] = (&*seed).try_into().map_err(|_| AuthorityError::NotAFile)?;
    RootKey::from_seed(seed).map_err(|_| AuthorityError::Library)
}

fn passphrase_key(
    passphrase: &str,
    salt: &[u8],
    cost: PassphraseCost,
) -> Result<LessSafeKey, AuthorityError> {
    let params = argon2::Params::new(cost.memory_kib, cost.passes, 1, Some(32))
        .map_err(|_| AuthorityError::Library)?;
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = Zeroizing::new([0_u8; 32]);
    argon.hash_password_into(passphrase.as_bytes(), salt, &mut *key).map_err(|_| AuthorityError::Library)?;
    UnboundKey::new(&AES_256_GCM, &*key).map(LessSafeKey::new).map_err(|_| AuthorityError::Library)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuingFile {
    warifu: String,
    version: u32,
    root: String,
    keys: Vec<IssuingEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuingEntry {
    seed: String,
    certificate: String,
}

/// The issuing keys that a running service holds, with their certificates. The root is not among them.
#[derive(Debug)]
pub struct Authority {
    root: RootPublicKey,
    sandbox: bool,
    issuers: Vec<Issuer>,
}

impl Authority {
    /// A year's issuing keys under `root`, the first of which signs from `from`.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn issue(
        root: &RootKey,
        from: Timestamp,
        sandbox: bool,
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, AuthorityError> {
        let mut issuers = Vec::new();
        let mut sign_from = from;
        for _ in 0..QUARTERS {
            let key = IssuingKey::generate(random).map_err(|_| AuthorityError::Library)?;
            let sign_until = sign_from.plus(QUARTER).plus(OVERLAP);
            let certificate = Certificate {
                service: root.service_id(),
                key: key.public_key().clone(),
                sign_from,
                sign_until,
                verify_until: sign_until.plus(Policy::LEASE_MAX),
                longest_lease: Policy::LEASE_MAX,
                products: ProductScope::All,
                may_delegate: true,
                sandbox,
            };
            let token = certificate.sign(root).map_err(|_| AuthorityError::Inconsistent)?;
            let issuer =
                Issuer::new(root.public_key(), key, token).map_err(|_| AuthorityError::Inconsistent)?;
            issuers.push(issuer);
            sign_from = sign_from.plus(QUARTER);
        }
        Ok(Self { root: root.public_key().clone(), sandbox, issuers })
    }

    /// The same authority with another year's keys, which begin to sign where the last of the present ones stop, or now if they have stopped.
    ///
    /// # Errors
    /// When `root` is not the one that certified the present keys, or the library refuses.
    pub fn extended(
        self,
        root: &RootKey,
        now: Timestamp,
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, AuthorityError> {
        if root.service_id() != self.service_id() {
            return Err(AuthorityError::Inconsistent);
        }
        let from = self.signs_until().minus(OVERLAP).max(now);
        let more = Self::issue(root, from, self.sandbox, random)?;
        let mut issuers = self.issuers;
        issuers.extend(more.issuers);
        Ok(Self { issuers, ..more })
    }

    /// The authority in a file's bytes.
    ///
    /// # Errors
    /// When the bytes are not such a file, or its parts do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuthorityError> {
        let file: IssuingFile = serde_json::from_slice(bytes).map_err(|_| AuthorityError::NotAFile)?;
        if file.warifu != "issuing-keys" || file.version != 1 || file.keys.is_empty() {
            return Err(AuthorityError::NotAFile);
        }
        let root = from_base64::<32>(&file.root).ok_or(AuthorityError::NotAFile)?;
        let root = RootPublicKey::from_bytes(*root).map_err(|_| AuthorityError::NotAFile)?;
        let mut issuers = Vec::new();
        for entry in file.keys {
            let seed = from_base64::<32>(&entry.seed).ok_or(AuthorityError::NotAFile)?;
            let key = IssuingKey::from_seed(&seed).map_err(|_| AuthorityError::NotAFile)?;
            issuers
                .push(Issuer::new(&root, key, entry.certificate).map_err(|_| AuthorityError::Inconsistent)?);
        }
        issuers.sort_by_key(|issuer| issuer.certificate().sign_from);
        let sandbox = issuers.iter().all(|issuer| issuer.certificate().sandbox);
        if issuers.iter().any(|issuer| issuer.certificate().sandbox != sandbox) {
            return Err(AuthorityError::Inconsistent);
        }
        Ok(Self { root, sandbox, issuers })
    }

    /// The file's bytes. For a file that only the service's user may read.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let file = IssuingFile {
            warifu: "issuing-keys".to_owned(),
            version: 1,
            root: to_base64(self.root.as_bytes()),
            keys: self
                .issuers
                .iter()
                .map(|issuer| IssuingEntry {
                    seed: to_base64(issuer.key().seed()),
                    certificate: issuer.certificate_token().to_owned(),
                })
                .collect(),
        };
        Zeroizing::new(serde_json::to_vec_pretty(&file).unwrap_or_default())
    }

    /// The root's public key: what applications pin.
    #[must_use]
    pub const fn root(&self) -> &RootPublicKey {
        &self.root
    }

    /// The service's name: the root's thumbprint.
    #[must_use]
    pub fn service_id(&self) -> ServiceId {
        self.root.service_id()
    }

    /// Whether this is a sandbox, whose leases no released application accepts.
    #[must_use]
    pub const fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// The key that signs at `now`: of those that may, the one that began last.
    ///
    /// # Errors
    /// `no_issuing_key` when none may.
    pub fn issuer(&self, now: Timestamp) -> Result<&Issuer, Failure> {
        let may_sign = |issuer: &&Issuer| issuer.certificate().check_signs_at(now).is_ok();
        self.issuers.iter().rev().find(may_sign).ok_or_else(Failure::no_issuing_key)
    }

    /// What the key that signs at `now` allows.
    ///
    /// # Errors
    /// `no_issuing_key` when none may sign.
    pub fn moment(&self, now: Timestamp) -> Result<Moment, Failure> {
        let certificate = self.issuer(now)?.certificate();
        Ok(Moment { now, longest_lease: certificate.longest_lease, latest_expiry: certificate.verify_until })
    }

    /// How long the service can go on signing with the keys it has.
    #[must_use]
    pub fn signs_until(&self) -> Timestamp {
        self.issuers.iter().map(|issuer| issuer.certificate().sign_until).max().unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    const CHEAP: PassphraseCost = PassphraseCost { memory_kib: 64, passes: 1 };

    #[test]
    fn a_root_opens_with_its_passphrase_only() {
        let mut random = Counting::new(3);
        let root = RootKey::generate(&mut random).unwrap();
        let file = seal_root(&root, "割符 correct horse", CHEAP, &mut random).unwrap();
        assert_eq!(open_root(&file, "割符 correct horse").unwrap().seed(), root.seed());
        assert_eq!(open_root(&file, "wrong").err(), Some(AuthorityError::WrongPassphrase));
        assert_eq!(open_root(b"{}", "x").err(), Some(AuthorityError::NotAFile));
    }

    #[test]
    fn a_root_file_whose_public_key_was_exchanged_does_not_open() {
        let mut random = Counting::new(4);
        let root = RootKey::generate(&mut random).unwrap();
        let other = RootKey::generate(&mut random).unwrap();
        let file = seal_root(&root, "p", CHEAP, &mut random).unwrap();
        let exchanged = String::from_utf8(file)
            .unwrap()
            .replace(&to_base64(root.public_key().as_bytes()), &to_base64(other.public_key().as_bytes()));
        assert_eq!(open_root(exchanged.as_bytes(), "p").err(), Some(AuthorityError::WrongPassphrase));
    }

    #[test]
    fn four_keys_cover_a_year_without_a_gap() {
        let mut random = Counting::new(5);
        let root = RootKey::generate(&mut random).unwrap();
        let from = Timestamp::from_seconds(1_800_000_000);
        let authority = Authority::issue(&root, from, false, &mut random).unwrap();
        for day in 0..365 {
            assert!(authority.issuer(from.plus(Span::days(day))).is_ok(), "day {day}");
        }
        assert!(authority.issuer(authority.signs_until().plus(Span::seconds(1))).is_err());
        assert!(authority.issuer(from.minus(Span::days(1))).is_err());
    }

    #[test]
    fn another_year_of_keys_follows_without_a_gap_and_under_the_same_root_only() {
        let mut random = Counting::new(7);
        let root = RootKey::generate(&mut random).unwrap();
        let other = RootKey::generate(&mut random).unwrap();
        let from = Timestamp::from_seconds(1_800_000_000);
        let authority = Authority::issue(&root, from, false, &mut random).unwrap();
        let authority = authority.extended(&root, from.plus(Span::days(300)), &mut random).unwrap();
        for day in 0..730 {
            assert!(authority.issuer(from.plus(Span::days(day))).is_ok(), "day {day}");
        }
        assert_eq!(authority.extended(&other, from, &mut random).err(), Some(AuthorityError::Inconsistent));
    }

    #[test]
    fn an_authority_survives_its_file() {
        let mut random = Counting::new(6);
        let root = RootKey::generate(&mut random).unwrap();
        let authority =
            Authority::issue(&root, Timestamp::from_seconds(1_800_000_000), true, &mut random).unwrap();
        let read = Authority::from_bytes(&authority.to_bytes()).unwrap();
        assert_eq!(read.to_bytes(), authority.to_bytes());
        assert!(read.is_sandbox());
    }
}
