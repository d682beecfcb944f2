//! The sequencer of the verifiable log: it computes and writes when the simulator says so, so that it can be overtaken, and can end between the two.

use warifu_client::Response;
use warifu_service::log::{StoreSource, audit};

use crate::fault::Fault;
use crate::node::Node;
use crate::stop::Stop;
use crate::world::World;

/// A failure of the product while it is audited.
struct Unread(String);

impl From<warifu_client::Failure> for Unread {
    fn from(failure: warifu_client::Failure) -> Self {
        Self(failure.code().to_string())
    }
}

impl World {
    /// One round, or a part of it: what was computed some steps ago is written now, or something is computed for later.
    pub(crate) fn sequence_somewhere(&mut self) -> Result<(), Stop> {
        let from = self.dice.place(self.places.len()).unwrap_or(0);
        let Some(place) = self.running(from) else { return Ok(()) };
        if self.dice.percent(20)
            && let Some(journal) = self.places.first().and_then(|place| place.node.as_ref()).map(|_| 0)
        {
            // The service looks into its journal now and then.
            return match self.node(journal)?.reconcile()? {
                Some(answered) => self.answered(answered),
                None => Ok(()),
            };
        }
        if let Some(append) = self.computed.take() {
            // Another node, or the same after a restart, may have been faster.
            self.trace.note(format_args!("node {place} appends {} to the log", append.events.len()));
            return match self.node(place)?.append(append)? {
                Some(answered) => self.answered(answered),
                None => Ok(()),
            };
        }
        // A store that cannot be read now is asked again.
        self.computed = self.node(place)?.service.next_append().unwrap_or(None);
        if self.computed.is_some() && self.dice.percent(70) {
            return self.sequence_somewhere();
        }
        Ok(())
    }

    /// What was computed is thrown away: the sequencer ended before it wrote. Or it is written twice, as by two nodes at once.
    pub(crate) fn disturb_sequencer(&mut self, fault: Fault) -> Result<(), Stop> {
        let Some(place) = self.running(0) else { return Ok(()) };
        let next = match self.computed.take() {
            Some(append) => Some(append),
            None => self.node(place)?.service.next_append().unwrap_or(None),
        };
        let Some(append) = next else { return Ok(()) };
        self.count_all_work(fault);
        self.trace.note(format_args!("the log: {fault}"));
        if fault == Fault::SequencerOvertaken {
            let other = self.running(place + 1).unwrap_or(place);
            for node in [place, other] {
                if let Some(answered) = self.node(node)?.append(append.clone())? {
                    self.answered(answered)?;
                }
            }
        }
        Ok(())
    }

    /// The log's turn has come: written, or overtaken, or the store was not to be had. Nothing else is an answer.
    pub(crate) fn sequenced(&mut self, response: &Response) -> Result<(), Stop> {
        match response.status {
            200 | 409 | 503 => Ok(()),
            other => Err(Stop::violation(6, format_args!("the log was continued with the answer {other}"))),
        }
    }

    /// Lets the sequencer go on until nothing waits.
    fn sequence_all(&mut self) -> Result<(), Stop> {
        self.computed = None;
        for _ in 0..200 {
            let place = self.running(0).ok_or_else(|| Stop::harness("no node runs"))?;
            let Some(append) = self.node(place)?.service.next_append().map_err(Stop::harness)? else {
                return Ok(());
            };
            if let Some(answered) = self.node(place)?.append(append)? {
                self.answered(answered)?;
            }
            while self.places.iter().filter_map(|place| place.node.as_ref()).any(Node::is_busy) {
                self.write_everywhere()?;
            }
        }
        Err(Stop::violation(6, "events do not get their places in the log"))
    }

    /// Audits the whole log as an auditor would, who remembers the last state seen: every event has exactly one place, no state was taken back, and what
    /// is signed is what is stored.
    pub(crate) fn check_places(&mut self) -> Result<(), Stop> {
        self.sequence_all()?;
        let now = self.time.now();
        let seen = self.ledger.checkpoint.take();
        let store = self.store()?;
        let mut source = StoreSource(store.committed());
        let report = audit::<Unread>(&mut source, self.root.public_key(), seen.as_ref(), now)
            .map_err(|Unread(code)| Stop::harness(format_args!("the audit stops at {code}")))?;
        if report.count > 0 || report.waiting > 0 {
            let seen = format!("the log does not hold: {:?}, {} wait", report.findings, report.waiting);
            return Err(Stop::violation(6, seen));
        }
        self.trace.note(format_args!("the log of {} entries is audited", report.entries));
        self.ledger.checkpoint = report.checkpoint;
        self.check_receipt()
    }

    /// Somebody asks for a receipt, which holds whatever becomes of the service.
    fn check_receipt(&mut self) -> Result<(), Stop> {
        let size = self.ledger.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
        if size == 0 {
            return Ok(());
        }
        let index = self.dice.below(size);
        let place = self.running(0).ok_or_else(|| Stop::harness("no node runs"))?;
        let service = self.node(place)?.service.clone();
        let entry = service.log_entries(index, 1).map_err(Stop::harness)?.pop();
        let entry =
            entry.ok_or_else(|| Stop::violation(6, format_args!("the log's place {index} is empty")))?;
        let receipt = service.log_receipt(entry.event);
        let receipt = receipt.map_err(|failure| {
            Stop::violation(6, format_args!("there is no receipt for {}: {}", entry.event, failure.code()))
        })?;
        let holds = receipt.verify(self.root.public_key(), self.time.now());
        holds.map(drop).map_err(|error| {
            Stop::violation(6, format_args!("the receipt of {} does not hold: {error}", entry.event))
        })
    }
}
