//! One file's bytes: those on the disk, and what was written since the last sync.

use warifu_service::conformance::Dice;

use super::record::Choice;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A change of a file's bytes, with its number among all changes of the disk.
#[derive(Debug)]
struct Change {
    number: u64,
    what: What,
}

#[derive(Debug)]
enum What {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// A file.
#[derive(Debug, Default)]
pub(super) struct File {
    synced: Vec<u8>,
    unsynced: Vec<Change>,
}

impl File {
    /// A file with these bytes on the disk.
    pub(super) fn holding(synced: Vec<u8>) -> Self {
        Self { synced, unsynced: Vec::new() }
    }

    pub(super) fn write(&mut self, number: u64, at: usize, bytes: &[u8]) {
        self.unsynced.push(Change { number, what: What::Write { at, bytes: bytes.to_vec() } });
    }

    pub(super) fn set_length(&mut self, number: u64, length: usize) {
        self.unsynced.push(Change { number, what: What::Length(length) });
    }

    /// Everything written so far is on the disk.
    pub(super) fn sync(&mut self) {
        for change in std::mem::take(&mut self.unsynced) {
            apply(&mut self.synced, &change.what, 0);
        }
    }

    /// The bytes as a program reads them.
    pub(super) fn now(&self) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.unsynced {
            apply(&mut bytes, &change.what, 0);
        }
        bytes
    }

    /// The bytes after a cut.
    pub(super) fn survivor(&self, choice: &Choice, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        // What lay on the disk where a file grew and its bytes did not arrive.
        let stale = dice.pick(&[0, 0, 0xa5]);
        for Change { number, what } in &self.unsynced {
            match what {
                What::Write { at, bytes: written } if choice.tears() => {
                    for (at, sector) in sectors(*at, written) {
                        if choice.keeps(*number, dice) {
                            put(&mut bytes, at, sector, stale);
                        }
                    }
                }
                what if choice.keeps(*number, dice) => apply(&mut bytes, what, stale),
                _ => {}
            }
        }
        bytes
    }
}

fn apply(bytes: &mut Vec<u8>, what: &What, stale: u8) {
    match what {
        What::Write { at, bytes: written } => put(bytes, *at, written, stale),
        What::Length(length) => bytes.resize(*length, stale),
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, written: &[u8], stale: u8) {
    let end = at + written.len();
    if bytes.len() < at {
        bytes.resize(at, stale);
    }
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(written);
}

/// A write cut at the boundaries of sectors.
fn sectors(mut at: usize, mut bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut sectors = Vec::new();
    while !bytes.is_empty() {
        let (sector, rest) = bytes.split_at(bytes.len().min(SECTOR - at % SECTOR));
        sectors.push((at, sector));
        at += sector.len();
        bytes = rest;
    }
    sectors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_torn_at_sectors_only() {
        let bytes = [7; 1_300];
        let places: Vec<_> = sectors(500, &bytes).iter().map(|(at, part)| (*at, part.len())).collect();
        assert_eq!(places, [(500, 12), (512, 512), (1_024, 512), (1_536, 264)]);
    }

    #[test]
    fn what_was_synced_survives_and_what_was_not_may() {
        let (mut lost, mut kept, mut torn) = (0, 0, 0);
        for seed in 0..300 {
            let dice = &mut Dice::new(seed);
            let mut file = File::default();
            file.write(1, 0, &[1; 2_048]);
            file.sync();
            file.write(2, 512, &[2; 1_024]);
            file.set_length(3, 1_536);
            let left = file.survivor(&Choice::new(dice, 4), dice);
            assert_eq!(left[..512], [1; 512]);
            assert!(left.len() == 1_536 || left.len() == 2_048);
            match (left[512], left[1_024]) {
                (1, 1) => lost += 1,
                (2, 2) => kept += 1,
                _ => torn += 1,
            }
        }
        assert!(lost > 20 && kept > 20 && torn > 20, "{lost} lost, {kept} kept, {torn} torn");
    }
}
