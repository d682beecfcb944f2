//! How much changed hardware is still the same device.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use warifu_core::catalogue::Failure;
use warifu_core::hardware::{self, ComponentKind, Scheme};

/// A rule for comparing fingerprints. In a request, what is not given stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tolerance {
    /// The rule's version, which every decision records. The published default has 1; a rule with other numbers must have another.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub version: u16,
    /// The numbers for each scheme: `physical`, `vm`, `container` and `wsl`.
    #[serde(default)]
    pub schemes: BTreeMap<String, SchemeRule>,
}

/// The numbers for one scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemeRule {
    /// The score from which a device counts as another one: at least 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    #[serde(default)]
    pub threshold: Option<u16>,
    /// The least sum of sameness by which a device is recognised.
    #[serde(default)]
    pub matches_min: Option<u16>,
    /// What each kind of component contributes.
    #[serde(default)]
    pub weights: BTreeMap<String, Weight>,
}

/// What one component contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Weight {
    /// Counted against the device when the component is different.
    #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
    pub difference: u16,
    /// Counted for the device when the component is the same.
    #[cfg_attr(feature = "openapi", schema(maximum = 1000))]
    pub sameness: u16,
}

impl From<&hardware::Tolerance> for Tolerance {
    fn from(tolerance: &hardware::Tolerance) -> Self {
        let rule_of = |scheme: Scheme| {
            let rule = tolerance.rule(scheme);
            let weight_of = |kind: ComponentKind| {
                let weight = rule.weight(kind);
                (kind.name().to_owned(), Weight { difference: weight.difference, sameness: weight.sameness })
            };
            SchemeRule {
                threshold: Some(rule.threshold()),
                matches_min: Some(rule.matches_min()),
                weights: ComponentKind::ALL.into_iter().map(weight_of).collect(),
            }
        };
        let schemes = Scheme::ALL.into_iter().map(|scheme| (scheme.name().to_owned(), rule_of(scheme)));
        Self { version: tolerance.version(), schemes: schemes.collect() }
    }
}

impl Tolerance {
    /// The rule that `present` becomes with these numbers.
    ///
    /// # Errors
    /// `field_not_valid` for a scheme or component that does not exist, a number out of its bounds, or a rule that goes by the version of
    /// another.
    pub fn over(&self, present: &hardware::Tolerance) -> Result<hardware::Tolerance, Failure> {
        let mut tolerance = present.with_version(self.version);
        for (name, rule) in &self.schemes {
            let known = Scheme::ALL.map(Scheme::name).join(", ");
            let scheme = Scheme::from_name(name)
                .ok_or_else(|| Failure::field_not_valid("tolerance.schemes", "", known))?;
            let limits = tolerance.rule(scheme);
            let (threshold, matches_min) = (limits.threshold(), limits.matches_min());
            tolerance = tolerance
                .with_limits(
                    scheme,
                    rule.threshold.unwrap_or(threshold),
                    rule.matches_min.unwrap_or(matches_min),
                )
                .map_err(|error| Failure::field_not_valid("tolerance.threshold", 0, error))?;
            for (name, weight) in &rule.weights {
                let known = ComponentKind::ALL.map(ComponentKind::name).join(", ");
                let kind = ComponentKind::from_name(name)
                    .ok_or_else(|| Failure::field_not_valid("tolerance.weights", "", known))?;
                let weight = hardware::Weight { difference: weight.difference, sameness: weight.sameness };
                tolerance = tolerance
                    .with_weight(scheme, kind, weight)
                    .map_err(|error| Failure::field_not_valid("tolerance.weights", kind.name(), error))?;
            }
        }
        let default = hardware::Tolerance::default_rule();
        let same_numbers = tolerance.with_version(default.version()) == default;
        let misnamed = (self.version == default.version()) != same_numbers;
        let renamed =
            tolerance.with_version(present.version()) != *present && self.version == present.version();
        if self.version == 0 || misnamed || renamed {
            let rule = "a version of its own for a rule with other numbers; 1 is the published default";
            return Err(Failure::field_not_valid("tolerance.version", self.version, rule));
        }
        Ok(tolerance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Result<hardware::Tolerance, &'static str> {
        let body: Tolerance = serde_json::from_str(text).unwrap();
        body.over(&hardware::Tolerance::default_rule()).map_err(|failure| failure.code().as_str())
    }

    #[test]
    fn the_default_rule_survives_its_form() {
        let default = hardware::Tolerance::default_rule();
        assert_eq!(Tolerance::from(&default).over(&default), Ok(default));
    }

    #[test]
    fn a_stricter_disk_is_one_number_under_a_version_of_its_own() {
        let numbers = r#""schemes":{"physical":{"weights":{"system_disk":{"difference":60,"sameness":2}}}}"#;
        let tolerance = code(&format!(r#"{{"version":2,{numbers}}}"#)).unwrap();
        let weight = tolerance.rule(Scheme::Physical).weight(ComponentKind::SystemDisk);
        assert_eq!((tolerance.version(), weight.difference), (2, 60));
        assert_eq!(code(&format!(r#"{{"version":1,{numbers}}}"#)), Err("field_not_valid"));
        assert_eq!(code(r#"{"version":2}"#), Err("field_not_valid"));
    }

    #[test]
    fn what_does_not_exist_or_may_not_count_is_refused() {
        for schemes in [
            r#"{"laptop":{}}"#,
            r#"{"vm":{"threshold":0}}"#,
            r#"{"vm":{"weights":{"fan":{"difference":1,"sameness":1}}}}"#,
            r#"{"vm":{"weights":{"memory":{"difference":1,"sameness":1}}}}"#,
            r#"{"vm":{"weights":{"cpu":{"difference":1001,"sameness":1}}}}"#,
        ] {
            let text = format!(r#"{{"version":2,"schemes":{schemes}}}"#);
            assert_eq!(code(&text), Err("field_not_valid"), "{schemes}");
        }
    }
}
