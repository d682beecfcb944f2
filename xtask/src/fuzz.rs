//! `cargo xtask drill fuzz [--seconds N] [--minimise] [TARGET]`: libFuzzer on the targets in `fuzz/`, and a short run of each in CI.
//!
//! The compiler is the ordinary one: the wrapper `fuzz/instrument.sh` gives it the flags by which a program counts the branches that it takes, for the
//! crates of this workspace alone, so that the dependencies are those of every other build. Inputs are kept in `fuzz/corpus`; one that breaks a
//! promise is left in `target/fuzz/found`, and belongs into the corpus with the mended reader.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::{debian, process, repository};

/// How long each target runs unless told otherwise, in seconds.
const SECONDS: u32 = 60;
/// How long each target runs in CI, in seconds.
const SECONDS_IN_CI: u32 = 10;
/// The largest input, in bytes: above the largest body of a device's request.
const BYTES_MAX: u32 = 20_000;
/// The largest input that is kept in a corpus, in bytes.
const KEPT_BYTES_MAX: u64 = 8_192;
/// How much memory a target may take, in MiB.
const MEMORY_MIB: u32 = 1_024;
/// How many seconds one input may take.
const INPUT_SECONDS: u32 = 10;

#[derive(Debug, PartialEq, Eq)]
struct Options {
    seconds: u32,
    minimise: bool,
    target: Option<String>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self { seconds: SECONDS, minimise: false, target: None };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--seconds" => {
                    let seconds =
                        args.next().and_then(|text| text.parse().ok()).filter(|seconds| *seconds > 0);
                    options.seconds = seconds.ok_or("--seconds takes a number from 1 on")?;
                }
                "--minimise" => options.minimise = true,
                name if !name.starts_with('-') && options.target.is_none() => {
                    options.target = Some(name.to_owned());
                }
                other => {
                    return Err(format!("unknown argument `{other}`: [--seconds N] [--minimise] [TARGET]"));
                }
            }
        }
        Ok(options)
    }
}

/// The short run of every target.
pub(crate) fn ci() -> Result<(), String> {
    run_with(&Options { seconds: SECONDS_IN_CI, minimise: false, target: None })
}

/// The drill.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    run_with(&Options::parse(args)?)
}

fn run_with(options: &Options) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return Err(
            "the instrumented build is made for Linux; the corpora are part of `cargo test` everywhere"
                .to_owned(),
        );
    }
    let place = repository::root().join("target/fuzz");
    let engine = build()?;
    let seeds = place.join("seeds");
    let _ = fs::remove_dir_all(&seeds);
    make(&seeds)?;
    let status = Command::new(&engine)
        .env("WARIFU_FUZZ_SEEDS", &seeds)
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("the engine does not start: {error}"))?;
    if !status.success() {
        return Err("the engine could not write the seeds".to_owned());
    }
    let mut targets: Vec<String> = fs::read_dir(&seeds)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    targets.sort();
    if let Some(wanted) = &options.target {
        if !targets.contains(wanted) {
            return Err(format!("no target is called `{wanted}`; there are {}", targets.join(", ")));
        }
        targets = vec![wanted.clone()];
    }
    let work = Work { engine, place, seconds: options.seconds, minimise: options.minimise };
    work.all(targets)
}

/// Builds the engine with the features of every other build of the tests, so that no dependency is built twice.
fn build() -> Result<PathBuf, String> {
    let root = repository::root();
    let wrapper = root.join("fuzz/instrument.sh").display().to_string();
    if !process::answers("c++", &["--version"]) {
        debian::install("the fuzz targets", &["g++"])?;
    }
    let args = ["build", "--quiet", "--workspace", "--all-features", "--bin", "fuzz"];
    process::run_with("cargo", &args, &[("RUSTC_WORKSPACE_WRAPPER", &wrapper)])?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let built = target.join("debug/fuzz");
    let kept = root.join("target/fuzz/engine");
    make(&root.join("target/fuzz"))?;
    // An ordinary build of the workspace puts its own, which counts nothing, in the same place.
    fs::copy(&built, &kept).map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(kept)
}

fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

struct Work {
    engine: PathBuf,
    place: PathBuf,
    seconds: u32,
    minimise: bool,
}

impl Work {
    /// Runs the targets, as many at a time as there are processors.
    fn all(&self, targets: Vec<String>) -> Result<(), String> {
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        let waiting = Mutex::new(targets.into_iter());
        let failed = Mutex::new(Vec::new());
        let next = || waiting.lock().ok()?.next();
        std::thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    while let Some(target) = next() {
                        match self.one(&target) {
                            Ok(told) => println!("{told}"),
                            Err(what) => {
                                println!("{target}: {what}");
                                if let Ok(mut failed) = failed.lock() {
                                    failed.push(target);
                                }
                            }
                        }
                    }
                });
            }
        });
        let failed = failed.into_inner().unwrap_or_default();
        if failed.is_empty() { Ok(()) } else { Err(format!("broken promises: {}", failed.join(", "))) }
    }

    /// Runs one target. Answers with a line that says how it went.
    fn one(&self, target: &str) -> Result<String, String> {
        let corpus = repository::root().join("fuzz/corpus").join(target);
        let (seeds, new) = (self.place.join("seeds").join(target), self.place.join("new").join(target));
        let found = self.place.join("found");
        for folder in [&corpus, &new, &found] {
            make(folder)?;
        }
        let artefacts = format!("-artifact_prefix={}/{target}-", found.display());
        let limits = [
            format!("-max_len={BYTES_MAX}"),
            format!("-rss_limit_mb={MEMORY_MIB}"),
            format!("-timeout={INPUT_SECONDS}"),
        ];
        let mut command = self.engine(target);
        command.args(&limits).arg(artefacts).arg(format!("-max_total_time={}", self.seconds));
        command.args(["-print_final_stats=1"]).args([&new, &corpus, &seeds]);
        let said = finish(&mut command)?;
        let number = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().parse::<u64>().ok()
        };
        let runs = number("stat::number_of_executed_units:").unwrap_or_default();
        let covered =
            said.lines().rev().find_map(|line| line.split_once(" cov: ")?.1.split(' ').next()).unwrap_or("?");
        if self.minimise {
            self.keep(target, &corpus, &new, &seeds)?;
        }
        Ok(format!("{target:<16}{runs:>9} inputs, {covered} places reached"))
    }

    /// Makes the corpus anew: the fewest of all inputs that reach what the seeds do not. What somebody gave a name stays: it broke a promise once.
    fn keep(&self, target: &str, corpus: &Path, new: &Path, seeds: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| error.to_string();
        let merged = self.place.join("merged").join(target);
        let _ = fs::remove_dir_all(&merged);
        make(&merged)?;
        // What the seeds reach needs no file: they come first, and their own copies go again.
        let mut own = Vec::new();
        for entry in fs::read_dir(seeds).map_err(failed)? {
            let bytes = fs::read(entry.map_err(failed)?.path()).map_err(failed)?;
            fs::write(merged.join(format!("seed-{}", own.len())), &bytes).map_err(failed)?;
            own.push(bytes);
        }
        let mut command = self.engine(target);
        command.args(["-set_cover_merge=1", "-use_counters=0"]).args([
            &merged,
            &corpus.to_owned(),
            &new.to_owned(),
        ]);
        finish(&mut command)?;
        for entry in fs::read_dir(corpus).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        for entry in fs::read_dir(&merged).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let bytes = fs::read(&path).map_err(failed)?;
            if bytes.len() as u64 <= KEPT_BYTES_MAX && !own.contains(&bytes) {
                fs::copy(&path, corpus.join(path.file_name().unwrap_or_default())).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn engine(&self, target: &str) -> Command {
        let mut command = Command::new(&self.engine);
        command.env("WARIFU_FUZZ", target).env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command
    }
}

/// Runs the engine; what it said, or the last of it when it found something.
fn finish(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("the engine does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let told: Vec<&str> =
        said.lines().filter(|line| !line.starts_with("WARNING") && !line.starts_with('#')).collect();
    Err(told[told.len().saturating_sub(16)..].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_others_refused() {
        let parse = |text: &str| {
            let args: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            Options::parse(&args)
        };
        assert_eq!(parse(""), Ok(Options { seconds: SECONDS, minimise: false, target: None }));
        let all = Options { seconds: 5, minimise: true, target: Some("text".to_owned()) };
        assert_eq!(parse("--minimise text --seconds 5"), Ok(all));
        for wrong in ["--seconds", "--seconds 0", "a b", "--fast"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
