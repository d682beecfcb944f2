//! Which values of facts may be in a case. A fact is chosen from words that the knowledge lists, or is a number, or an error code; the few
//! whose value is free text are let through in forms that name nobody. So nothing that a person typed or a tool printed gets into a case by
//! way of a fact.

use warifu_troubleshoot::knowledge::{FactKind, Shape, WINDOWS};

use crate::redact;

/// The longest value.
pub(crate) const VALUE_MAX: usize = 40;
/// The fact that holds words of a narrative which worked cases hold too.
const WORDS: &str = "text.words";
/// The letters and digits of a Windows product key, of which five at the end are told.
const KEY_SYMBOLS: &str = "BCDFGHJKMNPQRTVWXY2346789";
/// How the channels of keys begin.
const CHANNELS: [&str; 8] = ["Retail", "OEM", "Volume", "PGS", "AVMA", "Eval", "TIMEBASED", "VIRTUAL"];
/// How the names of editions begin.
const EDITIONS: [&str; 14] = [
    "Core",
    "Professional",
    "Enterprise",
    "Education",
    "IoTEnterprise",
    "Server",
    "Cloud",
    "PPIPro",
    "Starter",
    "Home",
    "Pro",
    "Ultimate",
    "Business",
    "AzureStack",
];
/// Makers of virtual machines, as the reader calls them.
const VENDORS: [&str; 8] = ["vmware", "virtualbox", "qemu", "xen", "parallels", "aws", "gcp", "hyper-v"];

/// A free text that a case may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Channel,
    Edition,
    LastFive,
    Vendor,
}

/// Facts of free text that may be told, each with its form. Every other fact of free text is replaced by a mark.
const TOLD: [(&str, Text); 7] = [
    ("fw.edition", Text::Edition),
    ("hw.vm_vendor", Text::Vendor),
    ("key.edition", Text::Edition),
    ("lic.channel", Text::Channel),
    ("lic.description_channel", Text::Channel),
    ("lic.partial_key", Text::LastFive),
    ("os.edition_id", Text::Edition),
];

/// Whether a value of a fact may be in a case as it is. Without the fact's kind (a case of another version's knowledge has it) only what can
/// be no free text may.
pub(crate) fn is_tame(kind: Option<&FactKind>, value: &str) -> bool {
    if redact::is_mark(value) {
        return true;
    }
    if let Some(kind) = kind.filter(|kind| kind.id == WORDS) {
        return kind.shape == Shape::Text && are_words_of_cases(value);
    }
    let plain = !value.is_empty()
        && value.len() <= VALUE_MAX
        && value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    plain
        && match kind.map(|kind| kind.shape) {
            Some(Shape::YesNo | Shape::Word) => {
                kind.is_some_and(|kind| kind.values.iter().any(|known| known.is == value))
            }
            Some(Shape::Number) => is_number(value),
            Some(Shape::Code) => is_code(value),
            Some(Shape::Text) => {
                let told = kind.and_then(|kind| TOLD.iter().find(|(id, _)| *id == kind.id));
                told.is_some_and(|(_, form)| fits(*form, value))
            }
            None => is_number(value) || is_code(value) || is_word(value),
        }
}

/// The same for a case of another version's knowledge, whose words this version may not list.
pub(crate) fn may_be_tame(kind: Option<&FactKind>, value: &str) -> bool {
    let words = || {
        value.chars().count() <= VALUE_MAX
            && value
                .split(' ')
                .all(|word| (1..=16).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic))
    };
    is_tame(kind, value)
        || match kind.map(|kind| kind.shape) {
            Some(Shape::YesNo | Shape::Word) | None => is_word(value) || is_number(value) || is_code(value),
            Some(Shape::Text) => kind.is_some_and(|kind| kind.id == WORDS) && words(),
            Some(Shape::Number | Shape::Code) => false,
        }
}

/// Words that stand in published tellings too, each alone: what names somebody is none of them.
fn are_words_of_cases(value: &str) -> bool {
    let words = WINDOWS.likeness.words;
    value.len() <= VALUE_MAX && value.split(' ').all(|word| words.binary_search(&word).is_ok())
}

/// The kind of mark that stands in the place of a fact's value.
pub(crate) fn mark_of(kind: &FactKind) -> redact::Kind {
    match kind.id {
        id if id.contains("cmid") || id.ends_with("_id") => redact::Kind::Id,
        id if id.contains("key") => redact::Kind::Key,
        _ => redact::Kind::Host,
    }
}

fn fits(form: Text, value: &str) -> bool {
    let begins = |list: &[&str]| {
        list.iter().any(|start| value.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
    };
    let of = |more: &[u8]| value.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match form {
        Text::Channel => begins(&CHANNELS) && of(b":_- ") && digits <= 2,
        Text::Edition => begins(&EDITIONS) && of(b" .()") && digits <= 4,
        Text::LastFive => value.len() == 5 && value.chars().all(|c| KEY_SYMBOLS.contains(c)),
        Text::Vendor => VENDORS.contains(&value),
    }
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    (1..=11).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && value.parse::<f64>().is_ok()
}

fn is_code(value: &str) -> bool {
    value
        .strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A name as the knowledge has them: small letters, digits and underscores.
pub(crate) fn is_word(value: &str) -> bool {
    (1..=VALUE_MAX).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && value.bytes().filter(u8::is_ascii_digit).count() <= 4
}

/// A name of a fact, a rule, a cause or a remedy.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::Subject;

    #[test]
    fn free_text_is_told_only_in_forms_that_name_nobody() {
        let knowledge = Subject::Windows.knowledge();
        let tame =
            |fact: &str, value: &str| is_tame(knowledge.fact(fact).map(|at| &knowledge.facts[at]), value);
        for (fact, value) in [
            ("lic.channel", "Volume:GVLK"),
            ("lic.channel", "Retail:TB:Eval"),
            ("text.words", "activa mother"),
            ("lic.description_channel", "VOLUME_KMSCLIENT"),
            ("os.edition_id", "ProfessionalWorkstation"),
            ("lic.partial_key", "2YT43"),
            ("hw.vm_vendor", "hyper-v"),
            ("code", "0xC004F213"),
            ("time.offset_s", "-94608000"),
            ("lic.kms_registered", "[hiddenhost2]"),
        ] {
            assert!(tame(fact, value), "{fact}={value}");
        }
        for (fact, value) in [
            ("lic.channel", "taro@example.com"),
            ("lic.channel", "TANAKA-PC"),
            ("os.edition_id", "DESKTOP-1A2B3C4"),
            ("lic.partial_key", "TAROU"),
            ("lic.kms_registered", "kms.corp.local"),
            ("lic.cmid", "36f27b39-2fb0-4ca9-8ed2-1c3a1a1ba9c2"),
            ("code", "BCDFG-HJKMN-PQRTV-WXY23-46789"),
            ("time.offset_s", "09012345678901"),
            ("user.vm", "maybe"),
            ("text.words", "activa tanaka"),
        ] {
            assert!(!tame(fact, value), "{fact}={value}");
        }
    }

    #[test]
    fn every_word_of_the_knowledge_can_be_told_and_free_text_only_where_it_was_decided() {
        let hidden = ["lic.cmid", "lic.kms_asked", "lic.kms_discovered", "lic.kms_registered"];
        for kind in Subject::ALL.into_iter().flat_map(|subject| subject.knowledge().facts) {
            for value in kind.values {
                assert!(is_tame(Some(kind), value.is), "{}={}", kind.id, value.is);
            }
            let decided =
                hidden.contains(&kind.id) || TOLD.iter().any(|(id, _)| *id == kind.id) || kind.id == WORDS;
            assert!(kind.shape != Shape::Text || decided, "{}: may its text be told?", kind.id);
        }
    }

    #[test]
    fn every_edition_of_a_published_key_can_be_told() {
        for key in Subject::Windows.knowledge().generic_keys {
            assert!(fits(Text::Edition, key.edition), "{}", key.edition);
        }
    }
}
