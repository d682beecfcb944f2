//! `cargo xtask drill NAME`: long proofs that are run by hand and leave a dated report in `docs/`.
//!
//! A drill is one file here with `pub fn run(args: &[String]) -> Result<(), String>` and a row in [`DRILLS`].

mod keys;

/// A drill: its name, what it proves, and how it runs.
type Drill = (&'static str, &'static str, fn(&[String]) -> Result<(), String>);

const DRILLS: &[Drill] =
    &[("keys", "damaged product keys beside the theory, and the cost of a check: docs/keys.md", keys::run)];

/// Runs the drill named first, or lists them all.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let Some((name, rest)) = args.split_first() else {
        for (name, about, _) in DRILLS {
            println!("{name:<14} {about}");
        }
        return Ok(());
    };
    match DRILLS.iter().find(|(known, _, _)| known == name) {
        Some((_, _, run)) => run(rest),
        None => Err(format!("there is no drill `{name}`; `cargo xtask drill` lists them")),
    }
}
