//! `docs/cli.md`: every command with its options, and the exit codes. A test sees that the file is fresh.

use std::fmt::Write as _;

use clap::{Arg, Command};
use warifu_core::catalogue::{Kind, Lang};

use crate::help;

/// The whole file.
pub(crate) fn markdown() -> String {
    let mut out = String::from(
        "<!-- Made by `cargo run -p warifu-cli -- generate-docs`. Do not edit. -->\n\n\
         # Command line · コマンド\n\n\
         Data goes to standard output, everything else to standard error. With `--json` a command writes exactly one JSON object: its answer to\n\
         standard output, or what went wrong as a problem object (RFC 9457, with `exit_code`) to standard error. `warifu status` of a\n\
         device that may not be used writes both. `--lang ja|en` chooses the language, else `WARIFU_LANG`, else the system's locale.\n\
         Failures end in a link to the service's page about them and, at a terminal, in its QR code.\n\n\
         結果は標準出力に、それ以外は標準エラー出力に書きます。`--json` を付けると、結果または失敗の内容を、JSONオブジェクト1つで出力します。\n\n\
         ## Exit codes · 終了コード\n\n\
         | code | kind | meaning | 意味 |\n|---|---|---|---|\n| 0 | | success | 成功 |\n",
    );
    for kind in Kind::ALL {
        let (en, ja) = meaning(kind);
        // Writing to a string does not fail.
        let _ = writeln!(out, "| {} | `{}` | {en} | {ja} |", kind.exit_code(), kind.as_str());
    }
    out.push_str("\n## Commands\n");
    let (english, japanese) = (help::command(Lang::En), help::command(Lang::Ja));
    out.push_str("\n### Options of every command · 共通オプション\n\n");
    let everywhere = |argument: &Arg| argument.is_global_set() || argument.get_id() == "version";
    arguments(&mut out, &english, &japanese, everywhere);
    commands(&mut out, &english, &japanese, "warifu");
    out
}

fn commands(out: &mut String, english: &Command, japanese: &Command, path: &str) {
    for (en, ja) in
        english.get_subcommands().zip(japanese.get_subcommands()).filter(|(en, _)| !en.is_hide_set())
    {
        let path = format!("{path} {}", en.get_name());
        let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = write!(out, "\n### `{path}`\n\n{}.\n{}。\n", about(en), about(ja));
        if en.has_subcommands() {
            commands(out, en, ja, &path);
        } else if en.get_arguments().next().is_some() {
            out.push('\n');
            arguments(out, en, ja, |argument| !argument.is_global_set());
        }
    }
}

fn arguments(out: &mut String, english: &Command, japanese: &Command, wanted: impl Fn(&Arg) -> bool) {
    out.push_str("| option | meaning | 意味 |\n|---|---|---|\n");
    for (en, ja) in english.get_arguments().zip(japanese.get_arguments()).filter(|(en, _)| wanted(en)) {
        let names: Vec<String> = en
            .get_short()
            .map(|short| format!("-{short}"))
            .into_iter()
            .chain(en.get_long().map(|long| format!("--{long}")))
            .collect();
        let value = en.get_value_names().filter(|_| en.get_action().takes_values() || en.is_positional());
        let value =
            value.map(|names| names.iter().map(|name| format!("<{name}>")).collect::<Vec<_>>().join(" "));
        let spelling = [names.join(", "), value.unwrap_or_default()].join(" ");
        let mut help = text(en);
        if en.get_action().takes_values() {
            let usual: Vec<_> = en.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
            if !usual.is_empty() {
                help.push_str(&format!(" (default: {})", usual.join(" ")));
            }
        }
        if let Some(variable) = en.get_env() {
            help.push_str(&format!(" (variable: {})", variable.to_string_lossy()));
        }
        let _ = writeln!(out, "| `{}` | {} | {} |", spelling.trim(), cell(&help), cell(&text(ja)));
    }
}

fn text(argument: &Arg) -> String {
    argument.get_help().map(ToString::to_string).unwrap_or_default()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

const fn meaning(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Internal => ("a fault of Warifu", "Warifuの不具合"),
        Kind::Usage => ("the command or what it was given", "コマンドの指定や入力"),
        Kind::Key => ("the product key", "プロダクトキー"),
        Kind::Licence => ("the licence: its state, devices and end", "ライセンスの状態・台数・期限"),
        Kind::Device => ("the device's hardware, or the kind of machine", "デバイスの部品や種類"),
        Kind::Lease => {
            ("the lease on the device, its clock, its files", "デバイス上の利用許可・日時・ファイル")
        }
        Kind::Network => ("the way to the service", "サービスまでの通信"),
        Kind::Service => ("the service, its store and its settings", "サービスとそのデータ"),
        Kind::Permission => ("who asked, and what they may do", "権限"),
        _ => ("something newer", "新しい種類"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_of_the_command_line_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cli.md");
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == markdown(),
            "docs/cli.md is stale: cargo run -p warifu-cli -- generate-docs > docs/cli.md"
        );
    }

    #[test]
    fn every_kind_of_failure_has_its_exit_code_in_the_table() {
        let text = markdown();
        for kind in Kind::ALL {
            assert!(text.contains(&format!("| {} | `{}` |", kind.exit_code(), kind.as_str())));
        }
    }
}
