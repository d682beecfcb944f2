//! What is known by its form, wherever it stands.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::fold::{SOFT, joined};
use super::{Kind, Pattern, Work, public};

/// Three groups of five and more, joined by dashes: a key, or what was typed of one.
static KEY_DASHED: Pattern =
    Pattern::new(r"\b(?:[0-9A-Za-z?]§){4,6}(?:[ \t]?-[\s>|§]*(?:[0-9A-Za-z?]§){4,6}){2,}");
/// Five groups of five with anything between them that may stand inside a key.
static KEY_SPACED: Pattern =
    Pattern::new(r"\b(?:[0-9A-Za-z?]§){5}(?:[\s_>|・.§-]{1,8}(?:[0-9A-Za-z?]§){5}){4}");
/// Twenty-five symbols in one piece, or one by one.
static KEY_WHOLE: Pattern =
    Pattern::new(r"\b(?:[0-9A-Za-z]§){25}\b|\b(?:[0-9A-Za-z][ \t-]{1,3}){24}[0-9A-Za-z]\b");
/// Six and more groups of digits: an installation ID or a confirmation ID.
static DIGIT_GROUPS: Pattern = Pattern::new(r"\b(?:[0-9]§){5,9}(?:[\s>|§-]{1,6}(?:[0-9]§){5,9}){5,}");
static DIGITS: Pattern = Pattern::new(r"\b(?:[0-9]§){40,}");
/// The extended product ID of a KMS host.
static EXTENDED_PID: Pattern = Pattern::new(
    r"\b[0-9]{5}-§[0-9]{5}-§[0-9]{3}-§[0-9]{6}-§[0-9]{2}-§[0-9]{4,5}-§[0-9]{4,5}\.§[0-9]{4}-§[0-9]{7}",
);
static UUID: Pattern = Pattern::new(
    r"(?i)\b(?:[0-9a-f]§){8}-§(?:[0-9a-f]§){4}-§(?:[0-9a-f]§){4}-§(?:[0-9a-f]§){4}-§(?:[0-9a-f]§){12}",
);
/// Long runs of hexadecimal digits: hashes of hardware, identifiers without hyphens.
static LONG_HEX: Pattern = Pattern::new(r"(?i)\b(?:0x)?(?:[0-9a-f]§){16,}\b");
static SID: Pattern = Pattern::new(r"(?i)\bS-§1-§(?:(?:[0-9]§)+-§){4,}(?:[0-9]§)+");
static MAC: Pattern = Pattern::new(
    r"(?i)\b(?:(?:[0-9a-f]§){2}[:-]§){5,7}(?:[0-9a-f]§){2}\b|\b(?:[0-9a-f]{4}\.§){2}[0-9a-f]{4}\b",
);
static MAC_LABELLED: Pattern = Pattern::new(
    r"(?i)(?:\bmac\b|physical address|物理アドレス|ハードウェア アドレス)[^\n:=]{0,60}[:=]\s*([0-9a-f]{12})\b",
);
static MAIL: Pattern = Pattern::new(r"(?i)[0-9a-z_.%+-]+§@§(?:(?:[0-9a-z_-]§)+\.§)+(?:[a-z]§){2,24}");
static IPV4: Pattern = Pattern::new(r"\b[0-9]{1,3}§\.§[0-9]{1,3}§\.§[0-9]{1,3}§\.§[0-9]{1,3}\b");
static IPV6: Pattern = Pattern::new(r"(?i)(?:[0-9a-f]{0,4}§:§){2,7}[0-9a-f]{0,4}(?:%\w+)?");
static PHONE: Pattern = Pattern::new(
    r"\b0[0-9]{1,4}-§[0-9]{1,4}-§[0-9]{3,4}\b|\+[0-9]{1,3}[ -]§?[0-9() -]{7,16}[0-9]|\+(?:[0-9]§){10,14}\b|\b0[1-9](?:[0-9]§){8,9}\b|\b0§[1-9](?:§[0-9]){0,3}[\s(§]{1,3}[0-9](?:§[0-9]){0,3}[\s)§]{1,3}(?:[0-9]§){2,3}[0-9]\b|\(0[1-9][0-9]{0,3}\) ?[0-9]{1,4}[ -]§?[0-9]{3,4}\b",
);
/// What makers call their machines: capitals and digits mixed.
static SERIAL: Pattern = Pattern::new(r"\b[A-Z0-9]{8,24}\b");
/// The profile folder of a user.
static PROFILE: Pattern = Pattern::new(
    r#"(?i)(?:\b[a-z]:[\\/]{1,2}(?:users|ユーザー|documents and settings)|/home|/users)[\\/]{1,2}([^\\/\n"<>|:*?]{1,64})"#,
);
static ACCOUNT: Pattern = Pattern::new(r"([A-Za-z][A-Za-z0-9.-]*)\\{1,2}([\w][\w.$-]*)");
static ACCOUNT_DOMAIN: Pattern = Pattern::new(r"([A-Za-z][A-Za-z0-9.-]*)\\{1,2}[\u{E000}-\u{E0FE}]");
static SHARE: Pattern = Pattern::new(r"\\\\([A-Za-z0-9][0-9A-Za-z_.-]*)");
static DOMAIN: Pattern = Pattern::new(r"(?i)\b(?:(?:[a-z0-9_-]§)+\.§)+(?:[a-z]§){2,24}");
/// Names that systems give to machines, and the ones that people make like them.
static MACHINE: Pattern = Pattern::new(
    r"(?i)\b(?:desktop|laptop|win|minwinpc|pc|srv|server|note|nb|ws|client|host|vm|dc|kms)-§[a-z0-9][a-z0-9-]{2,20}\b",
);
static MACHINE_OF: Pattern = Pattern::new(
    r"\b[A-Z][A-Z0-9]{2,12}-§(?:PC|NOTE|NB|SV|SRV|SERVER|VM|DC|WS|LAPTOP|DESKTOP)§?[0-9A-Z]{0,4}\b",
);
/// What answers on the port of KMS.
static KMS_PORT: Pattern = Pattern::new(r"([A-Za-z0-9][0-9A-Za-z_.-]*):1688\b");
/// The client's name in event 12290.
static KMS_CLIENT: Pattern = Pattern::new(r"(?i)\b0x[0-9a-f]+\s*,\s*[0-9]+\s*,\s*([^,\s]{1,64})\s*,");
/// The source of w32tm.
static TIME_SOURCE: Pattern = Pattern::new(r"([A-Za-z0-9][0-9A-Za-z_.-]*),0x[0-9a-fA-F]\b");

/// Keys, identifiers, addresses.
pub(super) fn secrets(work: &mut Work) {
    work.apply(&EXTENDED_PID, |_, found| Some((Kind::Id, found.get(0)?.range())));
    work.apply(&UUID, |_, found| {
        let whole = found.get(0)?;
        (!public::identifier(&joined(whole.as_str()))).then(|| (Kind::Id, whole.range()))
    });
    work.apply(&SID, |_, found| Some((Kind::Sid, found.get(0)?.range())));
    work.apply(&DIGIT_GROUPS, |_, found| Some((Kind::InstallationId, found.get(0)?.range())));
    work.apply(&DIGITS, |_, found| Some((Kind::InstallationId, found.get(0)?.range())));
    work.apply(&MAC, |_, found| Some((Kind::Mac, found.get(0)?.range())));
    work.apply(&MAC_LABELLED, |_, found| Some((Kind::Mac, found.get(1)?.range())));
    work.apply_inside(&KEY_DASHED, |text, found| {
        let whole = found.get(0)?;
        let groups: Vec<String> = whole.as_str().split('-').map(joined).collect();
        let symbols = groups.concat();
        let digit = symbols.contains(|c: char| c.is_ascii_digit());
        let capitals = !symbols.contains(|c: char| c.is_ascii_lowercase());
        let fives = groups.iter().all(|group| group.trim_matches('>').len() == 5);
        let date = symbols.bytes().all(|b| b.is_ascii_digit()) && !fives;
        let apart = !text[..whole.start()].ends_with(['-', '.', '/', '\\']);
        let looks =
            groups.len() >= 5 || fives && (digit || capitals) || groups.len() == 4 && digit && capitals;
        (apart && !date && looks).then(|| (Kind::Key, whole.range()))
    });
    for pattern in [&KEY_SPACED, &KEY_WHOLE] {
        work.apply_inside(pattern, |_, found| {
            let whole = found.get(0)?;
            let digit = whole.as_str().contains(|c: char| c.is_ascii_digit());
            let letter = whole.as_str().contains(|c: char| c.is_ascii_alphabetic());
            (digit && letter).then(|| (Kind::Key, whole.range()))
        });
    }
    work.apply(&LONG_HEX, |_, found| Some((Kind::Id, found.get(0)?.range())));
    work.apply(&MAIL, |_, found| Some((Kind::Mail, found.get(0)?.range())));
    work.apply(&IPV4, |text, found| {
        let whole = found.get(0)?;
        let address = joined(whole.as_str());
        let (before, after) = (&text[..whole.start()], &text[whole.end()..]);
        let part_of_version = before.ends_with('.')
            || after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit())
            || says_version(before);
        let goes = address.parse::<Ipv4Addr>().is_ok() && !public::address(&address) && !part_of_version;
        goes.then(|| (Kind::Address, whole.range()))
    });
    work.apply(&IPV6, |text, found| {
        let whole = found.get(0)?;
        let address = joined(whole.as_str().split('%').next().unwrap_or_default());
        let inside_word = text[..whole.start()].ends_with(|c: char| c.is_alphanumeric());
        let goes = address.parse::<Ipv6Addr>().is_ok() && !public::address(&address) && !inside_word;
        goes.then(|| (Kind::Address, whole.range()))
    });
    work.apply(&PHONE, |text, found| {
        let whole = found.get(0)?;
        let after = &text[whole.end()..];
        // A full stop after a number ends the sentence.
        let part = text[..whole.start()].ends_with(['-', '.'])
            || after.starts_with('-')
            || after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
        let digits = whole.as_str().bytes().filter(u8::is_ascii_digit).count();
        let whole_number = whole.as_str().starts_with('+') || whole.as_str().contains('-') || digits >= 10;
        (!part && whole_number).then(|| (Kind::Phone, whole.range()))
    });
}

/// Names of hosts, domains, users and machines.
pub(super) fn hosts(work: &mut Work) {
    work.apply(&PROFILE, |_, found| {
        let name = found.get(1)?;
        let everybodys = ["public", "default", "all users", "default user", "公開"];
        let goes = !everybodys.contains(&name.as_str().trim().to_lowercase().as_str())
            && !public::no_name(name.as_str());
        goes.then(|| (Kind::User, trimmed(name.as_str(), name.start())))
    });
    work.apply(&SHARE, |text, found| {
        let name = found.get(1)?;
        let escaped =
            text[..found.get(0)?.start()].ends_with([':', '\\']) || text[name.end()..].starts_with("\\\\");
        (!escaped && !public::host(name.as_str()) && !public::no_name(name.as_str()))
            .then(|| (Kind::Host, name.range()))
    });
    // `DOMAIN\user`: first the user, then the domain before what is left of them.
    work.apply(&ACCOUNT, |text, found| {
        let (domain, user) = (found.get(1)?, found.get(2)?);
        let goes =
            names_account(text, found.get(0)?.range(), domain.as_str()) && !public::authority(user.as_str());
        goes.then(|| (Kind::User, user.range()))
    });
    work.apply(&ACCOUNT_DOMAIN, |text, found| {
        let (whole, domain) = (found.get(0)?, found.get(1)?);
        names_account(text, whole.range(), domain.as_str()).then(|| (Kind::Host, domain.range()))
    });
    work.apply(&DOMAIN, |text, found| {
        let whole = found.get(0)?;
        let escaped = text[..whole.start()].ends_with(['\\', '$', '.', '%']);
        let range = domain(whole.as_str(), whole.start())?;
        (!escaped).then_some((Kind::Host, range))
    });
    work.apply(&KMS_PORT, |_, found| {
        let name = found.get(1)?;
        let number = name.as_str().parse::<Ipv4Addr>().is_ok();
        (!number && !public::host(name.as_str()) && !public::no_name(name.as_str()))
            .then(|| (Kind::Host, name.range()))
    });
    work.apply(&KMS_CLIENT, |_, found| {
        let name = found.get(1)?;
        let number =
            name.as_str().starts_with("0x") || name.as_str().bytes().all(|b| b.is_ascii_digit() || b == b'.');
        (!number).then(|| (Kind::Host, name.range()))
    });
    work.apply(&TIME_SOURCE, |_, found| {
        let name = found.get(1)?;
        let number = name.as_str().bytes().all(|b| b.is_ascii_digit() || b == b'.');
        (!number && !public::host(name.as_str())).then(|| (Kind::Host, name.range()))
    });
    work.apply(&MACHINE, |_, found| {
        let whole = found.get(0)?;
        let (_, rest) = whole.as_str().split_once('-')?;
        let made = rest.contains(|c: char| c.is_ascii_digit())
            || !whole.as_str().contains(|c: char| c.is_ascii_lowercase());
        made.then(|| (Kind::Host, whole.range()))
    });
    work.apply(&MACHINE_OF, |_, found| Some((Kind::Host, found.get(0)?.range())));
    work.apply(&SERIAL, |_, found| {
        let whole = found.get(0)?;
        looks_like_serial(whole.as_str()).then(|| (Kind::Serial, whole.range()))
    });
}

/// Whether a word before a backslash is a domain with a user behind it, and no part of a path.
fn names_account(text: &str, whole: Range<usize>, domain: &str) -> bool {
    let before = &text[..whole.start];
    let in_path = before.ends_with(['\\', ':', '/', '%', '.', '_', '-'])
        || before.ends_with(char::is_alphanumeric)
        || text[whole.end..].starts_with('\\');
    !in_path && domain.len() > 1 && !public::authority(domain)
}

/// The part of a dotted word that names a host which nobody but its owners should know.
fn domain(found: &str, start: usize) -> Option<Range<usize>> {
    // A soft break at the end of a line may have joined the name with the next line's first word.
    let mut end = found.len();
    loop {
        let part = &found[..end];
        let name = joined(part);
        if public::is_domain(&name) {
            let goes = !public::host(&name) && name.contains(|c: char| c.is_ascii_alphabetic());
            // What is asked for at a domain is no part of its name.
            let service = if part.starts_with('_') { part.rfind("._tcp.").map_or(0, |at| at + 6) } else { 0 };
            return goes.then(|| start + service..start + end);
        }
        end = part.trim_end_matches(SOFT).rfind(SOFT)?;
    }
}

/// Whether the words before a dotted number say that it is a version.
fn says_version(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let near: String = line.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
    let near = near.to_lowercase();
    ["version", "バージョン", "ver.", "build", "ビルド"].iter().any(|word| near.contains(word))
        || near.ends_with('v') && !near.trim_end_matches('v').ends_with(char::is_alphanumeric)
}

/// Capitals and digits, enough of both and mixed, and neither an error code nor a number of an update.
fn looks_like_serial(word: &str) -> bool {
    // An error code that somebody typed in capitals.
    if word.strip_prefix("0X").is_some_and(|hex| hex.len() <= 8 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.len() - digits;
    let code = word.len() == 8 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.starts_with(['8', 'C']);
    let update = word.strip_prefix("KB").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    let changes = word
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count();
    digits >= 3 && letters >= 2 && changes >= 2 && !code && !update
}

/// A value without the white space around it.
fn trimmed(value: &str, start: usize) -> Range<usize> {
    let from = start + (value.len() - value.trim_start().len());
    from..from + value.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [
            &KEY_DASHED,
            &KEY_SPACED,
            &KEY_WHOLE,
            &DIGIT_GROUPS,
            &DIGITS,
            &EXTENDED_PID,
            &UUID,
            &LONG_HEX,
            &SID,
            &MAC,
            &MAC_LABELLED,
            &MAIL,
            &IPV4,
            &IPV6,
            &PHONE,
            &SERIAL,
            &PROFILE,
            &ACCOUNT,
            &ACCOUNT_DOMAIN,
            &SHARE,
            &DOMAIN,
            &MACHINE,
            &MACHINE_OF,
            &KMS_PORT,
            &KMS_CLIENT,
            &TIME_SOURCE,
        ] {
            assert!(pattern.get().is_some(), "{}", pattern.text);
        }
    }
}
