//! The commands with their help in the language in use, and what is said of arguments that cannot be understood.
//!
//! The English texts are the comments in `args`; the Japanese ones are in `help/ja.rs`. A test sees that both exist for all.

mod ja;
mod refusal;

use clap::{Arg, Command, CommandFactory as _};
use warifu_core::catalogue::Lang;

pub(crate) use self::refusal::refuse;
use crate::args::Cli;

/// All commands, their help in `lang`.
pub(crate) fn command(lang: Lang) -> Command {
    localised(Cli::command(), "", lang)
}

fn localised(command: Command, path: &str, lang: Lang) -> Command {
    let mut command = command.mut_args(|argument| localised_argument(argument, path, lang));
    if lang == Lang::Ja {
        if let Some(about) = ja::command(path) {
            command = command.about(about);
        }
        command = command.subcommand_help_heading("コマンド").subcommand_value_name("コマンド");
        let usage = usage(&command, path);
        command = command
            .override_usage(usage)
            .help_template("{about-with-newline}\n使い方: {usage}\n\n{all-args}");
    }
    command.mut_subcommands(|sub| {
        let path =
            if path.is_empty() { sub.get_name().to_owned() } else { format!("{path} {}", sub.get_name()) };
        localised(sub, &path, lang)
    })
}

fn localised_argument(argument: Arg, path: &str, lang: Lang) -> Arg {
    let heading = heading(&argument, lang);
    let argument = argument.help_heading(heading);
    if lang == Lang::En {
        return argument;
    }
    let Some(help) = ja::argument(path, argument.get_id().as_str()) else { return argument };
    let mut help = help.to_owned();
    let list = |values: Vec<String>| values.join("、");
    let takes_values = argument.get_action().takes_values();
    if takes_values {
        let choices = argument
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect::<Vec<_>>();
        if !choices.is_empty() {
            help.push_str(&format!("（選択肢: {}）", list(choices)));
        }
        let usual: Vec<String> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        if !usual.is_empty() {
            help.push_str(&format!("（指定しない場合: {}）", list(usual)));
        }
    }
    if let Some(variable) = argument.get_env() {
        help.push_str(&format!("（環境変数: {}）", variable.to_string_lossy()));
    }
    let argument = argument.help(help);
    if takes_values {
        argument.hide_possible_values(true).hide_default_value(true).hide_env(true)
    } else {
        argument
    }
}

/// How a command is written, with the placeholder for its options in Japanese too. The options of every command count as options.
fn usage(command: &Command, path: &str) -> String {
    let name = format!("warifu {path}").trim_end().to_owned();
    let usage = command.clone().bin_name(&name).render_usage().to_string();
    let rest = usage.split_once(&name).map_or("", |(_, rest)| rest).replace(" [OPTIONS]", "");
    format!("{name} [オプション]{rest}")
}

fn heading(argument: &Arg, lang: Lang) -> &'static str {
    let everywhere = argument.is_global_set() || argument.get_id() == "version";
    match (lang, argument.is_positional(), everywhere) {
        (Lang::Ja, true, _) => "引数",
        (Lang::Ja, false, false) => "オプション",
        (Lang::Ja, false, true) => "共通オプション",
        (Lang::En, true, _) => "Arguments",
        (Lang::En, false, false) => "Options",
        (Lang::En, false, true) => "Options of every command",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
        visit(command, path);
        for sub in command.get_subcommands() {
            let path = if path.is_empty() {
                sub.get_name().to_owned()
            } else {
                format!("{path} {}", sub.get_name())
            };
            each(sub, &path, visit);
        }
    }

    #[test]
    fn every_command_and_option_is_explained_in_both_languages() {
        let mut lacking = Vec::new();
        each(&Cli::command(), "", &mut |command, path| {
            if command.get_about().is_none() || ja::command(path).is_none() {
                lacking.push(format!("warifu {path}"));
            }
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                if argument.get_help().is_none() || ja::argument(path, id).is_none() {
                    lacking.push(format!("warifu {path} {id}"));
                }
            }
        });
        assert!(lacking.is_empty(), "{lacking:#?}");
    }

    #[test]
    fn no_japanese_text_explains_what_does_not_exist() {
        let (mut commands, mut arguments) = (Vec::new(), Vec::new());
        each(&Cli::command(), "", &mut |command, path| {
            commands.push(path.to_owned());
            arguments.extend(
                command.get_arguments().map(|argument| (path.to_owned(), argument.get_id().to_string())),
            );
        });
        for (path, _) in ja::COMMANDS {
            assert!(commands.iter().any(|command| command == path), "warifu {path}");
        }
        for (path, id, _) in ja::ARGUMENTS {
            let known = arguments.iter().any(|(at, argument)| argument == id && (*path == "*" || at == path));
            assert!(known, "warifu {path} {id}");
        }
    }

    #[test]
    fn japanese_help_holds_no_english_heading() {
        each(&command(Lang::Ja), "", &mut |_, path| {
            let line = format!("warifu {path} --help");
            let help = command(Lang::Ja).try_get_matches_from(line.split_whitespace()).unwrap_err();
            let text = help.render().to_string();
            for heading in ["Usage:", "Options:", "Commands:", "Arguments:", "[default", "[possible", "[env"]
            {
                assert!(!text.contains(heading), "warifu {path}: {heading}\n{text}");
            }
        });
    }

    #[test]
    fn the_commands_are_sound() {
        command(Lang::En).debug_assert();
        command(Lang::Ja).debug_assert();
    }
}
