//! Devices that ask without a pause until their service dies.

use std::fmt;
use std::net::SocketAddr;

use crate::drill::harness::connection::Connection;
use crate::drill::harness::device::Audience;
use crate::drill::harness::seeded::Seeded;

use super::device::{Player, Silence, Told};

/// What was done, counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    pub(super) acknowledged: u64,
    pub(super) refused: u64,
    pub(super) cut_off: u64,
}

impl Done {
    /// Both together.
    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            acknowledged: self.acknowledged + other.acknowledged,
            refused: self.refused + other.refused,
            cut_off: self.cut_off + other.cut_off,
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} requests acknowledged, {} refused for want of a seat, {} cut off by a kill",
            self.acknowledged, self.refused, self.cut_off
        )
    }
}

/// Lets the devices ask, each thread its own, while `kill` waits and then kills the service.
pub(super) fn until_it_dies(
    address: SocketAddr,
    audience: &Audience,
    players: &mut [Vec<Player>],
    kill: impl FnOnce() -> Result<(), String>,
) -> Result<Done, String> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = players
            .iter_mut()
            .map(|players| scope.spawn(move || ask_on(address, audience, players)))
            .collect();
        let killed = kill();
        let mut done = Done::default();
        for thread in threads {
            done = done.plus(thread.join().unwrap_or_else(|_| Err("a device's thread panicked".to_owned()))?);
        }
        killed.map(|()| done)
    })
}

fn ask_on(address: SocketAddr, audience: &Audience, players: &mut [Player]) -> Result<Done, String> {
    let mut done = Done::default();
    let Ok(mut connection) = Connection::open(address) else { return Ok(done) };
    let mut order = Seeded(players.first().map_or(0, |player| player.name));
    loop {
        let place = order.below(players.len());
        let player = &mut players[place];
        let attempt = player.wish();
        match player.ask(&mut connection, audience, attempt) {
            Ok(Told::Refused(_)) => done.refused += 1,
            Ok(Told::Status { activated: false }) => {
                return Err(format!("device {:x} lost its seat", player.name));
            }
            Ok(_) => done.acknowledged += 1,
            Err(Silence::Gone) => {
                done.cut_off += u64::from(player.open.is_some());
                return Ok(done);
            }
            Err(Silence::Wrong(what)) => return Err(what),
        }
    }
}
