//! Devices that ask without a pause until something is killed under them.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

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
    /// How often the service answered that its store is away.
    pub(super) away: u64,
}

impl Done {
    /// Both together.
    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            acknowledged: self.acknowledged + other.acknowledged,
            refused: self.refused + other.refused,
            cut_off: self.cut_off + other.cut_off,
            away: self.away + other.away,
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} requests acknowledged, {} refused for want of a seat, {} cut off by a kill",
            self.acknowledged, self.refused, self.cut_off
        )?;
        if self.away > 0 {
            write!(f, ", {} told that the store is away", self.away)?;
        }
        Ok(())
    }
}

/// Lets the devices ask, each thread its own, while `kill` waits and then kills something. Those whose service is still there ask until `kill` returns.
pub(super) fn while_killing(
    address: SocketAddr,
    audience: &Audience,
    players: &mut [Vec<Player>],
    kill: impl FnOnce() -> Result<(), String>,
) -> Result<Done, String> {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let threads: Vec<_> = players
            .iter_mut()
            .map(|players| scope.spawn(|| ask_on(address, audience, players, &stop)))
            .collect();
        let killed = kill();
        stop.store(true, Ordering::SeqCst);
        let mut done = Done::default();
        for thread in threads {
            done = done.plus(thread.join().unwrap_or_else(|_| Err("a device's thread panicked".to_owned()))?);
        }
        killed.map(|()| done)
    })
}

fn ask_on(
    address: SocketAddr,
    audience: &Audience,
    players: &mut [Player],
    stop: &AtomicBool,
) -> Result<Done, String> {
    let mut done = Done::default();
    let Ok(mut connection) = Connection::open(address) else { return Ok(done) };
    let mut order = Seeded(players.first().map_or(0, |player| player.name));
    while !stop.load(Ordering::SeqCst) {
        let place = order.below(players.len());
        let player = &mut players[place];
        // A request whose answer never came is asked again before anything else.
        let attempt = player.open.clone().unwrap_or_else(|| player.wish());
        match player.ask(&mut connection, audience, attempt) {
            Ok(Told::Refused(_)) => done.refused += 1,
            Ok(Told::Status { activated: false }) => {
                return Err(format!("device {:x} lost its seat", player.name));
            }
            Ok(_) => done.acknowledged += 1,
            Err(Silence::Away) => done.away += 1,
            Err(Silence::Gone) => {
                done.cut_off += u64::from(player.open.is_some());
                return Ok(done);
            }
            Err(Silence::Wrong(what)) => return Err(what),
        }
    }
    Ok(done)
}
