//! Faults of the service as a whole: nodes that end, and a store that is brought back from a backup.

use crate::fault::Fault;
use crate::node::Origin;
use crate::stop::Stop;
use crate::world::{Backup, World};

impl World {
    /// A node ends: its queue is lost, or is written and nobody is answered.
    pub(crate) fn kill_node(&mut self, fault: Fault) -> Result<(), Stop> {
        let busy = |place: &usize| self.places[*place].node.as_ref().is_some_and(crate::node::Node::is_busy);
        let places: Vec<usize> = (0..self.places.len()).filter(busy).collect();
        let waiting_at = |place: usize| -> Vec<Origin> {
            self.places[place].node.iter().flat_map(crate::node::Node::waiting).collect()
        };
        // That at which the command waits that the fault has met least.
        let met = |place: &&usize| {
            let callers = waiting_at(**place).into_iter().filter_map(|origin| self.caller(origin));
            callers.map(|caller| self.coverage.met(fault, caller.command)).min().unwrap_or(u64::MAX)
        };
        let Some(place) = places.iter().min_by_key(met).copied() else { return Ok(()) };
        let waiting = waiting_at(place);
        for origin in waiting {
            self.note_unsettled(origin);
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

    /// Another version of the service takes the place of the one that runs: on one node after the other, or on all at once. Requests that are in flight are
    /// finished or refused, and a store that nobody holds any more is opened again, through its migrations.
    pub(crate) fn change_version(&mut self, fault: Fault, later: bool) -> Result<(), Stop> {
        let others: Vec<usize> =
            (0..self.places.len()).filter(|place| self.places[*place].later != later).collect();
        let Some(one) = self.dice.pick(&others) else { return Ok(()) };
        let all = self.dice.percent(50);
        let places = if all { (0..self.places.len()).collect() } else { vec![one] };
        self.count_all_work(fault);
        for place in self.idle() {
            self.tag(place, fault);
        }
        let mut answered = Vec::new();
        for place in &places {
            self.trace.note(format_args!("node {place}: {fault}"));
            if let Some(node) = self.places[*place].node.take() {
                answered.extend(node.shut_down()?);
            }
            self.places[*place].later = later;
        }
        if self.places.iter().all(|place| place.node.is_none()) {
            // The sequencer has ended with its node.
            self.computed = None;
            self.store = None;
            self.open_store()?;
        }
        for place in places {
            self.start_node(place)?;
            self.places[place].down_until = 0;
        }
        for answer in answered {
            self.answered(answer)?;
        }
        self.check_durable()
    }

    /// Stops every node; what waits there is lost.
    pub(crate) fn stop_nodes(&mut self) {
        // A sequencer ends with its node.
        self.computed = None;
        for place in &mut self.places {
            place.node = None;
            place.down_until = 0;
        }
        for attempt in &mut self.attempts {
            attempt.waiting = false;
        }
    }

    /// Backs the store up, or brings the last backup back.
    pub(crate) fn restore_or_back_up(&mut self) -> Result<(), Stop> {
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
        self.outage_until = 0;
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
}
