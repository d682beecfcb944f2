//! The data as Rust tables with indices in place of names.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;

use crate::data::{Data, TitledText};

/// Writes the members of a `Knowledge`, all but its version.
pub(crate) fn table(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    facts(out, data)?;
    causes(out, data)?;
    remedies(out, data)?;
    codes(out, data)?;
    rules(out, data)?;
    phrases(out, data)?;
    writeln!(out, "generic_keys: &[")?;
    for (last_five, key) in &data.keys {
        writeln!(
            out,
            "GenericKey {{ last_five: {last_five:?}, kind: {:?}, edition: {:?} }},",
            key.kind, key.edition
        )?;
    }
    writeln!(out, "],")?;
    Ok(())
}

fn facts(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    writeln!(out, "facts: &[")?;
    for (id, fact) in &data.facts {
        let kind = match fact.kind.as_str() {
            "yes_no" => "YesNo",
            "word" => "Word",
            "number" => "Number",
            "code" => "Code",
            _ => "Text",
        };
        write!(out, "FactKind {{ id: {id:?}, shape: Shape::{kind}, label: {}, ", words(&fact.ja, &fact.en))?;
        write!(out, "values: &[")?;
        if fact.kind == "yes_no" && fact.values.is_empty() {
            write!(out, "FactValue {{ is: \"yes\", label: {}, usual: 1.0 }},", words("はい", "yes"))?;
            write!(out, "FactValue {{ is: \"no\", label: {}, usual: 1.0 }},", words("いいえ", "no"))?;
        }
        for value in &fact.values {
            let usual = value.usual.unwrap_or(1.0);
            write!(
                out,
                "FactValue {{ is: {:?}, label: {}, usual: {usual:?} }},",
                value.is,
                words(&value.ja, &value.en)
            )?;
        }
        let ask = fact
            .ask
            .as_ref()
            .map_or_else(|| "None".to_owned(), |ask| format!("Some({})", words(&ask.ja, &ask.en)));
        writeln!(out, "], question: {ask}, cost: {:?} }},", fact.cost.unwrap_or(1.0))?;
    }
    writeln!(out, "],")?;
    Ok(())
}

fn causes(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    writeln!(out, "causes: &[")?;
    for (id, cause) in &data.causes {
        writeln!(
            out,
            "Cause {{ id: {id:?}, group: {:?}, prior: {:?}, is_state: {}, title: {}, explain: {}, remedies: &{:?}, sources: &{:?}, basis: {:?} }},",
            cause.group,
            cause.prior,
            cause.kind.as_deref() == Some("state"),
            titles(&cause.ja, &cause.en),
            words(&cause.ja.explain, &cause.en.explain),
            indices(&data.remedies, &cause.remedies),
            cause.sources,
            cause.basis,
        )?;
    }
    writeln!(out, "],")?;
    Ok(())
}

fn remedies(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    writeln!(out, "remedies: &[")?;
    for (id, remedy) in &data.remedies {
        write!(
            out,
            "Remedy {{ id: {id:?}, group: {:?}, safe: {}, reversible: {:?}, risk: {:?}, automation: {:?}, admin: {}, minutes: {}, title: {}, explain: {}, caution: {}, sources: &{:?}, basis: {:?}, steps: &[",
            remedy.group,
            remedy.safe,
            remedy.reversible,
            remedy.risk,
            remedy.automation,
            remedy.admin,
            remedy.minutes,
            titles(&remedy.ja, &remedy.en),
            words(&remedy.ja.explain, &remedy.en.explain),
            words(&remedy.ja.caution, &remedy.en.caution),
            remedy.sources,
            remedy.basis,
        )?;
        for step in &remedy.steps {
            write!(
                out,
                "Step {{ kind: {:?}, text: {}, command: {:?}, settings: {:?}, admin: {}, automation: {:?}, who: {:?}, act: {:?} }},",
                step.kind,
                words(&step.ja, &step.en),
                step.command,
                step.settings,
                step.admin,
                step.automation,
                if step.who.is_empty() { "person" } else { &step.who },
                step.act
            )?;
        }
        writeln!(out, "] }},")?;
    }
    writeln!(out, "],")?;
    Ok(())
}

fn codes(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    writeln!(out, "codes: &[")?;
    for (id, code) in &data.codes {
        let value = u32::from_str_radix(id.trim_start_matches("0x"), 16)?;
        write!(
            out,
            "ErrorCode {{ value: {value:#010x}, symbol: {:?}, group: {:?}, severity: {:?}, meaning: {}, points: {}, remedies: &{:?}, sources: &{:?}, basis: {:?}, also: &[",
            code.symbol,
            code.group,
            code.severity.as_deref().unwrap_or("error"),
            words(&code.ja, &code.en),
            points(data, &code.points),
            indices(&data.remedies, &code.remedies),
            code.sources,
            code.basis,
        )?;
        for reading in &code.also {
            write!(out, "Reading {{ by: {:?}, meaning: {} }},", reading.by, words(&reading.ja, &reading.en))?;
        }
        writeln!(out, "] }},")?;
    }
    writeln!(out, "],")?;
    Ok(())
}

fn rules(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    writeln!(out, "rules: &[")?;
    for (id, rule) in &data.rules {
        write!(out, "Rule {{ id: {id:?}, group: {:?}, when: &[", rule.group)?;
        for text in &rule.when {
            write!(out, "{},", condition(data, text)?)?;
        }
        writeln!(
            out,
            "], points: {}, others: {:?} }},",
            points(data, &rule.points),
            rule.points.get("*").copied().unwrap_or(0.0)
        )?;
    }
    writeln!(out, "],")?;
    Ok(())
}

fn phrases(out: &mut String, data: &Data) -> Result<(), Box<dyn Error>> {
    writeln!(out, "phrases: &[")?;
    for phrase in &data.phrases {
        writeln!(
            out,
            "Phrase {{ fact: {}, negated: {}, cure: {}, en: &{:?}, ja: &{:?} }},",
            statement(data, &phrase.fact),
            if phrase.negated.is_empty() {
                "None".to_owned()
            } else {
                format!("Some({})", statement(data, &phrase.negated))
            },
            phrase.cure,
            phrase.en,
            phrase.ja,
        )?;
    }
    writeln!(out, "],")?;
    Ok(())
}

/// `fact=a|b`, `fact!=a|b`, `fact>=n`, `fact<=n`, `fact?` (known), `!fact` (not known). A value may end in `*`.
pub(crate) fn condition(data: &Data, text: &str) -> Result<String, String> {
    let index = |name: &str| {
        data.facts.keys().position(|known| known == name).ok_or_else(|| format!("{text:?}: no fact {name:?}"))
    };
    let list =
        |values: &str| values.split('|').map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    let number = |value: &str| value.parse::<f64>().map_err(|error| format!("{text:?}: {error}"));
    if let Some(name) = text.strip_prefix('!') {
        return Ok(format!("Condition {{ fact: {}, test: Test::Unknown }}", index(name)?));
    }
    if let Some(name) = text.strip_suffix('?') {
        return Ok(format!("Condition {{ fact: {}, test: Test::Known }}", index(name)?));
    }
    if let Some((name, value)) = text.split_once(">=") {
        return Ok(format!(
            "Condition {{ fact: {}, test: Test::AtLeast({:?}) }}",
            index(name)?,
            number(value)?
        ));
    }
    if let Some((name, value)) = text.split_once("<=") {
        return Ok(format!(
            "Condition {{ fact: {}, test: Test::AtMost({:?}) }}",
            index(name)?,
            number(value)?
        ));
    }
    let (name, values, test) = match text.split_once("!=") {
        Some((name, values)) => (name, values, "IsNot"),
        None => {
            let (name, values) = text.split_once('=').ok_or_else(|| format!("{text:?}: no condition"))?;
            (name, values, "Is")
        }
    };
    let at = index(name)?;
    if let Some(fact) = data.facts.get(name) {
        for value in values.split('|') {
            let fits = match fact.kind.as_str() {
                "yes_no" => value == "yes" || value == "no",
                "word" => value.ends_with('*') || fact.values.iter().any(|known| known.is == value),
                _ => true,
            };
            if !fits {
                return Err(format!("{text:?}: {name} cannot be {value:?}"));
            }
        }
    }
    Ok(format!("Condition {{ fact: {at}, test: Test::{test}(&[{}]) }}", list(values)))
}

fn statement(data: &Data, text: &str) -> String {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let index = data.facts.keys().position(|known| known == name).unwrap_or_default();
    format!("({index}, {value:?})")
}

fn points(data: &Data, points: &BTreeMap<String, f32>) -> String {
    let mut out = String::from("&[");
    for (cause, points) in points.iter().filter(|(cause, _)| *cause != "*") {
        let index = data.causes.keys().position(|known| known == cause).unwrap_or_default();
        let _ = write!(out, "({index}, {points:?}), ");
    }
    out.push(']');
    out
}

fn indices<T>(table: &BTreeMap<String, T>, names: &[String]) -> Vec<usize> {
    names.iter().filter_map(|name| table.keys().position(|known| known == name)).collect()
}

fn titles(ja: &TitledText, en: &TitledText) -> String {
    words(&ja.title, &en.title)
}

fn words(ja: &str, en: &str) -> String {
    format!("Words {{ ja: {ja:?}, en: {en:?} }}")
}
