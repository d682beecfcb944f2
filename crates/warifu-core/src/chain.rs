//! A lease chain and its branches: which lease an installation shows when it renews, and what that says.
//!
//! The leases of an installation are strictly ordered: each has an id greater than the one before it ([`next_lease`]). Whoever renews from an older
//! lease than the head begins a new branch, and every lease in between is superseded. A superseded lease is no trouble as long as nobody shows
//! it: that is a restored backup. Somebody who does shows that two branches are alive. An installation remembers the stretches of its chain that
//! were superseded, a few of them, and needs nothing else to tell the two apart.

use std::fmt;

use crate::id::LeaseId;
use crate::seat::Head;

/// How a lease that an installation shows stands to the chain's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// It is the head.
    Head,
    /// It is the head's parent: the answer that brought the head was lost.
    Parent,
    /// It is an older lease of the head's own branch: a restored backup or snapshot.
    Older,
    /// It is of a branch that another one has superseded: two copies of the installation are alive, or somebody switches between snapshots.
    Superseded,
    /// It is newer than the head: the service was restored from a backup.
    Ahead,
    /// The installation has lost its leases and names none.
    Unnamed,
}

impl Link {
    /// The link's name in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Parent => "parent",
            Self::Older => "older",
            Self::Superseded => "superseded",
            Self::Ahead => "ahead",
            Self::Unnamed => "unnamed",
        }
    }

    /// Whether the chain has gone on without whoever shows this link.
    #[must_use]
    pub const fn is_left_behind(self) -> bool {
        matches!(self, Self::Parent | Self::Older | Self::Superseded)
    }
}

/// A stretch of a chain that was superseded: every lease after one, up to and with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The lease from which another branch began; not superseded itself.
    pub after: LeaseId,
    /// The last lease that was superseded.
    pub up_to: LeaseId,
}

impl Stretch {
    fn contains(&self, lease: LeaseId) -> bool {
        self.after < lease && lease <= self.up_to
    }
}

/// What an installation remembers of its chain's branches: the newest stretches that were superseded, oldest first, none touching another. At
/// most [`Superseded::MAX`]; one that is forgotten makes a copy that comes back after so many restorations look like one more of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Superseded(Vec<Stretch>);

impl Superseded {
    /// How many stretches are remembered.
    pub const MAX: usize = 4;

    /// The memory of these stretches, which a store has kept. None when they are too many or not in order.
    #[must_use]
    pub fn from_stretches(stretches: Vec<Stretch>) -> Option<Self> {
        let ordered = stretches.iter().all(|stretch| stretch.after < stretch.up_to)
            && stretches.windows(2).all(|pair| pair[0].up_to <= pair[1].after);
        (stretches.len() <= Self::MAX && ordered).then_some(Self(stretches))
    }

    /// The stretches, oldest first.
    #[must_use]
    pub fn stretches(&self) -> &[Stretch] {
        &self.0
    }

    /// How the lease `shown` stands to a chain with this head.
    #[must_use]
    pub fn link(&self, shown: LeaseId, head: &Head) -> Link {
        if shown == NONE {
            Link::Unnamed
        } else if shown == head.lease {
            Link::Head
        } else if shown > head.lease {
            Link::Ahead
        } else if self.0.iter().any(|stretch| stretch.contains(shown)) {
            Link::Superseded
        } else if head.parent == Some(shown) {
            Link::Parent
        } else {
            Link::Older
        }
    }

    /// The memory after a branch has begun at `shown`, which is older than the head: everything since is superseded. Where two branches take turns,
    /// the whole stretch in which they do counts as superseded.
    #[must_use]
    pub fn branched(&self, shown: LeaseId, head: LeaseId) -> Self {
        let mut stretches: Vec<Stretch> =
            self.0.iter().copied().filter(|stretch| stretch.after < shown).collect();
        match stretches.last_mut() {
            Some(last) if last.contains(shown) => last.up_to = head,
            _ => stretches.push(Stretch { after: shown, up_to: head }),
        }
        let forgotten = stretches.len().saturating_sub(Self::MAX);
        stretches.drain(..forgotten);
        Self(stretches)
    }
}

impl fmt::Display for Superseded {
    /// The stretches as the log writes them: `after..up_to`, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Stretch { after, up_to }) in self.0.iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{after}..{up_to}")?;
        }
        Ok(())
    }
}

/// What a client shows that knows no lease of its own.
const NONE: LeaseId = LeaseId::from_bytes([0; 16]);

/// The id of a chain's next lease: `fresh`, unless the clock that it was drawn by stands behind the one of the lease before.
#[must_use]
pub fn next_lease(fresh: LeaseId, before: Option<LeaseId>) -> LeaseId {
    match before {
        Some(before) if fresh <= before => {
            let number = u128::from_be_bytes(*before.as_bytes()).saturating_add(1);
            LeaseId::from_bytes(number.to_be_bytes())
        }
        _ => fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::IdempotencyKey;
    use crate::seat::Command;
    use crate::time::Timestamp;

    fn lease(number: u8) -> LeaseId {
        LeaseId::from_bytes([number; 16])
    }

    fn head(number: u8, parent: u8) -> Head {
        Head {
            lease: lease(number),
            parent: Some(lease(parent)),
            sequence: 9,
            command: Command::Renew,
            request: IdempotencyKey::from_bytes([0; 16]),
            nonce_millis: 0,
            issued: Timestamp::MIN,
            renew_after: Timestamp::MIN,
            expires: Timestamp::MIN,
        }
    }

    #[test]
    fn each_link_is_told_from_the_others() {
        let memory = Superseded::default().branched(lease(3), lease(5));
        for (shown, link) in [
            (9, Link::Head),
            (8, Link::Parent),
            (7, Link::Older),
            (5, Link::Superseded),
            (4, Link::Superseded),
            (3, Link::Older),
            (200, Link::Ahead),
            (0, Link::Unnamed),
        ] {
            assert_eq!(memory.link(lease(shown), &head(9, 8)), link, "{shown}");
        }
    }

    #[test]
    fn a_superseded_parent_is_superseded_first() {
        let memory = Superseded::default().branched(lease(1), lease(2));
        assert_eq!(memory.link(lease(2), &head(3, 2)), Link::Superseded);
    }

    #[test]
    fn the_memory_is_bounded_ordered_and_forgets_the_oldest() {
        let mut memory = Superseded::default();
        for number in 0..20 {
            memory = memory.branched(lease(number * 5 + 1), lease(number * 5 + 3));
            assert!(memory.stretches().len() <= Superseded::MAX);
            assert_eq!(Superseded::from_stretches(memory.stretches().to_vec()), Some(memory.clone()));
        }
        assert_eq!(memory.link(lease(2), &head(120, 119)), Link::Older, "forgotten");
        assert_eq!(memory.link(lease(97), &head(120, 119)), Link::Superseded);
        let back_to_the_start = memory.branched(lease(1), lease(120));
        assert_eq!(back_to_the_start.stretches(), [Stretch { after: lease(1), up_to: lease(120) }]);
    }

    #[test]
    fn stretches_out_of_order_or_too_many_are_none() {
        let stretch = |after, up_to| Stretch { after: lease(after), up_to: lease(up_to) };
        for stretches in [
            vec![stretch(2, 1)],
            vec![stretch(3, 4), stretch(1, 2)],
            vec![stretch(1, 4), stretch(3, 5)],
            (0..5).map(|number| stretch(number * 2, number * 2 + 1)).collect(),
        ] {
            assert_eq!(Superseded::from_stretches(stretches), None);
        }
    }

    #[test]
    fn a_lease_is_later_than_the_one_before_whatever_the_clock_says() {
        assert_eq!(next_lease(lease(5), None), lease(5));
        assert_eq!(next_lease(lease(5), Some(lease(4))), lease(5));
        assert!(next_lease(lease(3), Some(lease(4))) > lease(4));
        assert!(next_lease(lease(4), Some(lease(4))) > lease(4));
    }
}
