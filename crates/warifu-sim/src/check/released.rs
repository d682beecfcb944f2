//! Promise 1, where somebody with the product key asks for another device's seat: not before the policy's notice, and not from a device that is heard of.

use warifu_core::seat::{ActivationState, AskedRelease, ReleasedBy};
use warifu_core::time::{Span, Timestamp};
use warifu_proto::wire::device::AskReleaseRequest;

use crate::fault::{Command, Fault};
use crate::fiber::Call;
use crate::stop::Stop;
use crate::world::{KINDS, RELEASE_NOTICE, SHORT_RELEASE_NOTICE, World};

impl World {
    /// A request to release a seat has reached the service.
    pub(crate) fn note_release_asked(&mut self, call: u64, request: &Call) {
        if let Ok(body) = serde_json::from_slice::<AskReleaseRequest>(&request.body) {
            self.ledger.note_release_asked(body.seat, call, self.time.millis());
        }
    }

    /// Looks at the seat of an installation that is about to ask for something: whether others have asked for it, or have it.
    pub(crate) fn check_released(&mut self, place: usize, command: Command) -> Result<(), Stop> {
        if !Fault::ReleaseAsked.can_meet(command) {
            return Ok(());
        }
        let Some(lease) = self.folder_lease(place).filter(|lease| !lease.provisional) else {
            return Ok(());
        };
        let Some(seat) = self.seat_of(&lease)? else { return Ok(()) };
        let waits = |asked: AskedRelease| asked.effective.is_some();
        let given_away = match seat.activation.state {
            ActivationState::Active if seat.activation.asked_release.is_some_and(waits) => None,
            ActivationState::Released { at, by: ReleasedBy::KeyHolder, .. } => Some(at),
            _ => return Ok(()),
        };
        self.coverage.count(Fault::ReleaseAsked, command);
        let Some(at) = given_away else { return Ok(()) };
        let short = self.keys.iter().any(|key| key.is_of(lease.licence) && KINDS[key.kind].short);
        let notice = if short { SHORT_RELEASE_NOTICE } else { RELEASE_NOTICE };
        let due = self.ledger.release_asked(lease.activation).map(|millis| {
            Timestamp::from_seconds(i64::try_from(millis / 1_000).unwrap_or(i64::MAX)).plus(notice)
        });
        // Nodes' clocks and the true time part by seconds.
        if due.is_some_and(|due| at.plus(Span::seconds(60)) >= due) {
            return Ok(());
        }
        let seen =
            format!("the seat of #{place} was given to who asked for it at {at}; that was due {due:?}");
        Err(Stop::violation(1, seen))
    }

    /// Somebody asks for a seat, and the device that has it is heard of in time, or not.
    pub(crate) fn ask_for_a_seat(&mut self) -> Result<(), Stop> {
        if self.outage_until > 0 || self.running(0).is_none() {
            return Ok(());
        }
        let Some((holder, key, _)) = self.take_wanted_seat()? else { return Ok(()) };
        let Some(other) = self.rival(holder, key) else { return Ok(()) };
        // The first refusal names the seat.
        self.claim(other, key)?;
        self.drain()?;
        if self.keys[key].holder.is_none() || self.installations[other].work.is_some() {
            return Ok(());
        }
        self.trace.note(format_args!("#{other} asks for the seat of #{holder}"));
        self.begin(other, Command::AskRelease)?;
        self.drain()?;
        if self.dice.percent(70) {
            self.sleep_millis(25 * 3_600_000)?;
        }
        if self.dice.percent(30) && self.installations[holder].work.is_none() {
            self.begin(holder, Command::Renew)?;
            self.drain()?;
        }
        if self.installations[other].work.is_none() {
            self.claim(other, key)?;
            self.drain()?;
        }
        self.is_heard_of(holder, Fault::ReleaseAsked)
    }
}
