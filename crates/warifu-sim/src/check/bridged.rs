//! Promises 1 and 2 while the store is down, and after a master of product keys has leaked.

use serde_json::Value;
use warifu_core::id::LicenceId;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::lease::Lease;
use warifu_proto::wire::device::{ChangeKeyRequest, DeactivateRequest};

use crate::fault::Command;
use crate::fiber::Call;
use crate::node::Origin;
use crate::stop::Stop;
use crate::world::{Caller, World};

/// For how long a provisional lease may run.
const PROVISIONAL_MAX: Span = Span::days(7);

impl World {
    /// A lease that bridges an outage: short, in the journal before it is answered, and the only one of its key.
    pub(crate) fn check_provisional(
        &mut self,
        caller: &Caller,
        lease: &Lease,
        machine: usize,
    ) -> Result<(), Stop> {
        let now = self.time.now();
        self.trace.note(format_args!("#{} gets the provisional {}", caller.installation, lease.id));
        if lease.expires > lease.issued.plus(PROVISIONAL_MAX) || lease.grace != Span::ZERO {
            let seen = format!("the provisional lease {} runs until {}", lease.id, lease.expires);
            return Err(Stop::violation(1, seen));
        }
        if !self.journal.holds(&lease.id.to_string()) {
            let seen =
                format!("the provisional lease {} was acknowledged and is not in the journal", lease.id);
            return Err(Stop::violation(2, seen));
        }
        let key = &mut self.keys[caller.key];
        if !key.is_of(lease.licence) {
            key.provisional.push(lease.licence);
        }
        let names: Vec<LicenceId> = key.licence.into_iter().chain(key.provisional.iter().copied()).collect();
        key.known.0.insert(machine);
        key.known.1.insert(lease.installation);
        self.ledger.note_provisional(lease, machine);
        let others = self.ledger.provisional(&names, now);
        if others.iter().any(|(installation, _)| *installation != lease.installation) {
            let seen = format!("several installations hold provisional leases of one key: {others:?}");
            return Err(Stop::violation(1, seen));
        }
        self.check_seats(lease.licence)
    }

    /// What a request may come to, though no answer arrives: whoever asks with a key before its master leaks may be let in, and whoever asks to go may
    /// have gone.
    pub(crate) fn note_asked(&mut self, caller: &Caller, call: u64, request: &Call) {
        let leaving = match request.path.as_str() {
            "/v1/deactivate" => serde_json::from_slice(&request.body)
                .ok()
                .map(|body: DeactivateRequest| body.public_key.thumbprint()),
            "/v1/change-key" => serde_json::from_slice(&request.body)
                .ok()
                .map(|body: ChangeKeyRequest| body.public_key.thumbprint()),
            "/v1/ask-release" => {
                self.note_release_asked(call, request);
                None
            }
            _ => None,
        };
        if let Some(installation) = leaving {
            self.ledger.note_leaving(installation, call, self.time.millis());
        }
        let typed = matches!(caller.command, Command::Activate | Command::ChangeKey);
        if typed {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
            let proven = body["purchase_proof"].as_str().and_then(|proof| self.proofs.get(proof)).copied();
            if let Some(caller) = self.callers.get_mut(&call) {
                caller.proven = proven;
            }
        }
        let machine = self.machines[self.installations[caller.installation].machine].identity;
        let key = &mut self.keys[caller.key];
        if typed && key.leaked_millis.is_none() {
            key.known.0.insert(machine);
        }
    }

    /// Nobody knows what has become of a request: if it proved a purchase, its machine may be known now by that key.
    pub(crate) fn note_unsettled(&mut self, origin: Origin) {
        let Some(caller) = self.caller(origin) else { return };
        if let Some(key) = caller.proven {
            let machine = self.installations[caller.installation].machine;
            self.keys[key].known.0.insert(self.machines[machine].identity);
        }
    }

    /// A key whose master has leaked lets in only those who are known already, and who proves to have bought this very key.
    pub(crate) fn check_epoch(&mut self, caller: &Caller, lease: &Lease, machine: usize) -> Result<(), Stop> {
        let of_lease = self.keys.iter().position(|key| key.is_of(lease.licence));
        let typed = matches!(caller.command, Command::Activate | Command::ChangeKey);
        let place = of_lease.unwrap_or(caller.key);
        let key = &mut self.keys[place];
        let known = key.known.0.contains(&machine)
            || key.known.1.contains(&lease.installation)
            || caller.proven == Some(place);
        // Nodes' clocks and the true time part by seconds; a lease of before may be answered again.
        let leaked = key.leaked_millis.is_some_and(|since| {
            let seconds = i64::try_from(since / 1_000).unwrap_or(i64::MAX);
            since + 5_000 < caller.sent_millis && lease.issued > Timestamp::from_seconds(seconds + 5)
        });
        if typed && leaked && !known {
            let seen = format!("#{} was let in by a key whose master has leaked", caller.installation);
            return Err(Stop::violation(1, seen));
        }
        key.known.0.insert(machine);
        key.known.1.insert(lease.installation);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::hardware::Scheme;

    use crate::fault::Command;
    use crate::planted::Planted;
    use crate::world::World;

    /// A world in which the masters of all keys sold before have leaked, with a new machine; its installation has one of these keys, another is at hand.
    fn leaked() -> (World, usize, [usize; 2]) {
        let mut world = World::new(1, Planted::Nothing, false).unwrap();
        let keys = [world.sell(0).unwrap(), world.sell(0).unwrap()];
        world.pass(60_000);
        world.compromise_epoch().unwrap();
        world.pass(60_000);
        let machine = world.add_machine(Scheme::Physical);
        let place = world.add_installation(machine);
        world.installations[place].key = keys[0];
        (world, place, keys)
    }

    fn is_known(world: &World, place: usize, key: usize) -> bool {
        let machine = world.installations[place].machine;
        world.keys[key].known.0.contains(&world.machines[machine].identity)
    }

    #[test]
    fn a_machine_is_known_by_the_key_whose_purchase_it_has_proven_once_that_is_accepted() {
        let (mut world, place, [own, other]) = leaked();
        let refused = world.carry_out(place, Command::Activate).unwrap();
        assert_eq!(refused.as_deref(), Some("key_epoch_compromised"));
        assert!(world.prove_purchase(place, own).unwrap());
        assert!(!is_known(&world, place, own), "nobody has seen the proof yet");
        assert_eq!(world.carry_out(place, Command::Activate).unwrap(), None);
        assert!(is_known(&world, place, own) && !is_known(&world, place, other));
    }

    #[test]
    fn a_proof_that_was_refused_makes_nobody_known() {
        let (mut world, place, [own, other]) = leaked();
        // The proof is of the other key, whatever its user takes it for.
        assert!(world.prove_purchase(place, other).unwrap());
        world.installations[place].proof.as_mut().unwrap().0 = own;
        assert_eq!(
            world.carry_out(place, Command::Activate).unwrap().as_deref(),
            Some("purchase_proof_not_valid")
        );
        assert!(!is_known(&world, place, own) && !is_known(&world, place, other));
    }

    #[test]
    fn a_proof_whose_answer_never_came_may_have_made_its_machine_known() {
        let (mut world, place, [own, other]) = leaked();
        assert!(world.prove_purchase(place, own).unwrap());
        world.begin(place, Command::Activate).unwrap();
        while !world.places.iter().any(|place| place.node.as_ref().is_some_and(crate::node::Node::is_busy)) {
            let message = world.messages.remove(0);
            world.arrive(message).unwrap();
        }
        assert!(!is_known(&world, place, own));
        world.kill_node(crate::fault::Fault::ServiceKilledAfter).unwrap();
        assert!(is_known(&world, place, own) && !is_known(&world, place, other));
    }
}
