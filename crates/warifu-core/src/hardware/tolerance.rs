//! The rule by which two fingerprints are compared, as data. A policy holds one; the default is published in `docs/hardware.md`.

use std::fmt;

use super::{ComponentKind, Scheme};

/// What one component contributes under one scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Weight {
    /// Counted against the device when the component is different; at most [`Weight::MAX`].
    pub difference: u16,
    /// Counted for the device when the component is the same; at most [`Weight::MAX`]. By default 2 for a component that tells
    /// one machine from every other, 1 for a model that many machines share.
    pub sameness: u16,
}

impl Weight {
    /// The largest number on either side.
    pub const MAX: u16 = 1_000;
}

/// The weights and limits of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemeRule {
    weights: [Weight; ComponentKind::COUNT],
    threshold: u16,
    matches_min: u16,
}

impl SchemeRule {
    /// What a component contributes.
    #[must_use]
    pub const fn weight(&self, kind: ComponentKind) -> Weight {
        self.weights[kind as usize]
    }

    /// The score from which a device counts as another one; at least 1.
    #[must_use]
    pub const fn threshold(&self) -> u16 {
        self.threshold
    }

    /// The least sum of [`Weight::sameness`] by which a device is recognised.
    #[must_use]
    pub const fn matches_min(&self) -> u16 {
        self.matches_min
    }
}

/// Why a rule cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToleranceError {
    /// This component may never count, under any policy.
    NeverCounts(ComponentKind),
    /// This component's weight is over [`Weight::MAX`].
    TooLarge(ComponentKind),
    /// A threshold of 0 would refuse every device.
    ThresholdZero,
}

impl fmt::Display for ToleranceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverCounts(kind) => write!(f, "{} may never count", kind.name()),
            Self::TooLarge(kind) => write!(f, "the weight of {} is over {}", kind.name(), Weight::MAX),
            Self::ThresholdZero => f.write_str("a threshold of 0 would refuse every device"),
        }
    }
}

impl std::error::Error for ToleranceError {}

/// A rule for comparing fingerprints: per scheme the weights, the threshold and the least matches, under a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tolerance {
    version: u16,
    rules: [SchemeRule; Scheme::COUNT],
}

impl Tolerance {
    /// The version of [`Self::default_rule`]. A rule with other numbers must carry another version.
    pub const DEFAULT_VERSION: u16 = 1;

    /// The published default. A physical machine with another mainboard is another device; a new disk counts only together with
    /// other changes; memory and graphics never count.
    #[must_use]
    pub const fn default_rule() -> Self {
        DEFAULT
    }

    /// The same rule under another version: what a publisher starts from when changing it.
    #[must_use]
    pub const fn with_version(mut self, version: u16) -> Self {
        self.version = version;
        self
    }

    /// The same rule with another weight.
    ///
    /// # Errors
    /// When the component may never count, or the weight is too large.
    pub const fn with_weight(
        mut self,
        scheme: Scheme,
        kind: ComponentKind,
        weight: Weight,
    ) -> Result<Self, ToleranceError> {
        if !kind.may_count() && (weight.difference != 0 || weight.sameness != 0) {
            return Err(ToleranceError::NeverCounts(kind));
        }
        if weight.difference > Weight::MAX || weight.sameness > Weight::MAX {
            return Err(ToleranceError::TooLarge(kind));
        }
        self.rules[scheme as usize].weights[kind as usize] = weight;
        Ok(self)
    }

    /// The same rule with other limits for one scheme.
    ///
    /// # Errors
    /// When the threshold is 0.
    pub const fn with_limits(
        mut self,
        scheme: Scheme,
        threshold: u16,
        matches_min: u16,
    ) -> Result<Self, ToleranceError> {
        if threshold == 0 {
            return Err(ToleranceError::ThresholdZero);
        }
        self.rules[scheme as usize].threshold = threshold;
        self.rules[scheme as usize].matches_min = matches_min;
        Ok(self)
    }

    /// The rule's version, which every decision records.
    #[must_use]
    pub const fn version(&self) -> u16 {
        self.version
    }

    /// What holds for one scheme.
    #[must_use]
    pub const fn rule(&self, scheme: Scheme) -> &SchemeRule {
        &self.rules[scheme as usize]
    }
}

const fn w(difference: u16, sameness: u16) -> Weight {
    Weight { difference, sameness }
}

/// Built so that, on a physical machine:
/// - another mainboard (its serial, or for an ordinary user its model) alone is another device;
/// - disk + fresh OS install (the usual SSD swap) is not, disk + CPU or disk + network adapter is;
/// - a copied folder (other disk, adapter and OS install) on a PC of the same model is another device, also for an ordinary user.
///
/// A virtual machine changes hosts, and with them CPU and board model, without ceasing to be itself; its disk and OS install
/// together stand for it where its host gives it no id. An image copied to another host is found by its forked leases, not here.
const DEFAULT: Tolerance = Tolerance {
    version: Tolerance::DEFAULT_VERSION,
    // In the order of ComponentKind::ALL: motherboard, board model, TPM, CPU, system disk, network adapter, OS install, memory,
    // graphics, VM id, VM generation.
    rules: [
        SchemeRule {
            weights: [
                w(60, 2),
                w(50, 1),
                w(20, 2),
                w(25, 1),
                w(30, 2),
                w(20, 2),
                w(15, 2),
                w(0, 0),
                w(0, 0),
                w(0, 0),
                w(0, 0),
            ],
            threshold: 50,
            matches_min: 3,
        },
        SchemeRule {
            weights: [
                w(0, 0),
                w(10, 1),
                w(20, 2),
                w(5, 1),
                w(30, 2),
                w(15, 2),
                w(25, 2),
                w(0, 0),
                w(0, 0),
                w(60, 2),
                w(0, 0),
            ],
            threshold: 50,
            matches_min: 3,
        },
        SchemeRule {
            weights: [
                w(60, 2),
                w(30, 1),
                w(0, 0),
                w(20, 1),
                w(30, 2),
                w(0, 0),
                w(10, 1),
                w(0, 0),
                w(0, 0),
                w(60, 2),
                w(0, 0),
            ],
            threshold: 50,
            matches_min: 2,
        },
        SchemeRule {
            weights: [
                w(0, 0),
                w(0, 0),
                w(0, 0),
                w(20, 1),
                w(20, 2),
                w(0, 0),
                w(30, 2),
                w(0, 0),
                w(0, 0),
                w(60, 2),
                w(0, 0),
            ],
            threshold: 50,
            matches_min: 3,
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_rule_keeps_the_bounds_that_every_rule_keeps() {
        let default = Tolerance::default_rule();
        for scheme in Scheme::ALL {
            let rule = default.rule(scheme);
            assert!(rule.threshold() >= 1);
            for kind in ComponentKind::ALL {
                assert_eq!(default.with_weight(scheme, kind, rule.weight(kind)), Ok(default));
            }
        }
    }

    #[test]
    fn every_anchor_of_a_scheme_is_a_strong_match_under_it() {
        let default = Tolerance::default_rule();
        for scheme in Scheme::ALL {
            for &kind in scheme.anchors() {
                assert_eq!(default.rule(scheme).weight(kind).sameness, 2, "{scheme:?} {kind:?}");
            }
        }
    }

    #[test]
    fn no_policy_can_make_memory_or_graphics_count() {
        for kind in [ComponentKind::Memory, ComponentKind::Graphics] {
            for weight in [Weight { difference: 1, sameness: 0 }, Weight { difference: 0, sameness: 1 }] {
                assert_eq!(
                    Tolerance::default_rule().with_weight(Scheme::Physical, kind, weight),
                    Err(ToleranceError::NeverCounts(kind))
                );
            }
        }
    }

    #[test]
    fn a_weight_or_threshold_out_of_bounds_is_refused() {
        let rule = Tolerance::default_rule();
        let heavy = Weight { difference: Weight::MAX + 1, sameness: 0 };
        assert_eq!(
            rule.with_weight(Scheme::Vm, ComponentKind::Cpu, heavy),
            Err(ToleranceError::TooLarge(ComponentKind::Cpu))
        );
        assert_eq!(rule.with_limits(Scheme::Vm, 0, 3), Err(ToleranceError::ThresholdZero));
    }

    /// The rule is a promise to the people it judges, so the page that publishes it is checked word for word.
    #[test]
    fn the_published_table_is_the_default_rule() {
        let page = include_str!("../../../../docs/hardware.md");
        let default = Tolerance::default_rule();
        let row = |name: &str, cell: &dyn Fn(&SchemeRule) -> (u16, u16)| {
            let cells = Scheme::ALL.map(|scheme| cell(default.rule(scheme)));
            let cells: Vec<String> = cells.iter().map(|(left, right)| format!("{left} / {right}")).collect();
            format!("\n| {name} | {} |\n", cells.join(" | "))
        };
        for kind in ComponentKind::ALL {
            let row = row(kind.name(), &|rule| (rule.weight(kind).difference, rule.weight(kind).sameness));
            assert!(page.contains(&row), "docs/hardware.md lacks{row}");
        }
        let limits = row("threshold / matches needed", &|rule| (rule.threshold(), rule.matches_min()));
        assert!(page.contains(&limits), "docs/hardware.md lacks{limits}");
        assert!(page.contains(&format!("This is rule version {}", default.version())));
    }
}
