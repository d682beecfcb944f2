//! The verifiable log in the store: what waits to get its place in it, and what has one.
//!
//! A commit with events leaves one mark that names them, in the same transaction. The sequencer reads marks, computes the tree, and has
//! [`super::Store::append`] write the new tiles, the new head and the events' places and remove the marks, in one transaction on the condition that
//! the head is still the one it computed from. So each event gets exactly one place, whatever crashes and however many nodes try; and an
//! event that commits late is not missed, for nothing is concluded from the order of ids.

use warifu_core::event::Event;
use warifu_core::id::EventId;
use warifu_core::time::Timestamp;

/// The log's last state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: [u8; 32],
    /// The signed checkpoint of exactly this state; none without a log key.
    pub signed: Option<SignedHead>,
    /// When it came to be.
    pub at: Timestamp,
}

/// A checkpoint with the certificate of the key that signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The checkpoint, a signed note.
    pub checkpoint: String,
    /// The certificate, signed by the root.
    pub certificate: String,
}

/// One tile as it is stored: 1 to 256 hashes of 32 bytes, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogTile {
    /// The level, from 0.
    pub level: u8,
    /// Its place in the level, from 0.
    pub index: u64,
    /// The hashes.
    pub hashes: Vec<u8>,
}

/// Events that wait for their place in the log, with the head that they would follow: one moment's view.
#[derive(Clone, Debug, PartialEq)]
pub struct LogWaiting {
    /// The head.
    pub head: LogHead,
    /// The tile at the right edge of each level that has a partial one.
    pub edge: Vec<LogTile>,
    /// The names of the commits' marks, oldest first: what [`LogAppend::marks`] takes.
    pub marks: Vec<u64>,
    /// The events of these commits, in the order of the marks and within a commit in the order of [`super::Changes::events`]. One whose row
    /// is gone has only its id.
    pub events: Vec<(EventId, Option<Event>)>,
}

/// What the sequencer writes: together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogAppend {
    /// The size of the head that this follows.
    pub follows: u64,
    /// The new head. Its size is `follows` and the number of `events`.
    pub head: LogHead,
    /// The marks that are done with.
    pub marks: Vec<u64>,
    /// The events in the order of their places, which begin at `follows`.
    pub events: Vec<EventId>,
    /// Every tile that is new or has grown, as it is now.
    pub tiles: Vec<LogTile>,
}

/// One place of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPlace {
    /// The event that has the place.
    pub id: EventId,
    /// The event as it is stored. None when its row is gone.
    pub event: Option<Event>,
}

/// How the log stands, for the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogNumbers {
    /// How many entries it has.
    pub size: u64,
    /// An event of the oldest commit that waits.
    pub oldest_waiting: Option<EventId>,
}
