//! Faults of machines: clocks, parts, restarts and snapshots.

use warifu_core::hardware::{ComponentKind, Scheme};

use crate::fault::Fault;
use crate::stop::Stop;
use crate::world::{Snapshot, World};

impl World {
    pub(crate) fn disturb_clock(&mut self, fault: Fault) -> Result<(), Stop> {
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

    pub(crate) fn disturb_hardware(&mut self, fault: Fault) -> Result<(), Stop> {
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

    /// Takes a snapshot of a machine, or sets the machine of the snapshot back to it.
    pub(crate) fn snapshot_or_restore(&mut self, machine: usize) -> Result<(), Stop> {
        if self.snapshot.is_some() && self.dice.percent(60) {
            self.restore_snapshot()
        } else {
            self.take_snapshot(machine);
            Ok(())
        }
    }

    fn take_snapshot(&mut self, machine: usize) {
        let folder = |place: usize| {
            let installation = &self.installations[place];
            (place, installation.folder.files(), installation.doubt_millis)
        };
        let folders = self.on_machine(machine).into_iter().map(folder).collect();
        let Some(found) = self.machines.get(machine) else { return };
        self.snapshot = Some(Snapshot {
            machine,
            clocks: found.clock.copy(),
            parts: found.hardware.parts(),
            folders,
            taken: self.time.now(),
            doubt: found.doubt_millis,
        });
    }

    /// A virtual machine goes on where it was, with what runs in it: its boot, its parts, and its clock so far ahead of the truth as is returned.
    fn wake(&mut self, snapshot: &Snapshot) -> i64 {
        let behind = self.time.now().since(snapshot.taken).as_seconds();
        // Most hosts set a guest's clock right when they wake it; some do not.
        let ahead = if self.dice.percent(60) { 0 } else { -behind };
        let machine = &mut self.machines[snapshot.machine];
        machine.clock.set_back(snapshot.clocks, ahead);
        machine.hardware.set_parts(snapshot.parts.clone());
        machine.hardware.swap(ComponentKind::VmGeneration, &mut self.dice);
        machine.rebuilt += 1;
        let wrong = (ahead != 0).then_some(0);
        machine.doubt_millis = snapshot.doubt.or(machine.doubt_millis).or(wrong);
        ahead
    }

    fn restore_snapshot(&mut self) -> Result<(), Stop> {
        let Some(snapshot) = self.snapshot.take() else { return Ok(()) };
        let machine = snapshot.machine;
        let wakes = self.machines[machine].hardware.scheme() != Scheme::Physical;
        let ahead = if wakes { self.wake(&snapshot) } else { 0 };
        if !wakes {
            // The image of its disk is put back, and it starts.
            let period = warifu_core::random::bytes(&mut self.dice);
            self.machines[machine].clock.reboot(period);
        }
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
            // To a program whose folder was not set back, the boot that comes back is a start, which adds at most a day to what it counts, however long the
            // machine runs before the program looks.
            self.installations[place].overdue_millis = None;
            if ahead != 0 {
                // The clock is wrong for those as well that were installed after the snapshot, on another disk.
                self.installations[place].doubt_millis.get_or_insert(0);
            }
        }
        self.snapshot = Some(snapshot);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::hardware::Scheme;

    use crate::planted::Planted;
    use crate::world::World;

    /// What seed 1019 was stopped by before: the program was restricted after 72 hours on a clock that the onlooker took for right.
    #[test]
    fn a_snapshot_that_sets_the_clock_back_puts_every_installation_of_the_machine_in_doubt() {
        for seed in 1..20 {
            let mut world = World::new(seed, Planted::Nothing, false).unwrap();
            let machine = world.add_machine(Scheme::Vm);
            world.take_snapshot(machine);
            let later = world.add_installation(machine);
            world.pass(400 * 3_600_000);
            // Some hosts set the guest's clock right.
            while world.machines[machine].clock.ahead_seconds() == 0 {
                world.restore_snapshot().unwrap();
            }
            assert_eq!(world.installations[later].doubt_millis, Some(0), "seed {seed}");
        }
    }
}
