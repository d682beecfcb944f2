//! The faults: each is put in at a chosen place, and counted with the commands that it meets.

use warifu_core::hardware::{ComponentKind, Scheme};
use warifu_proto::keys::RootKey;
use warifu_service::authority::Authority;

use crate::act::unreachable;
use crate::fault::{Command, Fault};
use crate::folder::DiskTrouble;
use crate::node::Origin;
use crate::stop::Stop;
use crate::store::StoreFault;
use crate::world::{Backup, Content, Snapshot, World};

const HOUR: u64 = 3_600_000;

impl World {
    /// Puts some fault in: of a few drawn, the one that has met the fewest commands.
    pub(crate) fn inject_somewhere(&mut self) -> Result<(), Stop> {
        let drawn: Vec<Fault> = (0..3).filter_map(|_| self.dice.pick(Fault::ALL)).collect();
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
            Fault::ServiceRestored => self.restore_or_back_up(),
            Fault::KeysRenewed => self.renew_keys(),
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
    fn least_met(&self, calls: &[(usize, u64)], fault: Fault) -> Option<(usize, u64)> {
        let met = |(_, call): &&(usize, u64)| {
            self.callers.get(call).map_or(u64::MAX, |caller| self.coverage.met(fault, caller.command))
        };
        calls.iter().min_by_key(met).copied()
    }

    fn count_work(&mut self, place: usize, fault: Fault) {
        if let Some(work) = &self.installations[place].work {
            self.coverage.count(fault, work.command);
        }
    }

    fn count_all_work(&mut self, fault: Fault) {
        for place in 0..self.installations.len() {
            self.count_work(place, fault);
        }
    }

    fn on_machine(&self, machine: usize) -> Vec<usize> {
        let on = |place: &usize| {
            self.installations[*place].machine == machine && !self.installations[*place].retired
        };
        (0..self.installations.len()).filter(on).collect()
    }

    /// The next commands of an installation meet the fault.
    fn tag(&mut self, place: usize, fault: Fault) {
        let tags = &mut self.installations[place].tags;
        tags.retain(|(other, _)| *other != fault);
        tags.insert(0, (fault, 3));
        self.touched.insert(place);
    }

    /// Something happens to a message.
    fn disturb(&mut self, fault: Fault, replies: bool) -> Result<(), Stop> {
        let met = |place: &usize| {
            let caller = self.callers.get(&self.messages[*place].call);
            caller.map_or(u64::MAX, |caller| self.coverage.met(fault, caller.command))
        };
        let Some(chosen) = self.command_messages(replies).into_iter().min_by_key(met) else { return Ok(()) };
        let call = self.messages[chosen].call;
        let Some(caller) = self.callers.get(&call).copied() else { return Ok(()) };
        self.coverage.count(fault, caller.command);
        self.trace.note(format_args!("#{} {}: {fault}", caller.installation, caller.command));
        match fault {
            Fault::RequestLost | Fault::ReplyLost => drop(self.messages.remove(chosen)),
            Fault::RequestRepeated => {
                let mut again = self.messages[chosen].clone();
                again.held_until = self.step + self.dice.below(60);
                self.messages.push(again);
            }
            _ => {
                self.messages[chosen].held_until = self.step + self.dice.between(10, 200);
                if self.dice.percent(60) {
                    return self.come_back(caller.installation, call, Err(unreachable("timed out")));
                }
            }
        }
        Ok(())
    }

    fn disturb_clock(&mut self, fault: Fault) -> Result<(), Stop> {
        let Some(machine) = self.dice.place(self.machines.len()) else { return Ok(()) };
        let clock = &self.machines[machine].clock;
        if clock.ahead_seconds() != 0 && self.dice.percent(60) {
            clock.set_ahead(0);
            self.trace.note(format_args!("machine {machine}: the clock is put right"));
            return Ok(());
        }
        match fault {
            Fault::ClockDrifts => clock.set_drift(if self.dice.percent(50) { 40_000 } else { -40_000 }),
            _ => {
                let hours = self.dice.pick(&[2_u64, 20, 30, 50, 200, 3_000, 40_000]).unwrap_or(2);
                let seconds = i64::try_from(hours * 3_600).unwrap_or(0);
                clock.set_ahead(if fault == Fault::ClockAhead { seconds } else { -seconds });
            }
        }
        self.trace.note(format_args!("machine {machine}: {fault}"));
        self.machines[machine].doubt_millis.get_or_insert(0);
        for place in self.on_machine(machine) {
            self.installations[place].doubt_millis.get_or_insert(0);
            self.tag(place, fault);
        }
        Ok(())
    }

    fn disturb_folder(&mut self, fault: Fault) -> Result<(), Stop> {
        let mut idle = self.idle();
        if fault == Fault::FolderRestored {
            idle.retain(|place| !self.installations[*place].backups.is_empty());
        }
        let Some(place) = self.dice.pick(&idle) else { return Ok(()) };
        let files = self.installations[place].folder.files();
        if files.is_empty() {
            return Ok(());
        }
        match fault {
            Fault::DiskRefuses => {
                let trouble = if self.dice.percent(50) { DiskTrouble::Full } else { DiskTrouble::ReadOnly };
                self.installations[place].folder.set_trouble(trouble);
            }
            Fault::FileCut => {
                let names: Vec<&String> = files.keys().collect();
                let Some(name) = self.dice.place(names.len()).and_then(|at| names.get(at)) else {
                    return Ok(());
                };
                let length = files.get(*name).map_or(0, Vec::len);
                let left = usize::try_from(self.dice.below(length as u64)).unwrap_or(0);
                self.installations[place].folder.cut(name, left);
                self.kill(place);
            }
            Fault::FolderRestored => {
                let backups = &self.installations[place].backups;
                let Some((files, doubt)) = self.dice.place(backups.len()).map(|at| backups[at].clone())
                else {
                    return Ok(());
                };
                self.kill(place);
                self.installations[place].folder.set_files(files);
                self.restore_doubt(place, doubt);
            }
            Fault::SnapshotRestored => return self.snapshot_or_restore(self.installations[place].machine),
            _ => return self.copy_folder(place),
        }
        self.trace.note(format_args!("#{place}: {fault}"));
        self.tag(place, fault);
        Ok(())
    }

    /// What the folder remembers of doubt is as old as the folder.
    fn restore_doubt(&mut self, place: usize, doubt: Option<u64>) {
        let now = self.machines[self.installations[place].machine].doubt_millis;
        // A clock that is wrong now was not yet when the copy was made, or was; the longer of the two is what may count.
        let installation = &mut self.installations[place];
        installation.overdue_millis = None;
        installation.doubt_millis = match (doubt, installation.doubt_millis) {
            (Some(then), Some(since)) => Some(then.max(since)),
            (then, since) => then.or(since),
        };
        if now.is_some() {
            installation.doubt_millis.get_or_insert(0);
        }
    }

    /// The folder gets to another machine, with all that it holds.
    fn copy_folder(&mut self, place: usize) -> Result<(), Stop> {
        let from = self.installations[place].machine;
        let others: Vec<usize> = (0..self.machines.len()).filter(|machine| *machine != from).collect();
        let Some(machine) = self.dice.pick(&others) else { return Ok(()) };
        let copy = self.add_installation(machine);
        self.installations[copy].folder.set_files(self.installations[place].folder.files());
        self.installations[copy].copied = true;
        self.installations[copy].key = self.installations[place].key;
        self.installations[copy].algorithm = self.installations[place].algorithm;
        self.installations[copy].doubt_millis = self.installations[place].doubt_millis;
        self.trace.note(format_args!("#{place} is copied to machine {machine} as #{copy}"));
        self.tag(place, Fault::FolderCopied);
        self.tag(copy, Fault::FolderCopied);
        Ok(())
    }

    /// Takes a snapshot of a machine, or sets the machine of the snapshot back to it.
    fn snapshot_or_restore(&mut self, machine: usize) -> Result<(), Stop> {
        let restore = self.snapshot.is_some() && self.dice.percent(60);
        if !restore {
            let folder = |place: usize| {
                let installation = &self.installations[place];
                (place, installation.folder.files(), installation.doubt_millis)
            };
            let folders = self.on_machine(machine).into_iter().map(folder).collect();
            let Some(found) = self.machines.get(machine) else { return Ok(()) };
            self.snapshot = Some(Snapshot {
                machine,
                clocks: found.clock.copy(),
                parts: found.hardware.parts(),
                folders,
                taken: self.time.now(),
                doubt: found.doubt_millis,
            });
            return Ok(());
        }
        let Some(snapshot) = self.snapshot.take() else { return Ok(()) };
        let machine = snapshot.machine;
        let behind = self.time.now().since(snapshot.taken).as_seconds();
        // Most hosts set a guest's clock right when they wake it; some do not.
        let ahead = if self.dice.percent(60) { 0 } else { -behind };
        self.machines[machine].clock.set_back(snapshot.clocks, ahead);
        self.machines[machine].hardware.set_parts(snapshot.parts.clone());
        self.machines[machine].hardware.swap(ComponentKind::VmGeneration, &mut self.dice);
        self.machines[machine].rebuilt += 1;
        let wrong = (ahead != 0).then_some(0);
        self.machines[machine].doubt_millis =
            snapshot.doubt.or(self.machines[machine].doubt_millis).or(wrong);
        self.trace.note(format_args!("machine {machine} is set back to its snapshot, clock {ahead} s"));
        for (place, files, doubt) in &snapshot.folders {
            if self.installations[*place].retired {
                continue;
            }
            self.kill(*place);
            self.installations[*place].folder.set_files(files.clone());
            self.restore_doubt(*place, *doubt);
            self.tag(*place, Fault::SnapshotRestored);
        }
        for place in self.on_machine(machine) {
            self.kill(place);
        }
        self.snapshot = Some(snapshot);
        Ok(())
    }

    fn disturb_hardware(&mut self, fault: Fault) -> Result<(), Stop> {
        let Some(machine) = self.dice.place(self.machines.len()) else { return Ok(()) };
        let hardware = self.machines[machine].hardware.clone();
        match fault {
            Fault::PartSwapped => {
                let kind = self.dice.pick(&[ComponentKind::Memory, ComponentKind::Graphics]);
                let Some(kind) = kind else { return Ok(()) };
                hardware.swap(kind, &mut self.dice);
            }
            Fault::Rebuilt => {
                let kinds: &[ComponentKind] = match hardware.scheme() {
                    Scheme::Vm => &[ComponentKind::VmId],
                    _ => &[ComponentKind::Motherboard],
                };
                for kind in kinds {
                    hardware.swap(*kind, &mut self.dice);
                }
                if self.dice.percent(40) {
                    hardware.swap(ComponentKind::SystemDisk, &mut self.dice);
                }
                self.machines[machine].rebuilt += 1;
            }
            _ => hardware.set_unprivileged(true),
        }
        self.trace.note(format_args!("machine {machine}: {fault}"));
        for place in self.on_machine(machine) {
            self.tag(place, fault);
        }
        Ok(())
    }

    /// A node ends: its queue is lost, or is written and nobody is answered.
    fn kill_node(&mut self, fault: Fault) -> Result<(), Stop> {
        let busy = |place: &usize| self.places[*place].node.as_ref().is_some_and(crate::node::Node::is_busy);
        let places: Vec<usize> = (0..self.places.len()).filter(busy).collect();
        let Some(place) = self.dice.pick(&places) else { return Ok(()) };
        let waiting: Vec<Origin> =
            self.places[place].node.iter().flat_map(crate::node::Node::waiting).collect();
        for origin in waiting {
            if let Some(caller) = self.caller(origin) {
                self.coverage.count(fault, caller.command);
            }
            if let Origin::Staff(attempt) = origin {
                self.attempts[attempt].waiting = false;
            }
        }
        if fault == Fault::ServiceKilledAfter {
            self.node(place)?.service.write_group(64);
        }
        self.trace.note(format_args!("node {place}: {fault}"));
        self.places[place].node = None;
        self.places[place].down_until = self.step + self.dice.between(1, 12);
        Ok(())
    }

    /// Stops every node; what waits there is lost.
    fn stop_nodes(&mut self) {
        for place in &mut self.places {
            place.node = None;
            place.down_until = 0;
        }
        for attempt in &mut self.attempts {
            attempt.waiting = false;
        }
    }

    /// Backs the store up, or brings the last backup back.
    fn restore_or_back_up(&mut self) -> Result<(), Stop> {
        let path = self.folder.path().join("backup.db");
        if self.backup.is_none() || self.dice.percent(50) {
            let new = self.folder.path().join("backup.new");
            warifu_store::sqlite::backup(self.store_path(), &new).map_err(Stop::harness)?;
            std::fs::rename(&new, &path).map_err(Stop::harness)?;
            self.trace.note("the store is backed up");
            self.backup = Some(Backup { path, ledger: self.ledger.clone() });
            return Ok(());
        }
        let Some(backup) = &self.backup else { return Ok(()) };
        let (path, ledger) = (backup.path.clone(), backup.ledger.clone());
        self.trace.note("the store is restored from its backup");
        self.count_all_work(Fault::ServiceRestored);
        for place in self.idle() {
            self.tag(place, Fault::ServiceRestored);
        }
        self.stop_nodes();
        self.store = None;
        warifu_store::sqlite::restore(&path, self.store_path(), true).map_err(Stop::harness)?;
        for entry in std::fs::read_dir(self.folder.path()).map_err(Stop::harness)?.flatten() {
            if entry.file_name().to_string_lossy().contains("replaced") {
                std::fs::remove_file(entry.path()).map_err(Stop::harness)?;
            }
        }
        // What was signed after the backup is forgotten; nobody can count it any more.
        let signed = self.ledger.signed;
        self.ledger = ledger;
        self.ledger.signed = signed;
        self.open_store()?;
        self.read_licences_again()?;
        for place in 0..self.places.len() {
            self.start_node(place)?;
        }
        Ok(())
    }

    /// Further issuing keys from the root, taken up by a restart of every node.
    pub(crate) fn renew_keys(&mut self) -> Result<(), Stop> {
        let authority = Authority::from_bytes(&self.issuing).map_err(Stop::harness)?;
        let root = RootKey::from_seed(self.root.seed()).map_err(Stop::harness)?;
        let more = authority.extended(&root, self.time.now(), &mut self.dice).map_err(Stop::harness)?;
        self.issuing = more.to_bytes().to_vec();
        self.trace.note("the issuing keys are renewed, the nodes started again");
        self.count_all_work(Fault::KeysRenewed);
        for place in self.idle() {
            self.tag(place, Fault::KeysRenewed);
        }
        self.stop_nodes();
        for place in 0..self.places.len() {
            self.start_node(place)?;
        }
        Ok(())
    }

    /// The store cannot be read: while a question arrives, or when the next group is loaded.
    fn fail_a_read(&mut self) -> Result<(), Stop> {
        let question = self.command_messages(false).into_iter().find(|place| {
            let caller = self.callers.get(&self.messages[*place].call);
            caller.is_some_and(|caller| caller.command == Command::Status)
        });
        let Some(place) = question else {
            self.armed = Some(Fault::LoadFails);
            return Ok(());
        };
        let message = self.messages.remove(place);
        if let Content::Request(_) = message.content {
            self.coverage.count(Fault::LoadFails, Command::Status);
        }
        self.store()?.knobs().reads_fail = true;
        let arrived = self.arrive(message);
        self.store()?.knobs().reads_fail = false;
        arrived
    }

    /// Puts the fault in that lies in wait for the group which is about to be written.
    pub(crate) fn arm(&mut self, place: usize, commands_max: usize) -> Result<(), Stop> {
        let Some(fault) = self.armed.take() else { return Ok(()) };
        let waiting: Vec<Origin> = self.node(place)?.waiting().take(commands_max).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let next = match fault {
            Fault::LoadFails => Some(StoreFault::LoadFails),
            Fault::CommitFails => Some(StoreFault::CommitFails),
            Fault::CommitUnknown => Some(StoreFault::CommitUnknown),
            Fault::Conflict => Some(StoreFault::Conflict),
            _ => None,
        };
        if next.is_none() {
            let busy = |other: &usize| {
                *other != place && self.places[*other].node.as_ref().is_some_and(crate::node::Node::is_busy)
            };
            let Some(other) = (0..self.places.len()).find(busy) else {
                // It waits until both have something to write.
                self.armed = Some(fault).filter(|_| self.places.len() > 1);
                return Ok(());
            };
            let service = self.node(other)?.service.clone();
            self.store()?.knobs().between = Some(service);
        }
        self.store()?.knobs().next = next;
        for origin in waiting {
            if let Some(caller) = self.caller(origin) {
                self.coverage.count(fault, caller.command);
            }
        }
        self.trace.note(format_args!("node {place}: {fault}"));
        Ok(())
    }

    /// Takes out what the group did not meet.
    pub(crate) fn disarm(&mut self) -> Result<(), Stop> {
        let mut knobs = self.store()?.knobs();
        (knobs.next, knobs.between) = (None, None);
        Ok(())
    }

    /// The time for which a machine's clock may be wrong before anything is held against it: 72 hours, less an hour for the pauses between looks.
    pub(crate) const DOUBT_MILLIS: u64 = 71 * HOUR;
}
