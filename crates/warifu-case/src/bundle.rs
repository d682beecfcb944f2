//! A case as a file or a request carries it: the content with its digest, signed.
//!
//! The key of an installation signs where there is one, and then the case belongs to that installation. Elsewhere a key signs that is
//! made for this case and thrown away: it proves that nothing was changed since, and says nothing of who made it.

use std::fmt;

use serde::{Deserialize, Serialize};
use warifu_core::id::InstallationId;
use warifu_proto::encoding::{base64url, hex, parse_base64url_exact, parse_hex};
use warifu_proto::keys::{InstallationPublicKey, KeyAlgorithm, SIGNATURE_BYTES, SignError, Signer};

use crate::content::{BadContent, Content};

/// The largest bundle, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 48 * 1024;

/// Whose key has signed a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedBy {
    /// An installation's own.
    Installation,
    /// One that was made for the case.
    Once,
}

/// A signed case. Whoever has one has verified it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    content: Content,
    signed_by: SignedBy,
    key: InstallationPublicKey,
    signature: [u8; SIGNATURE_BYTES],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    algorithm: String,
    public: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    content: Content,
    digest: String,
    key: Key,
    signature: String,
    signed_by: SignedBy,
}

/// Why bytes are not a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadBundle {
    /// More than [`BUNDLE_BYTES_MAX`].
    TooLarge(usize),
    /// It is no case, or of a form that this version does not know. Where the reader stopped, without any value.
    Form {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A member holds what a case may not have.
    Content(BadContent),
    /// The digest or the signature does not fit: it was changed after it was made.
    Altered,
}

impl fmt::Display for BadBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(f, "{bytes} bytes are more than {BUNDLE_BYTES_MAX}"),
            Self::Form { line, column } => write!(f, "not a case: line {line}, column {column}"),
            Self::Content(BadContent(member)) => write!(f, "{member} holds what a case may not have"),
            Self::Altered => f.write_str("changed after it was signed"),
        }
    }
}

impl std::error::Error for BadBundle {}

impl Bundle {
    /// Signs a content.
    ///
    /// # Errors
    /// When the key's holder fails.
    pub fn sign(content: Content, signed_by: SignedBy, signer: &dyn Signer) -> Result<Self, SignError> {
        let key = *signer.public_key();
        let signature = signer.sign(&signed_text(&content, signed_by))?;
        Ok(Self { content, signed_by, key, signature })
    }

    /// Reads and verifies a case. White space and the order of members do not matter; everything else does.
    ///
    /// # Errors
    /// Why the bytes are no case.
    pub fn open(bytes: &[u8]) -> Result<Self, BadBundle> {
        if bytes.len() > BUNDLE_BYTES_MAX {
            return Err(BadBundle::TooLarge(bytes.len()));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Err(BadBundle::Form { line: 1, column: 1 });
        }
        let file: File = serde_json::from_slice(bytes)
            .map_err(|error| BadBundle::Form { line: error.line(), column: error.column() })?;
        file.content.check().map_err(BadBundle::Content)?;
        let altered = || BadBundle::Altered;
        let algorithm: KeyAlgorithm = file.key.algorithm.parse().map_err(|_| altered())?;
        let public = match algorithm {
            KeyAlgorithm::Ed25519 => parse_hex::<32>(&file.key.public).map(Vec::from),
            KeyAlgorithm::EcdsaP256Sha256 => parse_hex::<65>(&file.key.public).map(Vec::from),
        };
        let key = InstallationPublicKey::from_bytes(algorithm, &public.ok_or_else(altered)?)
            .map_err(|_| altered())?;
        let signature = parse_base64url_exact(&file.signature).ok_or_else(altered)?;
        if file.digest != hex(&file.content.digest()) {
            return Err(altered());
        }
        key.verify(&signed_text(&file.content, file.signed_by), &signature).map_err(|_| altered())?;
        Ok(Self { content: file.content, signed_by: file.signed_by, key, signature })
    }

    /// The file, as people may read it too.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(&self.file()).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The file without white space, as it is sent and stored.
    #[must_use]
    pub fn to_compact_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.file()).unwrap_or_default()
    }

    fn file(&self) -> File {
        File {
            content: self.content.clone(),
            digest: hex(&self.content.digest()),
            key: Key { algorithm: self.key.algorithm().to_string(), public: hex(self.key.as_bytes()) },
            signature: base64url(&self.signature),
            signed_by: self.signed_by,
        }
    }

    /// What it says.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Whose key has signed it.
    #[must_use]
    pub fn signed_by(&self) -> SignedBy {
        self.signed_by
    }

    /// The installation that it is from, when its key has signed.
    #[must_use]
    pub fn installation(&self) -> Option<InstallationId> {
        (self.signed_by == SignedBy::Installation).then(|| self.key.thumbprint())
    }

    /// The SHA-256 of what it says.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.content.digest()
    }
}

/// What is signed. It begins unlike everything else that an installation's key signs.
fn signed_text(content: &Content, signed_by: SignedBy) -> Vec<u8> {
    let whose = match signed_by {
        SignedBy::Installation => "installation",
        SignedBy::Once => "once",
    };
    format!("warifu case v1\n{whose}\n{}\n", hex(&content.digest())).into_bytes()
}
