//! The details of an event: a JSON array of texts, name, value, name, value and so on.

use warifu_core::event::Details;

/// Reads details; `None` when the text is not such a list.
pub(crate) fn read(text: &str) -> Option<Details> {
    let words: Vec<String> = serde_json::from_str(text).ok()?;
    let (pairs, rest) = words.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().cloned().map(|[name, value]| (name, value)).collect())
}

/// Writes details.
pub(crate) fn write(details: &Details) -> String {
    let words: Vec<&str> = details.iter().flat_map(|(name, value)| [name, value]).collect();
    // A list of texts can always be written.
    serde_json::to_string(&words).unwrap_or_default()
}
