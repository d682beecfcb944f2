//! Product keys before they are sent: what can be said offline, with the names that people know.

use warifu_core::catalogue::Failure;
use warifu_core::key::{KeyFormat, ProductKey, SkuNumber, Verdict, read};
use warifu_proto::bundle::SandboxLeases;
use warifu_proto::wire::key_text::KeyText;

use crate::client::{Client, Config};
use crate::error::{Error, KeyOffer};

impl Client {
    /// What a text is, as a product key for this application. Offline, and instant: use it while the person types.
    #[must_use]
    pub fn check_key(&self, text: &str) -> Verdict {
        let wanted: Vec<SkuNumber> = self.config.skus.iter().map(|(sku, _)| *sku).collect();
        read(text).for_skus(&wanted)
    }

    /// The key of a verdict.
    ///
    /// # Errors
    /// Why there is none, in words for the person who typed it; [`Error::offer`] holds a mended key to choose.
    pub fn key_of(&self, verdict: Verdict) -> Result<ProductKey, Error> {
        match self.config.key_failure(&verdict) {
            Some(failure) => Err(self.fail(failure).with_offer(KeyOffer::of(&verdict))),
            None => verdict.valid().ok_or_else(|| self.fail(Failure::key_not_recognised())),
        }
    }

    /// The text to send for what was typed.
    pub(crate) fn key_to_send(&self, text: &str) -> Result<KeyText, Error> {
        let verdict = self.check_key(text);
        let is_none_of_ours = matches!(
            verdict,
            Verdict::NotAKey(_) | Verdict::Incomplete { .. } | Verdict::Several { .. } | Verdict::WindowsKey
        );
        let key = if self.config.imported_keys && is_none_of_ours {
            KeyText::new(text.trim())
        } else {
            let key = self.key_of(verdict)?;
            KeyText::new(&zeroize::Zeroizing::new(key.expose()))
        };
        key.ok_or_else(|| self.fail(Failure::key_not_recognised()))
    }
}

impl Config {
    fn key_failure(&self, verdict: &Verdict) -> Option<Failure> {
        if let Verdict::Valid(key) = verdict {
            let test_key = key.number().format == KeyFormat::Sandbox;
            return (test_key && self.sandbox == SandboxLeases::Refused).then(Failure::key_is_test_key);
        }
        let name_of = |sku: SkuNumber| {
            let mut known = self.skus.iter().chain(&self.other_skus);
            known
                .find(|(other, _)| *other == sku)
                .map_or_else(|| format!("SKU {sku}"), |(_, name)| name.clone())
        };
        let names: Vec<&str> = self.skus.iter().map(|(_, name)| name.as_str()).collect();
        let wanted = if names.is_empty() { self.product.to_string() } else { names.join(", ") };
        verdict.failure(name_of, &wanted)
    }
}
