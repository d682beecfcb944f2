//! Everything that reads bytes of strangers, as targets for a fuzzer.
//!
//! A target is a function that takes any bytes and asserts what must hold of their reader: not only that it does not panic, but that what it accepts is
//! written again as the same, that bounds hold, that nothing secret comes back in a failure. To add one, write the function in the module of
//! its kind, give it seeds, and add its row to [`TARGETS`]; `cargo xtask drill fuzz NAME` runs it, and so does CI from then on.
//!
//! Nothing here decides what is right: a target states what the reader's own documentation promises.
#![expect(clippy::panic, clippy::unwrap_used, reason = "test code: a failure is a panic")]

mod cases;
mod documents;
mod edge;
mod evidence;
mod files;
#[path = "../../crates/warifu-cli/src/publisher/key_file.rs"]
mod key_file;
mod keys;
mod log;
mod requests;
mod rows;
mod texts;
mod vectors;

/// A reader under test.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its folder below `fuzz/corpus`.
    pub name: &'static str,
    /// Reads the bytes and asserts.
    pub run: fn(&[u8]),
    /// Inputs to begin with, made anew each time; `fuzz/corpus` holds those that were found.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "answer", run: requests::answer, seeds: requests::answer_seeds },
    Target { name: "bundle", run: documents::bundle, seeds: documents::bundle_seeds },
    Target { name: "case", run: evidence::case, seeds: evidence::case_seeds },
    Target { name: "client_folder", run: files::client_folder, seeds: files::client_folder_seeds },
    Target { name: "device_body", run: requests::device_body, seeds: requests::device_body_seeds },
    Target { name: "document", run: documents::document, seeds: documents::document_seeds },
    Target { name: "evidence", run: evidence::evidence, seeds: evidence::evidence_seeds },
    Target { name: "form", run: edge::form, seeds: edge::form_seeds },
    Target { name: "hardware", run: texts::hardware, seeds: texts::hardware_seeds },
    Target { name: "http", run: edge::http, seeds: edge::http_seeds },
    Target { name: "import_file", run: keys::import_file, seeds: keys::import_file_seeds },
    Target { name: "imported_key", run: keys::imported_key, seeds: keys::imported_key_seeds },
    Target { name: "issuing_keys", run: files::issuing_keys, seeds: files::issuing_keys_seeds },
    Target { name: "key_list", run: log::key_list, seeds: log::key_list_seeds },
    Target { name: "log", run: log::log, seeds: log::log_seeds },
    Target { name: "nonce", run: requests::nonce, seeds: requests::nonce_seeds },
    Target { name: "payload", run: documents::payload, seeds: documents::payload_seeds },
    Target { name: "product_key", run: keys::product_key, seeds: keys::product_key_seeds },
    Target { name: "redaction", run: cases::redaction, seeds: cases::redaction_seeds },
    Target { name: "request", run: requests::request, seeds: requests::request_seeds },
    Target { name: "root_file", run: files::root_file, seeds: files::root_file_seeds },
    Target { name: "row", run: rows::row, seeds: rows::row_seeds },
    Target { name: "secrets", run: files::secrets, seeds: files::secrets_seeds },
    Target { name: "sent_case", run: cases::sent_case, seeds: cases::sent_case_seeds },
    Target { name: "staff_body", run: requests::staff_body, seeds: requests::staff_body_seeds },
    Target { name: "text", run: texts::text, seeds: texts::text_seeds },
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Random bytes that are none: a target is a function of its input.
struct Sevens;

impl warifu_core::random::Random for Sevens {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// The part of an input that its first byte picks: one target covers several readers of one kind.
fn picked(data: &[u8], kinds: usize) -> Option<(usize, &[u8])> {
    let (first, rest) = data.split_first()?;
    Some((usize::from(*first) % kinds, rest))
}

/// An input for the reader of this number.
fn pick(kind: u8, rest: &[u8]) -> Vec<u8> {
    [&[kind], rest].concat()
}
