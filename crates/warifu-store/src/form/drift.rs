//! A device's changes of hardware: 10 bytes each, when and with what score, big-endian.

use warifu_core::seat::Drift;
use warifu_core::time::Timestamp;

/// Reads changes; `None` when the bytes are not such a list.
pub(crate) fn read(bytes: &[u8]) -> Option<Drift> {
    let (changes, rest) = bytes.as_chunks::<10>();
    let change = |change: &[u8; 10]| {
        let [at @ .., high, low] = *change;
        (Timestamp::from_seconds(i64::from_be_bytes(at)), u16::from_be_bytes([high, low]))
    };
    Drift::from_changes(changes.iter().map(change).collect()).filter(|_| rest.is_empty())
}

/// Writes changes.
pub(crate) fn write(drift: &Drift) -> Vec<u8> {
    let bytes = |(at, score): &(Timestamp, u16)| {
        at.seconds().to_be_bytes().into_iter().chain(score.to_be_bytes()).collect::<Vec<_>>()
    };
    drift.changes().iter().flat_map(bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back_and_nothing_else_does() {
        let at = Timestamp::from_seconds;
        let drift = Drift::default().with(at(5), 30).with(at(9), u16::MAX);
        let bytes = write(&drift);
        assert_eq!(read(&bytes), Some(drift));
        assert_eq!(read(&[]), Some(Drift::default()));
        let backwards = [&bytes[10..], &bytes[..10]].concat();
        for bytes in [&bytes[..19], &backwards, &bytes.repeat(5)] {
            assert_eq!(read(bytes), None);
        }
    }
}
