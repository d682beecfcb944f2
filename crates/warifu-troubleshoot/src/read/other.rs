//! Lines of other tools: services, `sfc`, registry values, Windows Setup, firmware key.

use super::line::Line;
use crate::fact::{Facts, Origin, Strength};

/// Services that licensing needs, as tools name them.
const SERVICES: &[&str] = &["sppsvc", "ClipSVC", "LicenseManager", "wlidsvc", "W32Time", "Winmgmt"];

/// Reads the lines.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    let mut learn = |fact: &str, value: &str| facts.learn(fact, value, Strength::Strong, Origin::Tool);
    let mut service: Option<&str> = None;
    for line in lines.iter_mut().filter(|line| !line.taken) {
        let lower = line.lower.as_str();
        let has = |part: &str| lower.contains(part);
        if let Some(named) = SERVICES.iter().find(|name| lower.contains(&name.to_lowercase())) {
            service = Some(named);
        }
        let state = if service.is_some()
            && (has("does not exist as an installed service")
                || has("インストールされたサービスとして存在しません"))
        {
            Some("missing")
        } else if has("disabled") && (has("start") || has("sppsvc") || has("clipsvc") || has("無効"))
            || has("start_type") && has(" 4 ")
        {
            Some("disabled")
        } else {
            None
        };
        let mut known = true;
        if let (Some(name), Some(state)) = (service, state) {
            learn(&format!("svc.{name}"), state);
        } else if has("did not find any integrity violations") || has("整合性違反を検出しませんでした")
        {
            learn("sfc.result", "clean");
        } else if has("found corrupt files") || has("破損したファイルを") {
            learn("sfc.result", "damaged");
        } else if has("does not match any of the windows images")
            || has("一致する windows イメージ")
            || has("windows イメージと一致しません")
        {
            learn("setup.message", "key_matches_no_image");
        } else if (has("cannot read the") || has("読み取れません") || has("could not parse"))
            && has("productkey")
            || has("productkey installation failed")
        {
            learn("setup.message", "key_not_read");
        } else if has("error_no_such_domain") {
            learn("user.no_domain", "yes");
        } else if has("skiprearm") && (has("0x1") || lower.ends_with(" 1") || has(": 1")) {
            learn("reg.SkipRearm", "1");
        } else if has("donotconnecttowindowsupdateinternetlocations")
            && (has("0x1") || lower.ends_with(" 1") || has("= 1"))
        {
            learn("reg.DoNotConnectToWUInternet", "1");
        } else if has("keymanagementservicename") && has("reg_sz") {
            if let Some(host) = line.text.split_whitespace().last() {
                learn("lic.kms_registered", &host.to_lowercase());
            }
        } else if has("oa3xoriginalproductkeydescription") {
            if let Some(edition) =
                line.text.rsplit(']').next().and_then(|rest| rest.split_whitespace().next())
            {
                learn("fw.oa3_key_present", "yes");
                learn("fw.edition", edition);
            }
        } else if has("oa3xoriginalproductkey") && has("*****-") {
            learn("fw.oa3_key_present", "yes");
        } else {
            known = false;
        }
        line.taken |= known;
        // A person who copies only the telling words of an output.
        for word in
            line.text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ':')))
        {
            if word.starts_with("VOLUME_") || word.starts_with("TIMEBASED_") || word.starts_with("OEM_") {
                learn("lic.description_channel", word);
                if let Some(channel) = super::slmgr::channel_of(word) {
                    learn("lic.channel", channel);
                }
            } else if matches!(
                word,
                "Volume:GVLK" | "Volume:MAK" | "Volume:CSVLK" | "OEM:DM" | "OEM:SLP" | "OEM:NONSLP"
            ) {
                learn("lic.channel", word);
            } else if word.len() > 6
                && word.contains('.')
                && word.to_lowercase().contains("kms")
                && word.is_ascii()
            {
                learn("lic.kms_asked", &word.trim_end_matches(['.', ':']).to_lowercase());
            }
        }
    }
}
