//! Lists of withdrawn issuing keys as a service makes and keeps them.

use warifu_core::id::IssuingKeyId;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::key_list::{KeyList, Withdrawal};
use warifu_proto::keys::RootKey;

use super::AuthorityError;

/// A list of withdrawn issuing keys with its signed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedKeyList {
    /// The list.
    pub list: KeyList,
    /// As signed, to be served and kept.
    pub token: String,
}

impl SignedKeyList {
    /// How long a list holds before a newer one is to be made: as long as the leases of the keys in it could run.
    pub const LIFE: Span = Span::days(400);

    /// The list after `present`, which also withdraws `keys` from `from` on. A key that was withdrawn already keeps the earlier time.
    ///
    /// # Errors
    /// When it would name more keys than a list can, or none.
    pub fn next(
        present: Option<&Self>,
        root: &RootKey,
        keys: &[IssuingKeyId],
        (from, now): (Timestamp, Timestamp),
    ) -> Result<Self, AuthorityError> {
        let mut withdrawn = present.map(|present| present.list.withdrawn.clone()).unwrap_or_default();
        for &key in keys {
            match withdrawn.iter_mut().find(|withdrawal| withdrawal.key == key) {
                Some(withdrawal) => withdrawal.from = withdrawal.from.min(from),
                None => withdrawn.push(Withdrawal { key, from }),
            }
        }
        if withdrawn.len() > KeyList::WITHDRAWN_MAX {
            return Err(AuthorityError::TooManyWithdrawn);
        }
        let list = KeyList {
            service: root.service_id(),
            version: present.map_or(1, |present| present.list.version.saturating_add(1)),
            issued: now,
            expires: now.plus(Self::LIFE),
            withdrawn,
        };
        let token = list.sign(root).map_err(|_| AuthorityError::Inconsistent)?;
        Ok(Self { list, token })
    }

    /// Whether the list withdraws a key, now or later.
    #[must_use]
    pub fn names(&self, key: IssuingKeyId) -> bool {
        self.list.withdrawn_from(key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::Authority;
    use crate::testing::Counting;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn ids(authority: &Authority) -> Vec<IssuingKeyId> {
        authority.certificates().map(|certificate| certificate.key.id()).collect()
    }

    #[test]
    fn a_stolen_key_is_replaced_over_the_same_time_and_never_used_again() {
        let mut random = Counting::new(8);
        let root = RootKey::generate(&mut random).unwrap();
        let before = Authority::issue(&root, NOW, false, &mut random).unwrap();
        let old_file = before.to_bytes();
        let keys = ids(&before);
        let after = before.withdrawn(&root, &keys[..1], (NOW, NOW), &mut random).unwrap();
        assert_eq!(ids(&after)[1..], keys[1..]);
        assert_ne!(ids(&after)[0], keys[0]);
        for day in 0..365 {
            assert!(after.issuer(NOW.plus(Span::days(day))).is_ok(), "day {day}");
        }
        // A copy of the file from before the theft does not bring the key back.
        let token = after.key_list().unwrap().token.clone();
        let restored = Authority::from_bytes(&old_file).unwrap().with_key_list(&token).unwrap();
        assert_eq!(ids(&restored), keys[1..]);
        let forgetful = Authority::from_bytes(&old_file).unwrap();
        assert_eq!(forgetful.check_follows(&after, NOW), Err(AuthorityError::OlderKeyList));
    }

    #[test]
    fn versions_rise_and_what_was_withdrawn_stays_so_with_its_earliest_time() {
        let mut random = Counting::new(9);
        let root = RootKey::generate(&mut random).unwrap();
        let later = NOW.plus(Span::days(7));
        let (one, two) = (IssuingKeyId::from_bytes([1; 32]), IssuingKeyId::from_bytes([2; 32]));
        let first = SignedKeyList::next(None, &root, &[one], (NOW, NOW)).unwrap();
        let second = SignedKeyList::next(Some(&first), &root, &[one, two], (later, later)).unwrap();
        assert_eq!((first.list.version, second.list.version), (1, 2));
        assert_eq!(second.list.withdrawn_from(one), Some(NOW));
        assert_eq!(second.list.withdrawn_from(two), Some(later));
        let many: Vec<IssuingKeyId> = (3..70).map(|byte| IssuingKeyId::from_bytes([byte; 32])).collect();
        let refused = SignedKeyList::next(Some(&second), &root, &many, (NOW, NOW));
        assert_eq!(refused, Err(AuthorityError::TooManyWithdrawn));
    }

    #[test]
    fn a_list_of_another_root_is_not_taken() {
        let mut random = Counting::new(10);
        let (root, other) =
            (RootKey::generate(&mut random).unwrap(), RootKey::generate(&mut random).unwrap());
        let authority = Authority::issue(&root, NOW, false, &mut random).unwrap();
        let key = ids(&authority)[0];
        let foreign = SignedKeyList::next(None, &other, &[key], (NOW, NOW)).unwrap();
        assert_eq!(authority.with_key_list(&foreign.token).err(), Some(AuthorityError::Inconsistent));
    }
}
