//! Reads `knowledge/<subject>/`, refuses what does not hold together, and writes it as tables that cost nothing at start-up.

#![expect(clippy::print_stdout, reason = "a build script talks to cargo on its standard output")]

mod data;
mod emit;
mod lint;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The subjects: a folder of `knowledge/` and the name of its table.
const SUBJECTS: [(&str, &str); 1] = [("windows", "WINDOWS")];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../knowledge");
    println!("cargo::rerun-if-changed=build");
    let mut source = String::new();
    for (folder, name) in SUBJECTS {
        let folder = root.join(folder);
        watch(&folder)?;
        let data = data::read(&folder)?;
        let wrong = lint::check(&data);
        if !wrong.is_empty() {
            return Err(format!("{}:\n  {}", folder.display(), wrong.join("\n  ")).into());
        }
        emit::table(&mut source, name, &data)?;
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("tables.rs"), source)?;
    Ok(())
}

/// Tells cargo every folder and file, so that a new one is noticed too.
fn watch(folder: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            watch(&entry.path())?;
        } else {
            println!("cargo::rerun-if-changed={}", entry.path().display());
        }
    }
    Ok(())
}
