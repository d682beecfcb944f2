//! The faults: each is put in at a chosen place, and counted with the commands that it meets.

mod folder;
mod keys;
mod machine;
mod network;
mod service;
mod store;

use crate::fault::{Command, Fault};
use crate::stop::Stop;
use crate::world::World;

const HOUR: u64 = 3_600_000;

impl World {
    /// Puts some fault in: of a few drawn, the one that has met the fewest commands.
    pub(crate) fn inject_somewhere(&mut self) -> Result<(), Stop> {
        let drawn: Vec<Fault> = (0..5).filter_map(|_| self.dice.pick(Fault::ALL)).collect();
        let least = |fault: &Fault| {
            let cells = Command::ALL.iter().filter(|command| fault.can_meet(**command));
            cells.map(|command| self.coverage.met(*fault, *command)).min()
        };
        match drawn.into_iter().min_by_key(least) {
            Some(fault) => self.inject(fault),
            None => Ok(()),
        }
    }

    fn inject(&mut self, fault: Fault) -> Result<(), Stop> {
        match fault {
            Fault::RequestLost | Fault::RequestRepeated | Fault::RequestLate => self.disturb(fault, false),
            Fault::ReplyLost | Fault::ReplyLate => self.disturb(fault, true),
            Fault::ProcessKilled => {
                let busy = self.waiting_calls();
                if let Some((place, _)) = self.least_met(&busy, fault) {
                    self.count_work(place, fault);
                    self.trace.note(format_args!("#{place} is killed"));
                    self.kill(place);
                    self.touched.insert(place);
                }
                Ok(())
            }
            Fault::ClockAhead | Fault::ClockBehind | Fault::ClockDrifts => self.disturb_clock(fault),
            Fault::Rebooted => {
                let Some(machine) = self.dice.place(self.machines.len()) else { return Ok(()) };
                let period = warifu_core::random::bytes(&mut self.dice);
                self.machines[machine].clock.reboot(period);
                self.trace.note(format_args!("machine {machine} restarts"));
                for place in self.on_machine(machine) {
                    self.kill(place);
                    self.tag(place, fault);
                }
                Ok(())
            }
            Fault::DiskRefuses
            | Fault::FolderCopied
            | Fault::FolderRestored
            | Fault::FileCut
            | Fault::SnapshotRestored => self.disturb_folder(fault),
            Fault::PartSwapped | Fault::Rebuilt | Fault::Unprivileged => self.disturb_hardware(fault),
            Fault::ServiceKilled | Fault::ServiceKilledAfter => self.kill_node(fault),
            // Nodes that start need their store.
            Fault::ServiceUpgraded | Fault::ServiceTakenBack if self.outage_until > 0 => Ok(()),
            Fault::ServiceUpgraded => self.change_version(fault, true),
            Fault::ServiceTakenBack => self.change_version(fault, false),
            Fault::ServiceRestored => self.restore_or_back_up(),
            // Nodes that start need their store.
            Fault::KeysRenewed | Fault::KeyWithdrawn | Fault::EpochCompromised if self.outage_until > 0 => {
                Ok(())
            }
            Fault::KeysRenewed => self.renew_keys(),
            Fault::KeyWithdrawn => self.withdraw_key(),
            // Once in a while; each brings another shop full of keys.
            Fault::EpochCompromised if self.running(0).is_none() => Ok(()),
            Fault::EpochCompromised => self.compromise_epoch(),
            Fault::SequencerKilled | Fault::SequencerOvertaken => self.disturb_sequencer(fault),
            Fault::SeatReclaimed => self.covet(),
            Fault::ReleaseAsked => self.ask_for_a_seat(),
            Fault::StoreDown => self.begin_outage(),
            Fault::JournalTorn => {
                let after = usize::try_from(self.dice.below(300)).unwrap_or(0);
                self.journal.tear(after);
                self.begin_outage()
            }
            Fault::NodesApart => {
                for place in 0..self.places.len() {
                    let ahead = i64::try_from(self.dice.below(4_000)).unwrap_or(0) - 2_000;
                    self.places[place].clock.set_ahead(ahead);
                }
                self.trace.note("the nodes' clocks part");
                self.count_all_work(fault);
                Ok(())
            }
            Fault::LoadFails => self.fail_a_read(),
            Fault::CommitFails | Fault::CommitUnknown | Fault::Conflict | Fault::OtherNode => {
                self.armed = Some(fault);
                Ok(())
            }
            // Staff do that by themselves.
            Fault::StaffActs => Ok(()),
        }
    }

    /// Of the calls given, that of the command that the fault has met least.
    pub(crate) fn least_met(&self, calls: &[(usize, u64)], fault: Fault) -> Option<(usize, u64)> {
        let met = |(_, call): &&(usize, u64)| {
            self.callers.get(call).map_or(u64::MAX, |caller| self.coverage.met(fault, caller.command))
        };
        calls.iter().min_by_key(met).copied()
    }

    pub(crate) fn count_work(&mut self, place: usize, fault: Fault) {
        if let Some(work) = &self.installations[place].work {
            self.coverage.count(fault, work.command);
        }
    }

    pub(crate) fn count_all_work(&mut self, fault: Fault) {
        for place in 0..self.installations.len() {
            self.count_work(place, fault);
        }
    }

    pub(crate) fn on_machine(&self, machine: usize) -> Vec<usize> {
        let on = |place: &usize| {
            self.installations[*place].machine == machine && !self.installations[*place].retired
        };
        (0..self.installations.len()).filter(on).collect()
    }

    /// The next commands of an installation meet the fault.
    pub(crate) fn tag(&mut self, place: usize, fault: Fault) {
        let tags = &mut self.installations[place].tags;
        tags.retain(|(other, _)| *other != fault);
        tags.insert(0, (fault, 3));
        self.touched.insert(place);
    }

    /// The time for which a machine's clock may be wrong before anything is held against it: 72 hours, less an hour for the pauses between looks.
    pub(crate) const DOUBT_MILLIS: u64 = 71 * HOUR;
}
