//! `cargo xtask drill keys`: what becomes of damaged product keys, measured beside the theory, and what a check costs.
//!
//! The tables are written into `docs/keys.md` between markers; the prose around them is written by hand. All samples are seeded,
//! so that a second run finds the same counts. A count that contradicts the theory fails the drill.

mod damage;
mod speed;

use warifu_core::id::BatchId;
use warifu_core::key::{KeyFormat, KeyNumber, MasterSecret, SerialPermutation, SkuNumber, TagSecret};

use super::harness::report;

const REPORT: &str = "docs/keys.md";

/// Runs the drill; takes no arguments.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err(format!("`drill keys` takes no arguments, but got {args:?}"));
    }
    let publisher = Publisher::new()?;
    let (damage, problems) = damage::measure(&publisher)?;
    println!("{damage}");
    let speed = speed::measure(&publisher)?;
    println!("{speed}");
    report::write(REPORT, "keys", &format!("Measured on {}.\n\n{damage}\n{speed}", report::today()))?;
    if problems.is_empty() { Ok(()) } else { Err(format!("against the theory: {}", problems.join("; "))) }
}

/// What keys are issued with here.
struct Publisher {
    sku: SkuNumber,
    serials: SerialPermutation,
    batch: TagSecret,
}

impl Publisher {
    fn new() -> Result<Self, String> {
        let master = MasterSecret::from_bytes([0x57; MasterSecret::LENGTH], 1);
        let sku = SkuNumber::new(42).ok_or("42 is a SKU number")?;
        let serials = SerialPermutation::derive(&master, KeyFormat::Live, sku);
        Ok(Self { sku, serials, batch: TagSecret::derive(&master, BatchId::from_bytes([0x42; 16])) })
    }

    fn number(&self, index: u32) -> KeyNumber {
        KeyNumber { format: KeyFormat::Live, sku: self.sku, serial: self.serials.serial(index) }
    }
}
