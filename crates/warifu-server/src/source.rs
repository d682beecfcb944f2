//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// The address that a request comes from: the connection's, or the last that the trusted proxy adds.
pub(crate) fn source(extensions: &Extensions, headers: &HeaderMap, trusted_proxy: Option<IpAddr>) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip().to_canonical());
    if trusted_proxy.map(|proxy| proxy.to_canonical()) != Some(peer) {
        return peer;
    }
    // What stands before the last entry was written by whoever asked the proxy, and may be a lie.
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()).and_then(|text| text.rsplit(',').next());
    last.and_then(|text| text.trim().parse::<IpAddr>().ok()).map_or(peer, |address| address.to_canonical())
}

/// Whose allowance an address uses: an IPv4 address its own, an IPv6 address that of its /64, which one subscriber holds whole.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// What the log says of an address: enough to tell an attack from a test, and nothing about a person.
pub(crate) const fn class(address: IpAddr) -> &'static str {
    match address {
        IpAddr::V4(address) if address.is_loopback() || address.is_unspecified() => "local",
        IpAddr::V4(address) if address.is_private() || address.is_link_local() => "private",
        IpAddr::V6(address) if address.is_loopback() => "local",
        IpAddr::V6(address) if address.is_unique_local() || address.is_unicast_link_local() => "private",
        _ => "public",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], proxy: Option<&str>) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 9)));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        source(&extensions, &headers, proxy.map(|proxy| proxy.parse().unwrap())).to_string()
    }

    #[test]
    fn only_the_trusted_proxy_may_say_whom_it_speaks_for() {
        assert_eq!(seen("203.0.113.5", &["198.51.100.1"], None), "203.0.113.5");
        assert_eq!(seen("203.0.113.5", &["198.51.100.1"], Some("10.0.0.1")), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"], Some("10.0.0.1")), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.1"], Some("10.0.0.1")), "198.51.100.1");
    }

    #[test]
    fn what_the_asker_wrote_before_the_proxy_is_not_believed() {
        let proxy = Some("10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["127.0.0.1, 198.51.100.1"], proxy), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["127.0.0.1", "198.51.100.1"], proxy), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, junk"], proxy), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], proxy), "10.0.0.1");
    }

    #[test]
    fn a_subscribers_whole_ipv6_network_counts_as_one() {
        let network_of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network_of("2001:db8:1:2:3:4:5:6"), network_of("2001:db8:1:2::1"));
        assert_ne!(network_of("2001:db8:1:3::1"), network_of("2001:db8:1:2::1"));
    }

    #[test]
    fn the_log_has_a_class_and_no_address() {
        for (address, expected) in [
            ("127.0.0.1", "local"),
            ("::1", "local"),
            ("192.168.1.2", "private"),
            ("203.0.113.5", "public"),
            ("2001:db8::1", "public"),
        ] {
            assert_eq!(class(address.parse().unwrap()), expected, "{address}");
        }
    }
}
