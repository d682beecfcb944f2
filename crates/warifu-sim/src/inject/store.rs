//! Faults of the store: what a group meets when it is loaded and committed, and outages.

use crate::fault::{Command, Fault};
use crate::node::Origin;
use crate::stop::Stop;
use crate::store::StoreFault;
use crate::world::{Content, World};

impl World {
    /// The store cannot be read: while a question arrives, or when the next group is loaded.
    pub(crate) fn fail_a_read(&mut self) -> Result<(), Stop> {
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

    /// The store goes down for a while.
    pub(crate) fn begin_outage(&mut self) -> Result<(), Stop> {
        if self.outage_until > 0 {
            return Ok(());
        }
        self.outage_until = self.step + self.dice.between(10, 60);
        self.trace.note("the store is down");
        self.store()?.knobs().down = true;
        Ok(())
    }

    /// The store is back.
    pub(crate) fn end_outage(&mut self) -> Result<(), Stop> {
        self.outage_until = 0;
        self.trace.note("the store is back");
        self.store()?.knobs().down = false;
        Ok(())
    }
}
