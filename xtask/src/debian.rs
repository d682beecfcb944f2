//! What a command needs beside Rust, as packages of Debian and Ubuntu: installed where this process may, and named with the command where it may not.

use crate::process;

/// Installs packages.
///
/// # Errors
/// When this is no such system or not the superuser: what is lacking, `what` needs it, and the ways on.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<(), String> {
    may_install(what, packages)?;
    println!("{what} lack {}; installing it", packages.join(", "));
    process::run("apt-get", &["update"])?;
    get(packages)
}

/// Whether packages may be installed here.
///
/// # Errors
/// As for [`install`].
pub(crate) fn may_install(what: &str, packages: &[&str]) -> Result<(), String> {
    let is_root = process::answers("sh", &["-c", "test \"$(id -u)\" = 0"]);
    if is_root && process::answers("apt-get", &["--version"]) { Ok(()) } else { Err(lacking(what, packages)) }
}

/// Installs packages from the lists that are there.
pub(crate) fn get(packages: &[&str]) -> Result<(), String> {
    let args = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    process::run_with("apt-get", &args, &[("DEBIAN_FRONTEND", "noninteractive")])
}

fn lacking(what: &str, packages: &[&str]) -> String {
    let names = packages.join(" ");
    format!(
        "{what} lack {names} on this machine. Install it, then run this again:\n  \
         sudo apt-get install --no-install-recommends {names}    (Debian, Ubuntu)\n\
         CONTRIBUTING.md, under \"What it needs\", has the names elsewhere; `cargo test` runs every test that needs none of it"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_named_with_the_command_that_installs_it() {
        let said = lacking("the tests of the pages", &["chromium", "npm"]);
        assert!(said.contains("the tests of the pages lack chromium npm"), "{said}");
        assert!(said.contains("sudo apt-get install --no-install-recommends chromium npm"), "{said}");
        let page = include_str!("../../CONTRIBUTING.md");
        assert!(page.contains("## What it needs"), "the error names this part of the page");
        for package in ["postgresql", "chromium", "fonts-noto-cjk", "fontconfig", "nodejs", "npm", "g++"] {
            assert!(page.contains(&format!("`{package}`")), "the page does not name {package}");
        }
    }
}
