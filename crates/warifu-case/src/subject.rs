//! What a case is about.

use std::fmt;

use warifu_troubleshoot::knowledge::{Knowledge, WARIFU, WINDOWS};

/// A subject of the troubleshooter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Windows' own activation.
    Windows,
    /// A product that Warifu activates.
    Warifu,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 2] = [Self::Windows, Self::Warifu];

    /// The name that programs read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Warifu => "warifu",
        }
    }

    /// The subject with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }

    /// What is known about it.
    #[must_use]
    pub fn knowledge(self) -> &'static Knowledge {
        match self {
            Self::Windows => &WINDOWS,
            Self::Warifu => &WARIFU,
        }
    }

    /// The subject of these tables.
    #[must_use]
    pub fn of(knowledge: &'static Knowledge) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| std::ptr::eq(subject.knowledge(), knowledge))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
