//! Plain words of either language become weak facts.
//!
//! A pattern is groups of terms, joined by `&`; a group is terms, parted by `|`. A sentence matches when a term of each group stands
//! in it, near the others, in any order; a group that begins with `-` must not be there. An English term begins at the beginning of a
//! word and goes on as it likes (`replac` is replaced, replacing), unless it ends in `!`; a Latin term of a Japanese pattern is a whole
//! word, unless it ends in `*`. The last group is the predicate: when it is denied, the phrase means its `negated` fact, or nothing. A
//! pattern that begins with `=` holds its denial itself and is taken as it stands.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::line::Line;
use super::{spelling, vain};
use crate::fact::{Facts, Origin, Strength};
use crate::knowledge::{Knowledge, WINDOWS};

/// No more plain words than this are looked at.
const WORDS_BYTES_MAX: usize = 32 * 1024;
/// How far apart, in bytes, terms of one pattern may stand.
const NEAR: usize = 130;

/// What Windows shows, which is nobody's own statement.
const SHOWN: &[(&str, &str)] = &[
    ("i changed hardware on this device recently", "reactivationoption"),
    ("i recently changed hardware on this device", "reactivationoption"),
    ("i've changed hardware on this device recently", "reactivationoption"),
    ("changed hardware on this device", "reactivationoption"),
    ("このデバイスのハードウェアを最近変更しました", "reactivationoption"),
    ("このデバイス上のハードウェアを最近変更しました", "reactivationoption"),
    ("このデバイス上でハードウェアを最近変更しました", "reactivationoption"),
];

/// What Windows says of a licence, as [`plain`] and [`spelling`] leave it. Whoever quotes it tells nothing of a purchase.
const QUOTED: &[&str] = &[
    "the service cannot be started, either because it is disabled or because it has no enabled devices associated with it",
    "the service can not be started, either because it is disabled or because it has no enabled devices associated with it",
    "the requested action requires elevated privileges",
    "有効なデジタルライセンスまたはプロダクトキーをお持ちでない",
    "有効なデジタルライセンスまたはプロダクトキーがない",
    "有効なデジタル権利付与またはプロダクトキーがない",
    "有効なデジタルライセンスがない",
    "デバイスにプロダクトキーが見つからな",
    "you do not have a valid digital license or product key",
    "you do not have a valid digital license",
    "no valid digital license",
    "no product key was found on your device",
    "could not find a product key on your device",
    "not find a product key on this device",
];

/// A pattern, ready to be compared.
#[derive(Debug)]
struct Pattern {
    phrase: usize,
    as_it_stands: bool,
    japanese: bool,
    groups: Vec<Vec<usize>>,
    absent: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Matcher {
    automaton: Option<AhoCorasick>,
    /// Of each term: whether it must end a word.
    whole: Vec<bool>,
    patterns: Vec<Pattern>,
    /// Of each term: the patterns in whose predicate it stands.
    by_predicate: Vec<Vec<usize>>,
}

/// The terms of one sentence, which knows few of them: by term, and of one term in the order in which they stand.
#[derive(Debug)]
struct Hits(Vec<Hit>);

impl Hits {
    fn of(mut hits: Vec<Hit>) -> Self {
        hits.sort_by_key(|hit| hit.term);
        Self(hits)
    }

    fn of_term(&self, term: usize) -> &[Hit] {
        let start = self.0.partition_point(|hit| hit.term < term);
        let end = start + self.0[start..].partition_point(|hit| hit.term == term);
        &self.0[start..end]
    }

    fn terms(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.chunk_by(|a, b| a.term == b.term).map(|hits| hits[0].term)
    }
}

/// Where a term stands in a sentence.
#[derive(Clone, Copy, Debug)]
struct Hit {
    term: usize,
    start: usize,
    end: usize,
}

/// Reads what no other reader took.
pub(super) fn read(facts: &mut Facts, lines: &[Line]) {
    let knowledge = facts.knowledge();
    let matcher = Matcher::of(knowledge);
    let sentences = sentences(lines);
    for (at, sentence) in sentences.iter().enumerate() {
        let in_vain = vain::is_in_vain(sentence, sentences.get(at + 1).map(String::as_str));
        for (fact, value) in matcher.facts_in(knowledge, sentence, in_vain) {
            facts.learn_at(fact, value, Strength::Weak, Origin::Words);
        }
    }
}

/// The sentences of the plain words: lower case, no spaces beside Japanese letters, wrapped lines joined.
fn sentences(lines: &[Line]) -> Vec<String> {
    let mut text = String::new();
    for line in lines.iter().filter(|line| !line.taken) {
        if text.len() > WORDS_BYTES_MAX {
            break;
        }
        let wrapped = line.lower.chars().next().is_some_and(|c| c.is_ascii_lowercase())
            && text.chars().last().is_some_and(|c| !matches!(c, '.' | '。' | '!' | '?' | ':'));
        text.push(if wrapped { ' ' } else { '\n' });
        text.push_str(cut_to(&line.lower, WORDS_BYTES_MAX));
    }
    for (shown, token) in SHOWN {
        if text.contains(shown) {
            text = text.replace(shown, token);
        }
    }
    let chars: Vec<char> = text.chars().collect();
    let (mut sentences, mut sentence) = (Vec::new(), String::new());
    for (at, &c) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied().unwrap_or('\n');
        let ends = matches!(c, '。' | '\n' | '!' | '?') || c == '.' && next.is_whitespace();
        if ends {
            sentences.push(std::mem::take(&mut sentence));
        } else if c.is_whitespace() {
            let before = sentence.chars().last();
            if before.is_some_and(|b| !is_cjk(b) && b != ' ') && !is_cjk(next) {
                sentence.push(' ');
            }
        } else {
            sentence.push(match c {
                '\u{2019}' | '\u{2018}' => '\'',
                other => other,
            });
        }
    }
    sentences.push(sentence);
    sentences.retain(|sentence| sentence.chars().count() > 2);
    sentences.iter().map(|sentence| unquoted(spelling::one(&plain(sentence)))).collect()
}

/// The beginning of a text, of at most so many bytes.
fn cut_to(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The sentence without what Windows says in it.
fn unquoted(mut sentence: String) -> String {
    for quoted in QUOTED {
        if sentence.contains(quoted) {
            sentence = sentence.replace(quoted, "quotedmessage");
        }
    }
    sentence
}

/// Polite denials as plain ones, so that patterns need one form: 届きません becomes 届かない, していません していない.
fn plain(sentence: &str) -> String {
    let mut parts = sentence.split("ません");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (rest, end) = part.strip_prefix("でした").map_or((part, "ない"), |rest| (rest, "なかった"));
        let mut before = out.chars().rev();
        let (last, second) = (before.next(), before.next());
        let stem = match (second, last) {
            (Some('て' | 'で'), Some('い')) | (_, Some('し')) | (Some('で'), Some('き')) => None,
            (Some('あ'), Some('り')) => Some(""),
            (_, Some('い')) => Some("わ"),
            (_, Some('き')) => Some("か"),
            (_, Some('ぎ')) => Some("が"),
            (_, Some('ち')) => Some("た"),
            (_, Some('に')) => Some("な"),
            (_, Some('び')) => Some("ば"),
            (_, Some('み')) => Some("ま"),
            (_, Some('り')) => Some("ら"),
            _ => None,
        };
        if let Some(stem) = stem {
            out.pop();
            if stem.is_empty() {
                out.pop();
            }
            out.push_str(stem);
        }
        out.push_str(end);
        out.push_str(rest);
    }
    out
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

impl Matcher {
    /// The matcher of a subject, made when it is first needed.
    fn of(knowledge: &'static Knowledge) -> &'static Self {
        static OF_WINDOWS: OnceLock<Matcher> = OnceLock::new();
        static OF_WARIFU: OnceLock<Matcher> = OnceLock::new();
        let place = if std::ptr::eq(knowledge, &WINDOWS) { &OF_WINDOWS } else { &OF_WARIFU };
        place.get_or_init(|| Self::new(knowledge))
    }

    fn new(knowledge: &Knowledge) -> Self {
        let mut terms: Vec<String> = Vec::new();
        let mut whole: Vec<bool> = Vec::new();
        let mut patterns = Vec::new();
        let mut known = std::collections::HashMap::new();
        for (phrase, entry) in knowledge.phrases.iter().enumerate() {
            for (pattern, japanese) in
                entry.en.iter().map(|en| (en, false)).chain(entry.ja.iter().map(|ja| (ja, true)))
            {
                let (as_it_stands, pattern) =
                    pattern.strip_prefix('=').map_or((false, *pattern), |rest| (true, rest));
                let mut made =
                    Pattern { phrase, as_it_stands, japanese, groups: Vec::new(), absent: Vec::new() };
                for group in pattern.split('&') {
                    let group = group.trim();
                    let (absent, group) =
                        group.strip_prefix('-').map_or((false, group), |group| (true, group));
                    let ids = group
                        .split('|')
                        .map(str::trim)
                        .filter(|term| !term.is_empty())
                        .map(|term| {
                            let ends =
                                term.ends_with('!') || japanese && term.is_ascii() && !term.ends_with('*');
                            let term = spelling::one(term.trim_end_matches(['!', '*']));
                            *known.entry((term.clone(), ends)).or_insert_with(|| {
                                whole.push(ends);
                                terms.push(term);
                                terms.len() - 1
                            })
                        })
                        .collect();
                    if absent { made.absent.push(ids) } else { made.groups.push(ids) }
                }
                patterns.push(made);
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&terms).ok();
        let mut by_predicate = vec![Vec::new(); whole.len()];
        for (at, pattern) in patterns.iter().enumerate() {
            for term in pattern.groups.last().into_iter().flatten() {
                by_predicate[*term].push(at);
            }
        }
        Self { automaton, whole, patterns, by_predicate }
    }

    /// The patterns whose predicate stands in a sentence, in the order of the data.
    fn worth_a_look(&self, hits: &Hits) -> Vec<&Pattern> {
        let mut patterns: Vec<usize> =
            hits.terms().flat_map(|term| &self.by_predicate[term]).copied().collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns.into_iter().map(|pattern| &self.patterns[pattern]).collect()
    }

    /// Facts that one sentence states.
    fn facts_in(&self, knowledge: &Knowledge, sentence: &str, in_vain: bool) -> Vec<(usize, &'static str)> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let bytes = sentence.as_bytes();
        let mut hits = Vec::new();
        for found in automaton.find_overlapping_iter(sentence) {
            let hit = Hit { term: found.pattern().as_usize(), start: found.start(), end: found.end() };
            let latin = bytes[hit.start].is_ascii_alphanumeric();
            let begins = !latin || hit.start == 0 || !bytes[hit.start - 1].is_ascii_alphanumeric();
            let ends =
                !self.whole[hit.term] || bytes.get(hit.end).is_none_or(|next| !next.is_ascii_alphanumeric());
            if begins && ends {
                hits.push(hit);
            }
        }
        let hits = Hits::of(hits);
        let mut learnt = Vec::new();
        let japanese = sentence.chars().any(is_cjk);
        for pattern in self.worth_a_look(&hits).into_iter().filter(|pattern| japanese || !pattern.japanese) {
            let Some((predicate, before)) = pattern.groups.split_last() else { continue };
            let present = |group: &Vec<usize>| group.iter().any(|term| !hits.of_term(*term).is_empty());
            if !pattern.groups.iter().all(present) || pattern.absent.iter().any(present) {
                continue;
            }
            let phrase = &knowledge.phrases[pattern.phrase];
            if in_vain && phrase.cure {
                continue;
            }
            let mut said = None;
            for hit in predicate.iter().flat_map(|term| hits.of_term(*term)) {
                let near = before.iter().all(|group| {
                    group
                        .iter()
                        .flat_map(|term| hits.of_term(*term))
                        .any(|other| distance(*hit, *other) <= NEAR)
                });
                if !near || is_supposed(sentence, *hit) {
                    continue;
                }
                let denied = !pattern.as_it_stands
                    && is_denied(
                        sentence,
                        *hit,
                        before.iter().flatten().flat_map(|term| hits.of_term(*term)),
                    );
                said = if denied { phrase.negated.or(said) } else { Some(phrase.fact) };
                if !denied {
                    break;
                }
            }
            learnt.extend(said);
        }
        learnt
    }
}

fn distance(a: Hit, b: Hit) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}

/// Words that deny what follows within a few words, and words that end their reach.
const DENIALS: &[&str] =
    &["not", "never", "no", "without", "nothing", "none", "neither", "nor", "cannot", "zero", "any"];
const BARRIERS: &[&str] = &[
    "but", "after", "because", "since", "when", "although", "though", "until", "and", "so", "then",
    "however", "that", "which",
];
/// Words that make what follows a plan or a question.
const PLANS: &[&str] =
    &["if", "whether", "would", "plan", "planning", "intend", "thinking", "before", "might", "should"];

fn is_denied<'a>(sentence: &str, hit: Hit, others: impl Iterator<Item = &'a Hit>) -> bool {
    if sentence[hit.start..].chars().next().is_some_and(is_cjk) {
        let after = &sentence[hit.end..];
        return denied_after(after) || denied_in_a_row(after);
    }
    // "no hardware change": the denial may stand before the other term.
    let from = others
        .filter(|other| other.end <= hit.start && hit.start - other.end < 30)
        .map(|other| other.start)
        .min()
        .unwrap_or(hit.start);
    denied_before(&sentence[..hit.start]) || from < hit.start && denied_just_before(&sentence[..from])
}

fn denied_before(before: &str) -> bool {
    let mut words =
        before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '\'')).filter(|word| !word.is_empty());
    if before.trim_end().ends_with([',', ':']) {
        return false;
    }
    for _ in 0..5 {
        let Some(word) = words.next() else { return false };
        if BARRIERS.contains(&word) {
            return false;
        }
        if DENIALS.contains(&word) && word != "any" || word.ends_with("n't") {
            return true;
        }
    }
    false
}

fn denied_just_before(before: &str) -> bool {
    let mut words = before
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .take(2);
    words.any(|word| DENIALS.contains(&word) && word != "any" || word.ends_with("n't"))
}

/// Japanese denies after the predicate: 交換していない, 変更はありません, リンクせずに.
fn denied_after(after: &str) -> bool {
    const LINKS: &str = "しさせれてでいはもをたこと覚えりきわらっなどがのけあ等一切全く事行ま特に";
    // 会社のPCではない, プロキシは使っていない
    const THINGS: &[&str] = &[
        "pc",
        "パソコン",
        "端末",
        "マシン",
        "ライセンス",
        "使って",
        "使用し",
        "利用し",
        "経由し",
        "設定し",
        "導入し",
        "入れて",
        "触って",
        "いじって",
    ];
    let mut rest = after;
    for _ in 0..12 {
        if let Some(past) = THINGS.iter().find_map(|thing| rest.strip_prefix(thing)) {
            rest = past;
            continue;
        }
        if [
            "ない",
            "なかった",
            "ずに",
            "ず、",
            "なし",
            "無し",
            "ぬまま",
            "無い",
            "なく",
            "わけでも",
            "わけではな",
        ]
        .iter()
        .any(|no| rest.starts_with(no))
        {
            return true;
        }
        let Some(c) = rest.chars().next().filter(|c| LINKS.contains(*c)) else { return false };
        rest = &rest[c.len_utf8()..];
    }
    false
}

/// 替えたことも、足したこともない: a row of things of which each is denied by the last.
fn denied_in_a_row(after: &str) -> bool {
    const GOES_ON: &[&str] = &["ことも", "ことや", "たり", "だり"];
    const DENIES: &[&str] = &[
        "こともない",
        "ことはない",
        "ことがない",
        "こともなく",
        "ことはなく",
        "ことがなく",
        "こともなかった",
        "ことはなかった",
        "たりしていない",
        "たりはしていない",
        "たりしない",
        "だりしていない",
    ];
    /// So many letters after the predicate a row goes on, or does not.
    const LINK: usize = 5;
    const BARRIERS: &[&str] = &["が、", "けど", "けれど", "ので", "のに", "から、", "あと", "後"];
    let goes_on = GOES_ON.iter().filter_map(|link| after.find(link)).min();
    let Some(start) = goes_on.filter(|&at| after[..at].chars().count() <= LINK) else { return false };
    let rest = &after[start..];
    let end = BARRIERS.iter().filter_map(|barrier| rest.find(barrier)).min().unwrap_or(rest.len());
    DENIES.iter().any(|denial| rest[..end].contains(denial))
}

/// A plan, a condition or a question is no fact.
fn is_supposed(sentence: &str, hit: Hit) -> bool {
    let after = &sentence[hit.end..];
    if sentence[hit.start..].chars().next().is_some_and(is_cjk) {
        let near: String = after.chars().take(6).collect();
        // 「交換したか」と聞かれた: somebody else's question.
        let asked: String =
            after.chars().take(14).filter(|c| !matches!(c, '」' | '』' | '、' | '?')).collect();
        if ["かと聞", "かと訊", "かと尋", "かと問", "か聞かれ", "か尋ね", "かって聞", "かどうか"]
            .iter()
            .any(|question| asked.contains(question))
        {
            return true;
        }
        return ["する前", "予定", "つもり", "したい", "検討", "を考え", "っけ"]
            .iter()
            .any(|plan| near.contains(plan));
    }
    let words = sentence[..hit.start]
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .take(4);
    for word in words {
        if BARRIERS.contains(&word) && word != "when" {
            return false;
        }
        if PLANS.contains(&word) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_row_denies_all_of_it() {
        for after in [
            "たこともアカウントを変えたこともない",
            "たり、メモリを足したりしていない",
            "したことも構成を変えたことはない",
        ] {
            assert!(denied_in_a_row(after), "{after}");
        }
        for after in [
            "たこともあるが、今回は何もしたことがない",
            "たあと、認証したこともないのに透かしが出る",
            "した",
            "たこともある",
        ] {
            assert!(!denied_in_a_row(after), "{after}");
        }
    }

    #[test]
    fn a_question_that_is_told_again_states_nothing() {
        let asked = |sentence: &str, term: &str| {
            let start = sentence.find(term).unwrap();
            is_supposed(sentence, Hit { term: 0, start, end: start + term.len() })
        };
        assert!(asked("「マザーボードを交換したか」と聞かれ、していないと答えた", "交換"));
        assert!(asked("部品を替えたかどうかは分からない", "替え"));
        assert!(!asked("マザーボードを交換したらと聞かれた", "交換"));
        assert!(asked("support asked whether i had replaced the board", "replaced"));
    }

    #[test]
    fn polite_denials_become_plain_ones() {
        for (polite, form) in [
            ("交換していません", "交換していない"),
            ("届きませんでした", "届かなかった"),
            ("キーがありません", "キーがない"),
            ("認証できません", "認証できない"),
            ("表示されません", "表示されない"),
            ("つながりません", "つながらない"),
            ("使いません", "使わない"),
            ("正規品ではありません", "正規品ではない"),
        ] {
            assert_eq!(plain(polite), form);
        }
    }
}
