//! Promises 5 and 6, where they are looked at now and then: files, and the log of events.

use std::collections::BTreeMap;

use warifu_core::event::Actor;
use warifu_core::hardware::Comparison;
use warifu_service::port::{Page, Reads as _};

use crate::canary::NAME;
use crate::planted::Planted;
use crate::staff::Act;
use crate::stop::Stop;
use crate::world::World;

impl World {
    /// The installation's folder holds no product key, no serial number and no token.
    pub(crate) fn check_folder(&mut self, place: usize) -> Result<(), Stop> {
        if self.planted == Planted::KeyInFolder {
            let mut files = self.installations[place].folder.files();
            let key = self.keys[self.installations[place].key].text.clone();
            files.insert("history".to_owned(), key.into_bytes());
            self.installations[place].folder.set_files(files);
        }
        for (name, bytes) in self.installations[place].folder.files() {
            if let Some(what) = self.canaries.find(&bytes) {
                return Err(Stop::violation(5, format_args!("{what} stands in the file {name} of #{place}")));
            }
        }
        Ok(())
    }

    /// The store's file holds no product key and no serial number. Names of devices it may hold.
    pub(crate) fn check_store_file(&self) -> Result<(), Stop> {
        for path in [self.store_path(), self.store_path().with_extension("db-wal")] {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let text = String::from_utf8_lossy(&bytes).replace(NAME, "");
            if let Some(what) = self.canaries.find(text.as_bytes()) {
                return Err(Stop::violation(5, format_args!("{what} stands in the store")));
            }
        }
        Ok(())
    }

    /// Every act of staff that was done is in the log, with who did it; and what a decision rested on can be computed again from its record.
    pub(crate) fn check_log(&self) -> Result<(), Stop> {
        let mut found: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let mut after = None;
        loop {
            let page = Page { after, limit: 200 };
            let events = self.store()?.committed().events(None, &page).map_err(Stop::harness)?;
            after = events.last().map(|event| event.id);
            for event in &events {
                let licence = event.subject.licence.map(|id| id.to_string()).unwrap_or_default();
                if matches!(event.actor, Actor::Staff(_)) {
                    *found.entry((event.action.as_str(), licence)).or_insert(0) += 1;
                }
                for (name, value) in event.details.iter() {
                    if name == "hardware"
                        && let Err(error) = value.parse::<Comparison>()
                    {
                        return Err(Stop::violation(
                            7,
                            format_args!("a record cannot be computed again: {error}: {value}"),
                        ));
                    }
                    if let Some(what) = self.canaries.find(value.as_bytes()) {
                        return Err(Stop::violation(5, format_args!("{what} stands in the log of events")));
                    }
                }
            }
            if events.len() < 200 {
                break;
            }
        }
        let mut done: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for attempt in self.attempts.iter().filter(|attempt| attempt.done) {
            let action = match attempt.act {
                Act::TopUp(_) => "licence.topped_up",
                Act::ReplaceKey => "licence.key_replaced",
                // Those that find things as they wish them leave no row.
                _ => continue,
            };
            let licence = self.keys[attempt.key].licence.map(|id| id.to_string()).unwrap_or_default();
            *done.entry((action, licence)).or_insert(0) += 1;
        }
        for ((action, licence), count) in done {
            let logged = found.get(&(action, licence.clone())).copied().unwrap_or(0);
            if logged < count {
                let seen = format!("{count} acts {action} on {licence} were done, {logged} are in the log");
                return Err(Stop::violation(6, seen));
            }
        }
        Ok(())
    }
}
