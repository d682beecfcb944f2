//! Takes out of a text what identifies a person, a machine or a network: product keys, installation IDs, serial numbers, hardware and
//! network addresses, mail addresses, security identifiers, account, user, host and domain names, identifiers, telephone numbers, postal
//! addresses.
//!
//! What is taken out leaves a mark such as `[hiddenhost1]`; the same value leaves the same mark, so that a text still says that two lines mean
//! one machine. What a diagnosis rests on stays: error codes, versions, the channel, public services of Microsoft. When in doubt, it goes.
//!
//! Three ways of finding complement each other: by form (a UUID is one wherever it stands), by label (`Host Name: …`), and by having been
//! found elsewhere in the same text. A text may be wrapped at any column, quoted in a mail, or full-width.

mod fold;
mod form;
mod label;
mod place;
mod public;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// A kind of what is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A product key, whole or in part.
    Key,
    /// An installation ID or a confirmation ID, of any product.
    InstallationId,
    /// A serial number, a service tag, an asset tag.
    Serial,
    /// A hardware address of a network adapter.
    Mac,
    /// An address of IPv4 or IPv6.
    Address,
    /// A mail address.
    Mail,
    /// A security identifier.
    Sid,
    /// A user's, owner's or organisation's name.
    User,
    /// A host's or domain's name.
    Host,
    /// A UUID, or an identifier of a device or tenant.
    Id,
    /// A telephone number.
    Phone,
    /// A postal address, or a part of one.
    Place,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Key,
        Self::InstallationId,
        Self::Serial,
        Self::Mac,
        Self::Address,
        Self::Mail,
        Self::Sid,
        Self::User,
        Self::Host,
        Self::Id,
        Self::Phone,
        Self::Place,
    ];

    /// The word in the mark that it leaves. None begins like a word that people use, so that a reader of the text takes no mark for one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Key => "hiddenkey",
            Self::InstallationId => "hiddeninstallationid",
            Self::Serial => "hiddenserial",
            Self::Mac => "hiddenmac",
            Self::Address => "hiddenaddress",
            Self::Mail => "hiddenmail",
            Self::Sid => "hiddensid",
            Self::User => "hiddenuser",
            Self::Host => "hiddenhost",
            Self::Id => "hiddenid",
            Self::Phone => "hiddenphone",
            Self::Place => "hiddenplace",
        }
    }

    fn at(index: u32) -> Option<Self> {
        Self::ALL.into_iter().nth(usize::try_from(index).ok()?)
    }
}

/// A text without what identifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// The text, compatibility forms folded.
    pub text: String,
    /// How many different values of each kind were in it, in the order of [`Kind::ALL`], without those of which there were none.
    pub removed: Vec<(Kind, usize)>,
}

/// A text longer than this is cut before it is looked at.
pub const TEXT_BYTES_MAX: usize = warifu_troubleshoot::read::TEXT_BYTES_MAX;

/// Redacts.
#[must_use]
pub fn text(text: &str) -> Redacted {
    #[cfg(test)]
    LOOKED_AT.with(|count| count.set(count.get() + 1));
    let mut work = Work { text: fold::fold(text), values: Vec::new(), places: HashMap::new() };
    form::secrets(&mut work);
    place::places(&mut work);
    label::names(&mut work);
    form::hosts(&mut work);
    work.remove_echoes();
    work.finish()
}

#[cfg(test)]
thread_local! {
    static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// How many texts this thread has looked at.
#[cfg(test)]
pub(crate) fn looked_at() -> usize {
    LOOKED_AT.with(std::cell::Cell::get)
}

/// The first of the characters that stand for a mark while a text is worked on; [`fold`] has seen to it that a text has none of its own.
const MARK: u32 = 0xE000;
/// The first of the characters that count marks.
const COUNT: u32 = 0xE100;
/// The most different values of a text; later ones share the last mark.
const VALUES_MAX: usize = 0x1000;

/// The most names that are looked for where they stand without their label.
const ECHOES_MAX: usize = 256;

/// The longest of them; no name of a host is longer.
const ECHO_MAX: usize = 255;

/// How long a match may be whose inside is looked at again when it was no value.
const LOOKED_AT_AGAIN_MAX: usize = 128;

/// A text under work.
struct Work {
    text: String,
    values: Vec<(Kind, String)>,
    places: HashMap<(Kind, String), usize>,
}

impl Work {
    /// The characters that stand for a value; the same ones for the same value.
    fn mark(&mut self, kind: Kind, value: &str) -> String {
        let value = fold::joined(value).to_lowercase();
        let next = self.values.len().min(VALUES_MAX - 1);
        let place = *self.places.entry((kind, value.clone())).or_insert(next);
        if place == self.values.len() {
            self.values.push((kind, value));
        }
        let kind = Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
        [MARK + u32::try_from(kind).unwrap_or_default(), COUNT + u32::try_from(place).unwrap_or_default()]
            .into_iter()
            .filter_map(char::from_u32)
            .collect()
    }

    /// [`Self::replace`] with a pattern of the source whose matches do not overlap.
    fn apply(
        &mut self,
        pattern: &'static Pattern,
        judge: impl Fn(&str, &Captures<'_>) -> Option<(Kind, std::ops::Range<usize>)>,
    ) {
        if let Some(pattern) = pattern.get() {
            self.replace(pattern, 0, judge);
        }
    }

    /// [`Self::replace`] with a pattern of which a match that is no value may hold the beginning of one.
    fn apply_inside(
        &mut self,
        pattern: &'static Pattern,
        judge: impl Fn(&str, &Captures<'_>) -> Option<(Kind, std::ops::Range<usize>)>,
    ) {
        if let Some(pattern) = pattern.get() {
            self.replace(pattern, LOOKED_AT_AGAIN_MAX, judge);
        }
    }

    /// Replaces what `pattern` finds and `judge` condemns. `judge` answers with the part of the match that goes: the kind, and where it
    /// stands in the whole text. A match of up to `inside_max` bytes that is no value is looked at again from its second character on.
    fn replace(
        &mut self,
        pattern: &Regex,
        inside_max: usize,
        judge: impl Fn(&str, &Captures<'_>) -> Option<(Kind, std::ops::Range<usize>)>,
    ) {
        let text = std::mem::take(&mut self.text);
        let (mut out, mut copied, mut from) = (String::with_capacity(text.len()), 0, 0);
        while let Some(found) = pattern.captures_at(&text, from) {
            let Some(whole) = found.get(0) else { break };
            match judge(&text, &found) {
                Some((kind, part)) if !part.is_empty() && part.start >= copied => {
                    let value = &text[part.clone()];
                    // A soft line break at the end belongs to the text.
                    let kept = value.trim_end_matches(fold::SOFT).len();
                    out.push_str(&text[copied..part.start]);
                    let mark = self.mark(kind, &value[..kept]);
                    out.push_str(&mark);
                    copied = part.start + kept;
                    from = copied.max(part.start + 1);
                }
                _ if whole.len() > inside_max => from = whole.end().max(next_after(&text, whole.start())),
                _ => from = next_after(&text, whole.start()),
            }
            if from > text.len() {
                break;
            }
            while !text.is_char_boundary(from) {
                from += 1;
            }
        }
        out.push_str(&text[copied..]);
        self.text = out;
    }

    /// Names that were found by their label stand elsewhere without one.
    fn remove_echoes(&mut self) {
        let mut names: Vec<(Kind, String)> = self
            .values
            .iter()
            .filter(|(kind, value)| {
                matches!(kind, Kind::User | Kind::Host | Kind::Serial)
                    && (3..=ECHO_MAX).contains(&value.chars().count())
            })
            .cloned()
            .collect();
        // The first label of a host's whole name is the host's short name.
        let short: Vec<(Kind, String)> = names
            .iter()
            .filter(|(kind, _)| *kind == Kind::Host)
            .filter_map(|(kind, value)| Some((*kind, value.split_once('.')?.0.to_owned())))
            .filter(|(_, name)| name.len() >= 4 && name.contains(|c: char| c.is_ascii_digit() || c == '-'))
            .collect();
        names.extend(short);
        names.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        names.truncate(ECHOES_MAX);
        if names.is_empty() {
            return;
        }
        // One pattern for all of them: each compiled alone would cost more than the rest of the work.
        let parts = names.iter().map(|(_, value)| {
            let bound = if value.is_ascii() { r"(?-u:\b)" } else { "" };
            format!("{bound}{}{bound}", regex::escape(value))
        });
        let Ok(pattern) = Regex::new(&format!("(?i){}", parts.collect::<Vec<_>>().join("|"))) else { return };
        let kinds: HashMap<&str, Kind> =
            names.iter().rev().map(|(kind, value)| (value.as_str(), *kind)).collect();
        // A name that began inside another one is bare only once that one is gone.
        for _ in 0..2 {
            self.replace(&pattern, 0, |_, found| {
                let found = found.get(0)?;
                let kind = kinds.get(found.as_str().to_lowercase().as_str());
                Some((kind.copied().unwrap_or(Kind::User), found.range()))
            });
        }
    }

    fn finish(self) -> Redacted {
        let mut numbers = Vec::with_capacity(self.values.len());
        let mut counts: HashMap<Kind, usize> = HashMap::new();
        for (kind, _) in &self.values {
            let count = counts.entry(*kind).or_default();
            *count += 1;
            numbers.push(*count);
        }
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut symbols = self.text.chars();
        while let Some(symbol) = symbols.next() {
            let marked = u32::from(symbol).checked_sub(MARK).and_then(Kind::at);
            let Some(kind) = marked else {
                text.push(if symbol == fold::SOFT { '\n' } else { symbol });
                continue;
            };
            let place = symbols.next().and_then(|count| u32::from(count).checked_sub(COUNT));
            let number = place.and_then(|place| numbers.get(usize::try_from(place).ok()?)).unwrap_or(&0);
            text.push_str(&mark(kind, *number));
        }
        let removed =
            Kind::ALL.into_iter().filter_map(|kind| counts.get(&kind).map(|count| (kind, *count))).collect();
        Redacted { text, removed }
    }
}

/// The place after the character at `at`.
fn next_after(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(text.len() + 1, |symbol| at + symbol.len_utf8())
}

/// A pattern of this module, compiled when it is first used. A test compiles every one.
struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// `§` in a pattern stands for a soft break that may be there. Words end where ASCII's do: Japanese is written on without a space.
    fn get(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&self.text.replace('§', "\u{E0FF}?").replace(r"\b", r"(?-u:\b)")).ok())
            .as_ref()
    }
}

/// What stands in the place of a value.
#[must_use]
pub fn mark(kind: Kind, number: usize) -> String {
    format!("[{}{number}]", kind.word())
}

/// Whether a text is a mark.
#[must_use]
pub fn is_mark(text: &str) -> bool {
    Kind::ALL.iter().any(|kind| {
        text.strip_prefix('[')
            .and_then(|rest| rest.strip_prefix(kind.word()))
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|number| {
                !number.is_empty() && number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit())
            })
    })
}

/// The text as it is stored in a bounded place: redacted, trimmed, at most `characters_max` characters.
#[must_use]
pub fn bounded(input: &str, characters_max: usize) -> String {
    let redacted = text(input).text;
    let clean: Cow<'_, str> = redacted.trim().into();
    clean.chars().filter(|c| !c.is_control() || *c == '\n').take(characters_max).collect()
}
