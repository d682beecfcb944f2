//! Promises 1 and 2 while the store is down, and after a master of product keys has leaked.

use warifu_core::id::LicenceId;
use warifu_core::time::{Span, Timestamp};
use warifu_proto::lease::Lease;
use warifu_proto::wire::device::{ChangeKeyRequest, DeactivateRequest};

use crate::fault::Command;
use crate::fiber::Call;
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
        let machine = self.machines[self.installations[caller.installation].machine].identity;
        let key = &mut self.keys[caller.key];
        if typed && key.leaked_millis.is_none() {
            key.known.0.insert(machine);
        }
    }

    /// A key whose master has leaked lets in only those who are known already.
    pub(crate) fn check_epoch(&mut self, caller: &Caller, lease: &Lease, machine: usize) -> Result<(), Stop> {
        let of_lease = self.keys.iter().position(|key| key.is_of(lease.licence));
        let typed = matches!(caller.command, Command::Activate | Command::ChangeKey);
        let key = &mut self.keys[of_lease.unwrap_or(caller.key)];
        let known = key.known.0.contains(&machine) || key.known.1.contains(&lease.installation);
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
