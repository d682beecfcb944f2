//! The text form of a comparison, by which a decision is kept and recomputed. One line, words separated by single spaces:
//!
//! ```text
//! rule=1 bound=vm seen=vm motherboard=missing … os_install=same:2 … score=0/50 matches=3/3 verdict=same
//! ```
//!
//! The number after `same:` was counted for the device, the one after `different:` against it. Score, matches and verdict are
//! written for people; reading computes them from the lines and refuses a record that says otherwise.

use std::fmt;
use std::str::FromStr;

use super::{Comparison, ComponentKind, ComponentState, Line, Scheme, Weight};

/// Why a text is not the record of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseComparisonError {
    /// The text does not have the form of a record.
    Malformed,
    /// The record's score, matches or verdict is not what its lines give.
    Inconsistent,
}

impl fmt::Display for ParseComparisonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the text is not the record of a comparison of hardware",
            Self::Inconsistent => "the record's score, matches or verdict is not what its lines give",
        })
    }
}

impl std::error::Error for ParseComparisonError {}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bound, seen) = (self.scheme().name(), self.seen_scheme().name());
        write!(f, "rule={} bound={bound} seen={seen}", self.rule_version())?;
        for line in self.lines() {
            write!(f, " {}={}", line.kind.name(), line.state.name())?;
            if matches!(line.state, ComponentState::Same | ComponentState::Different) {
                write!(f, ":{}", line.counted)?;
            }
        }
        write!(f, " score={}/{}", self.score(), self.threshold())?;
        write!(f, " matches={}/{}", self.matches(), self.matches_min())?;
        write!(f, " verdict={}", self.verdict().name())
    }
}

impl FromStr for Comparison {
    type Err = ParseComparisonError;

    fn from_str(text: &str) -> Result<Self, ParseComparisonError> {
        let comparison = parse(text).ok_or(ParseComparisonError::Malformed)?;
        if comparison.to_string() == text { Ok(comparison) } else { Err(ParseComparisonError::Inconsistent) }
    }
}

fn parse(text: &str) -> Option<Comparison> {
    let mut words = text.split(' ');
    let mut value = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=');
    let rule_version = value("rule")?.parse().ok()?;
    let schemes = (Scheme::from_name(value("bound")?)?, Scheme::from_name(value("seen")?)?);
    let mut lines = ComponentKind::ALL.map(|kind| Line { kind, state: ComponentState::Missing, counted: 0 });
    for line in &mut lines {
        (line.state, line.counted) = parse_state(value(line.kind.name())?)?;
    }
    let limits = (parse_limit(value("score")?)?, parse_limit(value("matches")?)?);
    value("verdict")?;
    Some(Comparison::from_parts(rule_version, schemes, limits, lines))
}

fn parse_state(text: &str) -> Option<(ComponentState, u16)> {
    let (name, counted) = match text.split_once(':') {
        Some((name, counted)) => (name, counted.parse().ok().filter(|counted| *counted <= Weight::MAX)?),
        None => (text, 0),
    };
    Some((ComponentState::from_name(name)?, counted))
}

fn parse_limit(text: &str) -> Option<u16> {
    text.split_once('/')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::{ComponentHash, Fingerprint, Reading, Tolerance, compare};
    use super::*;

    const RECORD: &str = "rule=1 bound=vm seen=vm motherboard=missing board_model=missing tpm=missing cpu=same:1 \
        system_disk=unreliable network_adapter=missing os_install=different:25 memory=missing graphics=missing \
        vm_id=missing vm_generation=missing score=25/50 matches=1/3 verdict=too_weak";

    #[test]
    fn the_record_of_a_comparison_has_its_published_form() {
        let present = |bits| Reading::Present(ComponentHash::from_u64(bits));
        let bound = Fingerprint::new(Scheme::Vm)
            .with(ComponentKind::Cpu, present(1))
            .with(ComponentKind::SystemDisk, Reading::Unreliable)
            .with(ComponentKind::OsInstall, present(2));
        let seen = bound.with(ComponentKind::OsInstall, present(3));
        assert_eq!(compare(&bound, &seen, &Tolerance::default_rule()).to_string(), RECORD);
    }

    #[test]
    fn the_record_in_the_documentation_is_one() {
        let page = include_str!("../../../../docs/hardware.md");
        let record = page.lines().find(|line| line.starts_with("rule=1 ")).unwrap();
        let comparison: Comparison = record.parse().unwrap();
        assert_eq!(comparison.differences().collect::<Vec<_>>(), [ComponentKind::Motherboard]);
    }

    #[test]
    fn a_record_whose_sums_were_edited_is_refused() {
        for (from, to) in [
            ("score=25", "score=24"),
            ("matches=1/3", "matches=4/3"),
            ("too_weak", "same"),
            ("different:25", "different:26"),
            ("rule=1", "rule=01"),
        ] {
            let edited = RECORD.replace(from, to);
            assert_eq!(edited.parse::<Comparison>(), Err(ParseComparisonError::Inconsistent), "{edited}");
        }
    }

    #[test]
    fn a_record_that_is_cut_or_reordered_is_refused() {
        let cut = &RECORD[..RECORD.len() - " verdict=too_weak".len()];
        let reordered = RECORD
            .replace("motherboard=missing board_model=missing", "board_model=missing motherboard=missing");
        let heavy = RECORD.replace("different:25", "different:1001");
        for text in ["", cut, &heavy, &reordered, &RECORD.replace("bound=vm", "bound=pc")] {
            assert_eq!(text.parse::<Comparison>(), Err(ParseComparisonError::Malformed), "{text}");
        }
    }
}
