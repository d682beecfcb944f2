//! Checkpoints ([C2SP](https://c2sp.org/tlog-checkpoint)): the size and root of the log at one moment, signed.

use warifu_core::id::ServiceId;

use super::tree::Hash;
use super::{LogError, sign_note, verify_note};
use crate::encoding::{base64, parse_base64_exact};
use crate::keys::{LogKey, LogPublicKey};

/// The name of a service's log, in its checkpoints and signatures.
#[must_use]
pub fn origin(service: ServiceId) -> String {
    format!("warifu/log/{service}")
}

/// The log at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name: [`origin`].
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The checkpoint as a signed note.
    #[must_use]
    pub fn sign(&self, key: &LogKey) -> String {
        sign_note(&format!("{}\n{}\n{}\n", self.origin, self.size, base64(&self.root)), &self.origin, key)
    }

    /// Reads a checkpoint of the log `origin` that `key` has signed.
    ///
    /// # Errors
    /// [`LogError::Form`], [`LogError::Origin`] or [`LogError::Signature`].
    pub fn verify(note: &str, origin: &str, key: &LogPublicKey) -> Result<Self, LogError> {
        let found = note.lines().next().unwrap_or_default();
        if found != origin {
            return Err(LogError::Origin {
                expected: origin.to_owned(),
                found: found.chars().take(100).collect(),
            });
        }
        Self::parse(verify_note(note, origin, key)?)
    }

    fn parse(text: &str) -> Result<Self, LogError> {
        let form = || LogError::Form("it is not a checkpoint");
        // Lines after the third are extensions, which say nothing to us.
        let mut lines = text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(form());
        };
        let number: u64 = size.parse().map_err(|_| form())?;
        if number.to_string() != size || lines.any(str::is_empty) {
            return Err(form());
        }
        let root = parse_base64_exact(root).ok_or_else(form)?;
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back_for_its_own_log_only() {
        let key = LogKey::from_seed(&[3; 32]).unwrap();
        let origin = origin(ServiceId::from_bytes([0xab; 32]));
        let checkpoint = Checkpoint { origin: origin.clone(), size: 70_000, root: [7; 32] };
        let note = checkpoint.sign(&key);
        assert!(note.starts_with("warifu/log/abab"), "{note}");
        assert_eq!(Checkpoint::verify(&note, &origin, key.public_key()), Ok(checkpoint));
        assert!(matches!(
            Checkpoint::verify(&note, "warifu/log/other", key.public_key()),
            Err(LogError::Origin { .. })
        ));
        let other = LogKey::from_seed(&[4; 32]).unwrap();
        assert_eq!(Checkpoint::verify(&note, &origin, other.public_key()), Err(LogError::Signature));
        for text in ["o\n07\nAAAA\n", "o\n7\n", "o\n-1\nAAAA\n", "o\n7\nAAAA\n"] {
            let note = sign_note(text, "o", &key);
            assert!(
                matches!(Checkpoint::verify(&note, "o", key.public_key()), Err(LogError::Form(_))),
                "{text}"
            );
        }
    }
}
