//! Both languages, chosen by option, variable and locale.

use std::process::Output;

use crate::harness::{Place, text};

fn refused(place: &Place, variables: &[(&str, &str)], args: &[&str]) -> String {
    let output: Output = place.command(args).envs(variables.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    text(&output.stderr)
}

#[test]
fn the_language_is_the_options_else_the_variables_else_the_systems() {
    let place = Place::new();
    let check = ["check-key", "hello"];
    let is_japanese =
        |said: &str| said.starts_with("エラー: ") && said.contains("\n原因: ") && said.contains("\n対処: ");
    let is_english =
        |said: &str| said.starts_with("error: ") && said.contains("\ncause: ") && said.contains("\nhint: ");
    assert!(is_english(&refused(&place, &[], &check)));
    assert!(is_japanese(&refused(&place, &[("LANG", "ja_JP.UTF-8")], &check)));
    assert!(is_japanese(&refused(&place, &[("WARIFU_LANG", "ja")], &check)));
    assert!(is_english(&refused(&place, &[("WARIFU_LANG", "ja")], &["check-key", "hello", "--lang", "en"])));
    assert!(is_japanese(&refused(&place, &[], &["--lang=ja", "check-key", "hello"])));
}

#[test]
fn arguments_that_cannot_be_understood_are_an_entry_of_the_catalogue() {
    let place = Place::new();
    for args in [&["stauts"][..], &["status", "--ofline"], &["init", "--lang", "fr"], &["backup", "verify"]] {
        let problem = place.problem(args, "arguments_not_valid");
        assert_eq!(problem["exit_code"], 2);
    }
    let output = place.run(&["stauts", "--lang", "ja"]);
    assert!(text(&output.stderr).contains("`stauts` というコマンドはありません"));
}

#[test]
fn help_and_version_are_data() {
    let place = Place::new();
    for (lang, word) in [("en", "Commands:"), ("ja", "コマンド:")] {
        let output = place.run(&["--help", "--lang", lang]);
        assert!(output.status.success() && text(&output.stdout).contains(word), "{}", text(&output.stdout));
    }
    let output = place.run(&["--version"]);
    assert_eq!(text(&output.stdout).trim(), concat!("warifu ", env!("CARGO_PKG_VERSION")));
    let output = place.run(&["completions", "bash"]);
    assert!(output.status.success() && text(&output.stdout).contains("change-key"));
}
