//! The subject whose symptoms are the failures of Warifu's own catalogue: its texts are taken from there, and no entry may lack a rule.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use serde::Deserialize;

use crate::data::{self, Data, Fact, FactValue, Step, Words};

/// What is read of an entry of `knowledge/catalogue/`.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    ja: Text,
    en: Text,
}

#[derive(Debug, Deserialize)]
struct Text {
    cause: String,
    remedy: String,
}

/// The fact that says which failure was met.
const SYMPTOM: &str = "failure";

/// The entries by code.
pub(crate) fn read(folder: &Path) -> Result<BTreeMap<String, Entry>, Box<dyn Error>> {
    let mut entries = BTreeMap::new();
    for (name, text) in data::files(folder)? {
        if name != "terms" && name != "retired" {
            let of_file: BTreeMap<String, Entry> =
                toml::from_str(&text).map_err(|error| format!("catalogue/{name}.toml: {error}"))?;
            entries.extend(of_file);
        }
    }
    Ok(entries)
}

/// Fills in what the catalogue says already: why an entry's cause is one, the step of a remedy that is the entry's own, and the values of
/// the fact `failure`.
pub(crate) fn complete(data: &mut Data, entries: &BTreeMap<String, Entry>) {
    for (id, cause) in &mut data.causes {
        if let Some(entry) = entries.get(id) {
            inherit(&mut cause.ja.explain, &entry.ja.cause);
            inherit(&mut cause.en.explain, &entry.en.cause);
        }
    }
    for remedy in data.remedies.values_mut() {
        let Some(entry) = entries.get(&remedy.entry) else { continue };
        inherit(&mut remedy.ja.explain, &entry.ja.cause);
        inherit(&mut remedy.en.explain, &entry.en.cause);
        if remedy.steps.is_empty() {
            remedy.steps.push(Step {
                kind: "manual".to_owned(),
                ja: entry.ja.remedy.clone(),
                en: entry.en.remedy.clone(),
                command: String::new(),
                settings: String::new(),
                admin: false,
                automation: "manual".to_owned(),
                who: String::new(),
                act: String::new(),
            });
        }
    }
    let named = |code: &str| {
        data.causes.get(code).map_or_else(Words::default, |cause| Words {
            ja: cause.ja.title.clone(),
            en: cause.en.title.clone(),
        })
    };
    let values = entries
        .keys()
        .map(|code| {
            let Words { ja, en } = named(code);
            FactValue { is: code.clone(), ja, en, usual: None }
        })
        .collect();
    let symptom = Fact {
        kind: "word".to_owned(),
        ja: "エラー".to_owned(),
        en: "failure".to_owned(),
        values,
        ask: None,
        cost: None,
    };
    if data.facts.insert(SYMPTOM.to_owned(), symptom).is_some() {
        data.twice.push(format!("facts: {SYMPTOM} is made from the catalogue and cannot be written"));
    }
}

/// Everything that is wrong between the subject and the catalogue.
pub(crate) fn check(data: &Data, entries: &BTreeMap<String, Entry>) -> Vec<String> {
    let mut wrong = Vec::new();
    for code in entries.keys() {
        let said = format!("{SYMPTOM}={code}");
        if !data.causes.contains_key(code) {
            wrong.push(format!("entry {code} of the catalogue: no cause of this name"));
        }
        if !data.rules.values().any(|rule| {
            rule.when == [said.as_str()]
                && rule.points.values().any(|points| *points > 0.0)
                && rule.yes.iter().any(|facts| facts.contains(&said))
        }) {
            wrong.push(format!("entry {code} of the catalogue: no rule for {said} alone"));
        }
    }
    for (id, remedy) in data.remedies.iter().filter(|(_, remedy)| !remedy.entry.is_empty()) {
        if !entries.contains_key(&remedy.entry) {
            wrong.push(format!("remedy {id}: the catalogue has no entry {:?}", remedy.entry));
        }
    }
    let texts =
        data.causes.iter().flat_map(|(id, cause)| [(id, &cause.ja.explain), (id, &cause.en.explain)]).chain(
            data.remedies.iter().flat_map(|(id, remedy)| {
                let steps = remedy.steps.iter().flat_map(move |step| [(id, &step.ja), (id, &step.en)]);
                steps.chain([(id, &remedy.ja.explain), (id, &remedy.en.explain)])
            }),
        );
    for (id, text) in texts {
        if text.contains('{') {
            wrong.push(format!("{id}: {text:?} has a place for a value, and nobody fills it in here"));
        }
    }
    wrong
}

fn inherit(own: &mut String, from: &str) {
    if own.is_empty() {
        from.clone_into(own);
    }
}
