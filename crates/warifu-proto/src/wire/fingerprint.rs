//! Fingerprints as JSON: `{"scheme":"vm","rule":1,"components":{"cpu":"0123456789abcdef","motherboard":"unreliable"}}`.
//!
//! A component that is not named is missing; writing `"missing"` says the same. The form serves both lengths of value: 16 hexadecimal
//! digits in requests, 4 in leases.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use warifu_core::hardware::{ComponentKind, FingerprintOf, Reading, Scheme};

use crate::json;

/// The version of the rule by which components are read, made uniform and hashed. Values of another version cannot be compared.
pub const FINGERPRINT_RULE: u16 = 1;

/// The most components that are read: room for kinds that this version does not know.
const COMPONENTS_MAX: usize = 32;

#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "V: Copy + fmt::Display", deserialize = "V: Copy + FromStr"))]
struct Body<V> {
    #[serde(with = "json::text")]
    scheme: Scheme,
    rule: u16,
    components: Components<V>,
}

struct Components<V>(Vec<(ComponentKind, Reading<V>)>);

impl<V: Copy + fmt::Display> Serialize for Components<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (kind, reading) in &self.0 {
            match reading {
                Reading::Present(value) => map.serialize_entry(kind.name(), &value.to_string())?,
                Reading::Unreliable => map.serialize_entry(kind.name(), "unreliable")?,
                Reading::Missing => {}
            }
        }
        map.end()
    }
}

impl<'de, V: Copy + FromStr> Deserialize<'de> for Components<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ComponentsVisitor(PhantomData))
    }
}

struct ComponentsVisitor<V>(PhantomData<V>);

impl<'de, V: Copy + FromStr> Visitor<'de> for ComponentsVisitor<V> {
    type Value = Components<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a reading for each kind of component")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Components<V>, A::Error> {
        let mut names: Vec<String> = Vec::new();
        let mut components = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.len() == COMPONENTS_MAX {
                return Err(de::Error::custom("more components than are read"));
            }
            if names.contains(&name) {
                return Err(de::Error::custom("a component is named twice"));
            }
            let text = map.next_value::<String>()?;
            // A kind that a newer version added counts for nothing here, as if it were missing.
            if let Some(kind) = ComponentKind::from_name(&name) {
                components.push((kind, reading(&text)?));
            }
            names.push(name);
        }
        Ok(Components(components))
    }
}

fn reading<V: FromStr, E: de::Error>(text: &str) -> Result<Reading<V>, E> {
    match text {
        "missing" => Ok(Reading::Missing),
        "unreliable" => Ok(Reading::Unreliable),
        text => text.parse().map(Reading::Present).map_err(|_| {
            E::custom("a component is \"missing\", \"unreliable\" or a value in hexadecimal digits")
        }),
    }
}

/// `#[serde(with = "fingerprint")]`.
pub(crate) fn serialize<V: Copy + fmt::Display, S: Serializer>(
    fingerprint: &FingerprintOf<V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let components = Components(fingerprint.readings().collect());
    Body { scheme: fingerprint.scheme(), rule: FINGERPRINT_RULE, components }.serialize(serializer)
}

/// `#[serde(with = "fingerprint")]`.
pub(crate) fn deserialize<'de, V: Copy + FromStr, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<FingerprintOf<V>, D::Error> {
    let body = json::object::<Body<V>, D>(deserializer)?;
    if body.rule != FINGERPRINT_RULE {
        return Err(de::Error::custom("a fingerprint of another rule than 1"));
    }
    let empty = FingerprintOf::new(body.scheme);
    Ok(body.components.0.into_iter().fold(empty, |built, (kind, reading)| built.with(kind, reading)))
}

/// The form of a fingerprint for the OpenAPI file; never built.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Fingerprint)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct FingerprintSchema {
    /// `physical`, `vm`, `container` or `wsl`.
    #[schema(example = "physical")]
    scheme: String,
    /// The version of the rule by which components are read: 1.
    #[schema(example = 1)]
    rule: u16,
    /// Each kind of component with 16 hexadecimal digits, `missing` or `unreliable`.
    components: std::collections::BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_core::hardware::{ComponentHash, Fingerprint, ShortFingerprint};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrap(#[serde(with = "super")] Fingerprint);

    fn read(text: &str) -> Option<Fingerprint> {
        serde_json::from_str(text).ok().map(|Wrap(fingerprint)| fingerprint)
    }

    #[test]
    fn a_fingerprint_has_the_form_of_the_protocol() {
        let fingerprint = Fingerprint::new(Scheme::Vm)
            .with(ComponentKind::Cpu, Reading::Present(ComponentHash::from_u64(0xab)))
            .with(ComponentKind::Motherboard, Reading::Unreliable);
        let text =
            r#"{"scheme":"vm","rule":1,"components":{"motherboard":"unreliable","cpu":"00000000000000ab"}}"#;
        assert_eq!(serde_json::to_string(&Wrap(fingerprint)).unwrap(), text);
        assert_eq!(read(text), Some(fingerprint));
        let explicit = text.replace("\"cpu\"", "\"tpm\":\"missing\",\"fan\":\"turning\",\"cpu\"");
        assert_eq!(read(&explicit), Some(fingerprint));
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        let many: Vec<String> = (0..33).map(|index| format!(r#""c{index}":"x""#)).collect();
        for text in [
            r#"{"scheme":"desktop","rule":1,"components":{}}"#.to_owned(),
            r#"{"scheme":"vm","rule":2,"components":{}}"#.to_owned(),
            r#"{"scheme":"vm","components":{}}"#.to_owned(),
            r#"{"scheme":"vm","rule":1}"#.to_owned(),
            r#"{"scheme":"vm","rule":1,"components":{"cpu":"ab"}}"#.to_owned(),
            r#"{"scheme":"vm","rule":1,"components":{"cpu":"00000000000000AB"}}"#.to_owned(),
            r#"{"scheme":"vm","rule":1,"components":{"cpu":null}}"#.to_owned(),
            r#"{"scheme":"vm","rule":1,"components":{"cpu":"missing","cpu":"missing"}}"#.to_owned(),
            format!(r#"{{"scheme":"vm","rule":1,"components":{{{}}}}}"#, many.join(",")),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_fingerprint_survives_both_of_its_forms(
            scheme in prop::sample::select(Scheme::ALL.to_vec()),
            values in prop::array::uniform11(proptest::option::of(any::<Option<u64>>())),
        ) {
            let fingerprint = ComponentKind::ALL.into_iter().zip(values).fold(
                Fingerprint::new(scheme),
                |built, (kind, value)| match value {
                    Some(Some(bits)) => built.with(kind, Reading::Present(ComponentHash::from_u64(bits))),
                    Some(None) => built.with(kind, Reading::Unreliable),
                    None => built,
                },
            );
            let text = serde_json::to_string(&Wrap(fingerprint)).unwrap();
            prop_assert_eq!(read(&text), Some(fingerprint));

            #[derive(Serialize, Deserialize)]
            struct Short(#[serde(with = "super")] ShortFingerprint);
            let text = serde_json::to_string(&Short(fingerprint.shorten())).unwrap();
            let Short(short) = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(short, fingerprint.shorten());
        }
    }
}
