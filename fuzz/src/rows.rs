//! What lies in a store's columns: whoever can write to the file can write anything.

use warifu_store::fuzzing;

use crate::{pick, picked};

/// A column's value that is accepted is written again so that it reads as the same; a fingerprint has one form only.
pub(crate) fn row(data: &[u8]) {
    let Some((kind, value)) = picked(data, 2) else { return };
    if kind == 0 {
        if let Some(written) = fuzzing::fingerprint(value) {
            assert_eq!(fuzzing::fingerprint(&written).as_ref(), Some(&written));
            assert_eq!(written.len(), value.len());
        }
        return;
    }
    let Ok(text) = std::str::from_utf8(value) else { return };
    if let Some(written) = fuzzing::policy_rules(text) {
        assert_eq!(fuzzing::policy_rules(&written).as_ref(), Some(&written));
    }
}

pub(crate) fn row_seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        fuzzing::policy_rules_samples().iter().map(|text| pick(1, text.as_bytes())).collect();
    let mut fingerprint = vec![1_u8];
    for kind in 1..=9_u8 {
        fingerprint.push(kind);
        if kind % 3 == 0 {
            fingerprint.push(0xff);
        } else {
            fingerprint.push(0);
            fingerprint.extend([kind; 8]);
        }
    }
    seeds.push(pick(0, &fingerprint));
    seeds
}
