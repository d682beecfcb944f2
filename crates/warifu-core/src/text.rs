//! Short texts that people type: names, codes, labels. Each is checked once, where it enters.

use std::fmt;

/// Why a text cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Nothing but white space.
    Empty,
    /// More than `max` characters.
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// A character that the kind of text does not allow.
    Character,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("must not be empty"),
            Self::TooLong { max } => write!(f, "must have at most {max} characters"),
            Self::Character => f.write_str("holds a character that is not allowed here"),
        }
    }
}

impl std::error::Error for TextError {}

/// A name that people read: 1 to 100 characters, no control characters, trimmed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The most characters a name may have.
    pub const MAX: usize = 100;
    /// What a name has to be, as a word of the catalogue's terms.
    pub const RULE: &'static str = "name_form";

    /// Takes a name as typed, without the white space around it.
    ///
    /// # Errors
    /// When nothing is left, or more than [`Self::MAX`] characters are, or a control character is among them.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > Self::MAX {
            return Err(TextError::TooLong { max: Self::MAX });
        }
        if text.chars().any(char::is_control) {
            return Err(TextError::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code that programs use: 1 to 40 of `a`–`z`, `0`–`9`, `-`, starting with a letter. Names products, editions and features.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The most characters a code may have.
    pub const MAX: usize = 40;
    /// What a code has to be, as a word of the catalogue's terms.
    pub const RULE: &'static str = "code_form";

    /// Takes a code.
    ///
    /// # Errors
    /// When it is empty, longer than [`Self::MAX`], or holds anything but the characters above.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(TextError::TooLong { max: Self::MAX });
        }
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if !text.bytes().all(allowed) || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(TextError::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(Name::new("  経理の PC ").map(|name| name.to_string()), Ok("経理の PC".to_owned()));
        assert_eq!(Name::new(" \n"), Err(TextError::Empty));
        assert_eq!(Name::new(&"あ".repeat(101)), Err(TextError::TooLong { max: 100 }));
        assert_eq!(Name::new("a\u{1b}[31mb"), Err(TextError::Character));
    }

    #[test]
    fn a_code_is_plain_lower_case() {
        assert!(Slug::new("acme-draw-2").is_ok());
        for text in ["Acme", "2draw", "acme draw", "acme_draw", "描画"] {
            assert_eq!(Slug::new(text), Err(TextError::Character), "{text}");
        }
    }
}
