//! Staff tokens: shown once, kept as a hash.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use warifu_core::random::{self, Random};
use warifu_core::staff::TokenHash;
use zeroize::Zeroizing;

use crate::encoding::{from_base64, to_base64};

const PREFIX: &str = "wst_";

/// A staff token: `wst_` and 256 random bits. It is wiped when dropped and never shown by `Debug`.
pub struct StaffToken(Zeroizing<[u8; 32]>);

impl StaffToken {
    /// A new token.
    pub fn generate(random: &mut (impl Random + ?Sized)) -> Self {
        Self(Zeroizing::new(random::bytes(random)))
    }

    /// The token in a text, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(PREFIX).and_then(from_base64).map(Self)
    }

    /// The token's text: the only way to see it.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", to_base64(&*self.0)))
    }

    /// What is stored of it. A plain hash does, for 256 random bits cannot be searched.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &*self.0).as_ref());
        TokenHash(hash)
    }
}

impl fmt::Debug for StaffToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    #[test]
    fn a_token_reads_back_and_hashes_the_same() {
        let token = StaffToken::generate(&mut Counting::new(1));
        let text = token.expose();
        assert!(text.starts_with("wst_"));
        assert_eq!(StaffToken::parse(&text).unwrap().hash(), token.hash());
        for wrong in ["", "wst_", "wst_abc", &text[4..], &format!("{}x", *text)] {
            assert!(StaffToken::parse(wrong).is_none(), "{wrong}");
        }
    }
}
