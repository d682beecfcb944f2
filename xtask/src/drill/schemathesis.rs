//! `cargo xtask drill schemathesis`: Schemathesis asks the real service whatever its OpenAPI description allows, and much that it does not, once as
//! the owner and once as a stranger. An answer that the description does not promise, or one of the 500s, fails the drill.
//!
//! Schemathesis is a Python program; it is installed from the Python package index into an environment of its own under `target/`, once a machine.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::process;
use crate::repository;

use super::harness::options::Options;
use super::harness::publisher::Publisher;
use super::harness::report;
use super::harness::service::{self, Installed};

/// Pinned, for each release invents other requests: a drill that fails must fail because of a change of ours.
const VERSION: &str = "4.32.5";
/// What an answer must hold to, whoever asks. `positive_data_acceptance` is not among them, for a schema cannot say that a key is genuine or a
/// signature good; nor `ignored_auth`, which takes no 429 for a refusal (every route and role is tested in `warifu-server`).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,unsupported_method,allow_header_conformance,use_after_free";
/// And what only somebody who is let in finds out.
const OWNER_CHECKS: &str = "missing_required_header";

/// Runs the drill.
pub(super) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &["quick"], &["binary", "examples", "seconds", "seed"])?;
    let quick = options.has("quick");
    let limits = Limits {
        examples: options.number("examples", if quick { 10 } else { 100 })?,
        seconds: options.number("seconds", if quick { 30 } else { 240 })?,
        seed: options.number("seed", 1)?,
    };
    let program = install()?;
    let binary = options.text("binary").map_or_else(service::binary, |path| Ok(path.into()))?;
    let installed = Installed::new(&binary)?;
    let running = installed.serve()?;
    // Something to find: requests about what does not exist are all alike.
    Publisher::new(running.address, &installed.token)?.offer(1000, 3, 3)?;
    let url = format!("http://{}/openapi.json", running.address);
    let owner = format!("Authorization: Bearer {}", installed.token);
    let mut found = String::new();
    for (who, header) in [("the owner", Some(owner.as_str())), ("a stranger", None)] {
        println!("\nas {who}:");
        let told = limits.ask(&program, &url, header, installed.folder())?;
        let _ = writeln!(found, "As {who}:\n\n```text\n{told}\n```\n");
    }
    Publisher::new(running.address, &installed.token)?
        .get("/v1/products")
        .map_err(|what| format!("the service answers no more: {what}"))?;
    running.stop()?;
    if quick || ["examples", "seconds"].iter().any(|name| options.has(name)) {
        return Ok(());
    }
    let scene = format!(
        "Schemathesis {VERSION}, at most {} examples for each operation and {} seconds, seed {}. No answer was one that the description does not promise.",
        limits.examples, limits.seconds, limits.seed
    );
    report::keep("schemathesis", &format!("{scene}\n\n{found}"))
}

struct Limits {
    examples: u32,
    seconds: u32,
    seed: u64,
}

impl Limits {
    /// Asks, shows what Schemathesis says, and gives its summary.
    fn ask(&self, program: &Path, url: &str, header: Option<&str>, folder: &Path) -> Result<String, String> {
        // Its own settings and reports go where the service's folder is, and go with it.
        let config = folder.join("schemathesis.toml");
        fs::write(&config, "").map_err(|error| format!("{}: {error}", config.display()))?;
        let (config, report) = (config.display().to_string(), folder.join("report").display().to_string());
        let checks = if header.is_some() { format!("{CHECKS},{OWNER_CHECKS}") } else { CHECKS.to_owned() };
        let (examples, seconds, seed) =
            (self.examples.to_string(), self.seconds.to_string(), self.seed.to_string());
        let mut args =
            vec!["--config-file", &config, "run", url, "--checks", &checks, "--max-examples", &examples];
        args.extend([
            "--max-time",
            &seconds,
            "--seed",
            &seed,
            "--request-timeout",
            "10",
            "--report-dir",
            &report,
        ]);
        args.extend(["--workers", "1", "--warnings", "off", "--suppress-health-check", "all"]);
        args.extend(header.into_iter().flat_map(|header| ["--header", header]));
        let variables = [("PYTHONDONTWRITEBYTECODE", "1"), ("NO_COLOR", "1")];
        let output = process::command(&program.display().to_string(), &args)
            .envs(variables)
            .current_dir(folder)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let said = String::from_utf8_lossy(&output.stdout);
        println!("{said}");
        if output.status.success() {
            Ok(summary(&said))
        } else {
            Err("Schemathesis found answers that the description does not promise".to_owned())
        }
    }
}

/// What stands under Schemathesis' last heading but for addresses and lines of this run alone.
fn summary(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    let start = lines.iter().rposition(|line| line.contains(" SUMMARY ")).map_or(0, |at| at + 1);
    let kept = lines[start..].iter().filter(|line| !line.starts_with('=') && !line.contains("://"));
    kept.map(|line| line.trim_end()).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Installs Schemathesis, unless it is there, and gives its path.
fn install() -> Result<PathBuf, String> {
    let folder = repository::root().join(format!("target/schemathesis-{VERSION}"));
    let program = folder.join("bin/schemathesis");
    // The file comes last: an installation that was cut short is done again.
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(program);
    }
    let path = folder.display().to_string();
    process::run_quietly("python3", &["-m", "venv", "--clear", &path])
        .map_err(|what| format!("{what}\nThis drill needs Python 3.10 or later with its venv module."))?;
    let pip = folder.join("bin/python").display().to_string();
    let package = format!("schemathesis=={VERSION}");
    println!("installing {package} into {path}");
    process::run_quietly(&pip, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package])
        .map_err(|what| format!("{what}\nThis drill needs a Python package index that has {package}."))?;
    fs::write(&complete, "").map_err(|error| format!("{}: {error}", complete.display()))?;
    Ok(program)
}
