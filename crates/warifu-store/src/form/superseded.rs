//! The stretches of a lease chain that were superseded: 32 bytes each, the lease after which one begins and its last.

use warifu_core::chain::{Stretch, Superseded};
use warifu_core::id::LeaseId;

/// Reads stretches; `None` when the bytes are not such a list.
pub(crate) fn read(bytes: &[u8]) -> Option<Superseded> {
    let (ids, rest) = bytes.as_chunks::<16>();
    let (pairs, odd) = ids.as_chunks::<2>();
    let stretch = |[after, up_to]: &[[u8; 16]; 2]| Stretch {
        after: LeaseId::from_bytes(*after),
        up_to: LeaseId::from_bytes(*up_to),
    };
    let whole = rest.is_empty() && odd.is_empty();
    Superseded::from_stretches(pairs.iter().map(stretch).collect()).filter(|_| whole)
}

/// Writes stretches.
pub(crate) fn write(superseded: &Superseded) -> Vec<u8> {
    let ids = superseded.stretches().iter().flat_map(|stretch| [stretch.after, stretch.up_to]);
    ids.flat_map(|id| *id.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_reads_back_and_nothing_else_does() {
        let lease = |number| LeaseId::from_bytes([number; 16]);
        let memory = Superseded::default().branched(lease(1), lease(3)).branched(lease(5), lease(9));
        let bytes = write(&memory);
        assert_eq!(bytes.len(), 64);
        assert_eq!(read(&bytes), Some(memory));
        assert_eq!(read(&[]), Some(Superseded::default()));
        for bytes in [&bytes[..63], &bytes[..16], &[9; 32]] {
            assert_eq!(read(bytes), None);
        }
    }
}
