//! The sequencer: reads what waits, computes the tree, and has the store append it. It may be stopped, killed or run twice at any moment.

use warifu_core::catalogue::Failure;
use warifu_core::decide::Moment;
use warifu_core::id::EventId;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::log::{EntryTooLong, Hash, Tile, Tree, encode, encode_missing, leaf_hash};

use super::LogKeys;
use crate::group::Task;
use crate::port::{LogAppend, LogHead, LogTile, LogWaiting, SignedHead, StoreError};
use crate::service::Service;

/// How many events get their places at once: the store is written for about as long as for one full group of commands.
pub const EVENTS_MAX: u16 = 1024;

/// What the sequencer wants to be written, if anything waits or the head is not signed as it could be.
///
/// # Errors
/// [`StoreError::Damaged`] when the stored tree does not fit its head.
pub fn sequence(
    waiting: &LogWaiting,
    keys: Option<&LogKeys>,
    now: Timestamp,
) -> Result<Option<LogAppend>, StoreError> {
    let signer = keys.and_then(|keys| keys.signer(now));
    let unsigned = signer.is_some() && waiting.head.signed.is_none();
    if waiting.events.is_empty() && !unsigned {
        return Ok(None);
    }
    let mut tree = tree(waiting)?;
    let leaves: Vec<Hash> = waiting
        .events
        .iter()
        .map(|(id, event)| {
            let entry = match event {
                Some(event) => encode(event),
                None => Ok(encode_missing(*id)),
            };
            entry.map(|entry| leaf_hash(&entry))
        })
        .collect::<Result<_, EntryTooLong>>()
        .map_err(|error| damaged(&error.to_string()))?;
    let tiles = tree.append(leaves).into_iter().map(stored).collect();
    let (size, root) = (tree.size(), tree.root());
    let signed = signer.map(|signer| SignedHead {
        checkpoint: signer.checkpoint(size, root),
        certificate: signer.certificate_token().to_owned(),
    });
    Ok(Some(LogAppend {
        follows: waiting.head.size,
        head: LogHead { size, root, signed, at: now },
        marks: waiting.marks.clone(),
        events: waiting.events.iter().map(|(id, _)| *id).collect(),
        tiles,
    }))
}

/// The tree at its head, checked against the root that was stored with it: whatever is written next builds on it.
fn tree(waiting: &LogWaiting) -> Result<Tree, StoreError> {
    let edge = |level: u8, index: u64| {
        let tile = waiting.edge.iter().find(|tile| (tile.level, tile.index) == (level, index));
        let hashes = tile.and_then(|tile| Tile::parse_hashes(&tile.hashes));
        hashes.ok_or_else(|| damaged("a tile of its right edge is missing"))
    };
    let tree = Tree::from_tiles(waiting.head.size, edge)?;
    let tree = tree.ok_or_else(|| damaged("a tile of its right edge has the wrong width"))?;
    if tree.root() == waiting.head.root {
        Ok(tree)
    } else {
        Err(damaged("its tiles do not lead to its root"))
    }
}

fn stored(tile: Tile) -> LogTile {
    LogTile { level: tile.level, index: tile.index, hashes: tile.to_bytes() }
}

fn damaged(detail: &str) -> StoreError {
    StoreError::Damaged { path: "log".into(), detail: detail.to_owned() }
}

/// The head's signed checkpoint and certificate.
///
/// # Errors
/// `log_not_signed` when the service has no log key, or nothing was signed yet.
pub fn signed(head: &LogHead) -> Result<&SignedHead, Failure> {
    head.signed.as_ref().ok_or_else(Failure::log_not_signed)
}

impl Service {
    /// What the sequencer would write now. Reads the store, and computes for as long as [`EVENTS_MAX`] events take.
    ///
    /// # Errors
    /// When the store cannot be read, or the stored tree is damaged.
    pub fn next_append(&self) -> Result<Option<LogAppend>, StoreError> {
        let waiting = self.reads.log_waiting(EVENTS_MAX)?;
        sequence(&waiting, self.log_keys().as_deref(), self.clock.now())
    }

    /// Has an append written. It waits for its turn among the commands, and is no part of their groups.
    ///
    /// # Errors
    /// `version_conflict` when another sequencer was faster, which harms nothing; otherwise why the store cannot be written.
    pub async fn append(&self, append: LogAppend) -> Result<(), Failure> {
        let moment = Moment { now: append.head.at, longest_lease: Span::ZERO, latest_expiry: Timestamp::MAX };
        let task = Task::Append(Box::new(append));
        self.submit(task, moment, None).await.map(|_| ()).map_err(|refusal| refusal.failure)
    }

    /// The time since the oldest waiting event was made, as its id tells it; none when nothing waits.
    #[must_use]
    pub fn log_lag(&self, oldest: Option<EventId>) -> Option<Span> {
        let id = oldest?;
        let mut millis = [0; 8];
        millis[2..].copy_from_slice(&id.as_bytes()[..6]);
        let made = i64::try_from(u64::from_be_bytes(millis) / 1000).ok()?;
        Some(self.clock.now().since(Timestamp::from_seconds(made)))
    }
}
