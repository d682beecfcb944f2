//! The picture of the crates in ARCHITECTURE.md is what their manifests say, and every arrow in it points inwards.

use std::collections::BTreeSet;
use std::fs;

use super::manifests::{self, Package};
use crate::repository;

const FILE: &str = "ARCHITECTURE.md";
/// What the picture begins with.
const START: &str = "```text\ncore\n";
const ARROW: &str = "──►";
/// What stands before the dependencies that a feature adds.
const BY_FEATURE: &str = "by feature:";
/// What every crate's name begins with; the picture leaves it out.
const PREFIX: &str = "warifu-";

/// What is wrong, one line each.
pub(super) fn check() -> Result<Vec<String>, String> {
    let text = fs::read_to_string(repository::root().join(FILE))
        .map_err(|error| format!("cannot read {FILE}: {error}"))?;
    let (_, rest) = text.split_once(START).ok_or(format!("{FILE} has no picture of the crates"))?;
    let picture = rest.split("```").next().unwrap_or_default();
    let crates: Vec<Package> =
        manifests::packages()?.into_iter().filter(|package| package.folder.starts_with("crates/")).collect();
    println!("{FILE}: a picture of {} crates", crates.len());
    Ok(differences(&format!("core\n{picture}"), &crates))
}

fn differences(picture: &str, crates: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut above = BTreeSet::new();
    for line in picture.lines() {
        let (name, drawn) = line.split_once(ARROW).unwrap_or((line, ""));
        let name = name.trim();
        let (always, by_feature) = drawn.split_once(BY_FEATURE).unwrap_or((drawn, ""));
        let (always, by_feature) = (named(always), named(by_feature));
        for outer in always.union(&by_feature).filter(|drawn| !above.contains(*drawn)) {
            wrong.push(format!("{FILE}: `{name}` points outwards to `{outer}`"));
        }
        above.insert(name);
        let Some(package) = crates.iter().find(|package| short(&package.name) == Some(name)) else {
            wrong.push(format!("{FILE}: the picture has `{name}`, which is no crate"));
            continue;
        };
        for (optional, drawn) in [(false, always), (true, by_feature)] {
            let parts = package.parts.iter().filter(|(_, how)| **how == optional);
            let real: BTreeSet<&str> = parts.filter_map(|(part, _)| short(part)).collect();
            if drawn != real {
                wrong.push(format!(
                    "{FILE}: `{name}` depends{} on {real:?}; the picture has {drawn:?}",
                    if optional { " by feature" } else { "" }
                ));
            }
        }
    }
    let missing =
        crates.iter().filter_map(|package| short(&package.name)).filter(|name| !above.contains(name));
    wrong.extend(missing.map(|name| format!("{FILE}: the picture lacks `{name}`")));
    wrong
}

fn named(list: &str) -> BTreeSet<&str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

fn short(name: &str) -> Option<&str> {
    name.strip_prefix(PREFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, parts: &[(&str, bool)]) -> Package {
        let parts = parts.iter().map(|(part, optional)| ((*part).to_owned(), *optional)).collect();
        Package { name: name.to_owned(), parts, ..Package::default() }
    }

    #[test]
    fn a_picture_that_is_not_what_the_manifests_say_is_told() {
        let crates = [
            package("warifu-core", &[("zeroize", false)]),
            package("warifu-proto", &[("warifu-core", false)]),
            package("warifu-client", &[("warifu-proto", false), ("warifu-core", true)]),
        ];
        let told = |picture: &str| differences(picture, &crates);
        let good = "core\nproto ──► core\nclient ──► proto, by feature: core\n";
        assert_eq!(told(good), Vec::<String>::new());
        let wrong = [
            ("core\nproto\nclient ──► proto, by feature: core\n", "`proto` depends on {\"core\"}"),
            ("core\nproto ──► core\nclient ──► proto, core\n", "`client` depends by feature on {\"core\"}"),
            ("core\nproto ──► core\n", "the picture lacks `client`"),
            (
                "core\nclient ──► proto, by feature: core\nproto ──► core\n",
                "`client` points outwards to `proto`",
            ),
            (
                "core\nproto ──► core\nclient ──► proto, by feature: core\nshop ──► core\n",
                "`shop`, which is no crate",
            ),
        ];
        for (picture, expected) in wrong {
            assert!(told(picture).iter().any(|line| line.contains(expected)), "{:?}", told(picture));
        }
    }
}
