//! `dsregcmd /status`: what the PC is joined to.

use super::line::{Line, label_key};
use crate::fact::{Facts, Origin, Strength};

/// Reads `key : value` lines with the names that the tool uses in every language.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| !line.taken) {
        let Some((label, value)) = line.labelled() else { continue };
        let fact = match label_key(label).as_str() {
            "azureadjoined" => "dsreg.AzureAdJoined",
            "domainjoined" => "dsreg.DomainJoined",
            "workplacejoined" => "dsreg.WorkplaceJoined",
            "azureadprt" => "dsreg.AzureAdPrt",
            "enterprisejoined" | "virtualdesktop" | "deviceauthstatus" | "ngcset" | "tenantname"
            | "tenantid" | "deviceid" => {
                line.taken = true;
                continue;
            }
            _ => continue,
        };
        let answer = match value.to_lowercase().as_str() {
            "yes" => "yes",
            "no" => "no",
            _ => continue,
        };
        facts.learn(fact, answer, Strength::Strong, Origin::Tool);
        line.taken = true;
    }
}
