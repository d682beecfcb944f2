//! Faults of an installation's folder: its disk, its files, copies and backups.

use crate::fault::Fault;
use crate::folder::DiskTrouble;
use crate::stop::Stop;
use crate::world::World;

impl World {
    pub(crate) fn disturb_folder(&mut self, fault: Fault) -> Result<(), Stop> {
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
                // How long the program has run in doubt may stand there.
                self.installations[place].overdue_millis = None;
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
    pub(crate) fn restore_doubt(&mut self, place: usize, doubt: Option<u64>) {
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
    pub(crate) fn copy_folder(&mut self, place: usize) -> Result<(), Stop> {
        let from = self.installations[place].machine;
        let others: Vec<usize> = (0..self.machines.len()).filter(|machine| *machine != from).collect();
        let Some(machine) = self.dice.pick(&others) else { return Ok(()) };
        let copy = self.add_installation(machine);
        self.installations[copy].folder.set_files(self.installations[place].folder.files());
        self.installations[copy].copied = true;
        self.installations[copy].key = self.installations[place].key;
        self.installations[copy].algorithm = self.installations[place].algorithm;
        // A program that comes to a machine whose clock is wrong finds that out there; what the folder remembers of doubt it brings along.
        let here = self.machines[machine].doubt_millis;
        self.installations[copy].doubt_millis = match (self.installations[place].doubt_millis, here) {
            (Some(brought), here) => Some(brought.max(here.unwrap_or(0))),
            (None, here) => here.map(|_| 0),
        };
        self.trace.note(format_args!("#{place} is copied to machine {machine} as #{copy}"));
        self.tag(place, Fault::FolderCopied);
        self.tag(copy, Fault::FolderCopied);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::planted::Planted;
    use crate::world::World;

    /// What seed 369 was stopped by before: the program was restricted after 72 hours on a clock that the onlooker took for right.
    #[test]
    fn a_folder_that_comes_to_a_machine_whose_clock_is_wrong_is_in_doubt_there() {
        let mut world = World::new(1, Planted::Nothing, false).unwrap();
        let from = world.installations[0].machine;
        for (brought, here, expected) in [
            (None, None, None),
            (None, Some(9), Some(0)),
            (Some(5), None, Some(5)),
            (Some(5), Some(9), Some(9)),
            (Some(9), Some(5), Some(9)),
        ] {
            world.installations[0].doubt_millis = brought;
            for machine in (0..world.machines.len()).filter(|machine| *machine != from) {
                world.machines[machine].doubt_millis = here;
            }
            world.copy_folder(0).unwrap();
            assert_eq!(world.installations.last().unwrap().doubt_millis, expected, "{brought:?} {here:?}");
        }
    }
}
