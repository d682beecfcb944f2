//! The texts of the headers `Signature-Input`, `Signature` and `Idempotency-Key`, and their strict reading: one label, one list of
//! components, one order of parameters.

use std::fmt;

use warifu_core::id::{IdempotencyKey, InstallationId};
use warifu_core::time::Timestamp;

use super::{HEADER_BYTES_MAX, SignatureError};
use crate::encoding::{base64, parse_base64_exact, parse_hex};
use crate::keys::{KeyAlgorithm, SIGNATURE_BYTES};

const LABEL: &str = "warifu=";
const COMPONENTS: &str = r#"("@method" "@path" "content-digest" "content-type" "idempotency-key")"#;
const TAG: &str = "warifu-v1";

/// The parameters of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) created: Timestamp,
    pub(super) key: InstallationId,
    pub(super) algorithm: KeyAlgorithm,
}

impl fmt::Display for Parameters {
    /// The value of `@signature-params`, components included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { created, key, algorithm } = self;
        let created = created.seconds();
        write!(f, "{COMPONENTS};created={created};keyid=\"{key}\";alg=\"{algorithm}\";tag=\"{TAG}\"")
    }
}

pub(super) fn signature_input(parameters: &Parameters) -> String {
    format!("{LABEL}{parameters}")
}

pub(super) fn signature(bytes: &[u8; SIGNATURE_BYTES]) -> String {
    format!("{LABEL}:{}:", base64(bytes))
}

/// A header's value, bounded.
pub(super) fn present<'a>(header: &'static str, value: Option<&'a str>) -> Result<&'a str, SignatureError> {
    let value = value.ok_or(SignatureError::Missing { header })?;
    if value.len() > HEADER_BYTES_MAX {
        return Err(SignatureError::Malformed { header });
    }
    Ok(value)
}

pub(super) fn idempotency_key(value: Option<&str>) -> Result<IdempotencyKey, SignatureError> {
    let value = value.ok_or(SignatureError::IdempotencyKeyMissing)?;
    let malformed = SignatureError::Malformed { header: "Idempotency-Key" };
    let key: IdempotencyKey = value.parse().map_err(|_| malformed)?;
    // The signature base is made from the key, so that another spelling of it would not be what was signed.
    if key.to_string() == value { Ok(key) } else { Err(malformed) }
}

pub(super) fn parse_signature_input(value: Option<&str>) -> Result<Parameters, SignatureError> {
    let header = "Signature-Input";
    let value = present(header, value)?;
    parse_parameters(value)
        // Whatever was read must be the whole of what was written, to the byte.
        .filter(|parameters| signature_input(parameters) == value)
        .ok_or(SignatureError::Malformed { header })
}

fn parse_parameters(value: &str) -> Option<Parameters> {
    let rest = value.strip_prefix(LABEL)?.strip_prefix(COMPONENTS)?.strip_prefix(";created=")?;
    let (created, rest) = rest.split_once(";keyid=\"")?;
    let (key, rest) = rest.split_once("\";alg=\"")?;
    let (algorithm, _) = rest.split_once('"')?;
    Some(Parameters {
        created: Timestamp::from_seconds(created.parse().ok()?),
        key: InstallationId::from_bytes(parse_hex(key)?),
        algorithm: algorithm.parse().ok()?,
    })
}

pub(super) fn parse_signature(value: Option<&str>) -> Result<[u8; SIGNATURE_BYTES], SignatureError> {
    let header = "Signature";
    let value = present(header, value)?;
    let text = value.strip_prefix(LABEL).and_then(|rest| rest.strip_prefix(':')?.strip_suffix(':'));
    text.and_then(parse_base64_exact).ok_or(SignatureError::Malformed { header })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parameters() -> Parameters {
        Parameters {
            created: Timestamp::from_seconds(1_775_035_800),
            key: InstallationId::from_bytes([0xab; 32]),
            algorithm: KeyAlgorithm::EcdsaP256Sha256,
        }
    }

    #[test]
    fn only_the_profiles_input_is_read() {
        let good = signature_input(&parameters());
        assert_eq!(parse_signature_input(Some(&good)), Ok(parameters()));
        let malformed = Err(SignatureError::Malformed { header: "Signature-Input" });
        for (from, to) in [
            ("warifu=", "sig1="),
            ("warifu=", " warifu="),
            (r#""@method" "@path""#, r#""@path" "@method""#),
            (r#""@method" "#, ""),
            (r#""content-type""#, r#""content-type" "@query""#),
            (r#""@path""#, r#""@path";req"#),
            (r#""@path""#, r#""@path"  "#),
            (";created=1775035800", ""),
            (";created=1775035800", ";created=01775035800"),
            (";created=1775035800", ";created=+1775035800"),
            (";created=1775035800", ";created=-1"),
            (";created=1775035800", ";created=1775035800.0"),
            (";created=1775035800", ";created=1775035800;expires=1775035900"),
            (";created=1775035800", ";created=999999999999999"),
            (r#";tag="warifu-v1""#, ""),
            ("warifu-v1", "warifu-v2"),
            (r#";tag="warifu-v1""#, r#";tag="warifu-v1";nonce="x""#),
            (r#";tag="warifu-v1""#, r#";tag="warifu-v1", other=()"#),
            ("ecdsa-p256-sha256", "hmac-sha256"),
            ("ecdsa-p256-sha256", "ECDSA-P256-SHA256"),
            ("ababab", "ABABAB"),
            ("ababab", "abab"),
        ] {
            let wrong = good.replacen(from, to, 1);
            assert_ne!(wrong, good, "{from}");
            assert_eq!(parse_signature_input(Some(&wrong)), malformed, "{wrong}");
        }
    }

    #[test]
    fn only_one_signature_in_one_spelling_is_read() {
        let good = signature(&[0xfb; SIGNATURE_BYTES]);
        assert_eq!(parse_signature(Some(&good)), Ok([0xfb; SIGNATURE_BYTES]));
        let malformed = Err(SignatureError::Malformed { header: "Signature" });
        for wrong in [
            String::new(),
            "warifu=::".to_owned(),
            "warifu=:".to_owned(),
            good.replace("warifu", "sig1"),
            good.replace('+', "-"),
            good.replace('=', ""),
            good[..good.len() - 1].to_owned(),
            format!("{good}, {good}"),
            format!("{good};x"),
            signature(&[0; SIGNATURE_BYTES])[..40].to_owned(),
            format!("warifu=:{}:", "A".repeat(600)),
        ] {
            assert_eq!(parse_signature(Some(&wrong)), malformed, "{wrong}");
        }
    }

    #[test]
    fn an_idempotency_key_has_one_spelling() {
        let good = "018bcfe5-6800-7bab-abab-abababababab";
        assert_eq!(idempotency_key(Some(good)).map(|key| key.to_string()), Ok(good.to_owned()));
        for wrong in ["", "\"018bcfe5-6800-7bab-abab-abababababab\"", "018BCFE5-6800-7BAB-ABAB-ABABABABABAB"]
        {
            assert_eq!(
                idempotency_key(Some(wrong)),
                Err(SignatureError::Malformed { header: "Idempotency-Key" }),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_input_survives_its_text_form(seconds in 0..=Timestamp::MAX.seconds(), key: [u8; 32], p256: bool) {
            let parameters = Parameters {
                created: Timestamp::from_seconds(seconds),
                key: InstallationId::from_bytes(key),
                algorithm: KeyAlgorithm::ALL[usize::from(p256)],
            };
            let text = signature_input(&parameters);
            prop_assert!(text.len() <= HEADER_BYTES_MAX);
            prop_assert_eq!(parse_signature_input(Some(&text)), Ok(parameters));
        }
    }
}
