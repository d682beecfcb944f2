//! The audit: everything that the log and the store say, compared with each other, with the signed checkpoint, and with the last checkpoint that this
//! auditor has seen.

use warifu_core::id::EventId;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::keys::RootPublicKey;
use warifu_proto::log::{
    Checkpoint, Hash, LogCertificate, LogError, TILE_WIDTH, Tile, Tree, encode_missing, leaf_hash,
};

use super::LogEntry;
use crate::port::SignedHead;

/// How many findings are told one by one; the rest is counted.
pub const FINDINGS_MAX: usize = 1_000;
/// How much older than the store's newest event one may be that has no place yet. The sequencer takes a second.
pub const WAITS_MAX: Span = Span::seconds(600);

/// An event as the store lists it, beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The event.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
}

/// Where an auditor reads: a service, a store, or what was exported. `E` is how reading it fails.
pub trait Source<E> {
    /// The signed checkpoint, if there is one. Asked once, first.
    ///
    /// # Errors
    /// When it cannot be read.
    fn head(&mut self) -> Result<Option<SignedHead>, E>;

    /// Entries from an index on, at least one as long as there are any.
    ///
    /// # Errors
    /// When they cannot be read.
    fn entries(&mut self, first: u64) -> Result<Vec<LogEntry>, E>;

    /// The hashes of a tile of leaves, the first `width` of them. Fewer when it has not so many.
    ///
    /// # Errors
    /// When it cannot be read.
    fn leaves(&mut self, tile: u64, width: usize) -> Result<Vec<Hash>, E>;

    /// A page of the store's events in the order of their ids, empty at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    fn events(&mut self, after: Option<EventId>) -> Result<Vec<Listed>, E>;
}

/// What an audit found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing is signed.
    NotSigned,
    /// The signature or its certificate does not hold.
    NotGenuine(LogError),
    /// The log is shorter than this auditor has seen it: an older backup was brought back, or entries were taken away.
    Shrunk {
        /// How long it was.
        seen: u64,
    },
    /// The log began otherwise when this auditor has last seen it.
    Rewritten {
        /// How many entries it had then.
        seen: u64,
    },
    /// The hashes do not lead to the signed root.
    Root,
    /// The hash of an entry is not there.
    HashMissing {
        /// The entry's index.
        index: u64,
    },
    /// No event has this place.
    PlaceMissing {
        /// The entry's index.
        index: u64,
    },
    /// The event is not what got its place.
    Altered {
        /// The entry's index.
        index: u64,
        /// The event.
        event: EventId,
    },
    /// The event was removed after it got its place.
    Removed {
        /// The entry's index.
        index: u64,
        /// The event.
        event: EventId,
    },
    /// The event was committed, and was gone when it was to get its place.
    GoneBefore {
        /// The entry's index.
        index: u64,
        /// The event.
        event: EventId,
    },
    /// The event has two places.
    Twice {
        /// The event.
        event: EventId,
    },
    /// The store has the event and the log does not, though it has had time.
    Unlogged {
        /// The event.
        event: EventId,
        /// When it says that it happened.
        at: Timestamp,
    },
}

/// What an audit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The checkpoint, if it is genuine.
    pub checkpoint: Option<Checkpoint>,
    /// How many entries were recomputed.
    pub entries: u64,
    /// How many events wait for their places.
    pub waiting: u64,
    /// What is wrong, at most [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How much is wrong altogether.
    pub count: u64,
}

impl Report {
    fn find(&mut self, finding: Finding) {
        self.count += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        }
    }

    /// Whether the checkpoint may be remembered as seen: it is genuine and follows what was seen before.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let broken = |finding: &Finding| {
            matches!(finding, Finding::Shrunk { .. } | Finding::Rewritten { .. } | Finding::Root)
        };
        self.checkpoint.is_some() && !self.findings.iter().any(broken)
    }
}

/// Audits everything. `seen` is the last checkpoint that this auditor has verified.
///
/// # Errors
/// When the source cannot be read.
pub fn audit<E>(
    source: &mut dyn Source<E>,
    root: &RootPublicKey,
    seen: Option<&Checkpoint>,
    now: Timestamp,
) -> Result<Report, E> {
    let mut report = Report { checkpoint: None, entries: 0, waiting: 0, findings: Vec::new(), count: 0 };
    let Some(signed) = source.head()? else {
        report.find(Finding::NotSigned);
        return Ok(report);
    };
    let checkpoint = match genuine(&signed, root, now) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            report.find(Finding::NotGenuine(error));
            return Ok(report);
        }
    };
    if let Some(seen) = seen.filter(|seen| checkpoint.size < seen.size) {
        report.find(Finding::Shrunk { seen: seen.size });
    }
    let mut logged = entries(source, &checkpoint, seen, &mut report)?;
    logged.sort_unstable();
    for pair in logged.windows(2).filter(|pair| pair[0] == pair[1]) {
        report.find(Finding::Twice { event: pair[0] });
    }
    store(source, &logged, &mut report)?;
    report.checkpoint = Some(checkpoint);
    Ok(report)
}

fn genuine(signed: &SignedHead, root: &RootPublicKey, now: Timestamp) -> Result<Checkpoint, LogError> {
    let certificate =
        LogCertificate::verify(root, &signed.certificate, now).map_err(LogError::Certificate)?;
    certificate.checkpoint(&signed.checkpoint)
}

/// Recomputes the tree from the stored hashes, and each entry from its event. Answers with the events that have places.
fn entries<E>(
    source: &mut dyn Source<E>,
    checkpoint: &Checkpoint,
    seen: Option<&Checkpoint>,
    report: &mut Report,
) -> Result<Vec<EventId>, E> {
    let mut tree = Tree::default();
    let mut logged = Vec::new();
    let mut pending: std::collections::VecDeque<LogEntry> = source.entries(0)?.into();
    let seen = seen.filter(|seen| seen.size <= checkpoint.size);
    let mut differs = seen.is_some_and(|seen| seen.size == 0 && seen.root != tree.root());
    for tile in 0..checkpoint.size.div_ceil(TILE_WIDTH as u64) {
        let width = Tile::width(0, tile, checkpoint.size);
        let hashes = source.leaves(tile, width)?;
        for place in 0..width {
            let index = tile * TILE_WIDTH as u64 + place as u64;
            if pending.is_empty() {
                pending = source.entries(index)?.into();
            }
            let entry = pending.pop_front_if(|entry| entry.index == index);
            let Some(hash) = hashes.get(place) else {
                report.find(Finding::HashMissing { index });
                continue;
            };
            tree.append([*hash]);
            if let Some(seen) = seen.filter(|seen| seen.size == tree.size()) {
                differs |= seen.root != tree.root();
            }
            match entry {
                Some(entry) => {
                    logged.push(entry.event);
                    compare(&entry, hash, report);
                }
                None => report.find(Finding::PlaceMissing { index }),
            }
            report.entries += 1;
        }
    }
    if (tree.size(), tree.root()) != (checkpoint.size, checkpoint.root) {
        report.find(Finding::Root);
    }
    if let Some(seen) = seen.filter(|_| differs) {
        report.find(Finding::Rewritten { seen: seen.size });
    }
    // What has got its place since the checkpoint was read does not wait, and is the next audit's matter.
    let mut next = checkpoint.size;
    loop {
        pending.retain(|entry| entry.index >= next);
        if pending.is_empty() {
            pending = source.entries(next)?.into();
        }
        let Some(last) = pending.back().map(|entry| entry.index) else { return Ok(logged) };
        logged.extend(pending.drain(..).map(|entry| entry.event));
        next = last + 1;
    }
}

fn compare(entry: &LogEntry, hash: &Hash, report: &mut Report) {
    let LogEntry { index, event, bytes } = entry;
    let (index, event) = (*index, *event);
    let missing = leaf_hash(&encode_missing(event)) == *hash;
    match bytes {
        _ if missing => report.find(Finding::GoneBefore { index, event }),
        None => report.find(Finding::Removed { index, event }),
        Some(bytes) if leaf_hash(bytes) != *hash => report.find(Finding::Altered { index, event }),
        Some(_) => {}
    }
}

/// Looks at every event of the store: each has a place, or has had no time yet to get one.
fn store<E>(source: &mut dyn Source<E>, logged: &[EventId], report: &mut Report) -> Result<(), E> {
    let (mut after, mut newest, mut waiting) = (None, Timestamp::MIN, Vec::new());
    loop {
        let page = source.events(after)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for listed in page {
            newest = newest.max(listed.at);
            if logged.binary_search(&listed.id).is_err() {
                waiting.push(listed);
            }
        }
    }
    for listed in waiting {
        if newest.since(listed.at) > WAITS_MAX {
            report.find(Finding::Unlogged { event: listed.id, at: listed.at });
        } else {
            report.waiting += 1;
        }
    }
    Ok(())
}
