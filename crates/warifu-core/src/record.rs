//! What all stored records share.

/// How often a record has been written: 0 for one that is not stored yet. A commit names the revision it read, so that two writers
/// never overwrite each other unseen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// A record that has never been stored.
    pub const NEW: Self = Self(0);

    /// The revision with this number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The revision's number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Whether the record has never been stored.
    #[must_use]
    pub const fn is_new(self) -> bool {
        self.0 == 0
    }

    /// The revision after one more writing.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
