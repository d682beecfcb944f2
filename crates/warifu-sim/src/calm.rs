//! Calm: the faults stop, and everything has to come right. Whoever was refused follows the first remedy, until the installation is licensed.

use crate::act::unreachable;
use crate::fault::Command;
use crate::node::Node;
use crate::remedy::{Followed, Next, Told};
use crate::stop::Stop;
use crate::world::World;

/// How many remedies in a row anybody follows before the simulator calls it hopeless.
const REMEDIES_MAX: usize = 12;

impl World {
    /// Lets the faults stop, and looks whether everything comes right.
    pub(crate) fn calm(&mut self) -> Result<(), Stop> {
        self.trace.note("calm");
        self.armed = None;
        self.journal.mend();
        if self.outage_until > 0 {
            self.end_outage()?;
        }
        for place in &mut self.places {
            place.down_until = 0;
            place.clock.set_ahead(0);
        }
        self.pass(10_000);
        for place in 0..self.places.len() {
            if self.places[place].node.is_none() {
                self.start_node(place)?;
            }
            self.take_files_up(place)?;
        }
        self.drain()?;
        self.check_durable()?;
        for attempt in 0..self.attempts.len() {
            self.settle_act(attempt)?;
        }
        for place in 0..self.installations.len() {
            if !self.installations[place].retired {
                self.come_right(place)?;
                self.check_step()?;
            }
        }
        self.check_durable()?;
        self.check_log()?;
        self.check_places()?;
        self.check_store_file()?;
        self.forge()?;
        self.attempts.clear();
        self.callers.clear();
        for machine in 0..self.machines.len() {
            self.right_clock(machine);
        }
        Ok(())
    }

    /// Delivers and writes all that is under way; what was lost is given up.
    pub(crate) fn drain(&mut self) -> Result<(), Stop> {
        for _ in 0..100_000 {
            if let Some(message) = (!self.messages.is_empty()).then(|| self.messages.remove(0)) {
                self.arrive(message)?;
            } else if self.places.iter().filter_map(|place| place.node.as_ref()).any(Node::is_busy) {
                self.write_everywhere()?;
            } else if let Some((place, call)) = self.waiting_calls().first().copied() {
                self.come_back(place, call, Err(unreachable("timed out")))?;
            } else {
                return self.check_step();
            }
            self.pass(5);
        }
        Err(Stop::violation(0, "what is under way does not come to an end"))
    }

    /// An act of staff gets its answer.
    fn settle_act(&mut self, place: usize) -> Result<(), Stop> {
        for _ in 0..16 {
            if self.attempts[place].is_closed() {
                return Ok(());
            }
            if !self.attempts[place].waiting {
                self.send_act(place)?;
            }
            self.write_everywhere()?;
        }
        Err(Stop::violation(0, format_args!("staff get no answer to {:?}", self.attempts[place].act)))
    }

    /// Carries a command out on a network that loses nothing. The code of its refusal, if it was refused.
    pub(crate) fn carry_out(&mut self, place: usize, command: Command) -> Result<Option<String>, Stop> {
        self.pass(1_000);
        self.begin(place, command)?;
        self.drain()?;
        Ok(self.installations[place].refused.clone())
    }

    /// The installation's user does what it takes.
    fn come_right(&mut self, place: usize) -> Result<(), Stop> {
        let mut command = match self.installations[place].folder.file("lease") {
            Some(_) if self.dice.percent(70) => Command::Renew,
            Some(_) => Command::Status,
            None => Command::Activate,
        };
        let mut open: Option<String> = None;
        let (mut codes, mut done) = (Vec::new(), Followed::default());
        for _ in 0..REMEDIES_MAX {
            let mut refused = self.carry_out(place, command)?;
            let mut told = Told::By(command);
            if refused.is_none() {
                refused = self.stands_because(place)?;
                told = Told::ByStanding(command);
            }
            if let Some(code) = open.take() {
                let tally = self.remedies.entry(code.clone()).or_default();
                match &refused {
                    None => tally.helped += 1,
                    Some(other) if *other != code => *tally.led_on.entry(other.clone()).or_default() += 1,
                    Some(_) => {}
                }
            }
            let Some(code) = refused else { return Ok(()) };
            codes.push(code.clone());
            self.trace.note(format_args!("#{place} follows the remedy of {code}"));
            let (key, sold) = (self.installations[place].key, self.keys.len());
            command = match self.remedy(place, &code, told)? {
                Next::Try(command) => command,
                Next::Look => Command::Status,
            };
            let now = self.installations[place].key;
            done.note(&code, (key, now, now >= sold), &mut self.remedies);
            open = Some(code);
        }
        Err(Stop::violation(
            0,
            format_args!("#{place} does not come right; it was refused with {}", codes.join(", ")),
        ))
    }

    /// Why the installation is not simply licensed, though its last command was carried out.
    fn stands_because(&mut self, place: usize) -> Result<Option<String>, Stop> {
        let mut client = match self.installations[place].client.take() {
            Some(client) => client,
            None => self.process(place)?,
        };
        let standing = client.check();
        self.installations[place].client = Some(client);
        Ok(standing.reason.map(|reason| reason.code().as_str().to_owned()))
    }
}
