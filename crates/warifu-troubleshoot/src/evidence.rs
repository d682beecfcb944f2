//! The pieces of a case as a file carries them.

use serde_json::Value;

/// What is known of a case before anybody thinks about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Codes that were seen, in any spelling.
    pub error_codes: Vec<String>,
    /// Output of `slmgr`.
    pub slmgr_text: String,
    /// Output of other tools.
    pub other_output: String,
    /// What the person says.
    pub narrative: String,
}

/// How many codes a case may name.
const CODES_MAX: usize = 32;

impl Evidence {
    /// Reads the object, or the object under `evidence`. `None`: this is no case.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        let object = value.get("evidence").unwrap_or(&value).as_object()?;
        let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let known = ["error_codes", "slmgr_text", "other_output", "narrative"];
        if !known.iter().any(|name| object.contains_key(*name)) {
            return None;
        }
        let codes = object.get("error_codes").and_then(Value::as_array);
        Some(Self {
            error_codes: codes
                .into_iter()
                .flatten()
                .take(CODES_MAX)
                .filter_map(|code| {
                    code.as_str().map(str::to_owned).or_else(|| code.as_i64().map(|code| code.to_string()))
                })
                .collect(),
            slmgr_text: text("slmgr_text"),
            other_output: text("other_output"),
            narrative: text("narrative"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_whole_or_by_its_evidence_alone() {
        let alone = r#"{"error_codes": ["0xC004F034", -1073417709], "narrative": "n"}"#;
        let read = Evidence::from_json(alone).expect("a case");
        assert_eq!(read.error_codes, ["0xC004F034", "-1073417709"]);
        assert_eq!(Evidence::from_json(&format!(r#"{{"id": "x", "evidence": {alone}}}"#)), Some(read));
        for other in ["", "[]", "{}", r#"{"evidence": 3}"#] {
            assert_eq!(Evidence::from_json(other), None, "{other}");
        }
    }
}
