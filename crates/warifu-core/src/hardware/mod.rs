//! Hardware: what a device is recognised by, and whether a device seen now is the one that a licence was bound to.
//!
//! A [`Fingerprint`] holds one [`Reading`] per [`ComponentKind`]. It exists in three forms that the compiler keeps apart: as it
//! travels ([`Fingerprint`], 64-bit values keyed by the service), as it rests in a store ([`StoredFingerprint`], keyed again by a secret
//! [`Pepper`]) and as leases and cases show it ([`ShortFingerprint`], 16-bit values). [`compare()`] judges any two of one form by a
//! published rule, [`Tolerance`]; its [`Comparison`] explains itself, can be written down and be recomputed from what was written.
//!
//! Collecting the values is the work of `warifu-device`. This module must not read a machine, and must never hold a raw serial
//! number longer than it takes to hash it.

mod compare;
mod explain;
mod fingerprint;
mod kind;
mod record;
mod tolerance;
mod unreliable;
mod value;

pub use self::compare::{Comparison, ComponentState, Line, Match, compare};
pub use self::fingerprint::{
    Fingerprint, FingerprintOf, ParseFingerprintError, Reading, ShortFingerprint, StoredFingerprint,
};
pub use self::kind::{ComponentKind, Scheme};
pub use self::record::ParseComparisonError;
pub use self::tolerance::{SchemeRule, Tolerance, ToleranceError, Weight};
pub use self::unreliable::{Assessment, UNRELIABLE_LIST_VERSION, assess};
pub use self::value::{ComponentHash, ParseHashError, Pepper, ShortHash, StoredHash};
