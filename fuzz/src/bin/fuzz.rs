//! The engine's side: libFuzzer calls this with input after input. `WARIFU_FUZZ` names the target; with `WARIFU_FUZZ_SEEDS`, the program only writes the seeds
//! of every target into folders below the one that is named there. `cargo xtask drill fuzz` sets both.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use warifu_fuzz::{TARGETS, Target, target};

static CHOSEN: OnceLock<Option<&'static Target>> = OnceLock::new();

fn chosen() -> Option<&'static Target> {
    std::env::var("WARIFU_FUZZ").ok().and_then(|name| target(&name))
}

fn write_seeds(folder: &Path) -> std::io::Result<()> {
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}

#[expect(
    clippy::exit,
    clippy::print_stderr,
    reason = "the engine has the main function; this comes before its work"
)]
fn begin() {
    if let Some(folder) = std::env::var_os("WARIFU_FUZZ_SEEDS") {
        let done = write_seeds(&PathBuf::from(folder));
        std::process::exit(i32::from(done.is_err()));
    }
    if CHOSEN.get_or_init(chosen).is_none() {
        eprintln!("WARIFU_FUZZ names no target");
        std::process::exit(2);
    }
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Some(target) = CHOSEN.get_or_init(chosen) {
        (target.run)(data);
    }
});
