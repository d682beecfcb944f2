//! `SoftwareLicensingProduct` and `SoftwareLicensingService` as JSON (`Get-CimInstance … | ConvertTo-Json`).

use serde_json::Value;

use super::slmgr::channel_of;
use crate::fact::{Facts, Origin, Strength};

/// The value of a number that means "not available".
const NOT_AVAILABLE: u64 = 0xFFFF_FFFF;

/// Reads JSON of licensing objects. `false`: this is something else.
pub(super) fn read(facts: &mut Facts, text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with(['{', '[']) {
        return false;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else { return false };
    let objects: Vec<&Value> = match &value {
        Value::Array(all) => all.iter().take(2000).collect(),
        one => vec![one],
    };
    let mut known = false;
    for object in objects {
        known |= one(facts, object);
    }
    known
}

fn one(facts: &mut Facts, object: &Value) -> bool {
    let Some(fields) = object.as_object() else { return false };
    let get =
        |name: &str| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let text = |name: &str| get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let number = |name: &str| {
        get(name)
            .and_then(|value| value.as_u64().or_else(|| value.as_i64().map(|n| u64::from(n as u32))))
            .filter(|n| *n != NOT_AVAILABLE)
    };
    let product = get("LicenseStatus").is_some()
        || get("ProductKeyChannel").is_some()
        || get("PartialProductKey").is_some();
    let service = get("OA3xOriginalProductKeyDescription").is_some() || get("ClientMachineID").is_some();
    if !product && !service {
        return false;
    }
    let addon = get("LicenseIsAddon").and_then(Value::as_bool).unwrap_or(false);
    let office = text("ApplicationID").is_some_and(|id| id.to_lowercase().starts_with("0ff1ce"));
    if addon || office || product && !service && get("PartialProductKey").is_some_and(Value::is_null) {
        return true;
    }
    let mut learn = |fact: &str, value: &str| facts.learn(fact, value, Strength::Strong, Origin::Wmi);
    for (fact, name) in [
        ("lic.partial_key", "PartialProductKey"),
        ("lic.channel", "ProductKeyChannel"),
        ("lic.cmid", "ClientMachineID"),
    ] {
        if let Some(value) = text(name) {
            learn(fact, value);
        }
    }
    if let Some(family) = text("LicenseFamily") {
        learn("os.edition_id", family);
    }
    if let Some(word) = text("Description")
        .and_then(|text| text.split([' ', ',']).find(|word| word.contains('_') || *word == "RETAIL"))
    {
        learn("lic.description_channel", word);
        if let Some(channel) = channel_of(word).filter(|_| text("ProductKeyChannel").is_none()) {
            learn("lic.channel", channel);
        }
    }
    if let Some(status) = number("LicenseStatus").filter(|status| *status <= 6) {
        learn("lic.status", &status.to_string());
    }
    if let Some(reason) = number("LicenseStatusReason").filter(|reason| *reason > 0) {
        let code = format!("0x{reason:08X}");
        learn("lic.status_reason", &code);
        learn("code", &code);
    }
    if let Some(minutes) = number("GracePeriodRemaining").filter(|minutes| *minutes > 0) {
        learn("lic.grace_minutes", &minutes.to_string());
    }
    if let Some(genuine) = number("GenuineStatus").filter(|genuine| *genuine <= 2) {
        learn("lic.genuine_status", &genuine.to_string());
    }
    if let Some(kind) = number("VLActivationTypeEnabled").filter(|kind| *kind <= 3) {
        learn("lic.vl_type_enabled", &kind.to_string());
    }
    if let Some(host) = text("KeyManagementServiceMachine") {
        learn("lic.kms_registered", &host.to_lowercase());
    }
    if let Some(host) = text("DiscoveredKeyManagementServiceMachineName") {
        learn("lic.kms_discovered", &host.to_lowercase());
    }
    if number("IsKeyManagementServiceMachine") == Some(1) {
        learn("kms.is_host", "yes");
    }
    if let Some(count) = number("KeyManagementServiceCurrentCount") {
        learn("kms.count", &count.to_string());
    }
    if let Some(count) = number("RemainingWindowsReArmCount") {
        learn("lic.rearm_windows", &count.to_string());
    }
    if service && get("OA3xOriginalProductKey").is_some() {
        learn("fw.oa3_key_present", if text("OA3xOriginalProductKey").is_some() { "yes" } else { "no" });
    }
    if let Some(edition) = text("OA3xOriginalProductKeyDescription")
        .and_then(|text| text.rsplit(']').next())
        .and_then(|rest| rest.split_whitespace().next())
    {
        learn("fw.edition", edition);
    }
    true
}
