//! Arguments that cannot be understood, said in the language in use; and help that was asked for.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use warifu_core::catalogue::{Failure, Kind, Lang};

use crate::error::CliError;
use crate::ui::Ui;

/// Shows what clap has to say: help and version as asked for, anything else as a failure of the catalogue.
pub(crate) fn refuse(error: &clap::Error, lang: Lang, arguments: &[OsString]) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            let _ = error.print();
            ExitCode::from(Kind::Usage.exit_code())
        }
        _ => {
            let given = |option: &str| arguments.iter().any(|argument| argument == option);
            let ui = Ui::new(lang, given("--json"), given("--no-color"), false);
            let error = CliError::from(Failure::arguments_not_valid(detail(error, lang)));
            ui.failure(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn detail(error: &clap::Error, lang: Lang) -> String {
    let context = |kind| error.get(kind).map(text).filter(|text| !text.is_empty());
    let argument = || context(ContextKind::InvalidArg).unwrap_or_default();
    let value = || context(ContextKind::InvalidValue).unwrap_or_default();
    let ja = lang == Lang::Ja;
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    // The nearest comes last.
    let nearest = |kind| {
        error.get(kind).and_then(|value| match value {
            ContextValue::Strings(near) => near.last().cloned(),
            other => Some(text(other)),
        })
    };
    let suggestion = suggested.into_iter().find_map(nearest).map_or_else(String::new, |near| match lang {
        Lang::Ja => format!("（{near} のことですか？）"),
        Lang::En => format!(" (did you mean {near}?)"),
    });
    let said = match error.kind() {
        ErrorKind::UnknownArgument if ja => format!("`{}` という指定はありません", argument()),
        ErrorKind::UnknownArgument => format!("there is no `{}`", argument()),
        ErrorKind::InvalidSubcommand => {
            let name = context(ContextKind::InvalidSubcommand).unwrap_or_default();
            if ja {
                format!("`{name}` というコマンドはありません")
            } else {
                format!("there is no command `{name}`")
            }
        }
        ErrorKind::InvalidValue if value().is_empty() && ja => format!("`{}` には値が必要です", argument()),
        ErrorKind::InvalidValue if value().is_empty() => format!("`{}` needs a value", argument()),
        ErrorKind::InvalidValue => {
            let valid = context(ContextKind::ValidValue).unwrap_or_default();
            match lang {
                Lang::Ja => format!("`{}` に「{}」は使えません（使える値: {valid}）", argument(), value()),
                Lang::En => format!("`{}` cannot be `{}` (it can be: {valid})", argument(), value()),
            }
        }
        ErrorKind::ValueValidation if ja => format!("`{}` に「{}」は使えません", argument(), value()),
        ErrorKind::ValueValidation => format!("`{}` cannot be `{}`", argument(), value()),
        ErrorKind::MissingRequiredArgument if ja => format!("{} を指定してください", argument()),
        ErrorKind::MissingRequiredArgument => format!("{} is needed", argument()),
        ErrorKind::ArgumentConflict => {
            let prior = context(ContextKind::PriorArg).unwrap_or_default();
            match lang {
                Lang::Ja => format!("`{}` と `{prior}` は同時に指定できません", argument()),
                Lang::En => format!("`{}` and `{prior}` exclude each other", argument()),
            }
        }
        _ => {
            let all = error.render().to_string();
            let first = all.lines().next().unwrap_or_default();
            first.trim_start_matches("error:").trim().to_owned()
        }
    };
    format!("{said}{suggestion}")
}

fn text(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_understood_is_named_in_both_languages() {
        for (line, ja, en) in [
            (
                "warifu stauts",
                "`stauts` というコマンドはありません（status のことですか？）",
                "there is no command `stauts` (did you mean status?)",
            ),
            (
                "warifu status --ofline",
                "`--ofline` という指定はありません（--offline のことですか？）",
                "there is no `--ofline` (did you mean --offline?)",
            ),
            (
                "warifu status --lang fr",
                "`--lang <LANG>` に「fr」は使えません（使える値: ja, en）",
                "`--lang <LANG>` cannot be `fr` (it can be: ja, en)",
            ),
            ("warifu backup verify", "<FILE> を指定してください", "<FILE> is needed"),
            (
                "warifu status --offline --renew",
                "`--offline` と `--renew` は同時に指定できません",
                "`--offline` and `--renew` exclude each other",
            ),
            ("warifu status --data", "`--data <DIR>` には値が必要です", "`--data <DIR>` needs a value"),
        ] {
            for (lang, expected) in [(Lang::Ja, ja), (Lang::En, en)] {
                let error = super::super::command(lang).try_get_matches_from(line.split(' ')).unwrap_err();
                assert_eq!(detail(&error, lang), expected, "{line}");
            }
        }
    }
}
