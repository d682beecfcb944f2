//! Promise 2: what was acknowledged is in the store, now and after every restart.

use warifu_core::id::{InstallationId, LeaseId, LicenceId};
use warifu_core::key::{Verdict, read};
use warifu_core::licence::{Licence, Standing};
use warifu_proto::lease::Lease;
use warifu_service::port::{Reads as _, Selector, Want};

use crate::stop::Stop;
use crate::world::{KINDS, World};

impl World {
    /// The lease that is being answered is the head of its chain in the store, or an earlier link of it.
    pub(crate) fn check_lease_is_durable(&self, lease: &Lease) -> Result<(), Stop> {
        self.check_head(lease.installation, lease.sequence, lease.id)
    }

    fn check_head(&self, installation: InstallationId, sequence: u64, lease: LeaseId) -> Result<(), Stop> {
        let wants = [Want::Installation(installation)];
        let loaded = self.store()?.committed().load(&wants, self.time.now()).map_err(Stop::harness)?;
        let head = loaded.installation(installation).map(|found| found.head);
        let held = head.is_some_and(|head| {
            head.sequence > sequence || (head.sequence == sequence && head.lease == lease)
        });
        if held {
            return Ok(());
        }
        let found = head.map(|head| (head.sequence, head.lease.to_string()));
        let seen = format!(
            "lease {lease}, no. {sequence}, was acknowledged and is not in the store, which has {found:?}"
        );
        Err(Stop::violation(2, seen))
    }

    /// Everything that was acknowledged is in the store.
    pub(crate) fn check_durable(&self) -> Result<(), Stop> {
        for (installation, sequence, lease) in self.ledger.heads() {
            self.check_head(installation, sequence, lease)?;
        }
        for key in 0..self.keys.len() {
            self.check_licence(key)?;
        }
        Ok(())
    }

    pub(crate) fn licence(&self, id: LicenceId) -> Result<Option<Licence>, Stop> {
        let want = Want::Licence {
            selector: Selector::Id(id),
            installation: None,
            anchors: Vec::new(),
            activation: None,
        };
        let loaded = self.store()?.committed().load(&[want], self.time.now()).map_err(Stop::harness)?;
        Ok(loaded.licence_by_id(id).map(|found| found.licence.clone()))
    }

    /// Finds out which key has claimed a licence: the claim itself may have gone unanswered.
    pub(crate) fn find_key_of(&mut self, id: LicenceId) -> Result<(), Stop> {
        if self.keys.iter().any(|key| key.licence == Some(id)) {
            return Ok(());
        }
        let number = self.licence(id)?.and_then(|licence| licence.key_number());
        let claimed = self.keys.iter_mut().find(|key| match read(&key.text) {
            Verdict::Valid(key) => Some(key.number()) == number,
            _ => false,
        });
        if let Some(key) = claimed {
            key.licence = Some(id);
        }
        Ok(())
    }

    /// Staff look up by its number which licence a key has claimed, if the book does not know: whoever claimed it may have had no answer.
    pub(crate) fn find_licence_of(&mut self, place: usize) -> Result<(), Stop> {
        let key = &self.keys[place];
        let (None, Verdict::Valid(text)) = (key.licence, read(&key.text)) else { return Ok(()) };
        let want = Want::Licence {
            selector: Selector::Key(text.number()),
            installation: None,
            anchors: Vec::new(),
            activation: None,
        };
        let loaded = self.store()?.committed().load(&[want], self.time.now()).map_err(Stop::harness)?;
        let found = loaded.licences.iter().find(|found| found.licence.key_number() == Some(text.number()));
        self.keys[place].licence = found.map(|found| found.licence.id);
        Ok(())
    }

    /// What staff were told about a licence holds; an act that was repeated had one effect.
    pub(crate) fn check_licence(&self, place: usize) -> Result<(), Stop> {
        let key = &self.keys[place];
        let Some(id) = key.licence else { return Ok(()) };
        let Some(licence) = self.licence(id)? else {
            return Err(Stop::violation(
                2,
                format_args!("the licence {id} was used and is not in the store"),
            ));
        };
        let least = KINDS[key.kind].seats + key.added;
        let most = least + self.seats_perhaps_added(place);
        if !(least..=most).contains(&licence.seats) {
            let seen = format!(
                "the licence {id} has {} seats; staff were told {least}, at most {most}",
                licence.seats
            );
            return Err(Stop::violation(2, seen));
        }
        Ok(())
    }

    /// After a restore: the store is the truth again, and what was done since is unknown to everybody.
    pub(crate) fn read_licences_again(&mut self) -> Result<(), Stop> {
        for place in 0..self.keys.len() {
            self.read_licence_again(place)?;
        }
        // A repetition would be a new act now.
        let now = self.time.now();
        for attempt in &mut self.attempts {
            (attempt.closed, attempt.done) = (attempt.closed.or(Some(now)), false);
        }
        Ok(())
    }

    /// Staff look a licence up, for they do not know what became of an act.
    pub(crate) fn read_licence_again(&mut self, place: usize) -> Result<(), Stop> {
        let Some(found) = self.read_standing_again(place)? else { return Ok(()) };
        let key = &mut self.keys[place];
        key.added = found.as_ref().map_or(0, |licence| licence.seats.saturating_sub(KINDS[key.kind].seats));
        if found.is_none() {
            key.forgotten.extend(key.licence.take());
        }
        Ok(())
    }

    /// Staff look up whether a licence may be used, and nothing else. What they find, if the key has claimed one.
    pub(crate) fn read_standing_again(&mut self, place: usize) -> Result<Option<Option<Licence>>, Stop> {
        let Some(id) = self.keys[place].licence else { return Ok(None) };
        let found = self.licence(id)?;
        let now = self.time.now();
        let key = &mut self.keys[place];
        let standing = found.as_ref().map(|licence| licence.standing);
        if key.suspended || key.revoked || standing.is_some_and(|standing| standing != Standing::Active) {
            key.bad_last = Some(now);
        }
        key.suspended = matches!(standing, Some(Standing::Suspended { .. }));
        key.revoked = matches!(standing, Some(Standing::Revoked { .. }));
        Ok(Some(found))
    }
}
