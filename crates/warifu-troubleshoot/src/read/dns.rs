//! `nslookup -type=srv _vlmcs._tcp`, `Resolve-DnsName`, `Test-NetConnection`, `netsh winhttp show proxy`, a hosts file.

use super::line::Line;
use crate::fact::{Facts, Origin, Strength};

/// Hosts that activation needs (part of their names).
const LICENSING_HOSTS: &[&str] = &[
    "sls.microsoft.com",
    "licensing.mp.microsoft.com",
    "licensing.md.mp.microsoft.com",
    "displaycatalog",
    "purchase.mp",
    "login.live.com",
];

/// Reads the lines of network tools.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    let mut learn = |fact: &str, value: &str| facts.learn(fact, value, Strength::Strong, Origin::Tool);
    let all: Vec<String> = lines.iter().map(|line| line.lower.clone()).collect();
    let any = |part: &str| all.iter().any(|line| line.contains(part));
    let kms = any("_vlmcs") || any("1688") || any("svr hostname");
    for (at, line) in lines.iter_mut().enumerate().filter(|(_, line)| !line.taken && !line.text.is_empty()) {
        let lower = line.lower.as_str();
        let has = |part: &str| lower.contains(part);
        let mut known = true;
        if has("svr hostname") || has("nametarget") && kms {
            learn("net.srv_vlmcs", "found");
            if let Some(host) = lower.split(['=', ':']).nth(1).map(str::trim).filter(|host| !host.is_empty())
            {
                learn("lic.kms_discovered", host);
            }
        } else if kms
            && (has("non-existent domain")
                || has("can't find")
                || has("見つけられません")
                || has("dns name does not exist")
                || has("no records")
                || has("nxdomain"))
        {
            learn("net.srv_vlmcs", "none");
        } else if has("request to unknown timed-out")
            || has("dns request timed out")
            || has("no response from server")
        {
            learn("net.dns", "no_answer");
        } else if has("tcptestsucceeded") {
            let near = all[at.saturating_sub(8)..(at + 2).min(all.len())].join(" ");
            let fact = if near.contains("1688") { "net.tcp_kms" } else { "net.https" };
            learn(fact, if has("false") { "closed" } else { "open" });
        } else if has(":1688") && (has("timeout period expired") || has("timed out") || has("refused")) {
            learn("net.tcp_kms", "closed");
        } else if has("direct access (no proxy server)") || has("直接アクセス") {
            learn("net.proxy", "none");
        } else if (has("proxy server(s)") || has("プロキシ サーバー") || has("proxyserver")) && has(":")
        {
            learn("net.proxy", "set");
        } else if hosts_entry(lower) {
            learn("fs.hosts_overrides", "licensing");
        } else if has("407") && has("proxy") {
            learn("net.http_status", "407");
        } else if has("microsoft connect test") {
            learn("net.internet", "yes");
        } else {
            known = has("srv service location")
                || has("internet address =")
                || has("priority       =")
                || has("weight         =")
                || has("computername     :")
                || has("remoteaddress    :")
                || has("pingsucceeded");
        }
        line.taken |= known;
    }
}

/// A line of a hosts file that sends a licensing host nowhere.
fn hosts_entry(lower: &str) -> bool {
    let mut words = lower.split_whitespace();
    let address = words.next().unwrap_or_default();
    (address.starts_with("127.") || address.starts_with("0.0.0.0") || address == "::1")
        && words.any(|host| {
            LICENSING_HOSTS.iter().any(|known| host.contains(known)) || host.contains("activation")
        })
}
