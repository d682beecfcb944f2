//! Values that say nothing: what makers and hypervisors leave where a serial number should be. A versioned list as data; what it
//! does not know, the server finds by how many devices show the same value.

use super::ComponentKind;

/// The version of the list. It grows when values are added; a value is never removed without a reason in the change log.
pub const UNRELIABLE_LIST_VERSION: u16 = 1;

/// Values that never identify anything, compared after [`assess`] has normalised them.
const PLACEHOLDERS: &[&str] = &[
    "-",
    "0123456789",
    "01234567890",
    "012345678901234567",
    "0123456789abcdef",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "123456789abc",
    "2.0",
    "base board serial number",
    "bsn12345678901234567",
    "chassis serial number",
    "default",
    "default string",
    "empty",
    "invalid",
    "mb-1234567890",
    "n/a",
    "na",
    "nil",
    "no asset information",
    "none",
    "not applicable",
    "not available",
    "not defined",
    "not present",
    "not provided",
    "not settable",
    "not specified",
    "null",
    "o.e.m",
    "o.e.m.",
    "oem",
    "oem default string000",
    "sernum0",
    "serial number",
    "standard",
    "system manufacturer",
    "system product name",
    "system serial number",
    "system version",
    "to be filled by o.e.m",
    "to be filled by o.e.m.",
    "to be filled by oem",
    "tobefilledbyoem",
    "type2 - board serial number",
    "undefined",
    "uninitialized",
    "unknown",
    // Ids that firmware ships with.
    "00020003-0004-0005-0006-000700080009",
    "03000200-0400-0500-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "fefefefe-fefe-fefe-fefe-fefefefefefe",
    // Addresses that adapters fall back to.
    "00:11:22:33:44:55",
    "00:e0:4c:00:00:01",
    // What virtual disks answer unless their host gives them a serial number of their own.
    "overlayblk",
    "virtual disk",
];

/// Beginnings of such values: hypervisors number their default disks.
const PLACEHOLDER_PREFIXES: &[&str] =
    &["to be filled by", "qm0000", "drive-scsi", "drive-virtio", "drive-ide", "drive-sata"];

/// What a raw value is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assessment {
    /// There is no value.
    Missing,
    /// The value is one that many machines share.
    Unreliable,
    /// The value, normalised: what is hashed.
    Usable(String),
}

/// Normalises a raw value (outer and repeated blanks and control characters removed, ASCII letters in lower case) and says what it is
/// worth. A model may be short; what should identify a single component must have at least 4 letters or digits, not all alike.
#[must_use]
pub fn assess(kind: ComponentKind, raw: &str) -> Assessment {
    let printable = raw.replace(char::is_control, " ");
    let normalised = printable.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    if normalised.is_empty() {
        return Assessment::Missing;
    }
    let listed = PLACEHOLDERS.contains(&normalised.as_str())
        || PLACEHOLDER_PREFIXES.iter().any(|prefix| normalised.starts_with(prefix));
    if listed || (identifies_one(kind) && says_nothing(&normalised)) {
        return Assessment::Unreliable;
    }
    Assessment::Usable(normalised)
}

const fn identifies_one(kind: ComponentKind) -> bool {
    use ComponentKind::{BoardModel, Cpu, Graphics, Memory};
    !matches!(kind, BoardModel | Cpu | Graphics | Memory)
}

/// Too short, or one symbol repeated: "", "0", "00000000-0000-…", "ff:ff:ff:ff:ff:ff", "xxxxxxxx", "........".
fn says_nothing(normalised: &str) -> bool {
    let mut symbols = normalised.chars().filter(|symbol| symbol.is_alphanumeric());
    let Some(first) = symbols.next() else { return true };
    let rest: Vec<char> = symbols.collect();
    rest.len() < 3 || rest.iter().all(|&symbol| symbol == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_makers_are_unreliable_however_they_are_written() {
        for raw in [
            "To be filled by O.E.M.",
            "To Be Filled By O.E.M. by More String",
            "Default string\n",
            "  System   Serial Number ",
            "None",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "00000000-0000-0000-0000-000000000000",
            "03000200-0400-0500-0006-000700080009",
            "0123456789",
            "XXXXXXXXXX",
            "........",
            "ff:ff:ff:ff:ff:ff",
            "0",
            "QM00001",
            "uninitialized",
        ] {
            assert_eq!(assess(ComponentKind::Motherboard, raw), Assessment::Unreliable, "{raw:?}");
        }
    }

    #[test]
    fn a_blank_value_is_missing() {
        for raw in ["", " ", "\n", "\0\0"] {
            assert_eq!(assess(ComponentKind::SystemDisk, raw), Assessment::Missing, "{raw:?}");
        }
    }

    #[test]
    fn a_serial_number_is_normalised_so_that_its_spelling_does_not_matter() {
        let expected = Assessment::Usable("s4ewnx0m 12".to_owned());
        for raw in ["S4EWNX0M 12", "  s4ewnx0m   12\n", "S4EWNX0M\u{0} 12\u{0}"] {
            assert_eq!(assess(ComponentKind::SystemDisk, raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_model_may_be_short() {
        assert_eq!(assess(ComponentKind::BoardModel, "X1"), Assessment::Usable("x1".to_owned()));
        assert_eq!(assess(ComponentKind::BoardModel, "System Product Name"), Assessment::Unreliable);
    }

    #[test]
    fn the_list_is_written_as_it_is_compared() {
        for placeholder in PLACEHOLDERS.iter().chain(PLACEHOLDER_PREFIXES) {
            assert_eq!(placeholder.to_ascii_lowercase(), *placeholder);
        }
    }
}
