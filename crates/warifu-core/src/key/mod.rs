//! Product keys: 25 symbols that a person can type, read aloud and mend.
//!
//! This module owns the keys' format, the code that finds and mends slips, the reader that forgives every spelling, and the
//! secrets that tell a genuine key from an invented one. It must not know what a key is worth (licences do), whether it was
//! issued or replaced (the store does), or how a verdict is worded (the catalogue does).
//!
//! ```
//! use warifu_core::id::BatchId;
//! use warifu_core::key::{KeyFormat, KeyNumber, MasterSecret, SerialPermutation, SkuNumber, TagSecret, Verdict, read};
//!
//! let master = MasterSecret::from_bytes([7; 32], 1); // the edge draws it from the system's generator
//! let sku = SkuNumber::new(42).ok_or("a SKU number has 14 bits")?;
//! let serial = SerialPermutation::derive(&master, KeyFormat::Live, sku).serial(0);
//! let batch = TagSecret::derive(&master, BatchId::from_bytes([1; 16]));
//! let key = batch.issue(KeyNumber { format: KeyFormat::Live, sku, serial }, 0);
//!
//! let Verdict::Valid(typed) = read(&key.expose().to_lowercase().replace('-', " – ")) else { return Err("read") };
//! assert!(batch.verify(&typed, 0));
//! # Ok::<(), &str>(())
//! ```

mod alphabet;
pub mod code;
mod field;
mod import;
mod number;
mod product_key;
mod proof;
mod read;
mod scan;
mod secret;
mod serial;
mod verdict;

pub use import::{ImportError, ImportSecret, ImportedKey, ImportedKeyHash};
pub use number::{KeyFormat, KeyNumber, ParseKeyNumberError, SkuNumber};
pub use product_key::ProductKey;
pub use proof::{ParseProofError, ProofHours, ProofSecret, PurchaseProof};
pub use read::{TEXT_BYTES_MAX, read};
pub use secret::{MasterSecret, TagSecret};
pub use serial::SerialPermutation;
pub use verdict::{Flaw, NotAKey, Offer, Position, Verdict};
