//! The pages: what this service is, what each failure means, and the troubleshooter. Whoever reads them often stands before a broken machine with a phone in hand, so they
//! are plain, large, without JavaScript, and in the reader's language.

pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod missing;
mod page;
pub(crate) mod style;
mod text;
mod words;
