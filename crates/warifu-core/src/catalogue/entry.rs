//! What the catalogue holds for one code, and the words to read it by. Plain constants: the generated table is made of them.

use super::Code;
use super::render;

/// A language that Warifu speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Japanese.
    Ja,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language's tag by BCP 47: `ja` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language of a tag or locale name (`ja`, `ja-JP`, `ja_JP.UTF-8`), by its first part.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }
}

/// One text in both languages, with `{name}` where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// The text in one language.
    #[must_use]
    pub const fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// Whether trying again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// The same request fails again until something changes.
    Never,
    /// The same request may be repeated at once, with the same idempotency key.
    AtOnce,
    /// The same request may succeed after a wait, without anybody doing anything.
    Later,
}

impl Retry {
    /// The word used in data and on the wire: `never`, `at_once` or `later`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::AtOnce => "at_once",
            Self::Later => "later",
        }
    }

    /// Whether a program should repeat the request at all.
    #[must_use]
    pub const fn helps(self) -> bool {
        !matches!(self, Self::Never)
    }
}

/// What sort of thing went wrong. The CLI's exit codes follow the kind, so that scripts need not know every code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The request itself was not what the service understands.
    Usage,
    /// The product key.
    Key,
    /// The licence behind the key: its state, seats and terms.
    Licence,
    /// The device's hardware or the kind of machine.
    Device,
    /// The lease kept on the device, its clock and its files.
    Lease,
    /// The way to the service.
    Network,
    /// The service, its store and its configuration.
    Service,
    /// Who asked, and what they may do.
    Permission,
    /// A fault of Warifu.
    Internal,
}

impl Kind {
    /// Every kind, in the order of the exit codes.
    pub const ALL: [Self; 9] = [
        Self::Internal,
        Self::Usage,
        Self::Key,
        Self::Licence,
        Self::Device,
        Self::Lease,
        Self::Network,
        Self::Service,
        Self::Permission,
    ];

    /// The word used in data and on the wire, such as `licence`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Key => "key",
            Self::Licence => "licence",
            Self::Device => "device",
            Self::Lease => "lease",
            Self::Network => "network",
            Self::Service => "service",
            Self::Permission => "permission",
            Self::Internal => "internal",
        }
    }

    /// The exit code of a command that failed so: 1 for a fault of Warifu, 2 for misuse (as most programs), 3 and up for the
    /// rest. A released number never changes its meaning.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Key => 3,
            Self::Licence => 4,
            Self::Device => 5,
            Self::Lease => 6,
            Self::Network => 7,
            Self::Service => 8,
            Self::Permission => 9,
        }
    }
}

/// How a value is kept and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// Shown as it is.
    Text,
    /// An instant: kept as RFC 3339 in UTC, shown as the language writes dates.
    Time,
    /// Stable words separated by commas (`motherboard,tpm`), each shown by its name in the language; a word that the catalogue
    /// does not know is shown as it is.
    Terms,
}

/// A value that an entry's texts need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name in placeholders and on the wire.
    pub name: &'static str,
    /// How it is kept and shown.
    pub kind: ValueKind,
}

/// What the catalogue says about one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The code as people and programs write it.
    pub name: &'static str,
    /// The HTTP status of an answer that carries the failure (400–599).
    pub status: u16,
    /// What sort of thing went wrong.
    pub kind: Kind,
    /// Whether trying again helps.
    pub retry: Retry,
    /// The Windows code that means the same, as Windows writes it (`0xC004C003`), where there is one.
    pub windows: Option<&'static str>,
    /// The values that the texts need, in the order of the constructor's arguments.
    pub values: &'static [Value],
    /// What happened.
    pub message: Text,
    /// Why it happens.
    pub cause: Text,
    /// What the reader can do now.
    pub remedy: Text,
}

/// The name of a stable word (`motherboard`) in a language, where the catalogue has one.
#[must_use]
pub(super) fn term(word: &str, lang: Lang) -> Option<&'static str> {
    let terms = super::generated::TERMS;
    let index = terms.binary_search_by(|(name, _)| (*name).cmp(word)).ok()?;
    Some(terms[index].1.get(lang))
}

impl Value {
    /// The value as a reader of `lang` should see it.
    pub(super) fn shown(&self, kept: &str, lang: Lang) -> String {
        match self.kind {
            ValueKind::Text => kept.to_owned(),
            ValueKind::Time => render::time(kept, lang),
            ValueKind::Terms => render::terms(kept, lang),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_device_has_a_name_in_both_languages() {
        for kind in crate::hardware::ComponentKind::ALL {
            for lang in Lang::ALL {
                assert!(term(kind.name(), lang).is_some(), "terms.toml lacks {}", kind.name());
            }
        }
    }

    #[test]
    fn a_locale_is_read_by_its_language() {
        for (tag, lang) in [
            ("ja", Some(Lang::Ja)),
            ("JA-jp", Some(Lang::Ja)),
            ("ja_JP.UTF-8", Some(Lang::Ja)),
            ("en-GB", Some(Lang::En)),
            ("jav", None),
            ("C.UTF-8", None),
            ("", None),
        ] {
            assert_eq!(Lang::from_tag(tag), lang, "{tag}");
        }
    }

    #[test]
    fn kinds_have_exit_codes_of_their_own_counted_from_one() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.exit_code()), index + 1, "{}", kind.as_str());
        }
    }
}
