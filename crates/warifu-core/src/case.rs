//! Cases: diagnosed failures that a person has sent to the publisher. What a case says is in its bundle, which this crate does not read;
//! here is how a case is named, who may see it, and how long it is kept.

use std::fmt;
use std::str::FromStr;

use crate::id::{CaseId, InstallationId, StaffId};
use crate::random::{self, Random};
use crate::record::Revision;
use crate::time::{Span, Timestamp};

/// A case's number: eight random digits and a check digit, said and written `123-456-789`. It locates a case for staff and opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber(u32);

/// Damm's quasigroup of order ten: its check digit finds every wrong digit and every swapped pair of neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

impl CaseNumber {
    /// One more than the highest value of the eight digits.
    const END: u32 = 100_000_000;

    /// A number at random. Whoever draws it looks whether it is taken.
    pub fn draw(random: &mut (impl Random + ?Sized)) -> Self {
        // The bias of the remainder is below 1 in 10^11.
        let drawn = u64::from_be_bytes(random::bytes(random)) % u64::from(Self::END);
        Self(u32::try_from(drawn).unwrap_or_default())
    }

    /// The number whose eight digits have this value, as a store keeps it.
    #[must_use]
    pub fn from_value(value: u32) -> Option<Self> {
        (value < Self::END).then_some(Self(value))
    }

    /// The value of the eight digits.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }

    fn digits(self) -> [u8; 9] {
        let (mut digits, mut rest) = ([0; 9], self.0);
        for digit in digits[..8].iter_mut().rev() {
            // A remainder of ten is a digit.
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        digits[8] = check(&digits[..8]);
        digits
    }
}

fn check(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |sum, &digit| DAMM[usize::from(sum)][usize::from(digit)])
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, digit) in self.digits().into_iter().enumerate() {
            if place > 0 && place % 3 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not the number of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseNumberError {
    /// It has not nine digits, or something else stands among them.
    Form,
    /// The check digit does not fit: a digit is wrong, or two were swapped.
    Check,
}

impl fmt::Display for CaseNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "a case's number has nine digits, as in 123-456-780",
            Self::Check => "a digit of the case's number is wrong",
        })
    }
}

impl std::error::Error for CaseNumberError {}

impl FromStr for CaseNumber {
    type Err = CaseNumberError;

    /// Reads a number however it was typed: with any spaces and dashes, in half or full width.
    fn from_str(text: &str) -> Result<Self, CaseNumberError> {
        let mut digits = Vec::with_capacity(9);
        for symbol in text.chars() {
            let digit = match symbol {
                '0'..='9' => u32::from(symbol) - u32::from('0'),
                '０'..='９' => u32::from(symbol) - u32::from('０'),
                '-' | '‐'..='―' | '−' | 'ー' | '－' | '#' => continue,
                _ if symbol.is_whitespace() => continue,
                _ => return Err(CaseNumberError::Form),
            };
            if digits.len() == 9 {
                return Err(CaseNumberError::Form);
            }
            digits.push(u8::try_from(digit).map_err(|_| CaseNumberError::Form)?);
        }
        if digits.len() != 9 {
            return Err(CaseNumberError::Form);
        }
        // The check digit leads the sum of all nine to zero.
        if check(&digits) != 0 {
            return Err(CaseNumberError::Check);
        }
        let value = digits[..8].iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit));
        Self::from_value(value).ok_or(CaseNumberError::Form)
    }
}

/// What is stored of the secret in a case's private link: its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CaseLinkHash(pub [u8; 32]);

/// What a list shows of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseHead {
    /// Its id. Lists go by it, which is the order of arrival.
    pub id: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// How often the record was written.
    pub revision: Revision,
    /// What the failure is of: a subject of the troubleshooter, such as `windows`.
    pub subject: String,
    /// The likeliest cause, by the name of the knowledge data; none when nothing was found.
    pub cause: Option<String>,
    /// Whether the cause is not well supported.
    pub unknown: bool,
    /// The installation whose key has signed it, if one has that was enrolled when the case came.
    pub installation: Option<InstallationId>,
    /// When it came.
    pub received: Timestamp,
    /// When it was closed, and by whom.
    pub closed: Option<(Timestamp, StaffId)>,
}

/// A note of staff on a case. The person who sent the case does not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseNote {
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub by: StaffId,
    /// What it says, without what identifies a person or a machine.
    pub text: NoteText,
}

/// The text of a note: 1 to 1000 characters on any number of lines, trimmed, no other control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText(String);

impl NoteText {
    /// The most characters.
    pub const MAX: usize = 1000;

    /// Takes a text as typed; `None` when it is empty, too long or holds control characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.chars().count() <= Self::MAX
            && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A case as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What a list shows.
    pub head: CaseHead,
    /// What its private link hashes to.
    pub link: CaseLinkHash,
    /// The SHA-256 of what the bundle says: the same bundle, sent again, is the same case.
    pub digest: [u8; 32],
    /// The bundle as it came, verified.
    pub bundle: Vec<u8>,
    /// The notes, oldest first.
    pub notes: Vec<CaseNote>,
}

impl Case {
    /// How long a case is kept after it came. Then it is erased, be it closed or open.
    pub const KEPT: Span = Span::days(180);
    /// The most notes on a case.
    pub const NOTES_MAX: usize = 50;

    /// Whether the time that a case is kept has passed.
    #[must_use]
    pub fn is_over(received: Timestamp, now: Timestamp) -> bool {
        received.plus(Self::KEPT) <= now
    }
}

/// A change of what is stored of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseChange {
    /// A case is new, or is not as it was.
    Write(Box<Case>),
    /// A case is erased, whole.
    Erase {
        /// Which.
        id: CaseId,
        /// The revision that was read.
        revision: Revision,
    },
}

/// What staff do to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseAct {
    /// Write a note.
    Note(NoteText),
    /// Close it: nothing is left to do.
    Close,
    /// Open it again.
    Reopen,
    /// Erase it with everything that was in it.
    Erase,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_said_in_three_groups_and_read_however_it_was_typed() {
        let number = CaseNumber::from_value(12_345_678).unwrap();
        let text = number.to_string();
        assert_eq!(text.len(), 11);
        assert!(text.starts_with("123-456-78"), "{text}");
        for typed in
            [text.replace('-', ""), text.replace('-', " "), text.replace('-', "ー"), format!("#{text}")]
        {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
        let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        assert_eq!(wide.parse(), Ok(number), "{wide}");
        for wrong in ["", "123", "123-456-78x", "1234567890"] {
            assert_eq!(wrong.parse::<CaseNumber>(), Err(CaseNumberError::Form), "{wrong}");
        }
        assert_eq!(CaseNumber::from_value(CaseNumber::END), None);
    }

    #[test]
    fn notes_are_bounded_and_hold_no_control_characters() {
        assert_eq!(NoteText::new("  電話で確認済み\nOK ").unwrap().as_str(), "電話で確認済み\nOK");
        for wrong in ["", "  ", "a\u{7}b", &"x".repeat(NoteText::MAX + 1)] {
            assert_eq!(NoteText::new(wrong), None);
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_and_swapped_neighbours_are_always_found(value in 0..CaseNumber::END, place in 0..9_usize, other in 0..10_u8) {
            let number = CaseNumber::from_value(value).unwrap();
            let digits = number.digits();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            let spell = |digits: &[u8; 9]| digits.iter().map(u8::to_string).collect::<String>();
            let mut wrong = digits;
            wrong[place] = other;
            if wrong != digits {
                prop_assert_eq!(spell(&wrong).parse::<CaseNumber>(), Err(CaseNumberError::Check));
            }
            let mut swapped = digits;
            swapped.swap(place.min(7), place.min(7) + 1);
            if swapped != digits {
                prop_assert_eq!(spell(&swapped).parse::<CaseNumber>(), Err(CaseNumberError::Check));
            }
        }
    }
}
