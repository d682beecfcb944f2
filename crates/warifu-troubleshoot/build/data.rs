//! The data as its authors write it. Field meanings: `knowledge/README.md`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Everything known about one subject.
#[derive(Debug, Default)]
pub(crate) struct Data {
    pub(crate) facts: BTreeMap<String, Fact>,
    pub(crate) causes: BTreeMap<String, Cause>,
    pub(crate) remedies: BTreeMap<String, Remedy>,
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) rules: BTreeMap<String, Rule>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) keys: BTreeMap<String, Key>,
    /// Names that stood in two files.
    pub(crate) twice: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    #[serde(default)]
    pub(crate) ja: String,
    #[serde(default)]
    pub(crate) en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    pub(crate) kind: String,
    pub(crate) ja: String,
    pub(crate) en: String,
    #[serde(default)]
    pub(crate) values: Vec<FactValue>,
    pub(crate) ask: Option<Words>,
    #[serde(default)]
    pub(crate) cost: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactValue {
    pub(crate) is: String,
    pub(crate) ja: String,
    pub(crate) en: String,
    #[serde(default)]
    pub(crate) usual: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TitledText {
    pub(crate) title: String,
    /// May be left out where the catalogue of failures says it, see `catalogue`.
    #[serde(default)]
    pub(crate) explain: String,
    #[serde(default)]
    pub(crate) caution: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cause {
    pub(crate) prior: f32,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    pub(crate) ja: TitledText,
    pub(crate) en: TitledText,
    pub(crate) remedies: Vec<String>,
    pub(crate) sources: Vec<String>,
    pub(crate) basis: String,
    #[serde(skip)]
    pub(crate) group: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remedy {
    pub(crate) safe: bool,
    pub(crate) reversible: String,
    pub(crate) risk: String,
    pub(crate) automation: String,
    pub(crate) admin: bool,
    pub(crate) minutes: u16,
    pub(crate) ja: TitledText,
    pub(crate) en: TitledText,
    pub(crate) sources: Vec<String>,
    pub(crate) basis: String,
    /// The entry of the catalogue whose remedy is the one step.
    #[serde(default)]
    pub(crate) entry: String,
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    #[serde(skip)]
    pub(crate) group: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) kind: String,
    pub(crate) ja: String,
    pub(crate) en: String,
    #[serde(default)]
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) settings: String,
    #[serde(default)]
    pub(crate) admin: bool,
    pub(crate) automation: String,
    /// Who does it, when it is not the person at the device.
    #[serde(default)]
    pub(crate) who: String,
    /// What is done, in one word for programs.
    #[serde(default)]
    pub(crate) act: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    #[serde(default)]
    pub(crate) symbol: String,
    #[serde(default)]
    pub(crate) severity: Option<String>,
    pub(crate) ja: String,
    pub(crate) en: String,
    #[serde(default)]
    pub(crate) also: Vec<Reading>,
    pub(crate) points: BTreeMap<String, f32>,
    #[serde(default)]
    pub(crate) remedies: Vec<String>,
    pub(crate) sources: Vec<String>,
    pub(crate) basis: String,
    #[serde(skip)]
    pub(crate) group: String,
}

/// What somebody else says that a code means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reading {
    pub(crate) by: String,
    pub(crate) ja: String,
    pub(crate) en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) when: Vec<String>,
    #[serde(default)]
    pub(crate) group: String,
    pub(crate) points: BTreeMap<String, f32>,
    pub(crate) yes: Vec<Vec<String>>,
    pub(crate) no: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phrase {
    pub(crate) fact: String,
    #[serde(default)]
    pub(crate) negated: String,
    /// Whether people also try this as a cure: said to have been tried in vain it is no fact.
    #[serde(default)]
    pub(crate) cure: bool,
    #[serde(default)]
    pub(crate) en: Vec<String>,
    #[serde(default)]
    pub(crate) ja: Vec<String>,
    pub(crate) yes: Vec<String>,
    pub(crate) no: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub(crate) kind: String,
    pub(crate) edition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    phrase: Vec<Phrase>,
}

/// Reads a subject's folder: a file or a folder of files for each table.
pub(crate) fn read(folder: &Path) -> Result<Data, Box<dyn Error>> {
    let mut data = Data::default();
    let twice = &mut data.twice;
    table(folder, "facts", &mut data.facts, twice, |_, _: &mut Fact| {})?;
    table(folder, "causes", &mut data.causes, twice, |group, it: &mut Cause| it.group = group)?;
    table(folder, "remedies", &mut data.remedies, twice, |group, it: &mut Remedy| it.group = group)?;
    table(folder, "codes", &mut data.codes, twice, |group, it: &mut Code| it.group = group)?;
    table(folder, "rules", &mut data.rules, twice, |_, _: &mut Rule| {})?;
    table(folder, "keys", &mut data.keys, twice, |_, _: &mut Key| {})?;
    for (_, text) in files(&folder.join("words"))? {
        let read: Phrases = toml::from_str(&text).map_err(|error| format!("words: {error}"))?;
        data.phrases.extend(read.phrase);
    }
    Ok(data)
}

fn table<T: DeserializeOwned>(
    folder: &Path,
    name: &str,
    into: &mut BTreeMap<String, T>,
    twice: &mut Vec<String>,
    mark: impl Fn(String, &mut T),
) -> Result<(), Box<dyn Error>> {
    for (file, text) in files(&folder.join(name))? {
        let read: BTreeMap<String, T> =
            toml::from_str(&text).map_err(|error| format!("{name}/{file}.toml: {error}"))?;
        for (key, mut entry) in read {
            mark(file.clone(), &mut entry);
            if into.insert(key.clone(), entry).is_some() {
                twice.push(format!("{name}: {key} stands twice"));
            }
        }
    }
    Ok(())
}

/// The `.toml` files of a folder, by name; none when there is no such folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.push((stem, fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}
