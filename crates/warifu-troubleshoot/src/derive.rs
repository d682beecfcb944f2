//! Facts that follow from others, so that rules can stay short.

use crate::fact::{Facts, Origin, Strength};

/// Adds what follows. Adding twice changes nothing.
pub(crate) fn derive(facts: &mut Facts) {
    let knowledge = facts.knowledge();
    let strong = |facts: &mut Facts, fact: &str, value: &str| {
        facts.learn(fact, value, Strength::Strong, Origin::Derived);
    };
    if let Some(key) = facts.value("lic.partial_key").and_then(|five| knowledge.generic_key(five)) {
        strong(facts, "key.kind", key.kind);
        strong(facts, "key.edition", key.edition);
    } else if facts.value("lic.partial_key").is_some() {
        strong(facts, "key.kind", "own");
    }
    let firmware = facts.value("fw.edition").map(str::to_owned);
    if let (Some(firmware), Some(installed)) = (firmware, facts.value("os.edition_id").map(str::to_owned)) {
        strong(
            facts,
            "fw.edition_matches",
            if firmware.eq_ignore_ascii_case(&installed) { "yes" } else { "no" },
        );
    }
    if let Some(edition) = facts.value("os.edition_id").map(str::to_owned) {
        if edition.ends_with("Eval") || edition.contains("Eval") {
            strong(facts, "lic.evaluation", "yes");
        }
        if edition.starts_with("Server") && edition != "ServerRdsh" {
            strong(facts, "os.server", "yes");
        }
    }
    if facts.values("lic.channel").any(|channel| channel.contains("Eval")) {
        strong(facts, "lic.evaluation", "yes");
    }
    let hosts: Vec<String> = ["lic.kms_registered", "lic.kms_asked", "lic.kms_discovered"]
        .iter()
        .flat_map(|fact| facts.values(fact))
        .map(str::to_owned)
        .collect();
    for host in hosts {
        strong(facts, "kms.host_kind", host_kind(&host));
    }
    if facts.value("lic.kms_registered").is_some() {
        strong(facts, "kms.fixed", "yes");
    }
    if facts.is("lic.channel", "Volume:CSVLK") && facts.value("kms.count").is_some() {
        strong(facts, "kms.is_host", "yes");
    }
    if let Some(offset) = facts.value("time.offset_s").and_then(|offset| offset.parse::<f64>().ok()) {
        let size = offset.abs();
        let zone = (1800.0..=50_400.0).contains(&size) && (size % 1800.0 < 60.0 || size % 1800.0 > 1740.0);
        let verdict = if size < 60.0 {
            "right"
        } else if size <= 300.0 {
            "minutes"
        } else if zone {
            "hours_like_a_zone"
        } else {
            "wrong"
        };
        strong(facts, "time.verdict", verdict);
    }
    for (vendor, fact) in [("hw.vm_vendor", "user.vm")] {
        if facts.value(vendor).is_some() {
            strong(facts, fact, "yes");
        }
    }
    if facts.is("dsreg.AzureAdJoined", "yes") || facts.is("dsreg.DomainJoined", "yes") {
        strong(facts, "user.org_device", "yes");
    }
    let unlisted: Vec<String> = facts.values("code.unlisted").map(str::to_owned).collect();
    for code in unlisted {
        if let Some(family) = family(&code) {
            strong(facts, "code.family", family);
        }
    }
}

/// What kind of computer a KMS name is.
fn host_kind(host: &str) -> &'static str {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.chars().all(|c| c.is_ascii_digit()) { name } else { host });
    let octets: Vec<u8> = name.split('.').filter_map(|part| part.parse().ok()).collect();
    if name == "localhost" || name.starts_with("127.") || name.starts_with("0.0.0.0") || name == "::1" {
        return "itself";
    }
    if octets.len() == 4 && name.split('.').count() == 4 {
        let private = octets[0] == 10
            || octets[0] == 172 && (16..32).contains(&octets[1])
            || octets[0] == 192 && octets[1] == 168
            || octets[0] == 169 && octets[1] == 254;
        // Azure's KMS is known by address as well.
        return match name {
            "20.118.99.224" | "40.83.235.53" | "23.102.135.246" => "azure",
            _ if private => "private",
            _ => "public",
        };
    }
    if name.ends_with("core.windows.net") {
        "azure"
    } else if name.contains("googlecloud") || name.contains("amazonaws") {
        "cloud"
    } else if PUBLIC_NAMES.iter().any(|known| name.contains(known)) {
        "public"
    } else {
        "named"
    }
}

/// Parts of names that no organisation's own host bears. They are for recognition only; none is a whole name.
const PUBLIC_NAMES: &[&str] =
    &["digiboy", "msguides", "kms.loli", "kms8.", "03k", "lotro", "chinancce", "kms.cangshui", "kmspico"];

/// What the number of a code that no table lists says of its origin.
fn family(code: &str) -> Option<&'static str> {
    let value = u32::from_str_radix(code.strip_prefix("0x")?, 16).ok()?;
    Some(match (value >> 16, value & 0xF000) {
        (0x8004, 0x1000) => "wmi",
        (0xC004, 0xB000 | 0xC000) | (0x803F, _) => "server",
        (0xC004, 0xD000 | 0xE000) => "store",
        (0xC004, _) => "client",
        (0x8007, _) if value & 0xFFFF >= 0x2EE0 && value & 0xFFFF <= 0x2FFF => "network",
        (0x8024 | 0x800F | 0xC190 | 0x8015 | 0x8004, _) => "elsewhere",
        (0x8019, _) => "network",
        _ => return None,
    })
}
