//! What a person does who follows the first remedy of a refusal, and whether it helped.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use warifu_client::Method;
use warifu_core::hardware::Scheme;
use warifu_core::staff::Role;
use warifu_core::time::{Span, Timestamp};
use warifu_service::port::{Reads as _, Selector, Want};

use crate::fault::Command;
use crate::folder::DiskTrouble;
use crate::staff::{Act, OFFICE};
use crate::stop::Stop;
use crate::world::World;

/// How the first remedies of a code did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How often it was followed.
    pub(crate) followed: u64,
    /// How often everything was well afterwards.
    pub(crate) helped: u64,
    /// How often another refusal came, with a remedy of its own: by its code.
    pub(crate) led_on: BTreeMap<String, u64>,
    /// How often the same refusal came again in the same calm, at once or behind others.
    pub(crate) came_back: u64,
    /// How often somebody was asked for something about a key, and the next refusals said that the key is of no use here anyway.
    pub(crate) in_vain: u64,
}

/// What has been done in a calm so that an installation comes right, as long as nothing has shown that it was of no use.
#[derive(Debug, Default)]
pub(crate) struct Followed(Vec<(String, usize)>);

impl Followed {
    /// The remedy of a code was followed. `key` is the key of the installation before, `now` the one after; `bought` says that it was bought for this.
    pub(crate) fn note(
        &mut self,
        code: &str,
        (key, now, bought): (usize, usize, bool),
        tally: &mut Remedies,
    ) {
        let mut count = |code: &str, add: &dyn Fn(&mut Tally)| add(tally.entry(code.to_owned()).or_default());
        count(code, &|tally| tally.followed += 1);
        self.0.retain(|(earlier, of)| {
            let came_back = earlier == code;
            let in_vain = !came_back && bought && *of == key && is_asked_of_others(earlier);
            if came_back {
                count(earlier, &|tally| tally.came_back += 1);
            } else if in_vain {
                count(earlier, &|tally| tally.in_vain += 1);
            }
            !came_back && !in_vain
        });
        self.0.push((code.to_owned(), now));
    }
}

/// Whether the first remedy of a code makes somebody ask the publisher, or whoever else has the licence, for something about the key.
fn is_asked_of_others(code: &str) -> bool {
    matches!(
        code,
        "key_epoch_compromised"
            | "purchase_proof_used"
            | "purchase_proof_expired"
            | "purchase_proof_not_valid"
            | "key_replaced"
            | "licence_suspended"
            | "licence_expired"
            | "licence_end_announced"
            | "seat_limit_reached"
            | "installation_limit_reached"
            | "change_budget_spent"
    )
}

/// How the remedies did, by code.
pub(crate) type Remedies = BTreeMap<String, Tally>;

/// Whom a refusal came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The command that was tried last.
    By(Command),
    /// The program, when it was asked where it stands after the command had been carried out.
    ByStanding(Command),
}

impl Told {
    /// The command to try again. A program that stands there for want of a lease asks for the next by itself.
    const fn last(self) -> Command {
        match self {
            Self::ByStanding(Command::Status) => Command::Renew,
            Self::By(command) | Self::ByStanding(command) => command,
        }
    }

    /// Whether it is about the key that was typed. Anything else is about the licence that the installation runs under.
    const fn is_of_typed_key(self) -> bool {
        matches!(self, Self::By(Command::Activate | Command::ChangeKey))
    }
}

/// What to do after a remedy.
pub(crate) enum Next {
    /// This command.
    Try(Command),
    /// Only look where things stand.
    Look,
}

impl World {
    /// Does what the first remedy of a code says, as far as it is not a command, and names the command.
    pub(crate) fn remedy(&mut self, place: usize, code: &str, told: Told) -> Result<Next, Stop> {
        let machine = self.installations[place].machine;
        let key = self.installations[place].key;
        let last = told.last();
        Ok(match code {
            // Try again, now or in a while.
            "nonce_not_valid"
            | "request_replayed"
            | "content_digest_mismatch"
            | "request_signature_invalid"
            | "idempotency_key_reused"
            | "answer_not_genuine"
            | "internal_error"
            | "version_conflict" => Next::Try(last),
            "service_unavailable" | "service_busy" | "service_unreachable" => {
                self.pass(300_000);
                Next::Try(last)
            }
            "rate_limited" => {
                self.pass(1_200_000);
                Next::Try(last)
            }
            "no_issuing_key" | "issuing_key_expired" => {
                self.renew_keys()?;
                Next::Try(last)
            }
            "clock_implausible" | "clock_ahead" => {
                self.right_clock(machine);
                Next::Look
            }
            "lease_store_full" | "lease_store_read_only" => {
                self.installations[place].folder.set_trouble(DiskTrouble::None);
                Next::Try(last)
            }
            "fingerprint_too_weak" if self.machines[machine].hardware.is_unprivileged() => {
                self.machines[machine].hardware.set_unprivileged(false);
                match self.carry_out(place, last)?.as_deref() {
                    None => Next::Look,
                    // "If that is not enough, activate anew": the lease knows of too little as well.
                    Some("fingerprint_too_weak") => {
                        self.installations[place].key = self.concerned(place, told)?;
                        Next::Try(Command::Activate)
                    }
                    Some(_) => Next::Try(last),
                }
            }
            // Activate, with a key that is at hand.
            "not_activated"
            | "installation_unknown"
            | "installation_on_other_hardware"
            | "issuing_key_withdrawn" => Next::Try(Command::Activate),
            // Activate again, with the key of the licence that this was.
            "lease_damaged"
            | "lease_not_genuine"
            | "lease_of_other_installation"
            | "certificate_not_valid"
            | "seat_released"
            | "hardware_changed"
            | "fingerprint_too_weak"
            | "lease_superseded" => {
                self.installations[place].key = self.concerned(place, told)?;
                Next::Try(Command::Activate)
            }
            "installation_has_other_licence" => Next::Try(Command::ChangeKey),
            // Connect to the internet: the rest happens by itself.
            "lease_expired" | "lease_provisional" => Next::Try(Command::Renew),
            // A key is entered where keys are entered: no renewal takes one.
            "key_replaced" => {
                let key = self.concerned(place, told)?;
                self.fetch_key(key)?;
                self.installations[place].key = key;
                Next::Try(if told.is_of_typed_key() { last } else { Command::Activate })
            }
            "licence_expired" => {
                let key = self.concerned(place, told)?;
                self.extend_or_buy(place, key)?;
                Next::Try(self.claim_again(place, last))
            }
            // Whoever has a reason to hope settles it; others change to another licence.
            "licence_end_announced" => {
                let key = self.key_in_store(place)?.unwrap_or(key);
                if self.dice.percent(60) && self.act(key, Act::Reinstate)? {
                    self.installations[place].key = key;
                    return Ok(Next::Try(if last == Command::Status { Command::Renew } else { last }));
                }
                self.buy(place, None)?;
                Next::Try(self.claim_again(place, last))
            }
            "licence_suspended" => {
                let of_lease = self.key_in_store(place)?.filter(|of_lease| *of_lease != key);
                for key in of_lease.into_iter().chain([key]) {
                    self.act(key, Act::Reinstate)?;
                }
                // Whoever settles it sees as well whether its time is over meanwhile.
                let concerned = self.concerned(place, told)?;
                if self.has_ended(concerned)? {
                    self.extend_or_buy(place, concerned)?;
                    return Ok(Next::Try(self.claim_again(place, last)));
                }
                Next::Try(if last == Command::Status { Command::Renew } else { last })
            }
            // The publisher sees the receipt and gives a code, unless the licence is one that can no longer be used.
            "key_epoch_compromised"
            | "purchase_proof_used"
            | "purchase_proof_expired"
            | "purchase_proof_not_valid" => {
                let key = self.concerned(place, told)?;
                self.installations[place].key = key;
                if !self.prove_purchase(place, key)? {
                    self.buy(place, None)?;
                    return Ok(Next::Try(self.claim_again(place, last)));
                }
                Next::Try(if told.is_of_typed_key() { last } else { Command::Activate })
            }
            "licence_revoked" | "device_may_not_move" | "batch_withdrawn" | "key_not_genuine" => {
                self.buy(place, None)?;
                Next::Try(self.claim_again(place, last))
            }
            "vm_not_allowed" | "container_not_allowed" => {
                self.buy(place, Some(1))?;
                Next::Try(self.claim_again(place, last))
            }
            "seat_limit_reached" => {
                let key = self.concerned(place, told)?;
                self.free_a_seat(place, key)?;
                Next::Try(last)
            }
            "installation_limit_reached" => {
                let key = self.concerned(place, told)?;
                self.free_an_installation(place, key)?;
                Next::Try(last)
            }
            "change_budget_spent" => {
                let key = self.concerned(place, told)?;
                let bought = self.wait_for_budget(place, key)?;
                Next::Try(if bought { self.claim_again(place, last) } else { last })
            }
            other => {
                return Err(Stop::violation(
                    4,
                    format_args!("#{place}: nobody can carry out a remedy of {other}"),
                ));
            }
        })
    }

    /// Turns automatic date and time on.
    pub(crate) fn right_clock(&mut self, machine: usize) {
        self.machines[machine].clock.set_ahead(0);
        self.machines[machine].doubt_millis = None;
    }

    /// The publisher gives a proof of purchase for a key, if it may be used at all.
    pub(crate) fn prove_purchase(&mut self, place: usize, key: usize) -> Result<bool, Stop> {
        let number: Vec<&str> = self.keys[key].text.split('-').take(2).collect();
        let body = json!({"key_number": number.join("-")});
        let call = self.staff_call(Role::Support, Method::Post, "/v1/purchase-proofs", &body);
        let response = self.ask(&call, OFFICE)?;
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        self.trace.note(format_args!("#{place} asks for a proof of purchase: {}", response.status));
        let Some(proof) = answer["proof"].as_str().filter(|_| response.status < 300) else {
            return Ok(false);
        };
        self.canaries.add_key(proof);
        self.proofs.insert(proof.to_owned(), key);
        self.installations[place].proof = Some((key, proof.to_owned()));
        Ok(true)
    }

    /// Somebody who needs another licence buys a key.
    fn buy(&mut self, place: usize, kind: Option<usize>) -> Result<(), Stop> {
        let machine = self.installations[place].machine;
        let scheme = self.machines[machine].hardware.scheme();
        // A shop asks what kind of machine it is for.
        let kind = kind.unwrap_or(if scheme == Scheme::Container { 1 } else { 0 });
        let key = self.sell(kind)?;
        self.installations[place].key = key;
        Ok(())
    }

    /// An installation that has a lease changes its key, another activates.
    fn claim_again(&self, place: usize, last: Command) -> Command {
        let has_lease = self.folder_lease(place).is_some();
        match last {
            Command::Activate | Command::ChangeKey => last,
            _ if has_lease => Command::ChangeKey,
            _ => Command::Activate,
        }
    }

    /// The key of the licence that the lease in the folder is of.
    pub(crate) fn key_of_lease(&self, place: usize) -> Option<usize> {
        let licence = self.folder_lease(place)?.licence;
        self.keys.iter().position(|key| key.is_of(licence))
    }

    /// The key of the licence that the service has the installation under: what an agent finds by the installation's name.
    fn key_in_store(&mut self, place: usize) -> Result<Option<usize>, Stop> {
        let mut client = self.process(place)?;
        let Some(installation) = client.installation() else { return Ok(None) };
        let wants = [Want::Installation(installation)];
        let loaded = self.store()?.committed().load(&wants, self.time.now()).map_err(Stop::harness)?;
        let Some(licence) = loaded.installation(installation).map(|found| found.licence) else {
            return Ok(None);
        };
        self.find_key_of(licence)?;
        Ok(self.keys.iter().position(|key| key.licence == Some(licence)))
    }

    /// The key of the licence that a refusal is about. Whoever typed a key was refused for that one; a renewal is of the licence that the installation runs
    /// under, whatever its user has tried to type meanwhile.
    fn concerned(&mut self, place: usize, told: Told) -> Result<usize, Stop> {
        let typed = self.installations[place].key;
        if told.is_of_typed_key() {
            return Ok(typed);
        }
        Ok(self.key_in_store(place)?.or_else(|| self.key_of_lease(place)).unwrap_or(typed))
    }

    /// The publisher extends the licence, or it is one that cannot be and another key is bought.
    fn extend_or_buy(&mut self, place: usize, key: usize) -> Result<(), Stop> {
        if crate::world::KINDS[self.keys[key].kind].channel == "subscription" && self.act(key, Act::Renew)? {
            self.installations[place].key = key;
            return Ok(());
        }
        self.buy(place, None)
    }

    /// A device that is no longer used gives its seat up; where none is at hand, the publisher releases one.
    fn free_a_seat(&mut self, place: usize, key: usize) -> Result<(), Stop> {
        let machine = self.installations[place].machine;
        let others: Vec<usize> = self
            .idle()
            .into_iter()
            .filter(|other| {
                self.installations[*other].machine != machine && self.key_of_lease(*other) == Some(key)
            })
            .collect();
        for other in others {
            let elsewhere = self.installations[other].machine;
            let on_it: Vec<usize> = self
                .idle()
                .into_iter()
                .filter(|same| {
                    self.installations[*same].machine == elsewhere && self.key_of_lease(*same) == Some(key)
                })
                .collect();
            let held_before = self.seats_held(key)?;
            for same in on_it {
                self.installations[same].folder.set_trouble(DiskTrouble::None);
                self.carry_out(same, Command::Deactivate)?;
                // Its user has said that it is no longer used.
                self.installations[same].retired = true;
            }
            // The answer tells whether the seat is free: another installation on the device may still use it, one whose folder is lost for example.
            if self.seats_held(key)? < held_before {
                return Ok(());
            }
        }
        self.act(key, Act::Release(0)).map(drop)
    }

    fn seats_held(&mut self, key: usize) -> Result<usize, Stop> {
        Ok(self.seats(key)?.into_iter().filter(|(_, held)| *held).count())
    }

    /// Another installation on the device is deactivated; where none exists any more, the publisher releases them.
    fn free_an_installation(&mut self, place: usize, key: usize) -> Result<(), Stop> {
        let machine = self.installations[place].machine;
        let other = self.idle().into_iter().find(|other| {
            *other != place
                && self.installations[*other].machine == machine
                && self.key_of_lease(*other) == Some(key)
        });
        match other {
            Some(other) => {
                self.carry_out(other, Command::Deactivate)?;
                self.installations[other].retired = true;
                Ok(())
            }
            None => self.act(key, Act::Release(0)).map(drop),
        }
    }

    /// Waits until the change is free again, or where that is far off tells the publisher, who allows one more. Says whether another key had to be bought.
    fn wait_for_budget(&mut self, place: usize, key: usize) -> Result<bool, Stop> {
        let free_on = self.free_on.get(&place).copied().unwrap_or(Timestamp::MAX);
        let wait = free_on.since(self.time.now()).as_seconds();
        match u64::try_from(wait) {
            Ok(seconds) if free_on < self.time.now().plus(Span::days(70)) => {
                self.sleep_millis((seconds + 2) * 1_000)?;
            }
            _ => {
                let added = match self.seats_lacking(key)? {
                    Some(seats) => self.act(key, Act::TopUp(seats))?,
                    None => false,
                };
                if !added {
                    self.buy(place, None)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// How many seats the publisher has to add for one more change; none if that may not help, for the changes of the year are used up.
    fn seats_lacking(&mut self, key: usize) -> Result<Option<u32>, Stop> {
        self.find_licence_of(key)?;
        let Some(licence) = self.keys[key].licence else { return Ok(None) };
        let want = Want::Licence {
            selector: Selector::Id(licence),
            installation: None,
            anchors: Vec::new(),
            activation: None,
        };
        let reads = self.store()?.committed();
        let loaded = reads.load(&[want], self.time.now()).map_err(Stop::harness)?;
        let registry = reads.registry().map_err(Stop::harness)?;
        let Some(found) = loaded.licence_by_id(licence) else { return Ok(None) };
        let Some(policy) = registry.policies.get(&found.licence.policy) else { return Ok(None) };
        if policy.moves_per_year.is_some_and(|moves| found.released.within_year >= moves) {
            return Ok(None);
        }
        let taken = found.licence.seats_taken + 1;
        let room = found.licence.seats + policy.ordinary_budget();
        let lacking = (taken + found.released.lingering).saturating_sub(room);
        Ok(Some(lacking.max(taken.saturating_sub(found.licence.seats)).max(1)))
    }

    /// Whether a licence's time is over.
    fn has_ended(&self, key: usize) -> Result<bool, Stop> {
        let Some(licence) = self.keys[key].licence else { return Ok(false) };
        let ends = self.licence(licence)?.and_then(|licence| licence.ends);
        Ok(ends.is_some_and(|end| end <= self.time.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(steps: &[(&str, (usize, usize, bool))]) -> Remedies {
        let (mut followed, mut tally) = (Followed::default(), Remedies::default());
        for (code, keys) in steps {
            followed.note(code, *keys, &mut tally);
        }
        tally
    }

    #[test]
    fn a_refusal_that_comes_again_behind_another_shows_that_its_remedy_did_nothing() {
        let same = (1, 1, false);
        let tally = counted(&[("lease_expired", same), ("seat_released", same), ("lease_expired", same)]);
        assert_eq!((tally["lease_expired"].followed, tally["lease_expired"].came_back), (2, 1));
        assert_eq!((tally["seat_released"].came_back, tally["seat_released"].in_vain), (0, 0));
    }

    #[test]
    fn what_was_asked_of_the_publisher_for_a_key_is_in_vain_when_another_has_to_be_bought() {
        let tally = counted(&[
            ("clock_ahead", (1, 1, false)),
            ("key_epoch_compromised", (1, 1, false)),
            ("container_not_allowed", (1, 7, true)),
            ("seat_limit_reached", (7, 7, false)),
        ]);
        assert_eq!(tally["key_epoch_compromised"].in_vain, 1);
        assert!(
            ["clock_ahead", "container_not_allowed", "seat_limit_reached"]
                .iter()
                .all(|code| tally[*code].in_vain == 0)
        );
    }
}
