//! What a diagnosis is about.

use warifu_troubleshoot::knowledge::{Knowledge, WARIFU, WINDOWS};

/// What a diagnosis is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Subject {
    /// The activation of Windows itself.
    #[default]
    Windows,
    /// An application that Warifu activates.
    Warifu,
}

impl Subject {
    /// The name in forms.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Warifu => "warifu",
        }
    }

    /// The subject of this name; Windows for any other.
    pub(super) fn from_name(name: &str) -> Self {
        if name == Self::Warifu.name() { Self::Warifu } else { Self::Windows }
    }

    /// What is known of it.
    pub(super) const fn knowledge(self) -> &'static Knowledge {
        match self {
            Self::Windows => &WINDOWS,
            Self::Warifu => &WARIFU,
        }
    }
}
