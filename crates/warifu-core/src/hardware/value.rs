//! A component's value in its three forms, and the keyed hashes that lead from one to the next. None leads back.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::ComponentKind;
use crate::hex;
use crate::id::ServiceId;

/// Why a text is not a component's value: it is not the right number of lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseHashError;

impl fmt::Display for ParseHashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a component's value is 16 lower-case hexadecimal digits, its short form 4")
    }
}

impl std::error::Error for ParseHashError {}

macro_rules! hashes {
    ($($(#[$doc:meta])* $name:ident($int:ty, $digits:literal, $from:ident, $as:ident);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($int);

        impl $name {
            /// The value with these bits, as a message or a store holds it.
            #[must_use]
            pub const fn $from(bits: $int) -> Self {
                Self(bits)
            }

            /// The value's bits.
            #[must_use]
            pub const fn $as(self) -> $int {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex::write(&self.0.to_be_bytes(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseHashError;

            fn from_str(text: &str) -> Result<Self, ParseHashError> {
                let lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                if text.len() != $digits || !text.bytes().all(lower_hex) {
                    return Err(ParseHashError);
                }
                <$int>::from_str_radix(text, 16).map(Self).map_err(|_| ParseHashError)
            }
        }
    )+};
}

hashes! {
    /// A component's value as it travels: 64 bits, keyed by the service, so that two publishers cannot match their users by it.
    ComponentHash(u64, 16, from_u64, as_u64);
    /// A component's value as a store keeps it: keyed again by the service's [`Pepper`], so that a stolen store cannot be searched
    /// for a known serial number.
    StoredHash(u64, 16, from_u64, as_u64);
    /// A component's value in leases and cases: the first 16 bits of the travelling form. Enough to see a change, too little to
    /// follow a person by.
    ShortHash(u16, 4, from_u16, as_u16);
}

impl ComponentHash {
    /// The value of a component whose normalised text is `normalised`: the first 64 bits of
    /// HMAC-SHA256(service id, kind name ‖ 0x00 ‖ normalised text).
    #[must_use]
    pub fn of(service: &ServiceId, kind: ComponentKind, normalised: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, service.as_bytes());
        Self(keyed(&key, kind, normalised.as_bytes()))
    }

    /// The form for a store: the first 64 bits of HMAC-SHA256(pepper, kind name ‖ 0x00 ‖ this value's 8 bytes, big-endian).
    #[must_use]
    pub fn pepper(self, kind: ComponentKind, pepper: &Pepper) -> StoredHash {
        StoredHash(keyed(&pepper.0, kind, &self.0.to_be_bytes()))
    }

    /// The form for leases and cases: the first 16 bits.
    #[must_use]
    pub const fn shorten(self) -> ShortHash {
        ShortHash((self.0 >> 48) as u16)
    }
}

/// The service's secret under which component values are stored. Lost, no stored device is recognised by its hardware again.
#[derive(Clone)]
pub struct Pepper(hmac::Key);

impl Pepper {
    /// The pepper with these bytes, which must come from a secure source of randomness.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &*Zeroizing::new(bytes)))
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

fn keyed(key: &hmac::Key, kind: ComponentKind, value: &[u8]) -> u64 {
    let mut context = hmac::Context::with_key(key);
    context.update(kind.name().as_bytes());
    context.update(&[0]);
    context.update(value);
    let tag = context.sign();
    tag.as_ref().iter().take(8).fold(0, |bits, &byte| (bits << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: ServiceId = ServiceId::from_bytes([7; 32]);

    #[test]
    fn a_value_is_the_published_hash_of_kind_and_text() {
        // Computed with another implementation: hmac.new(bytes([7]*32), b"os_install\0abc", "sha256").hexdigest()[:16]
        let value = ComponentHash::of(&SERVICE, ComponentKind::OsInstall, "abc");
        assert_eq!(value.to_string(), "0b9a0e5f1dd320ba");
        // hmac.new(bytes([9]*32), b"os_install\0" + bytes.fromhex(the above), "sha256").hexdigest()[:16]
        let stored = value.pepper(ComponentKind::OsInstall, &Pepper::from_bytes([9; 32]));
        assert_eq!(stored.to_string(), "9ee623c11ec2ff0d");
        assert_eq!(value.shorten().to_string(), value.to_string()[..4]);
    }

    #[test]
    fn a_value_depends_on_the_service_the_kind_and_the_text() {
        let value = ComponentHash::of(&SERVICE, ComponentKind::Motherboard, "abc");
        assert_ne!(
            value,
            ComponentHash::of(&ServiceId::from_bytes([8; 32]), ComponentKind::Motherboard, "abc")
        );
        assert_ne!(value, ComponentHash::of(&SERVICE, ComponentKind::SystemDisk, "abc"));
        assert_ne!(value, ComponentHash::of(&SERVICE, ComponentKind::Motherboard, "abd"));
    }

    #[test]
    fn a_value_survives_its_text_form_and_nothing_else_is_one() {
        let value = ComponentHash::from_u64(0x0123_4567_89ab_cdef);
        assert_eq!("0123456789abcdef".parse(), Ok(value));
        assert_eq!("0123".parse(), Ok(value.shorten()));
        for text in ["", "123", "0123456789ABCDEF", "+123456789abcdef", "0123456789abcdef0", "012é"] {
            assert_eq!(text.parse::<ComponentHash>(), Err(ParseHashError), "{text}");
        }
    }

    #[test]
    fn a_pepper_does_not_show_itself() {
        assert_eq!(format!("{:?}", Pepper::from_bytes([9; 32])), "Pepper(…)");
    }
}
