//! What was found, in words: the same sentences on every surface.

use warifu_core::catalogue::Lang;

use crate::engine::{Contribution, LIKENESS};
use crate::fact::Fact;
use crate::knowledge::Knowledge;
use crate::read::SeenKey;

/// A piece of evidence: the code with its meaning, or the facts that made a rule apply. Empty for the likeness to worked cases: stems of
/// words tell a person nothing.
#[must_use]
pub fn evidence(knowledge: &Knowledge, given: &Contribution, lang: Lang) -> String {
    if given.rule == LIKENESS {
        return String::new();
    }
    let code = given.rule.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if let Some(code) = code.and_then(|value| knowledge.code(value)) {
        return format!("{}: {}", given.rule, code.meaning.get(lang));
    }
    let facts: Vec<String> = given
        .facts
        .iter()
        .map(|fact| {
            let (name, value) = fact.split_once('=').unwrap_or((fact, ""));
            knowledge.fact(name).map_or_else(|| fact.clone(), |kind| named(knowledge, kind, value, lang))
        })
        .collect();
    facts.join(if lang == Lang::Ja { "、" } else { ", " })
}

/// A fact with its value.
#[must_use]
pub fn fact(knowledge: &Knowledge, fact: &Fact, lang: Lang) -> String {
    named(knowledge, fact.kind, &fact.value, lang)
}

fn named(knowledge: &Knowledge, kind: usize, value: &str, lang: Lang) -> String {
    let kind = &knowledge.facts[kind];
    let known = kind.values.iter().find(|known| known.is == value);
    format!("{}: {}", kind.label.get(lang), known.map_or(value, |known| known.label.get(lang)))
}

/// What a product key that stood in a text is, told by its last five characters.
#[must_use]
pub fn key(key: &SeenKey, lang: Lang) -> String {
    let say = |ja, en| if lang == Lang::Ja { ja } else { en };
    let said = match (key.generic, key.impossible.is_empty()) {
        (Some("gvlk"), true) => {
            say("組織の KMS 用に公開されている汎用キー", "a published generic key for an organisation's KMS")
        }
        (Some(_), true) => say(
            "公開されている既定のインストールキー（ライセンスではありません）",
            "a published default installation key, which is no licence",
        ),
        (None, true) => say("書式に誤りはありません", "its form is sound"),
        (_, false) => {
            say("Windows のキーに使われない文字があります", "has characters that no Windows key has")
        }
    };
    let mut out = format!("{} …-{}: {said}", say("プロダクトキー", "Product key"), key.last_five);
    if !key.impossible.is_empty() {
        let places = key.impossible.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        out.push_str(&format!(" ({} {places})", say("位置", "at place")));
    }
    out
}
