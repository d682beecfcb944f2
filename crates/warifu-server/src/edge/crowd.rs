//! How many connections each network holds, so that one network cannot take all the room.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::source::network;

/// Counts the connections of each network.
pub(super) struct Crowd {
    /// The most that one network may hold.
    max: usize,
    /// The proxy, behind which everybody is.
    proxy: Option<IpAddr>,
    held: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection's place, given back when it is dropped.
pub(super) struct Place {
    crowd: Arc<Crowd>,
    /// None where nothing is counted.
    network: Option<IpAddr>,
}

impl Crowd {
    pub(super) fn new(max: usize, proxy: Option<IpAddr>) -> Self {
        Self { max, proxy: proxy.map(|proxy| proxy.to_canonical()), held: Mutex::default() }
    }

    /// A place for a connection from `peer`, unless its network has as many as it may. This machine and the proxy are not counted: whoever may
    /// open connections from there stands for others.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        if peer.is_loopback() || self.proxy == Some(peer) {
            return Some(Place { crowd: self.clone(), network: None });
        }
        let network = network(peer);
        let mut held = self.held();
        let count = held.entry(network).or_default();
        if *count >= self.max {
            return None;
        }
        *count += 1;
        drop(held);
        Some(Place { crowd: self.clone(), network: Some(network) })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(network) = self.network else { return };
        let mut held = self.crowd.held();
        match held.get_mut(&network) {
            Some(count) if *count > 1 => *count -= 1,
            // Networks without a connection are forgotten: the table never outgrows the connections.
            _ => drop(held.remove(&network)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_gets_its_share_and_no_more_and_gives_it_back() {
        let crowd = Arc::new(Crowd::new(2, None));
        let first = crowd.admit(address("2001:db8::1")).unwrap();
        let second = crowd.admit(address("2001:db8::2:1")).unwrap();
        assert!(crowd.admit(address("2001:db8::3")).is_none(), "the same /64");
        assert!(crowd.admit(address("2001:db8:0:1::1")).is_some(), "another");
        drop(first);
        let third = crowd.admit(address("2001:db8::3"));
        assert!(third.is_some());
        drop((second, third));
        assert!(crowd.held().is_empty());
    }

    #[test]
    fn this_machine_and_the_proxy_stand_for_others() {
        let crowd = Arc::new(Crowd::new(1, Some(address("::ffff:192.0.2.1"))));
        let places: Vec<_> = ["127.0.0.1", "::1", "192.0.2.1", "::ffff:127.0.0.1"]
            .iter()
            .cycle()
            .take(20)
            .map(|peer| crowd.admit(address(peer)))
            .collect();
        assert!(places.iter().all(Option::is_some));
        let (one, other) = (crowd.admit(address("192.0.2.2")), crowd.admit(address("::ffff:192.0.2.2")));
        assert!(one.is_some() && other.is_none());
    }
}
