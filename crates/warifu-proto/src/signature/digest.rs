//! `Content-Digest` (RFC 9530), with SHA-256 only.

use aws_lc_rs::{constant_time, digest};

use super::SignatureError;
use crate::encoding::{base64, parse_base64_exact};

/// The value of `Content-Digest` for a body.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", base64(digest::digest(&digest::SHA256, body).as_ref()))
}

/// Checks that `header` is exactly the digest of `body`.
pub(super) fn verify(header: &str, body: &[u8]) -> Result<(), SignatureError> {
    let text = header.strip_prefix("sha-256=:").and_then(|rest| rest.strip_suffix(':'));
    let claimed: [u8; 32] =
        text.and_then(parse_base64_exact).ok_or(SignatureError::Malformed { header: "Content-Digest" })?;
    let found = digest::digest(&digest::SHA256, body);
    constant_time::verify_slices_are_equal(found.as_ref(), &claimed).map_err(|_| SignatureError::Digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_form_only() {
        // RFC 9530, appendix D: the digest of the body {"hello": "world"}.
        let body = b"{\"hello\": \"world\"}\n";
        let digest = content_digest(body);
        assert_eq!(digest, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
        assert_eq!(verify(&digest, body), Ok(()));
        let malformed = Err(SignatureError::Malformed { header: "Content-Digest" });
        for wrong in [
            "",
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=",
            "sha-256=:RK_0qy18MlBSVnWgjwz6lZEWjP_lF5HF9bvEF8FabDg=:",
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDh=:",
            "SHA-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
            "sha-512=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
            "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:, sha-512=:AA==:",
            " sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
        ] {
            assert_eq!(verify(wrong, body), malformed, "{wrong}");
        }
        assert_eq!(verify(&digest, b"{}"), Err(SignatureError::Digest));
    }
}
