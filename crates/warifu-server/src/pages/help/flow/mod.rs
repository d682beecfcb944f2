//! The questions: from what somebody sees to the cause and what mends it.
//!
//! The service remembers nothing between two pages. What is known travels in the form: facts read from what was pasted (not the text itself), the
//! answers in their order, and the questions that the person could not answer. It goes by POST, so that no address, log or history holds it.

pub(crate) mod ask;
pub(crate) mod case;
mod form;
mod question;
mod result;
mod state;
