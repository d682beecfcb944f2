//! The blobs of an installation: their names and forms. Only the lease and the refusal are signed; whatever else is damaged or missing is
//! made anew, and believed no further than its maker could be.

use serde::{Deserialize, Serialize};
use warifu_core::id::{IdempotencyKey, LeaseId};
use warifu_core::time::Timestamp;
use warifu_proto::encoding::{hex, parse_hex};
use warifu_proto::keys::{InstallationKey, Signer as _};
use zeroize::{Zeroize, Zeroizing};

use crate::clock::{Period, Running};
use crate::mark::Mark;

/// The lease file.
pub(crate) const LEASE: &str = "lease";
/// A lease file that was no good, kept aside when a new one took its place.
pub(crate) const LEASE_ASIDE: &str = "lease.damaged";
/// The installation's private key.
pub(crate) const KEY: &str = "installation-key";
/// A private key that takes the other's place once a lease has been granted to it: the other belongs to the machine that the folder was
/// copied from.
pub(crate) const KEY_NEW: &str = "installation-key.new";
/// A key file that was no good, kept aside when a new one took its place.
pub(crate) const KEY_ASIDE: &str = "installation-key.damaged";
/// The command whose answer has not come yet.
pub(crate) const PENDING: &str = "pending";
/// The last signed refusal.
pub(crate) const REFUSAL: &str = "refusal";
/// Why the lease was not renewed, as the service said last.
pub(crate) const RENEWAL_REFUSED: &str = "renewal-refused";
/// The newest list of withdrawn issuing keys, as signed.
pub(crate) const KEY_LIST: &str = "key-list";
/// What the service has told besides its last answer.
pub(crate) const NOTICES: &str = "notices";
/// The high-water mark and the last look at the hardware.
pub(crate) const OBSERVED: &str = "observed";

#[derive(Serialize, Deserialize)]
struct KeyFile {
    warifu: String,
    version: u32,
    algorithm: String,
    secret: String,
}

/// A key file's bytes.
pub(crate) fn write_key(key: &InstallationKey) -> Zeroizing<Vec<u8>> {
    let mut file = KeyFile {
        warifu: "installation-key".to_owned(),
        version: 1,
        algorithm: key.public_key().algorithm().to_string(),
        secret: hex(key.secret()),
    };
    let bytes = serde_json::to_vec(&file).unwrap_or_default();
    file.secret.zeroize();
    Zeroizing::new(bytes)
}

/// The key of a key file, if it is one.
pub(crate) fn read_key(bytes: &[u8]) -> Option<InstallationKey> {
    let mut file: KeyFile = serde_json::from_slice(bytes).ok()?;
    let secret: Option<Zeroizing<[u8; 32]>> = parse_hex(&file.secret).map(Zeroizing::new);
    file.secret.zeroize();
    if file.warifu != "installation-key" || file.version != 1 {
        return None;
    }
    InstallationKey::from_secret(file.algorithm.parse().ok()?, &*secret?).ok()
}

/// A command whose answer has not come yet: repeated with the same name, it has one effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// The command's path.
    pub(crate) command: String,
    request: String,
    /// Tells whether a later command asks for the same: see `exchange::input_mark`.
    pub(crate) input: String,
}

impl Pending {
    pub(crate) fn new(command: &str, request: IdempotencyKey, input: String) -> Self {
        Self { command: command.to_owned(), request: request.to_string(), input }
    }

    pub(crate) fn request(&self) -> Option<IdempotencyKey> {
        self.request.parse().ok()
    }
}

/// A refusal as it came, to be verified each time it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptRefusal {
    pub(crate) refusal: String,
    pub(crate) certificate: String,
    request: String,
    /// Values for the reason's texts. Not signed: for showing only.
    pub(crate) values: Vec<(String, String)>,
}

impl KeptRefusal {
    pub(crate) fn new(
        refusal: String,
        certificate: String,
        request: IdempotencyKey,
        values: Vec<(String, String)>,
    ) -> Self {
        Self { refusal, certificate, request: request.to_string(), values }
    }

    pub(crate) fn request(&self) -> Option<IdempotencyKey> {
        self.request.parse().ok()
    }
}

/// What was noticed, to be compared with what is noticed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    pub(crate) mark: Mark,
    /// In which period, and for which lease, the hardware was last found to be the lease's.
    pub(crate) hardware: Option<(Period, LeaseId)>,
    /// The last lease that this installation held, to name should its file be lost.
    pub(crate) lease: Option<LeaseId>,
}

#[derive(Serialize, Deserialize)]
struct ObservedFile {
    version: u32,
    time_seconds: i64,
    period: String,
    elapsed_seconds: u64,
    counts_sleep: bool,
    exact: bool,
    doubt_seconds: u64,
    in_doubt: bool,
    /// Missing in files of before it was noted.
    #[serde(default)]
    wall_seconds: i64,
    #[serde(default)]
    ahead_seconds: u64,
    hardware: Option<(String, String)>,
    lease: Option<String>,
}

impl Observed {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mark = self.mark;
        let file = ObservedFile {
            version: 1,
            time_seconds: mark.time.seconds(),
            period: hex(mark.running.period.as_bytes()),
            elapsed_seconds: mark.running.elapsed_seconds,
            counts_sleep: mark.running.counts_sleep,
            exact: mark.exact,
            doubt_seconds: mark.doubt_seconds,
            in_doubt: mark.in_doubt,
            wall_seconds: mark.wall.seconds(),
            ahead_seconds: mark.ahead_seconds,
            hardware: self.hardware.map(|(period, lease)| (hex(period.as_bytes()), lease.to_string())),
            lease: self.lease.map(|lease| lease.to_string()),
        };
        serde_json::to_vec(&file).unwrap_or_default()
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let file: ObservedFile = serde_json::from_slice(bytes).ok()?;
        if file.version != 1 {
            return None;
        }
        let period = |text: &str| parse_hex(text).map(Period::from_bytes);
        let mark = Mark {
            time: Timestamp::from_seconds(file.time_seconds),
            running: Running {
                period: period(&file.period)?,
                elapsed_seconds: file.elapsed_seconds,
                counts_sleep: file.counts_sleep,
            },
            exact: file.exact,
            doubt_seconds: file.doubt_seconds,
            in_doubt: file.in_doubt,
            wall: Timestamp::from_seconds(file.wall_seconds),
            ahead_seconds: file.ahead_seconds,
        };
        let hardware = file.hardware.and_then(|(boot, lease)| Some((period(&boot)?, lease.parse().ok()?)));
        Some(Self { mark, hardware, lease: file.lease.and_then(|lease| lease.parse().ok()) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_proto::keys::KeyAlgorithm;

    use super::*;

    #[test]
    fn a_key_of_either_algorithm_survives_its_file() {
        for algorithm in KeyAlgorithm::ALL {
            let key = InstallationKey::from_secret(algorithm, &[3; 32]).unwrap();
            let bytes = write_key(&key);
            assert_eq!(read_key(&bytes).unwrap().installation(), key.installation());
            for length in 0..bytes.len() {
                assert!(read_key(&bytes[..length]).is_none(), "{length}");
            }
        }
    }

    #[test]
    fn what_was_noticed_survives_its_file() {
        let running = Running { period: Period::from_bytes([7; 16]), elapsed_seconds: 5, counts_sleep: true };
        let moment = crate::clock::Moment { wall: Timestamp::from_seconds(7), running };
        let mark = Mark {
            doubt_seconds: 9,
            ahead_seconds: 11,
            ..Mark::signed(Timestamp::from_seconds(1_775_035_800), &moment)
        };
        let lease = LeaseId::from_bytes([1; 16]);
        let full = Observed { mark, hardware: Some((running.period, lease)), lease: Some(lease) };
        for observed in [full, Observed { hardware: None, lease: None, ..full }] {
            assert_eq!(Observed::parse(&observed.to_bytes()), Some(observed));
        }
        assert_eq!(Observed::parse(b"{}"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            prop_assert!(read_key(&bytes).is_none());
            prop_assert!(Observed::parse(&bytes).is_none());
        }
    }
}
