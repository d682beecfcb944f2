//! `cargo xtask drill keys`: what becomes of damaged product keys, measured beside the theory, and what a check costs.
//!
//! The tables are written into `docs/keys.md` between markers; the prose around them is written by hand. All samples are seeded,
//! so that a second run finds the same counts. A count that contradicts the theory fails the drill.

mod damage;
mod speed;

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use warifu_core::id::BatchId;
use warifu_core::key::{KeyFormat, KeyNumber, MasterSecret, SerialPermutation, SkuNumber, TagSecret};

use crate::repository;

const START: &str = "<!-- written by `cargo xtask drill keys`: do not edit -->";
const END: &str = "<!-- end -->";
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
    write_report(&format!("Measured on {}.\n\n{damage}\n{speed}", today()?))?;
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

/// Seeded random numbers (SplitMix64, Steele and others 2014): good enough to choose samples, never used for a secret.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `bound`, which is at most a few hundred: the bias is below 2⁻⁵⁵.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Today's date in UTC: a report is dated.
#[expect(clippy::disallowed_methods, reason = "the date of a report; no rule of the product depends on it")]
fn today() -> Result<String, String> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    let now = jiff::Timestamp::new(since_epoch.as_secs() as i64, 0).map_err(|error| error.to_string())?;
    Ok(now.strftime("%F").to_string())
}

/// Replaces what is between the markers of the report.
fn write_report(tables: &str) -> Result<(), String> {
    let path = repository::root().join(REPORT);
    let failed = |error: std::io::Error| format!("{REPORT}: {error}");
    let text = fs::read_to_string(&path).map_err(failed)?;
    let (before, rest) =
        text.split_once(START).ok_or_else(|| format!("{REPORT} has lost the line {START}"))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| format!("{REPORT} has lost the line {END}"))?;
    fs::write(&path, format!("{before}{START}\n\n{tables}\n{END}{after}")).map_err(failed)?;
    println!("wrote {REPORT}");
    Ok(())
}
