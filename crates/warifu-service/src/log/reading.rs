//! What auditors and holders of receipts read: checkpoint, tiles, entries and proofs, all of one stored state.

use warifu_core::catalogue::Failure;
use warifu_core::id::EventId;
use warifu_proto::log::{
    Hash, Receipt, TILE_WIDTH, Tile, TilePath, encode, encode_missing, inclusion_proof, leaf_hash,
};

use super::audit::{Listed, Source};
use super::signed;
use crate::port::{LogPlace, Page, Reads, SignedHead, StoreError};
use crate::service::Service;

/// One entry as it can be made from the store now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its index in the log.
    pub index: u64,
    /// The event that has the place.
    pub event: EventId,
    /// The entry's bytes, made from the event's row. None when the row is gone.
    pub bytes: Option<Vec<u8>>,
}

/// A bundle of entries: of a full tile, or of the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle(pub Vec<LogEntry>);

impl Bundle {
    /// The bundle as C2SP has it: before each entry its length in 16 bits. An entry whose event is gone has the length 0, which does not hash to
    /// its tile.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bundle = Vec::new();
        for entry in &self.0 {
            let bytes = entry.bytes.as_deref().unwrap_or_default();
            // No entry is longer: the encoder sees to it.
            bundle.extend_from_slice(&u16::try_from(bytes.len()).unwrap_or_default().to_be_bytes());
            bundle.extend_from_slice(bytes);
        }
        bundle
    }
}

fn entries(reads: &dyn Reads, first: u64, limit: u16) -> Result<Vec<LogEntry>, StoreError> {
    let places = reads.log_places(first, limit)?;
    let entry = |(place, index): (LogPlace, u64)| LogEntry {
        index,
        event: place.id,
        bytes: place.event.and_then(|event| encode(&event).ok()),
    };
    Ok(places.into_iter().zip(first..).map(entry).collect())
}

/// A store to audit without a service, such as a backup's.
#[expect(missing_debug_implementations, reason = "a store's reading side shows nothing of itself")]
pub struct StoreSource<'store>(pub &'store dyn Reads);

impl<E: From<Failure>> Source<E> for StoreSource<'_> {
    fn head(&mut self) -> Result<Option<SignedHead>, E> {
        Ok(self.0.log_head().map_err(|error| E::from(error.failure()))?.signed)
    }

    fn entries(&mut self, first: u64) -> Result<Vec<LogEntry>, E> {
        entries(self.0, first, 256).map_err(|error| E::from(error.failure()))
    }

    fn leaves(&mut self, tile: u64, width: usize) -> Result<Vec<Hash>, E> {
        let bytes = self.0.log_tile(0, tile).map_err(|error| E::from(error.failure()))?.unwrap_or_default();
        let mut hashes = Tile::parse_hashes(&bytes).unwrap_or_default();
        hashes.truncate(width);
        Ok(hashes)
    }

    fn events(&mut self, after: Option<EventId>) -> Result<Vec<Listed>, E> {
        let page = Page { after, limit: Page::<EventId>::LIMIT_MAX };
        let events = self.0.events(None, &page).map_err(|error| E::from(error.failure()))?;
        Ok(events.into_iter().map(|event| Listed { id: event.id, at: event.at }).collect())
    }
}

impl Service {
    /// The signed checkpoint of the log's last state, with its certificate.
    ///
    /// # Errors
    /// `log_not_signed`, or why the store cannot be read.
    pub fn log_checkpoint(&self) -> Result<SignedHead, Failure> {
        let head = self.reads.log_head().map_err(|error| error.failure())?;
        signed(&head).cloned()
    }

    /// The hashes of a tile, exactly as many as the path asks for. None when the log does not have them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_tile(&self, level: u8, path: TilePath) -> Result<Option<Vec<u8>>, StoreError> {
        let tile = self.reads.log_tile(level, path.index)?;
        Ok(tile.and_then(|hashes| hashes.get(..32 * path.width).map(<[u8]>::to_vec)))
    }

    /// The entries of a bundle, exactly as many as the path asks for. None when the log does not have them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_bundle(&self, path: TilePath) -> Result<Option<Bundle>, StoreError> {
        let Some(first) = path.index.checked_mul(TILE_WIDTH as u64) else { return Ok(None) };
        let entries = self.log_entries(first, u16::try_from(path.width).unwrap_or(u16::MAX))?;
        Ok((entries.len() == path.width).then_some(Bundle(entries)))
    }

    /// The entries from `first` on: at most `limit`, at most 256.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_entries(&self, first: u64, limit: u16) -> Result<Vec<LogEntry>, StoreError> {
        entries(&*self.reads, first, limit)
    }

    /// A receipt for an event that has its place in the log.
    ///
    /// # Errors
    /// `record_not_found` when there is no such event, `log_not_yet` when it still waits, `log_not_signed` when nothing was signed,
    /// `log_entry_altered` when the event is not as it was logged.
    pub fn log_receipt(&self, event: EventId) -> Result<Receipt, Failure> {
        let read = |error: StoreError| error.failure();
        let head = self.reads.log_head().map_err(read)?;
        let signed = signed(&head)?;
        let index = self.reads.log_indices(&[event]).map_err(read)?.first().copied().flatten();
        let Some(index) = index.filter(|&index| index < head.size) else {
            let stored = self.reads.event(event).map_err(read)?;
            return Err(match stored {
                Some(_) => Failure::log_not_yet(event),
                None => Failure::record_not_found("event", event),
            });
        };
        // A tile can have grown since the head was read; only as much of it as the head has is looked at.
        let tile = |level: u8, at: u64| -> Result<Vec<Hash>, StoreError> {
            let bytes = self.reads.log_tile(level, at)?.unwrap_or_default();
            let mut hashes = Tile::parse_hashes(&bytes).unwrap_or_default();
            hashes.truncate(Tile::width(level, at, head.size));
            Ok(hashes)
        };
        let altered = || Failure::log_entry_altered(index, event);
        let proof = inclusion_proof(index, head.size, tile).map_err(read)?.ok_or_else(altered)?;
        let place = self.reads.log_places(index, 1).map_err(read)?.pop().ok_or_else(altered)?;
        let entry = match place.event {
            Some(event) => encode(&event).map_err(|_| altered())?,
            None => encode_missing(place.id),
        };
        if !warifu_proto::log::verify_inclusion(&leaf_hash(&entry), index, head.size, &proof, &head.root) {
            return Err(altered());
        }
        Ok(Receipt {
            entry,
            certificate: signed.certificate.clone(),
            index,
            proof,
            checkpoint: signed.checkpoint.clone(),
        })
    }
}
