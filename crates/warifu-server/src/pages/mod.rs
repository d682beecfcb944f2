//! The pages: what this service is, and what each failure means. Whoever reads them often stands before a broken machine with a phone in hand, so they
//! are plain, large, without JavaScript, and in the reader's language.

pub(crate) mod entry;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod missing;
mod page;
pub(crate) mod style;
mod text;
pub(crate) mod unknown;
mod words;
