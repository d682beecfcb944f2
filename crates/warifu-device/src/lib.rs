//! Reads the machine: what its hardware is recognised by, in a form whose raw values stay on the machine.
//!
//! [`ThisMachine`] collects an [`Inventory`] on the platform it was built for; [`Linux`] does so on Linux, over any root folder.
//! An inventory turns into a [`Fingerprint`](warifu_core::hardware::Fingerprint) for one service. What is read, with which
//! privilege, and what is never read is published in `docs/hardware.md`.
//!
//! This crate must not send, log or store anything, must not judge (that is `warifu_core::hardware`), and gives a raw value out
//! through [`Component::local_value`] only.

mod inventory;
mod linux;

pub use self::inventory::{Component, Inventory, Privilege};
pub use self::linux::Linux;

/// Warifu cannot read the hardware of this platform yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedPlatform {
    /// The platform's name, as Rust calls it: `windows`, `macos`.
    pub platform: &'static str,
}

impl std::fmt::Display for UnsupportedPlatform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the hardware of {} cannot be read by this version", self.platform)
    }
}

impl std::error::Error for UnsupportedPlatform {}

/// A source of inventories: a platform, or a test's own.
pub trait Hardware {
    /// Reads every component that the caller's privileges allow. What cannot be read is missing; it is not an error.
    ///
    /// # Errors
    /// When there is no collector for the platform.
    fn inventory(&self) -> Result<Inventory, UnsupportedPlatform>;
}

/// The machine that the program runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThisMachine;

impl Hardware for ThisMachine {
    fn inventory(&self) -> Result<Inventory, UnsupportedPlatform> {
        if cfg!(target_os = "linux") {
            Linux::new().inventory()
        } else {
            Err(UnsupportedPlatform { platform: std::env::consts::OS })
        }
    }
}
