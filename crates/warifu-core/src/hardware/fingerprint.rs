//! A fingerprint: one reading per kind of component, under a scheme.

use std::fmt;
use std::str::FromStr;

use super::{ComponentHash, ComponentKind, Pepper, Scheme, ShortHash, StoredHash};

/// What could be learnt of one component.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reading<V> {
    /// A value that tells this component from others.
    Present(V),
    /// No value: the machine has no such component, or reading it needs a privilege that the reader lacks.
    #[default]
    Missing,
    /// A value that many machines share, such as "To be filled by O.E.M.". It is never kept.
    Unreliable,
}

impl<V> Reading<V> {
    /// The value, if there is one to rely on.
    pub fn present(self) -> Option<V> {
        match self {
            Self::Present(value) => Some(value),
            Self::Missing | Self::Unreliable => None,
        }
    }

    /// The same reading with another form of its value.
    pub fn map<W>(self, convert: impl FnOnce(V) -> W) -> Reading<W> {
        match self {
            Self::Present(value) => Reading::Present(convert(value)),
            Self::Missing => Reading::Missing,
            Self::Unreliable => Reading::Unreliable,
        }
    }
}

/// A fingerprint whose values have the form `V`. See [`Fingerprint`], [`StoredFingerprint`] and [`ShortFingerprint`].
///
/// Its text form names the scheme and each component that is not missing, as in `vm os_install=0123456789abcdef motherboard=?`,
/// where `?` is an unreliable reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FingerprintOf<V> {
    scheme: Scheme,
    readings: [Reading<V>; ComponentKind::COUNT],
}

/// A fingerprint as it travels.
pub type Fingerprint = FingerprintOf<ComponentHash>;
/// A fingerprint as a store keeps it.
pub type StoredFingerprint = FingerprintOf<StoredHash>;
/// A fingerprint as leases and cases show it.
pub type ShortFingerprint = FingerprintOf<ShortHash>;

impl<V: Copy> FingerprintOf<V> {
    /// A fingerprint of a machine of which nothing could be read.
    #[must_use]
    pub const fn new(scheme: Scheme) -> Self {
        Self { scheme, readings: [Reading::Missing; ComponentKind::COUNT] }
    }

    /// The same fingerprint with this reading of a component.
    #[must_use]
    pub const fn with(mut self, kind: ComponentKind, reading: Reading<V>) -> Self {
        self.readings[kind as usize] = reading;
        self
    }

    /// What kind of machine it was taken of.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The reading of a component.
    #[must_use]
    pub const fn reading(&self, kind: ComponentKind) -> Reading<V> {
        self.readings[kind as usize]
    }

    /// Every component with its reading, in the order of [`ComponentKind::ALL`].
    pub fn readings(&self) -> impl Iterator<Item = (ComponentKind, Reading<V>)> + '_ {
        ComponentKind::ALL.into_iter().zip(self.readings)
    }

    /// The components that can tell this machine from every other, the strongest first. A store that keeps the first two of each
    /// device and looks for the first two of the device seen finds it again after any single change, and whether or not the reader
    /// was privileged.
    pub fn anchors(&self) -> impl Iterator<Item = (ComponentKind, V)> + '_ {
        self.scheme.anchors().iter().filter_map(|&kind| Some((kind, self.reading(kind).present()?)))
    }

    /// The strongest component for looking the device up, if it has any.
    #[must_use]
    pub fn anchor(&self) -> Option<(ComponentKind, V)> {
        self.anchors().next()
    }

    /// The next strongest component, for when the strongest has changed or cannot be read.
    #[must_use]
    pub fn second_anchor(&self) -> Option<(ComponentKind, V)> {
        self.anchors().nth(1)
    }

    fn map<W: Copy>(&self, convert: impl Fn(ComponentKind, V) -> W) -> FingerprintOf<W> {
        self.readings().fold(FingerprintOf::new(self.scheme), |mapped, (kind, reading)| {
            mapped.with(kind, reading.map(|value| convert(kind, value)))
        })
    }
}

impl Fingerprint {
    /// The form for a store.
    #[must_use]
    pub fn pepper(&self, pepper: &Pepper) -> StoredFingerprint {
        self.map(|kind, value| value.pepper(kind, pepper))
    }

    /// The form for leases and cases.
    #[must_use]
    pub fn shorten(&self) -> ShortFingerprint {
        self.map(|_, value| value.shorten())
    }
}

impl<V: Copy + fmt::Display> fmt::Display for FingerprintOf<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme.name())?;
        for (kind, reading) in self.readings() {
            match reading {
                Reading::Present(value) => write!(f, " {}={value}", kind.name())?,
                Reading::Unreliable => write!(f, " {}=?", kind.name())?,
                Reading::Missing => {}
            }
        }
        Ok(())
    }
}

/// Why a text is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseFingerprintError;

impl fmt::Display for ParseFingerprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fingerprint is a scheme and components, as in `vm os_install=0123456789abcdef cpu=?`, each once")
    }
}

impl std::error::Error for ParseFingerprintError {}

impl<V: Copy + FromStr> FromStr for FingerprintOf<V> {
    type Err = ParseFingerprintError;

    fn from_str(text: &str) -> Result<Self, ParseFingerprintError> {
        let mut words = text.split(' ');
        let scheme = words.next().and_then(Scheme::from_name).ok_or(ParseFingerprintError)?;
        words.try_fold(Self::new(scheme), |fingerprint, word| {
            let (name, value) = word.split_once('=').ok_or(ParseFingerprintError)?;
            let kind = ComponentKind::from_name(name).ok_or(ParseFingerprintError)?;
            if !matches!(fingerprint.reading(kind), Reading::Missing) {
                return Err(ParseFingerprintError);
            }
            let reading = match value {
                "?" => Reading::Unreliable,
                value => Reading::Present(value.parse().map_err(|_| ParseFingerprintError)?),
            };
            Ok(fingerprint.with(kind, reading))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Fingerprint {
        let present = |bits| Reading::Present(ComponentHash::from_u64(bits));
        Fingerprint::new(Scheme::Physical)
            .with(ComponentKind::SystemDisk, present(1 << 48))
            .with(ComponentKind::OsInstall, present(2 << 48))
            .with(ComponentKind::Motherboard, Reading::Unreliable)
    }

    #[test]
    fn a_fingerprint_survives_its_text_form() {
        let text = "physical motherboard=? system_disk=0001000000000000 os_install=0002000000000000";
        assert_eq!(sample().to_string(), text);
        assert_eq!(text.parse(), Ok(sample()));
        assert_eq!("physical motherboard=? system_disk=0001 os_install=0002".parse(), Ok(sample().shorten()));
    }

    #[test]
    fn a_text_that_is_not_a_fingerprint_is_refused() {
        for text in
            ["", "desktop", "vm ", "vm cpu", "vm cpu=1", "vm cpu=? cpu=?", "vm fan=?", "vm  cpu=?", "vm cpu="]
        {
            assert_eq!(text.parse::<Fingerprint>(), Err(ParseFingerprintError), "{text:?}");
        }
    }

    #[test]
    fn the_anchor_is_the_strongest_component_that_can_be_relied_on() {
        let kinds: Vec<_> = sample().anchors().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [ComponentKind::SystemDisk, ComponentKind::OsInstall]);
        assert_eq!(Fingerprint::new(Scheme::Vm).anchor(), None);
    }

    #[test]
    fn peppering_changes_values_and_keeps_what_is_missing_or_unreliable() {
        let stored = sample().pepper(&Pepper::from_bytes([1; 32]));
        assert_ne!(stored, sample().pepper(&Pepper::from_bytes([2; 32])));
        assert_eq!(stored.reading(ComponentKind::Motherboard), Reading::Unreliable);
        assert_eq!(stored.reading(ComponentKind::Tpm), Reading::Missing);
    }
}
