//! An event as an entry of the log: canonical JSON (RFC 8785), one form for each event, with every member a text.

use serde::{Deserialize, Serialize};
use warifu_core::event::{Actor, Event};
use warifu_core::id::EventId;

/// The longest entry: a bundle gives its length in 16 bits.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// The form of entries that this version writes.
const FORMAT: &str = "warifu-event/1";
/// The form of an entry in the place of an event that was gone before it got its place.
const FORMAT_MISSING: &str = "warifu-missing/1";

/// An event whose entry would be longer than [`ENTRY_BYTES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryTooLong(pub EventId);

impl std::fmt::Display for EntryTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the event {} is too long for the log", self.0)
    }
}

impl std::error::Error for EntryTooLong {}

/// An entry, read. The members stand in the order of their names, as RFC 8785 wants them; what an event does not have is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What was done: `licence.revoked`. Empty for an event that was gone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action: String,
    /// The activation that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<String>,
    /// Who did it: `installation:` and a thumbprint, `staff:` and an id, or `service`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// When, as in `2026-04-01T09:30:00Z`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// The batch that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// Why, for a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the decision rested on: pairs of a name and a value, in the order of the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<[String; 2]>,
    /// The device that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The form of the entry.
    pub format: String,
    /// The event's id.
    pub id: String,
    /// The licence that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

impl Entry {
    fn of(event: &Event) -> Self {
        Self {
            action: event.action.as_str().to_owned(),
            activation: event.subject.activation.map(|id| id.to_string()),
            actor: match event.actor {
                Actor::Installation(id) => format!("installation:{id}"),
                Actor::Staff(id) => format!("staff:{id}"),
                Actor::Service => "service".to_owned(),
            },
            at: event.at.to_string(),
            batch: event.subject.batch.map(|id| id.to_string()),
            code: event.code.as_ref().map(|code| code.as_str().to_owned()),
            details: event.details.iter().map(|(name, value)| [name.to_owned(), value.to_owned()]).collect(),
            device: event.subject.device.map(|id| id.to_string()),
            format: FORMAT.to_owned(),
            id: event.id.to_string(),
            licence: event.subject.licence.map(|id| id.to_string()),
        }
    }

    /// Reads an entry; `None` when it has another form than the one that it would be written in.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let entry: Self = serde_json::from_slice(bytes).ok()?;
        let known = match entry.format.as_str() {
            FORMAT => !entry.is_missing() && !entry.actor.is_empty() && !entry.at.is_empty(),
            FORMAT_MISSING => true,
            _ => false,
        };
        (known && entry.to_bytes() == bytes && bytes.len() <= ENTRY_BYTES_MAX).then_some(entry)
    }

    /// Whether it stands in the place of an event that was gone before it got its place.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        self.action.is_empty()
    }

    fn to_bytes(&self) -> Vec<u8> {
        // Texts and lists of texts can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// An event as an entry.
///
/// # Errors
/// [`EntryTooLong`]. No decision makes such an event: what goes into one is bounded.
pub fn encode(event: &Event) -> Result<Vec<u8>, EntryTooLong> {
    let bytes = Entry::of(event).to_bytes();
    if bytes.len() > ENTRY_BYTES_MAX { Err(EntryTooLong(event.id)) } else { Ok(bytes) }
}

/// The entry in the place of an event that is gone: that there was one, and that it could not be read, stays visible.
#[must_use]
pub fn encode_missing(id: EventId) -> Vec<u8> {
    let entry = Entry {
        action: String::new(),
        activation: None,
        actor: String::new(),
        at: String::new(),
        batch: None,
        code: None,
        details: Vec::new(),
        device: None,
        format: FORMAT_MISSING.to_owned(),
        id: id.to_string(),
        licence: None,
    };
    entry.to_bytes()
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Code;
    use warifu_core::event::{Action, CodeName, Subject};
    use warifu_core::id::{ActivationId, BatchId, DeviceId, InstallationId, LicenceId, StaffId};
    use warifu_core::time::Timestamp;

    use super::*;
    use crate::encoding::hex;
    use crate::log::leaf_hash;

    const AT: Timestamp = Timestamp::from_seconds(1_775_035_800);

    fn event() -> Event {
        Event {
            id: EventId::from_bytes([1; 16]),
            at: AT,
            actor: Actor::Service,
            action: Action::LicenceRevoked,
            subject: Subject::default(),
            code: None,
            details: Vec::new().into(),
        }
    }

    fn full() -> Event {
        Event {
            actor: Actor::Installation(InstallationId::from_bytes([0xab; 32])),
            action: Action::ActivationRefused,
            subject: Subject {
                licence: Some(LicenceId::from_bytes([2; 16])),
                activation: Some(ActivationId::from_bytes([3; 16])),
                device: Some(DeviceId::from_bytes([4; 16])),
                batch: Some(BatchId::from_bytes([5; 16])),
            },
            code: Some(Code::SeatLimitReached.into()),
            details: vec![("seats", "3".to_owned()), ("by", "\"割符\"\\\u{1}\n\u{7f}".to_owned())].into(),
            ..event()
        }
    }

    /// The vectors of docs/log.md.
    #[test]
    fn entries_are_written_as_the_documentation_shows() {
        let text = |event: &Event| String::from_utf8(encode(event).unwrap()).unwrap();
        assert_eq!(
            text(&event()),
            r#"{"action":"licence.revoked","actor":"service","at":"2026-04-01T09:30:00Z","format":"warifu-event/1","id":"01010101-0101-0101-0101-010101010101"}"#
        );
        assert_eq!(
            text(&full()),
            concat!(
                r#"{"action":"activation.refused","activation":"03030303-0303-0303-0303-030303030303","#,
                r#""actor":"installation:abababababababababababababababababababababababababababababababab","#,
                r#""at":"2026-04-01T09:30:00Z","batch":"05050505-0505-0505-0505-050505050505","code":"seat_limit_reached","#,
                r#""details":[["seats","3"],["by","\"割符\"\\\u0001\n"#,
                "\u{7f}",
                r#""]],"#,
                r#""device":"04040404-0404-0404-0404-040404040404","format":"warifu-event/1","#,
                r#""id":"01010101-0101-0101-0101-010101010101","licence":"02020202-0202-0202-0202-020202020202"}"#
            )
        );
        let missing = encode_missing(EventId::from_bytes([1; 16]));
        assert_eq!(missing, br#"{"format":"warifu-missing/1","id":"01010101-0101-0101-0101-010101010101"}"#);
        let hashes = [encode(&event()).unwrap(), encode(&full()).unwrap(), missing]
            .map(|entry| hex(&leaf_hash(&entry)));
        assert_eq!(
            hashes,
            [
                "e68d35fdc1b0fdad4dcf7f3d9d684bd0e8e1a900f5f2278c5d1a73b03921135d",
                "a90e53bcb7b1b2620a38894b019db78a8960643f59337b74badeab90ed39c335",
                "6552f4345fdf985a810e4ca0b176d262f77d4f7f3bf51ed79b2348ab1c058488"
            ]
        );
    }

    #[test]
    fn an_entry_has_one_form_only() {
        for bytes in [encode(&event()).unwrap(), encode(&full()).unwrap(), encode_missing(event().id)] {
            let entry = Entry::parse(&bytes).unwrap();
            assert_eq!(entry.is_missing(), !bytes.starts_with(b"{\"action"));
            let text = String::from_utf8(bytes).unwrap();
            for other in [
                format!("{text} "),
                text.replacen(',', ", ", 1),
                text.replace("warifu-event/1", "warifu-event/2"),
                text.replace("warifu-missing/1", "warifu-event/1"),
                text.replace("\"id\"", "\"more\":\"\",\"id\""),
            ] {
                assert!(other == text || Entry::parse(other.as_bytes()).is_none(), "{other}");
            }
        }
    }

    #[test]
    fn an_actor_of_each_kind_is_told_and_a_retired_code_too() {
        let staff = Event {
            actor: Actor::Staff(StaffId::from_bytes([6; 16])),
            code: CodeName::new("of_old"),
            ..event()
        };
        let entry = Entry::parse(&encode(&staff).unwrap()).unwrap();
        assert_eq!(entry.actor, "staff:06060606-0606-0606-0606-060606060606");
        assert_eq!(entry.code.as_deref(), Some("of_old"));
    }

    #[test]
    fn an_entry_that_no_bundle_could_hold_is_refused() {
        let long = |bytes| Event { details: vec![("x", "y".repeat(bytes))].into(), ..event() };
        let room = ENTRY_BYTES_MAX - encode(&long(0)).unwrap().len();
        assert_eq!(encode(&long(room)).unwrap().len(), ENTRY_BYTES_MAX);
        assert_eq!(encode(&long(room + 1)), Err(EntryTooLong(event().id)));
    }
}
