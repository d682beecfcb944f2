//! A fingerprint as its column holds it: the scheme's code, then for each component that is not missing its code, and either 0xff alone for
//! an unreliable reading or 0x00 and the value's 8 bytes. The codes are written down here for good; they do not follow the order of the core's lists.

use warifu_core::hardware::{ComponentKind, Reading, Scheme, StoredFingerprint, StoredHash};
use warifu_service::port::Anchor;

const PRESENT: u8 = 0x00;
const UNRELIABLE: u8 = 0xff;

const fn scheme_code(scheme: Scheme) -> u8 {
    match scheme {
        Scheme::Physical => 1,
        Scheme::Vm => 2,
        Scheme::Container => 3,
        Scheme::Wsl => 4,
    }
}

const fn kind_code(kind: ComponentKind) -> u8 {
    match kind {
        ComponentKind::Motherboard => 1,
        ComponentKind::BoardModel => 2,
        ComponentKind::Tpm => 3,
        ComponentKind::Cpu => 4,
        ComponentKind::SystemDisk => 5,
        ComponentKind::NetworkAdapter => 6,
        ComponentKind::OsInstall => 7,
        ComponentKind::Memory => 8,
        ComponentKind::Graphics => 9,
        ComponentKind::VmId => 10,
        ComponentKind::VmGeneration => 11,
    }
}

/// The column's value for a fingerprint.
pub(crate) fn write(fingerprint: &StoredFingerprint) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + 10 * ComponentKind::COUNT);
    bytes.push(scheme_code(fingerprint.scheme()));
    for (kind, reading) in fingerprint.readings() {
        match reading {
            Reading::Present(value) => {
                bytes.extend([kind_code(kind), PRESENT]);
                bytes.extend(value.as_u64().to_be_bytes());
            }
            Reading::Unreliable => bytes.extend([kind_code(kind), UNRELIABLE]),
            Reading::Missing => {}
        }
    }
    bytes
}

/// The fingerprint of a column's value, if it is one.
pub(crate) fn read(bytes: &[u8]) -> Option<StoredFingerprint> {
    let (&code, mut rest) = bytes.split_first()?;
    let scheme = Scheme::ALL.into_iter().find(|scheme| scheme_code(*scheme) == code)?;
    let mut fingerprint = StoredFingerprint::new(scheme);
    while let [code, form, tail @ ..] = rest {
        let kind = ComponentKind::ALL.into_iter().find(|kind| kind_code(*kind) == *code)?;
        if fingerprint.reading(kind) != Reading::Missing {
            return None;
        }
        let reading = match *form {
            PRESENT => {
                let (value, tail) = tail.split_first_chunk()?;
                rest = tail;
                Reading::Present(StoredHash::from_u64(u64::from_be_bytes(*value)))
            }
            UNRELIABLE => {
                rest = tail;
                Reading::Unreliable
            }
            _ => return None,
        };
        fingerprint = fingerprint.with(kind, reading);
    }
    rest.is_empty().then_some(fingerprint)
}

/// An anchor as an index holds it: the kind's code and the value.
pub(crate) fn anchor(&(kind, value): &Anchor) -> [u8; 9] {
    let mut bytes = [kind_code(kind); 9];
    bytes[1..].copy_from_slice(&value.as_u64().to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_form_is_written_down_for_good() {
        let fingerprint = StoredFingerprint::new(Scheme::Vm)
            .with(ComponentKind::VmId, Reading::Present(StoredHash::from_u64(0x0102_0304_0506_0708)))
            .with(ComponentKind::Cpu, Reading::Unreliable);
        let bytes = [2, 4, 0xff, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(write(&fingerprint), bytes);
        assert_eq!(read(&bytes), Some(fingerprint));
    }

    #[test]
    fn a_value_that_is_cut_doubled_or_unknown_is_not_a_fingerprint() {
        for bytes in
            [&[][..], &[9], &[2, 4], &[2, 4, 1], &[2, 99, 0xff], &[2, 4, 0, 1, 2], &[2, 4, 0xff, 4, 0xff]]
        {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
