//! The names in a folder and the folders below: those on the disk, and the steps since each folder's last sync.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use warifu_service::conformance::Dice;

use super::record::Choice;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Folder,
    /// The file of this number.
    File(usize),
}

#[derive(Clone, Debug)]
enum What {
    Bind(PathBuf, Entry),
    Unbind(PathBuf),
    Rename { from: PathBuf, to: PathBuf, entry: Entry },
}

/// A step, with its number among all changes of the disk.
#[derive(Clone, Debug)]
struct Step {
    number: u64,
    what: What,
}

/// Names, as paths below the disk's folder.
#[derive(Debug, Default)]
pub(super) struct Names {
    synced: BTreeMap<PathBuf, Entry>,
    unsynced: Vec<Step>,
    now: BTreeMap<PathBuf, Entry>,
}

impl Names {
    /// Notes a name that is on the disk.
    pub(super) fn found(&mut self, name: PathBuf, entry: Entry) {
        self.synced.insert(name.clone(), entry);
        self.now.insert(name, entry);
    }

    /// The names as a program sees them.
    pub(super) fn now(&self) -> &BTreeMap<PathBuf, Entry> {
        &self.now
    }

    pub(super) fn bind(&mut self, number: u64, name: PathBuf, entry: Entry) {
        self.step(number, What::Bind(name, entry));
    }

    pub(super) fn unbind(&mut self, number: u64, name: PathBuf) {
        self.step(number, What::Unbind(name));
    }

    /// Renames a file. Whether the name was known.
    pub(super) fn rename(&mut self, number: u64, from: PathBuf, to: PathBuf) -> bool {
        let entry = self.now.get(&from).copied();
        if let Some(entry) = entry {
            self.step(number, What::Rename { from, to, entry });
        }
        entry.is_some()
    }

    /// The names in `folder` are on the disk.
    pub(super) fn sync(&mut self, folder: &Path) {
        let (synced, unsynced) =
            std::mem::take(&mut self.unsynced).into_iter().partition(|step| step.what.is_in(folder));
        self.unsynced = unsynced;
        let synced: Vec<Step> = synced;
        for step in synced {
            step.what.apply(&mut self.synced);
        }
    }

    /// The names after a cut. A name in a folder that is lost is lost with it.
    pub(super) fn survivor(&self, choice: &Choice, dice: &mut Dice) -> BTreeMap<PathBuf, Entry> {
        let mut names = self.synced.clone();
        for step in &self.unsynced {
            if choice.keeps(step.number, dice) {
                step.what.apply(&mut names);
            }
        }
        let whole = |name: &Path| {
            let mut above = name.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
            above.all(|folder| names.get(folder) == Some(&Entry::Folder))
        };
        names.iter().filter(|(name, _)| whole(name)).map(|(name, entry)| (name.clone(), *entry)).collect()
    }

    fn step(&mut self, number: u64, what: What) {
        what.apply(&mut self.now);
        self.unsynced.push(Step { number, what });
    }
}

impl What {
    fn apply(&self, names: &mut BTreeMap<PathBuf, Entry>) {
        match self {
            Self::Bind(name, entry) => {
                names.insert(name.clone(), *entry);
            }
            Self::Unbind(name) => {
                names.remove(name);
            }
            Self::Rename { from, to, entry } => {
                names.remove(from);
                names.insert(to.clone(), *entry);
            }
        }
    }

    /// Whether the step is made safe by a sync of `folder`. A rename between folders is as soon as its new name is.
    fn is_in(&self, folder: &Path) -> bool {
        let (Self::Bind(name, _) | Self::Unbind(name) | Self::Rename { to: name, .. }) = self;
        name.parent() == Some(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_once_its_folder_was_synced_and_with_the_folders_own_name() {
        let path = PathBuf::from;
        let (mut whole, mut without) = (0, 0);
        for seed in 0..200 {
            let dice = &mut Dice::new(seed);
            let mut names = Names::default();
            names.bind(1, path("a"), Entry::Folder);
            names.bind(2, path("a/new"), Entry::File(0));
            assert!(names.rename(3, path("a/new"), path("a/lease")));
            names.sync(Path::new("a"));
            let left = names.survivor(&Choice::new(dice, 4), dice);
            match left.len() {
                0 => without += 1,
                2 => whole += i32::from(left[Path::new("a/lease")] == Entry::File(0)),
                _ => panic!("{left:?}"),
            }
            names.sync(Path::new(""));
            assert_eq!(names.survivor(&Choice::new(dice, 4), dice), *names.now());
        }
        assert!(whole > 20 && without > 20 && whole + without == 200, "{whole} whole, {without} without");
    }
}
