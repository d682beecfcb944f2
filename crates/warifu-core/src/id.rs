//! Identifiers. Each kind of record has its own type, so that a licence's id cannot be passed where a device's is meant.
//!
//! A record's id is a UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random bits. Ids made close together are
//! neighbours in an index, which keeps the cost of an insertion flat as the tables grow.

use std::fmt;
use std::str::FromStr;

use crate::hex;
use crate::random::{self, Random};

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is 32 hexadecimal digits with hyphens, as in 01890a5d-ac96-774b-bcce-b302099a8057")
    }
}

impl std::error::Error for ParseIdError {}

macro_rules! record_ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// A new id for a record made `millis` milliseconds after 1970-01-01T00:00:00Z.
            pub fn generate(millis: u64, random: &mut (impl Random + ?Sized)) -> Self {
                Self(uuid_v7(millis, random))
            }

            /// The id with these bytes, as a store or a message holds them.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The id's 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_uuid(text).map(Self)
            }
        }
    )+};
}

record_ids! {
    /// Names a node's journal of provisional leases.
    JournalId
    /// Names a product.
    ProductId
    /// Names a policy. Its versions share the id.
    PolicyId
    /// Names a batch of product keys.
    BatchId
    /// Names a licence.
    LicenceId
    /// Names a device: matched hardware.
    DeviceId
    /// Names an activation: one licence bound to one device.
    ActivationId
    /// Names a lease: one link of an installation's chain.
    LeaseId
    /// Names an entry of the event log.
    EventId
    /// Names the record of a case. People use its number.
    CaseId
    /// Names a member of the publisher's staff, or a program that acts as one.
    StaffId
}

macro_rules! thumbprints {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The thumbprint with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The thumbprint's 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            /// Hexadecimal, 64 digits.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex::write(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            /// The first eight digits: enough to tell two apart in a log.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex::write(&self.0[..4], f)?;
                f.write_str("…")
            }
        }
    )+};
}

thumbprints! {
    /// Names an installation: the SHA-256 thumbprint of its public key.
    InstallationId
    /// Names a service: the SHA-256 thumbprint of its offline root's public key. What the SDK pins.
    ServiceId
    /// Names an issuing key: the SHA-256 thumbprint of its public key.
    IssuingKeyId
    /// Names a log key: the SHA-256 thumbprint of its public key.
    LogKeyId
}

/// A client's name for one attempt at one command: 128 random bits. A repetition with the same key has no further effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey([u8; 16]);

impl IdempotencyKey {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The key's 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    /// Hexadecimal, 32 digits, in the hyphenated form of a UUID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_uuid(&self.0, f)
    }
}

impl FromStr for IdempotencyKey {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        parse_uuid(text).map(Self)
    }
}

fn uuid_v7(millis: u64, random: &mut (impl Random + ?Sized)) -> [u8; 16] {
    let mut bytes: [u8; 16] = random::bytes(random);
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

fn write_uuid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [b'-'; 36];
    let mut place = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            place += 1;
        }
        text[place..place + 2].copy_from_slice(&hex::digits(*byte));
        place += 2;
    }
    hex::write_ascii(&text, f)
}

fn parse_uuid(text: &str) -> Result<[u8; 16], ParseIdError> {
    let text = text.as_bytes();
    if text.len() != 36 {
        return Err(ParseIdError);
    }
    let mut bytes = [0; 16];
    let mut nibbles = 0;
    for (index, &symbol) in text.iter().enumerate() {
        if matches!(index, 8 | 13 | 18 | 23) {
            if symbol != b'-' {
                return Err(ParseIdError);
            }
            continue;
        }
        let value = char::from(symbol).to_digit(16).ok_or(ParseIdError)? as u8;
        bytes[nibbles / 2] |= if nibbles % 2 == 0 { value << 4 } else { value };
        nibbles += 1;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn an_id_survives_its_text_form() {
        let id = LicenceId::generate(1_700_000_000_000, &mut Fixed(0xab));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string(), "018bcfe5-6800-7bab-abab-abababababab");
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        assert!(EventId::generate(1, &mut Fixed(0xff)) < EventId::generate(2, &mut Fixed(0)));
    }

    #[test]
    fn a_text_that_is_not_an_id_is_refused() {
        for text in [
            "",
            "018bcfe5",
            "018bcfe5-6800-7bab-abab-ababababababab",
            "018bcfe5+6800-7bab-abab-abababababab",
            "018bcfe5-6800-7bab-abab-abababababag",
        ] {
            assert_eq!(text.parse::<LicenceId>(), Err(ParseIdError), "{text}");
        }
    }
}
