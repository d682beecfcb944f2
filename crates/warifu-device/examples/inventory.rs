//! Shows what Warifu reads of this machine, without any value, and the fingerprint that it gives for a service whose id is all zero.
//! `cargo run -p warifu-device --example inventory [ja]`

use std::io::Write as _;

use warifu_core::catalogue::Lang;
use warifu_core::id::ServiceId;
use warifu_device::{Hardware as _, ThisMachine};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lang = if std::env::args().nth(1).as_deref() == Some("ja") { Lang::Ja } else { Lang::En };
    let inventory = ThisMachine.inventory()?;
    let mut out = std::io::stdout().lock();
    for line in inventory.describe(lang) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", inventory.fingerprint(&ServiceId::from_bytes([0; 32])))?;
    Ok(())
}
