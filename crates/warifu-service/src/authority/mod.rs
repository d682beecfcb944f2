//! The keys that sign in the service's name: issuing keys with certificates from an offline root (`root_file.rs`), and which of them were withdrawn
//! (`withdrawal.rs`).

use std::fmt;

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Failure;
use warifu_core::decide::Moment;
use warifu_core::id::{IssuingKeyId, ServiceId};
use warifu_core::policy::Policy;
use warifu_core::random::Random;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::certificate::{Certificate, Issuer, ProductScope};
use warifu_proto::key_list::KeyList;
use warifu_proto::keys::{IssuingKey, RootKey, RootPublicKey};
use zeroize::Zeroizing;

use crate::encoding::{from_base64, to_base64};

mod root_file;
mod withdrawal;

pub use self::root_file::{PassphraseCost, open_root, seal_root};
pub use self::withdrawal::SignedKeyList;

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
    /// The keys are another service's than the one that runs.
    OtherService,
    /// The list of withdrawn keys is older than the one that is in use.
    OlderKeyList,
    /// None of the keys may sign now, and the present ones may.
    NoneSigns,
    /// More issuing keys are withdrawn than a list can name.
    TooManyWithdrawn,
    /// The cryptographic library refused, which it does not for valid input.
    Library,
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAFile => "this is not such a file of Warifu, version 1",
            Self::WrongPassphrase => "the passphrase does not open the root file",
            Self::Inconsistent => "the keys and certificates do not belong together",
            Self::OtherService => "the keys are another service's",
            Self::OlderKeyList => "the list of withdrawn issuing keys is older than the one in use",
            Self::NoneSigns => "none of the keys may sign now",
            Self::TooManyWithdrawn => "a list names at most 64 withdrawn issuing keys",
            Self::Library => "the cryptographic library refused",
        })
    }
}

impl std::error::Error for AuthorityError {}

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
    key_list: Option<SignedKeyList>,
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
            let sign_until = sign_from.plus(QUARTER).plus(OVERLAP);
            issuers.push(certified(root, (sign_from, sign_until), sandbox, random)?);
            sign_from = sign_from.plus(QUARTER);
        }
        Ok(Self { root: root.public_key().clone(), sandbox, issuers, key_list: None })
    }

    /// An authority with one issuing key, which signs from one instant to another.
    ///
    /// # Errors
    /// When the times do not follow each other, or the library refuses.
    pub fn issue_one(
        root: &RootKey,
        (sign_from, sign_until): (Timestamp, Timestamp),
        sandbox: bool,
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, AuthorityError> {
        let issuers = vec![certified(root, (sign_from, sign_until), sandbox, random)?];
        Ok(Self { root: root.public_key().clone(), sandbox, issuers, key_list: None })
    }

    /// Both authorities' keys as one.
    ///
    /// # Errors
    /// When they are not of the same service.
    pub fn joined(self, other: Self) -> Result<Self, AuthorityError> {
        if (&self.root, self.sandbox) != (&other.root, other.sandbox) {
            return Err(AuthorityError::OtherService);
        }
        let mut issuers = self.issuers;
        issuers.extend(other.issuers);
        issuers.sort_by_key(|issuer| issuer.certificate().sign_from);
        Ok(Self { issuers, ..self })
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
        self.joined(more)
    }

    /// The authority without the issuing keys `stolen`, of which nothing is believed from `from` on. Each of its own keys among them is replaced by one
    /// that signs over the same time, so that an answer of before can be given again.
    ///
    /// # Errors
    /// When `root` is not the one that certified the keys, too many are withdrawn, or the library refuses.
    pub fn withdrawn(
        self,
        root: &RootKey,
        stolen: &[IssuingKeyId],
        (from, now): (Timestamp, Timestamp),
        random: &mut (impl Random + ?Sized),
    ) -> Result<Self, AuthorityError> {
        if root.service_id() != self.service_id() {
            return Err(AuthorityError::Inconsistent);
        }
        let key_list = SignedKeyList::next(self.key_list.as_ref(), root, stolen, (from, now))?;
        let (gone, mut issuers): (Vec<Issuer>, Vec<Issuer>) =
            self.issuers.into_iter().partition(|issuer| key_list.names(issuer.key().id()));
        for issuer in gone {
            let certificate = issuer.certificate();
            let times = (certificate.sign_from, certificate.sign_until);
            issuers.push(certified(root, times, self.sandbox, random)?);
        }
        issuers.sort_by_key(|issuer| issuer.certificate().sign_from);
        Ok(Self { issuers, key_list: Some(key_list), ..self })
    }

    /// The authority that knows of a list of withdrawn keys, and does not use those that it names.
    ///
    /// # Errors
    /// When the root has not signed the list.
    pub fn with_key_list(self, token: &str) -> Result<Self, AuthorityError> {
        let mut knowing = self.to_withdraw(token)?;
        if let Some(key_list) = &knowing.key_list {
            knowing.issuers.retain(|issuer| !key_list.names(issuer.key().id()));
        }
        Ok(knowing)
    }

    /// The authority that knows of a list, with the keys that it names: for [`Self::withdrawn`] alone, which puts others in their place. A withdrawal that
    /// was cut off between the list and the new keys is finished by it.
    ///
    /// # Errors
    /// When the root has not signed the list.
    pub fn to_withdraw(self, token: &str) -> Result<Self, AuthorityError> {
        let list = KeyList::verify(&self.root, token).map_err(|_| AuthorityError::Inconsistent)?;
        let key_list = SignedKeyList { list, token: token.to_owned() };
        Ok(Self { key_list: Some(key_list), ..self })
    }

    /// Whether this authority may take the place of `present` in a running service.
    ///
    /// # Errors
    /// When it is another service's, forgets a withdrawn key, or could not sign where the present one can.
    pub fn check_follows(&self, present: &Self, now: Timestamp) -> Result<(), AuthorityError> {
        let version = |authority: &Self| authority.key_list.as_ref().map_or(0, |found| found.list.version);
        if (&self.root, self.sandbox) != (&present.root, present.sandbox) {
            Err(AuthorityError::OtherService)
        } else if version(self) < version(present) {
            Err(AuthorityError::OlderKeyList)
        } else if self.issuer(now).is_err() && present.issuer(now).is_ok() {
            Err(AuthorityError::NoneSigns)
        } else {
            Ok(())
        }
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
        Ok(Self { root, sandbox, issuers, key_list: None })
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

    /// The key that signs a lease again which was granted at `issued`, and what the lease says of that: the same, or when that key began to sign,
    /// should the one of that time be gone.
    ///
    /// # Errors
    /// `no_issuing_key` when none may sign.
    pub fn issuer_again(&self, issued: Timestamp, now: Timestamp) -> Result<(&Issuer, Timestamp), Failure> {
        if let Ok(issuer) = self.issuer(issued) {
            return Ok((issuer, issued));
        }
        let issuer = self.issuer(now)?;
        Ok((issuer, issued.max(issuer.certificate().sign_from)))
    }

    /// The issuing keys' certificates, those first that began to sign first.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.issuers.iter().map(Issuer::certificate)
    }

    /// The list of withdrawn issuing keys, if one was ever made.
    #[must_use]
    pub const fn key_list(&self) -> Option<&SignedKeyList> {
        self.key_list.as_ref()
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

/// A fresh issuing key that signs from one instant to another, with its certificate.
fn certified(
    root: &RootKey,
    (sign_from, sign_until): (Timestamp, Timestamp),
    sandbox: bool,
    random: &mut (impl Random + ?Sized),
) -> Result<Issuer, AuthorityError> {
    let key = IssuingKey::generate(random).map_err(|_| AuthorityError::Library)?;
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
    Issuer::new(root.public_key(), key, token).map_err(|_| AuthorityError::Inconsistent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secrets;
    use crate::testing::Counting;

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

    /// The goal: whoever has the secrets file, and all that the service shows to anybody, signs nothing that anybody believes.
    #[test]
    fn nothing_in_the_secrets_file_signs_leases() {
        let mut random = Counting::new(9);
        let root = RootKey::generate(&mut random).unwrap();
        let from = Timestamp::from_seconds(1_800_000_000);
        let authority = Authority::issue(&root, from, false, &mut random).unwrap();
        let file = Secrets::generate(&mut random).to_bytes();
        assert!(Authority::from_bytes(&file).is_err(), "it is no file of issuing keys");
        let text = std::str::from_utf8(&file).unwrap();
        let secrets: Vec<_> = text.split('"').filter_map(from_base64::<32>).collect();
        assert_eq!(
            secrets.len(),
            5,
            "a master, and what deals serials, hashes imports, peppers and makes nonces"
        );
        for secret in &secrets {
            for issuer in &authority.issuers {
                let as_issuing_key = IssuingKey::from_seed(secret).unwrap();
                let certificate = issuer.certificate_token().to_owned();
                assert!(Issuer::new(root.public_key(), as_issuing_key, certificate).is_err());
            }
            // As a root of its own it certifies keys, and nobody who has pinned the service's root believes them.
            let as_root = RootKey::from_seed(secret).unwrap();
            let forged = Authority::issue(&as_root, from, false, &mut random).unwrap();
            for issuer in &forged.issuers {
                assert!(Certificate::verify(root.public_key(), issuer.certificate_token()).is_err());
            }
        }
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
