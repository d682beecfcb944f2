//! The comparison: is the machine seen the one that was bound? A pure function of two fingerprints and a rule.

use super::{ComponentKind, FingerprintOf, Reading, Scheme, Tolerance};

/// How a component compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComponentState {
    /// Both readings have the same value.
    Same,
    /// The readings have different values. Only this counts against a device.
    Different,
    /// At least one side has no reading, and none is unreliable.
    Missing,
    /// At least one side's reading is unreliable.
    Unreliable,
}

impl ComponentState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Same, Self::Different, Self::Missing, Self::Unreliable];

    /// The state's stable name, as records write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Missing => "missing",
            Self::Unreliable => "unreliable",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    fn of<V: PartialEq>(bound: Reading<V>, seen: Reading<V>) -> Self {
        match (bound, seen) {
            (Reading::Present(bound), Reading::Present(seen)) if bound == seen => Self::Same,
            (Reading::Present(_), Reading::Present(_)) => Self::Different,
            (Reading::Unreliable, _) | (_, Reading::Unreliable) => Self::Unreliable,
            (Reading::Missing, _) | (_, Reading::Missing) => Self::Missing,
        }
    }
}

/// What a comparison says about one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// The component.
    pub kind: ComponentKind,
    /// How it compares.
    pub state: ComponentState,
    /// What was counted: against the device when different, for it when the same, else 0.
    pub counted: u16,
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Match {
    /// The same device, with no difference that counts.
    Same,
    /// The same device, with differences that the rule accepts.
    Drifted,
    /// Another device: the differences reach the threshold, or it is another kind of machine.
    Different,
    /// Nothing speaks against the device, but too little speaks for it.
    TooWeak,
}

impl Match {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Same, Self::Drifted, Self::Different, Self::TooWeak];

    /// The verdict's stable name, as records write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Drifted => "drifted",
            Self::Different => "different",
            Self::TooWeak => "too_weak",
        }
    }

    /// Whether the device is recognised.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Same | Self::Drifted)
    }
}

/// The outcome of a comparison with all that it rests on. Its text form ([`std::fmt::Display`], [`std::str::FromStr`]) is stable, and
/// reading it computes score, matches and verdict anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Comparison {
    rule_version: u16,
    bound: Scheme,
    seen: Scheme,
    threshold: u16,
    matches_min: u16,
    lines: [Line; ComponentKind::COUNT],
}

/// Compares the fingerprint that a device was bound with and the one seen now. Swapping the two changes nothing in the verdict.
#[must_use]
pub fn compare<V: Copy + PartialEq>(
    bound: &FingerprintOf<V>,
    seen: &FingerprintOf<V>,
    tolerance: &Tolerance,
) -> Comparison {
    let rule = tolerance.rule(bound.scheme());
    let same_scheme = bound.scheme() == seen.scheme();
    let lines = ComponentKind::ALL.map(|kind| {
        let state = ComponentState::of(bound.reading(kind), seen.reading(kind));
        let weight = rule.weight(kind);
        let counted = match state {
            // Between two kinds of machine the components are shown, but the kind alone decides.
            _ if !same_scheme => 0,
            ComponentState::Same => weight.sameness,
            ComponentState::Different => weight.difference,
            ComponentState::Missing | ComponentState::Unreliable => 0,
        };
        Line { kind, state, counted }
    });
    Comparison::from_parts(
        tolerance.version(),
        (bound.scheme(), seen.scheme()),
        (rule.threshold(), rule.matches_min()),
        lines,
    )
}

impl Comparison {
    /// Puts a comparison together from its facts. `lines` stand in the order of [`ComponentKind::ALL`].
    pub(super) const fn from_parts(
        rule_version: u16,
        (bound, seen): (Scheme, Scheme),
        (threshold, matches_min): (u16, u16),
        lines: [Line; ComponentKind::COUNT],
    ) -> Self {
        Self { rule_version, bound, seen, threshold, matches_min, lines }
    }

    /// The version of the rule that was used.
    #[must_use]
    pub const fn rule_version(&self) -> u16 {
        self.rule_version
    }

    /// The scheme that the device was bound under, whose weights were used.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.bound
    }

    /// The scheme of the machine seen.
    #[must_use]
    pub const fn seen_scheme(&self) -> Scheme {
        self.seen
    }

    /// One line per component, in the order of [`ComponentKind::ALL`].
    #[must_use]
    pub const fn lines(&self) -> &[Line; ComponentKind::COUNT] {
        &self.lines
    }

    /// What was counted against the device.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.sum(ComponentState::Different)
    }

    /// The score from which it would be, or is, another device.
    #[must_use]
    pub const fn threshold(&self) -> u16 {
        self.threshold
    }

    /// What was counted for the device.
    #[must_use]
    pub fn matches(&self) -> u32 {
        self.sum(ComponentState::Same)
    }

    /// What had to be counted for the device.
    #[must_use]
    pub const fn matches_min(&self) -> u16 {
        self.matches_min
    }

    /// What the comparison comes to.
    #[must_use]
    pub fn verdict(&self) -> Match {
        if self.bound != self.seen || self.score() >= u32::from(self.threshold) {
            Match::Different
        } else if self.matches() < u32::from(self.matches_min) {
            Match::TooWeak
        } else if self.score() > 0 {
            Match::Drifted
        } else {
            Match::Same
        }
    }

    /// Whether some component is the same that tells one machine from every other.
    #[must_use]
    pub fn is_identified(&self) -> bool {
        let anchors = self.bound.anchors();
        let same = |line: &Line| line.state == ComponentState::Same && anchors.contains(&line.kind);
        self.bound == self.seen && self.lines.iter().any(same)
    }

    /// The components whose difference was counted.
    pub fn differences(&self) -> impl Iterator<Item = ComponentKind> + '_ {
        let counts = |line: &&Line| line.state == ComponentState::Different && line.counted > 0;
        self.lines.iter().filter(counts).map(|line| line.kind)
    }

    fn sum(&self, state: ComponentState) -> u32 {
        self.lines.iter().filter(|line| line.state == state).map(|line| u32::from(line.counted)).sum()
    }
}

#[cfg(test)]
mod tests;
