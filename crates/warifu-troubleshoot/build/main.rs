//! Reads `knowledge/<subject>/`, refuses what does not hold together, and writes it as tables that cost nothing at start-up.

#![expect(clippy::print_stdout, reason = "a build script talks to cargo on its standard output")]

mod catalogue;
mod data;
mod emit;
mod likeness;
mod lint;
#[path = "../src/read/spelling.rs"]
mod spelling;
#[path = "../src/read/token.rs"]
mod token;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The subjects: a folder of `knowledge/`, the name of its table, and whether the failures of Warifu's own catalogue are its symptoms.
const SUBJECTS: [(&str, &str, bool); 2] = [("windows", "WINDOWS", false), ("warifu", "WARIFU", true)];

/// The fact that keeps the words of a narrative. In a subject without it nobody listens to them.
const WORDS: &str = "text.words";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../knowledge");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/read/spelling.rs");
    println!("cargo::rerun-if-changed=src/read/token.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut source = String::new();
    for (folder, name, of_catalogue) in SUBJECTS {
        let folder = root.join(folder);
        watch(&folder)?;
        let mut data = data::read(&folder)?;
        let mut wrong = Vec::new();
        if of_catalogue {
            let catalogue = root.join("catalogue");
            watch(&catalogue)?;
            let entries = catalogue::read(&catalogue)?;
            catalogue::complete(&mut data, &entries);
            wrong.extend(catalogue::check(&data, &entries));
        }
        wrong.extend(lint::check(&data));
        if !wrong.is_empty() {
            return Err(format!("{}:\n  {}", folder.display(), wrong.join("\n  ")).into());
        }
        let mut table = String::new();
        emit::table(&mut table, &data)?;
        let causes: Vec<&String> = data.causes.keys().collect();
        let file = format!("{}.weights", name.to_lowercase());
        let told = if data.facts.contains_key(WORDS) { likeness::read(&folder)? } else { Vec::new() };
        let weights = likeness::table(&mut table, &causes, &told, &file)?;
        let version = version(&table, &weights)?;
        fs::write(out.join(file), weights)?;
        source.push_str(&format!(
            "/// See the data of this subject.\npub static {name}: Knowledge = Knowledge {{\nversion: {version:?},\n{table}}};\n"
        ));
    }
    fs::write(out.join("tables.rs"), source)?;
    Ok(())
}

/// The digest of everything that decides on a verdict: a subject's tables, and how the engine adds them up.
fn version(table: &str, weights: &[u8]) -> Result<String, Box<dyn Error>> {
    let source = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("src");
    let mut parts = vec![source.join("fact.rs")];
    for entry in fs::read_dir(source.join("engine"))? {
        parts.push(entry?.path());
    }
    parts.sort();
    let mut digest = Sha256::new_with_prefix(table);
    digest.update(weights);
    for part in parts {
        println!("cargo::rerun-if-changed={}", part.display());
        // The same whatever a checkout does to line ends.
        digest.update(fs::read_to_string(part)?.replace("\r\n", "\n"));
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
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
