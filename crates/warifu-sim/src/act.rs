//! One step: something happens, chosen by dice.

use warifu_client::{Method, TransportError};
use warifu_core::hardware::Scheme;

use crate::fault::{Command, Fault};
use crate::machine::Machine;
use crate::node::{Answered, Origin};
use crate::planted::Planted;
use crate::staff::Act;
use crate::stop::Stop;
use crate::world::{Content, Message, World};

/// The most machines and installations in use at a time.
const MACHINES_MAX: usize = 9;
const INSTALLATIONS_MAX: usize = 14;

impl World {
    /// One step of a storm.
    pub(crate) fn step(&mut self) -> Result<(), Stop> {
        self.step += 1;
        self.trace.set_step(self.step);
        let moment = self.dice.between(1, 300);
        self.pass(moment);
        self.start_what_is_down()?;
        match self.dice.below(100) {
            0..42 => self.deliver()?,
            42..45 => self.sequence_somewhere()?,
            45..65 => self.write_somewhere()?,
            65..83 => self.begin_somewhere()?,
            83..92 => self.inject_somewhere()?,
            // What staff and strangers do is looked at while the store can be read.
            92..=94 if self.outage_until > 0 => self.deliver()?,
            92 | 93 => self.staff_somewhere()?,
            94 => self.guess()?,
            95 => self.sleep()?,
            96 => self.change_population()?,
            97 => self.look_somewhere(),
            _ => self.give_up_somewhere()?,
        }
        self.check_step()
    }

    fn start_what_is_down(&mut self) -> Result<(), Stop> {
        if self.outage_until > 0 && self.outage_until <= self.step {
            self.end_outage()?;
        }
        for place in 0..self.places.len() {
            if self.dice.percent(30) {
                self.take_files_up(place)?;
            }
            // Without its store no node starts.
            let due = self.places[place].down_until <= self.step && self.outage_until == 0;
            if self.places[place].node.is_none() && due {
                self.start_node(place)?;
                self.trace.note(format_args!("node {place} starts"));
                self.check_durable()?;
            }
        }
        Ok(())
    }

    /// Delivers one of the messages that may arrive, mostly the oldest.
    fn deliver(&mut self) -> Result<(), Stop> {
        let ready: Vec<usize> =
            (0..self.messages.len()).filter(|place| self.messages[*place].held_until <= self.step).collect();
        let Some(oldest) = ready.first() else { return self.write_somewhere() };
        let chosen = if self.dice.percent(70) { *oldest } else { self.dice.pick(&ready).unwrap_or(*oldest) };
        let message = self.messages.remove(chosen);
        self.arrive(message)
    }

    /// A message reaches whom it is for.
    pub(crate) fn arrive(&mut self, Message { call, content, .. }: Message) -> Result<(), Stop> {
        let Some(caller) = self.callers.get(&call).copied() else { return Ok(()) };
        let place = caller.installation;
        match content {
            Content::Request(request) => {
                let from = self.dice.place(self.places.len()).unwrap_or(0);
                let Some(node) = self.running(from) else {
                    self.trace.note(format_args!("#{place} finds no node"));
                    return self.come_back(place, call, Err(unreachable("no node runs")));
                };
                self.trace.note(format_args!("#{place} → node {node} {}", request.path));
                self.note_asked(&caller, call, &request);
                if self.planted == Planted::BodyInLog {
                    tracing::debug!(body = %String::from_utf8_lossy(&request.body), "received");
                }
                if self.outage_until > 0 && request.method == Method::Post {
                    self.coverage.count(Fault::StoreDown, caller.command);
                }
                let source = Machine::address(self.installations[place].machine);
                let origin = Origin::Client { installation: place, call };
                if let Some(answered) = self.node(node)?.take_on(&request, source, origin)? {
                    self.answered(answered)?;
                }
                Ok(())
            }
            Content::Reply(response) => self.come_back(place, call, Ok(response)),
        }
    }

    /// What the network brings back reaches the command, if it still waits for it.
    pub(crate) fn come_back(
        &mut self,
        place: usize,
        call: u64,
        answer: crate::fiber::Answer,
    ) -> Result<(), Stop> {
        let waits = self.installations[place].work.as_ref().is_some_and(|work| work.call == Some(call));
        if waits { self.go_on(place, Some(answer)) } else { Ok(()) }
    }

    /// An answer has left a node.
    pub(crate) fn answered(&mut self, (origin, response): Answered) -> Result<(), Stop> {
        if self.journal.was_torn() {
            self.coverage.count(Fault::JournalTorn, Command::Activate);
        }
        let response = self.tamper(response);
        if origin != Origin::Sequencer {
            self.check_answer(origin, &response)?;
        }
        match origin {
            Origin::Client { call, .. } => {
                self.messages.push(Message { call, content: Content::Reply(response), held_until: 0 });
                Ok(())
            }
            Origin::Staff(place) => self.act_answered(place, &response),
            Origin::Sequencer => self.sequenced(&response),
            Origin::Stranger => Ok(()),
        }
    }

    /// Has a node write a group of some size.
    fn write_somewhere(&mut self) -> Result<(), Stop> {
        let busy = |place: &usize| self.places[*place].node.as_ref().is_some_and(crate::node::Node::is_busy);
        let places: Vec<usize> = (0..self.places.len()).filter(busy).collect();
        let Some(place) = self.dice.pick(&places) else { return Ok(()) };
        let most =
            if self.dice.percent(60) { 64 } else { 1 + usize::try_from(self.dice.below(3)).unwrap_or(0) };
        self.write(place, most)
    }

    /// Has a node write a group.
    pub(crate) fn write(&mut self, place: usize, commands_max: usize) -> Result<(), Stop> {
        self.arm(place, commands_max)?;
        let answered = self.node(place)?.write(commands_max)?;
        self.trace.note(format_args!("node {place} writes: {} answers", answered.len()));
        for answer in answered {
            self.answered(answer)?;
        }
        self.disarm()
    }

    /// Has every node write all that waits.
    pub(crate) fn write_everywhere(&mut self) -> Result<(), Stop> {
        for place in 0..self.places.len() {
            if self.places[place].node.as_ref().is_some_and(crate::node::Node::is_busy) {
                self.write(place, 64)?;
            }
        }
        Ok(())
    }

    /// Installations that are in use and do nothing.
    pub(crate) fn idle(&self) -> Vec<usize> {
        let idle =
            |place: &usize| !self.installations[*place].retired && self.installations[*place].work.is_none();
        (0..self.installations.len()).filter(idle).collect()
    }

    /// Begins a command that makes sense there; which, is drawn with those ahead that a fault has seldom met.
    fn begin_somewhere(&mut self) -> Result<(), Stop> {
        let idle = self.idle();
        let Some(place) = self.dice.pick(&idle) else { return self.deliver() };
        let has_lease = self.installations[place].folder.file("lease").is_some();
        let usual = match (has_lease, self.dice.below(100)) {
            (false, 0..85) => Command::Activate,
            (true, 0..40) => Command::Renew,
            (true, 40..55) => Command::Status,
            (true, 55..70) => Command::Deactivate,
            (true, 70..85) => Command::ChangeKey,
            (true, 85..95) => Command::Activate,
            _ => self.dice.pick(Command::ALL).unwrap_or(Command::Renew),
        };
        // Whoever was told who holds the seats may ask for one.
        let asks = self.key_with_holder(place);
        let usual = match (asks, usual) {
            (Some(_), _) if self.dice.percent(10) => Command::AskRelease,
            (None, Command::AskRelease) => Command::Renew,
            _ => usual,
        };
        let tagged = self.installations[place].tags.first().map(|(fault, _)| *fault);
        let command = match tagged {
            // A fault that lies in wait should meet each command in turn.
            Some(fault) => Command::ALL
                .iter()
                .copied()
                .filter(|command| *command != Command::AskRelease || asks.is_some())
                .min_by_key(|command| self.coverage.met(fault, *command))
                .filter(|command| has_lease || matches!(command, Command::Activate | Command::AskRelease))
                .unwrap_or(usual),
            None => usual,
        };
        if command == Command::ChangeKey || (command == Command::Activate && self.dice.percent(15)) {
            self.installations[place].key = self.some_key()?;
        }
        if let (Command::AskRelease, Some(key)) = (command, asks) {
            self.installations[place].key = key;
        }
        self.begin(place, command)
    }

    /// A key whose holder somebody was told, of those that the user of an installation may have: the own one first.
    fn key_with_holder(&self, place: usize) -> Option<usize> {
        let own = self.installations[place].key;
        let named = |key: &usize| self.keys[*key].holder.is_some();
        Some(own).filter(named).or_else(|| (0..self.keys.len()).rev().find(named))
    }

    /// A key that somebody might have: mostly one that is known, sometimes one that is bought now.
    fn some_key(&mut self) -> Result<usize, Stop> {
        let usable: Vec<usize> = (0..self.keys.len())
            .filter(|key| !self.keys[*key].revoked && !self.keys[*key].suspended)
            .collect();
        match self.dice.pick(&usable) {
            Some(key) if usable.len() >= 5 && !self.dice.percent(4) => Ok(key),
            _ => {
                let kinds: Vec<usize> = (0..crate::world::KINDS.len()).collect();
                let kind = self.dice.pick(&kinds).unwrap_or(0);
                self.sell(kind)
            }
        }
    }

    fn staff_somewhere(&mut self) -> Result<(), Stop> {
        // An act without an answer is repeated first.
        let open = self.attempts.iter().position(|attempt| !attempt.is_closed() && !attempt.waiting);
        if let Some(place) = open
            && self.dice.percent(60)
        {
            return self.send_act(place);
        }
        if self.running(0).is_none() {
            return Ok(());
        }
        let Some(key) = self.dice.place(self.keys.len()) else { return Ok(()) };
        let act = match self.dice.below(100) {
            0..15 if !self.keys[key].suspended => Act::Suspend,
            0..35 => Act::Reinstate,
            35..40 => Act::Revoke,
            40..60 => Act::TopUp(1),
            60..70 => Act::ReplaceKey,
            70..80 => Act::Renew,
            _ => Act::Release(usize::try_from(self.dice.below(8)).unwrap_or(0)),
        };
        let meanwhile: Vec<Command> = self
            .installations
            .iter()
            .filter(|installation| installation.key == key)
            .filter_map(|installation| installation.work.as_ref().map(|work| work.command))
            .collect();
        for command in meanwhile {
            self.coverage.count(Fault::StaffActs, command);
        }
        self.begin_act(key, act)
    }

    /// Nothing happens for hours or days: machines run on, sleep or are switched off.
    fn sleep(&mut self) -> Result<(), Stop> {
        let hours = if self.dice.percent(70) { self.dice.between(1, 48) } else { self.dice.between(49, 480) };
        self.trace.note(format_args!("{hours} hours pass"));
        self.sleep_millis(hours * 3_600_000)
    }

    /// See [`Self::sleep`].
    pub(crate) fn sleep_millis(&mut self, millis: u64) -> Result<(), Stop> {
        let machines: Vec<Option<u64>> = self.machines.iter().map(|machine| machine.doubt_millis).collect();
        let counted = |installation: &crate::world::Installation| {
            (installation.doubt_millis, installation.overdue_millis)
        };
        let before: Vec<_> = self.installations.iter().map(counted).collect();
        self.pass(millis);
        for (machine, doubt_before) in machines.into_iter().enumerate() {
            let how = self.dice.below(3);
            let ran_on = how == 0 || (how == 1 && self.machines[machine].clock.slept(millis));
            if how == 2 {
                let period = warifu_core::random::bytes(&mut self.dice);
                self.machines[machine].clock.reboot(period);
            }
            // Where running time cannot tell, what the wall clock shows counts as doubt, up to an hour a look.
            let looked = |before: Option<u64>| before.map(|before| before + millis.min(3_600_000));
            if !ran_on {
                self.machines[machine].doubt_millis = looked(doubt_before);
            }
            for place in (0..self.installations.len()).filter(|_| !ran_on) {
                if self.installations[place].machine == machine {
                    let (doubt, overdue) = before[place];
                    (self.installations[place].doubt_millis, self.installations[place].overdue_millis) =
                        (looked(doubt), overdue);
                    if how == 2 {
                        self.kill(place);
                    }
                }
            }
        }
        self.touched.extend(self.idle());
        self.ledger.prune(self.time.now());
        Ok(())
    }

    /// Machines and installations come and go.
    fn change_population(&mut self) -> Result<(), Stop> {
        let idle = self.idle();
        let in_use = self.installations.iter().filter(|installation| !installation.retired).count();
        if in_use >= INSTALLATIONS_MAX {
            if let Some(place) = self.dice.pick(&idle) {
                self.trace.note(format_args!("#{place} is thrown away"));
                self.installations[place].retired = true;
                self.installations[place].client = None;
            }
            return Ok(());
        }
        let machine = if self.machines.len() < MACHINES_MAX && self.dice.percent(40) {
            let scheme = self.dice.pick(&[Scheme::Physical, Scheme::Physical, Scheme::Vm, Scheme::Container]);
            self.add_machine(scheme.unwrap_or(Scheme::Physical))
        } else {
            self.dice.place(self.machines.len()).unwrap_or(0)
        };
        let place = self.add_installation(machine);
        self.trace.note(format_args!("#{place} is installed on machine {machine}"));
        Ok(())
    }

    fn look_somewhere(&mut self) {
        let idle = self.idle();
        self.touched.extend(self.dice.pick(&idle));
    }

    /// A client stops waiting: what it waits for was lost, or takes too long.
    fn give_up_somewhere(&mut self) -> Result<(), Stop> {
        let waiting: Vec<(usize, u64)> = self.waiting_calls();
        let lost: Vec<(usize, u64)> =
            waiting.iter().copied().filter(|(_, call)| self.is_lost(*call)).collect();
        let chosen = self.dice.pick(&lost).or_else(|| {
            // Half a minute is what an application waits.
            let patient = |(_, call): &(usize, u64)| {
                self.callers.get(call).is_some_and(|caller| self.time.millis() - caller.sent_millis > 30_000)
            };
            waiting.iter().copied().find(patient)
        });
        match chosen {
            Some((place, call)) => {
                self.trace.note(format_args!("#{place} gives up waiting"));
                self.come_back(place, call, Err(unreachable("timed out")))
            }
            None => self.deliver(),
        }
    }

    /// The calls that commands wait for.
    pub(crate) fn waiting_calls(&self) -> Vec<(usize, u64)> {
        let call = |(place, installation): (usize, &crate::world::Installation)| {
            Some((place, installation.work.as_ref()?.call?))
        };
        self.installations.iter().enumerate().filter_map(call).collect()
    }

    /// Whether nothing of a call is under way any more.
    pub(crate) fn is_lost(&self, call: u64) -> bool {
        let carried = self.messages.iter().any(|message| message.call == call);
        let served = self.places.iter().filter_map(|place| place.node.as_ref()).any(|node| {
            node.waiting().any(|origin| matches!(origin, Origin::Client { call: other, .. } if other == call))
        });
        !carried && !served
    }

    /// The places of the messages of one sort that belong to signed commands.
    pub(crate) fn command_messages(&self, replies: bool) -> Vec<usize> {
        let wanted = |place: &usize| match &self.messages[*place].content {
            Content::Request(call) => !replies && call.method == Method::Post,
            Content::Reply(response) => {
                replies && response.headers.iter().any(|(name, _)| name == "warifu-nonce")
            }
        };
        (0..self.messages.len()).filter(wanted).collect()
    }
}

pub(crate) fn unreachable(why: &str) -> TransportError {
    TransportError::Unreachable(why.to_owned())
}
