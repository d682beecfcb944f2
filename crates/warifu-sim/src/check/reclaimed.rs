//! Promise 1, where a seat changes hands without anybody's consent: not before the policy's time, and back to whoever objects in time.

use warifu_client::Response;
use warifu_core::hardware::{Scheme, Tolerance, compare};
use warifu_core::seat::{ActivationState, ReleasedBy, Seat};
use warifu_core::time::Span;
use warifu_proto::lease::Lease;
use warifu_service::port::{Reads as _, Selector, Want};

use crate::fault::{Command, Fault};
use crate::node::Origin;
use crate::staff::code_of;
use crate::stop::Stop;
use crate::world::{Key, SHORT_KIND, SHORT_NOTICE, World};

impl World {
    /// The seat of a lease as the store has it.
    pub(crate) fn seat_of(&self, lease: &Lease) -> Result<Option<Seat>, Stop> {
        let want = Want::Licence {
            selector: Selector::Id(lease.licence),
            installation: Some(lease.installation),
            anchors: Vec::new(),
            activation: Some(lease.activation),
        };
        let loaded = self.store()?.committed().load(&[want], self.time.now()).map_err(Stop::harness)?;
        let licence = loaded.licence_by_id(lease.licence);
        Ok(licence.and_then(|found| {
            found.seats.iter().find(|seat| seat.activation.id == lease.activation).cloned()
        }))
    }

    /// The lease in an installation's folder and its seat, if that was given to another device meanwhile.
    fn reclaimed(&self, place: usize) -> Result<Option<(Lease, Seat)>, Stop> {
        let Some(lease) = self.folder_lease(place).filter(|lease| !lease.provisional) else {
            return Ok(None);
        };
        let seat = self.seat_of(&lease)?.filter(|seat| seat.objection_until().is_some());
        Ok(seat.map(|seat| (lease, seat)))
    }

    /// Looks at the seat of an installation that is about to ask for something.
    pub(crate) fn check_reclaimed(&mut self, place: usize, command: Command) -> Result<(), Stop> {
        let Some((lease, seat)) = self.reclaimed(place)? else { return Ok(()) };
        self.coverage.count(Fault::SeatReclaimed, command);
        let ActivationState::Released { at, by: ReleasedBy::Reclaim, .. } = seat.activation.state else {
            return Ok(());
        };
        let due = self.ledger.end_of(lease.activation).map(|end| end.plus(SHORT_NOTICE));
        // Nodes' clocks and the true time part by seconds.
        if due.is_none_or(|due| at.plus(Span::seconds(60)) >= due) {
            return Ok(());
        }
        let seen = format!("the seat of #{place} was given away at {at}; its notice ran until {due:?}");
        Err(Stop::violation(1, seen))
    }

    /// Whoever is heard of while the objection runs is not refused for want of a seat: neither by renewing, nor by typing the key again.
    pub(crate) fn check_objection(&self, origin: Origin, response: &Response) -> Result<(), Stop> {
        let Some(caller) = self.caller(origin) else { return Ok(()) };
        let code = code_of(response);
        if !matches!(code.as_str(), "seat_limit_reached" | "seat_released") {
            return Ok(());
        }
        let Some((lease, seat)) = self.reclaimed(caller.installation)? else { return Ok(()) };
        let objects = match caller.command {
            Command::Renew => true,
            Command::Activate => {
                self.keys[caller.key].is_of(lease.licence)
                    && self.is_device_of(caller.installation, &lease)?
            }
            _ => false,
        };
        if !objects {
            return Ok(());
        }
        // Whoever has given the seat up, or has it by a lease that a restored service has forgotten, comes back with the key.
        if !self.ledger.holds(&lease) {
            return Ok(());
        }
        let soon = self.time.now().plus(Span::seconds(60));
        if seat.objection_until().is_none_or(|until| until <= soon) {
            return Ok(());
        }
        let seen = format!(
            "#{} came back in time to its seat {} and was refused with {code}",
            caller.installation, lease.activation
        );
        Err(Stop::violation(1, seen))
    }

    /// Whether an installation's machine is known for the one that its lease was given to.
    fn is_device_of(&self, place: usize, lease: &Lease) -> Result<bool, Stop> {
        let installation = &self.installations[place];
        let mut hardware = self.machines[installation.machine].hardware.clone();
        let seen = warifu_client::Fingerprint::read(&mut hardware, &self.root.service_id());
        let seen = seen.map_err(Stop::harness)?.shorten();
        let compared = compare(&lease.fingerprint, &seen, &Tolerance::default_rule());
        Ok(!installation.copied && compared.verdict().is_accepted())
    }

    /// A device is silent until its notice has run out, and others want its seat.
    pub(crate) fn covet(&mut self) -> Result<(), Stop> {
        if self.outage_until > 0 || self.running(0).is_none() {
            return Ok(());
        }
        let Some((silent, key, lease)) = self.take_wanted_seat()? else { return Ok(()) };
        let due = lease.expires.plus(SHORT_NOTICE).plus(Span::hours(1));
        if let Ok(seconds @ 1..) = u64::try_from(due.since(self.time.now()).as_seconds()) {
            self.trace.note(format_args!("#{silent} is silent for {seconds} s"));
            self.sleep_millis(seconds * 1_000)?;
        }
        let Some(other) = self.rival(silent, key) else { return Ok(()) };
        self.claim(other, key)?;
        // All that is under way arrives, so that the other has the seat when the silent device is heard of again.
        self.drain()?;
        self.is_heard_of(silent, Fault::SeatReclaimed)
    }

    /// Somebody on another machine who wants the seat that `holder` has of the licence of `key`.
    pub(crate) fn rival(&mut self, holder: usize, key: usize) -> Option<usize> {
        let machine = self.installations[holder].machine;
        let mut others = self.on_real_machines();
        others.retain(|place| {
            self.installations[*place].machine != machine && self.key_of_lease(*place) != Some(key)
        });
        self.dice.pick(&others)
    }

    /// Whoever had the seat is heard of again, by the command that has met this fault least often.
    pub(crate) fn is_heard_of(&mut self, holder: usize, fault: Fault) -> Result<(), Stop> {
        let met = |command: &&Command| self.coverage.met(fault, **command);
        let own = Command::ALL.iter().filter(|command| fault.can_meet(**command));
        let Some(command) = own.min_by_key(met) else { return Ok(()) };
        if self.installations[holder].work.is_none() && !self.installations[holder].retired {
            self.begin(holder, *command)?;
        }
        Ok(())
    }

    /// Installations that do nothing, on machines that every licence allows.
    pub(crate) fn on_real_machines(&self) -> Vec<usize> {
        let machine = |place: usize| &self.machines[self.installations[place].machine];
        let mut idle = self.idle();
        idle.retain(|place| machine(*place).hardware.scheme() == Scheme::Physical);
        idle
    }

    /// An installation with a short lease, its key, and the lease.
    pub(crate) fn wanted_seat(&self) -> Option<(usize, usize, Lease)> {
        self.on_real_machines().into_iter().find_map(|place| {
            let lease = self.folder_lease(place).filter(|lease| !lease.provisional)?;
            let key = self.keys.iter().position(|key| key.is_of(lease.licence) && key.is_wanted())?;
            Some((place, key, lease))
        })
    }

    /// The same; where nobody has such a lease, somebody takes one.
    pub(crate) fn take_wanted_seat(&mut self) -> Result<Option<(usize, usize, Lease)>, Stop> {
        if self.wanted_seat().is_none() {
            let idle = self.on_real_machines();
            let Some(place) = self.dice.pick(&idle) else { return Ok(None) };
            let key = match self.keys.iter().position(Key::is_wanted) {
                Some(key) => key,
                None => self.sell(SHORT_KIND)?,
            };
            self.claim(place, key)?;
            self.drain()?;
        }
        Ok(self.wanted_seat())
    }

    pub(crate) fn claim(&mut self, place: usize, key: usize) -> Result<(), Stop> {
        self.installations[place].key = key;
        let held = self.folder_lease(place).is_some();
        self.begin(place, if held { Command::ChangeKey } else { Command::Activate })
    }
}
