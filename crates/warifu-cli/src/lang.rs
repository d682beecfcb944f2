//! Which language the command speaks. Known before the arguments are read, for the help texts depend on it.

use std::ffi::OsString;

use warifu_core::catalogue::Lang;

/// The variable that says the language for every command of a session: `ja` or `en`.
pub(crate) const VARIABLE: &str = "WARIFU_LANG";

/// The language: `--lang`, else `WARIFU_LANG`, else the system's locale, else English.
pub(crate) fn choose(arguments: &[OsString]) -> Lang {
    let named = asked(arguments).or_else(|| std::env::var(VARIABLE).ok());
    named
        .and_then(|tag| Lang::from_tag(&tag))
        .or_else(|| sys_locale::get_locale().and_then(|tag| Lang::from_tag(&tag)))
        .unwrap_or_default()
}

/// What `--lang` says, without reading anything else.
fn asked(arguments: &[OsString]) -> Option<String> {
    let mut arguments =
        arguments.iter().filter_map(|argument| argument.to_str()).take_while(|word| *word != "--");
    while let Some(argument) = arguments.next() {
        if argument == "--lang" {
            return arguments.next().map(str::to_owned);
        }
        if let Some(tag) = argument.strip_prefix("--lang=") {
            return Some(tag.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_is_found_in_either_spelling_and_not_after_two_dashes() {
        let asked = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            asked(&words)
        };
        assert_eq!(asked("warifu status --lang ja").as_deref(), Some("ja"));
        assert_eq!(asked("warifu --lang=en status").as_deref(), Some("en"));
        assert_eq!(asked("warifu check-key -- --lang ja"), None);
        assert_eq!(asked("warifu status"), None);
    }
}
