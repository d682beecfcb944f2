//! The notes on a case: a JSON array of texts, when, by whom, what, and so on.

use warifu_core::case::{CaseNote, NoteText};
use warifu_core::time::Timestamp;

/// Reads notes; `None` when the text is not such a list.
pub(crate) fn read(text: &str) -> Option<Vec<CaseNote>> {
    let words: Vec<String> = serde_json::from_str(text).ok()?;
    let (notes, rest) = words.as_chunks::<3>();
    let note = |[at, by, text]: &[String; 3]| {
        Some(CaseNote {
            at: Timestamp::from_seconds(at.parse().ok()?),
            by: by.parse().ok()?,
            text: NoteText::new(text)?,
        })
    };
    rest.is_empty().then(|| notes.iter().map(note).collect()).flatten()
}

/// Writes notes.
pub(crate) fn write(notes: &[CaseNote]) -> String {
    let words: Vec<String> = notes
        .iter()
        .flat_map(|note| [note.at.seconds().to_string(), note.by.to_string(), note.text.as_str().to_owned()])
        .collect();
    // A list of texts can always be written.
    serde_json::to_string(&words).unwrap_or_default()
}
