//! Files made from data: written by `cargo xtask generate`, compared by `cargo xtask generate --check`.
//!
//! Each generator is a function from the repository to [`File`]s and writes nothing itself. A file that is not in the list is
//! written by hand.

pub(crate) mod catalogue;
mod error_reference;
mod error_table;

use std::fs;
use std::path::Path;

use crate::repository;

/// A generated file: its path from the repository's root, and all it holds.
pub(crate) struct File {
    pub(crate) path: &'static str,
    pub(crate) content: String,
}

/// `cargo xtask generate [--check]`.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        other => return Err(format!("unknown arguments {other:?}; usage: cargo xtask generate [--check]")),
    };
    let root = repository::root();
    let mut stale = Vec::new();
    let mut count = 0;
    // The programs that describe themselves are built from what comes first.
    for generate in [from_catalogue, from_programs] {
        let files = generate(&root)?;
        count += files.len();
        for file in files {
            let path = root.join(file.path);
            if fs::read_to_string(&path).is_ok_and(|found| found == file.content) {
                continue;
            }
            if check {
                stale.push(file.path);
            } else {
                fs::write(&path, &file.content)
                    .map_err(|error| format!("cannot write {}: {error}", file.path))?;
                println!("wrote {}", file.path);
            }
        }
    }
    if stale.is_empty() {
        println!("{count} generated files are fresh");
        Ok(())
    } else {
        Err(format!("stale: {}. Run `cargo xtask generate` and commit the result.", stale.join(", ")))
    }
}

fn from_catalogue(root: &Path) -> Result<Vec<File>, String> {
    let catalogue = catalogue::read(&root.join("knowledge/catalogue"))?;
    Ok(vec![
        File {
            path: "crates/warifu-core/src/catalogue/generated.rs",
            content: rustfmt(&error_table::rust(&catalogue)?)?,
        },
        File { path: "docs/errors.md", content: error_reference::markdown(&catalogue)? },
    ])
}

/// What the service and the command line say of themselves.
fn from_programs(root: &Path) -> Result<Vec<File>, String> {
    let say = |args: &[&str]| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = std::process::Command::new(cargo)
            .args(["run", "--quiet"])
            .args(args)
            .current_dir(root)
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !output.status.success() {
            return Err(format!("`cargo run {}` failed", args.join(" ")));
        }
        String::from_utf8(output.stdout)
            .map_err(|_| format!("`cargo run {}` did not answer in UTF-8", args.join(" ")))
    };
    Ok(vec![
        File {
            path: "docs/openapi.json",
            content: say(&["--package", "warifu-server", "--example", "openapi"])?,
        },
        File { path: "docs/cli.md", content: say(&["--package", "warifu-cli", "--", "generate-docs"])? },
    ])
}

/// Source code as `cargo fmt` would leave it.
fn rustfmt(source: &str) -> Result<String, String> {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let root = repository::root();
    let failed = |error: std::io::Error| {
        format!("cannot run rustfmt ({error}); `rustup component add rustfmt` installs it")
    };
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--config-path"])
        .arg(root.join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // rustfmt reads all of its input before it writes, so writing first cannot block both sides.
    child
        .stdin
        .take()
        .ok_or("rustfmt has no standard input")?
        .write_all(source.as_bytes())
        .map_err(failed)?;
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err("rustfmt refused the generated source".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|_| "rustfmt did not answer in UTF-8".to_owned())
}
