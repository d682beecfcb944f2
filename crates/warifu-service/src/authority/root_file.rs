//! The root key's file: its seed under a passphrase. It is opened a few times a year, and never by a service that runs.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use warifu_core::random::{self, Random};
use warifu_proto::keys::RootKey;
use zeroize::Zeroizing;

use super::AuthorityError;
use crate::encoding::{from_base64, to_base64};

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
}
