//! A person at a device whose activation is broken: what they type, what they see, what they can answer.

use warifu_client::{
    ActivateOptions, Client, Code, Error, Failure, Lang, Response, Session, Standing, State, Timestamp,
    TransportError,
};

use super::ailment::Ailment;
use crate::fault::Command;
use crate::fiber::{Answer, Fiber, Progress};
use crate::machine::{Machine, Parts};
use crate::planted::Planted;
use crate::stop::Stop;
use crate::world::World;

/// How an outage of the service looks from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outage {
    /// Nothing listens.
    Refused,
    /// Nothing answers.
    Silent,
    /// What stands before the service says that it is not there.
    Gateway,
}

/// See the module.
pub(super) struct Patient {
    pub(super) world: World,
    pub(super) lang: Lang,
    /// The installation that is broken.
    pub(super) place: usize,
    /// The key that the person types.
    pub(super) typed: String,
    /// The key that they have on paper.
    pub(super) printed: String,
    /// The command that failed last, to be repeated.
    pub(super) last: Command,
    /// What the failure said.
    pub(super) error: Option<Error>,
    /// Until when the service is out of reach, and how that looks.
    pub(super) outage: Option<(u64, Outage)>,
    /// Whether a clock that is wrong by a month keeps secure connections from being made.
    pub(super) tls_minds_the_clock: bool,
    /// An installation on another device that is no longer used, and whether it is at hand.
    pub(super) other: Option<(usize, bool)>,
    /// A copy of the installation.
    pub(super) copy: Option<usize>,
    /// The parts before they were changed.
    pub(super) former: Option<Parts>,
    pub(super) ailment: Ailment,
    /// What the person knows of how it came about.
    pub(super) knows: Vec<(&'static str, &'static str)>,
}

impl Patient {
    /// A person in a world of their own.
    pub(super) fn admit(seed: u64, japanese: bool) -> Result<Self, Stop> {
        Ok(Self {
            world: World::new(seed, Planted::Nothing, false)?,
            lang: if japanese { Lang::Ja } else { Lang::En },
            place: 0,
            typed: String::new(),
            printed: String::new(),
            last: Command::Activate,
            error: None,
            outage: None,
            tls_minds_the_clock: false,
            other: None,
            copy: None,
            former: None,
            ailment: Ailment::WrongClock,
            knows: Vec::new(),
        })
    }

    /// Does something in a process of an installation's program, over the network as it is.
    pub(super) fn run<R: 'static>(
        &mut self,
        place: usize,
        work: impl FnOnce(&mut Client) -> R + 'static,
    ) -> Result<R, Stop> {
        let mut client = self.world.process(place)?;
        let mut fiber = Fiber::new(move || work(&mut client));
        let mut answer = None;
        loop {
            match fiber.go_on(answer.take()) {
                Progress::Done(done) => return Ok(done),
                Progress::Sent(call) => answer = Some(self.carry(place, &call)?),
            }
        }
    }

    /// Brings a request to the service and its answer back.
    fn carry(&mut self, place: usize, call: &crate::fiber::Call) -> Result<Answer, Stop> {
        self.world.pass(80);
        let machine = self.world.installations[place].machine;
        if let Some((_, outage)) = self.outage.filter(|(until, _)| *until > self.world.time.millis()) {
            return Ok(match outage {
                Outage::Refused => Err(unreachable("Connection refused (os error 111)")),
                Outage::Silent => Err(unreachable("no answer in time")),
                Outage::Gateway => {
                    let body =
                        b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>".to_vec();
                    Ok(Response { status: 503, body, ..Response::default() })
                }
            });
        }
        let month = 30 * 86_400;
        if self.tls_minds_the_clock && self.world.machines[machine].clock.ahead_seconds().abs() > month {
            let flaw = "invalid peer certificate: certificate not valid at this time";
            return Ok(Err(TransportError::Tls(flaw.to_owned())));
        }
        Ok(Ok(self.world.ask(call, Machine::address(machine))?))
    }

    /// Carries out a command of the person's, with what they type.
    pub(super) fn command(&mut self, command: Command) -> Result<(), Stop> {
        let (place, typed) = (self.place, self.typed.clone());
        self.last = command;
        self.error = self.command_at(place, command, typed)?;
        self.note_licence(place)
    }

    /// Carries out a command on whichever installation.
    pub(super) fn command_at(
        &mut self,
        place: usize,
        command: Command,
        typed: String,
    ) -> Result<Option<Error>, Stop> {
        let key = self.world.installations[place].key;
        let seat = self.world.keys[key].holder.clone().unwrap_or_default();
        self.run(place, move |client| {
            match command {
                Command::Activate => client.activate(&typed, &ActivateOptions::default()).map(drop),
                Command::Renew => client.renew().map(drop),
                Command::Status => client.status().map(drop),
                Command::Deactivate => client.deactivate().map(drop),
                Command::ChangeKey => client.change_key(&typed).map(drop),
                Command::AskRelease => client.ask_release(&typed, &seat).map(drop),
            }
            .err()
        })
    }

    /// The licence that a key has claimed, so that staff find it.
    pub(super) fn note_licence(&mut self, place: usize) -> Result<(), Stop> {
        let standing = self.run(place, Client::check)?;
        let key = self.world.installations[place].key;
        if let Some(licence) = standing.licence {
            self.world.keys[key].licence.get_or_insert(licence.id);
        }
        Ok(())
    }

    /// What the doctor knows after looking at the device, with what the person has pasted of the failure.
    pub(super) fn examined(&mut self) -> Result<Session, Stop> {
        let mut session = self.run(self.place, |client| client.examine().session)?;
        if let Some(error) = &self.error {
            let lang = self.lang;
            let pasted = match lang {
                Lang::Ja => format!(
                    "エラー: {}\n原因: {}\n対処: {}",
                    error.message(lang),
                    error.cause(lang),
                    error.remedy(lang)
                ),
                Lang::En => format!(
                    "error: {}\ncause: {}\nhint: {}",
                    error.message(lang),
                    error.cause(lang),
                    error.remedy(lang)
                ),
            };
            session.read(&pasted);
        }
        Ok(session)
    }

    /// What the person answers to a question; none where they cannot know.
    pub(super) fn answer(&self, fact: &str) -> Option<&'static str> {
        if let Some((_, value)) = self.knows.iter().find(|(known, _)| *known == fact) {
            return Some(value);
        }
        let ahead = self.world.machines[self.world.installations[self.place].machine].clock.ahead_seconds();
        let down = self.outage.is_some_and(|(until, _)| until > self.world.time.millis());
        Some(match fact {
            "clock.verdict" if ahead > 3_600 => "ahead",
            "clock.verdict" if ahead < -3_600 => "behind",
            "clock.verdict" => "right",
            "net.internet" => "yes",
            "net.service_elsewhere" if down => "no",
            "net.service_elsewhere" => "yes",
            "net.kind" => "home",
            "user.hw_changed" | "user.copied" => "none",
            "user.offline_long" | "user.cheap_key" | "user.ran_as_other" => "no",
            _ => return None,
        })
    }

    /// Whether everything is well: licensed without a reservation here and on a copy, and both renew. Says where it stands.
    pub(super) fn is_well(&mut self) -> Result<(bool, String), Stop> {
        let places: Vec<usize> = std::iter::once(self.place).chain(self.copy).collect();
        // Of two copies that are still one installation, a renewal in the second round is refused or told anew.
        let mut settled = Timestamp::MAX;
        for (turn, place) in places.iter().cycle().take(places.len() * 2).copied().enumerate() {
            if turn == places.len() {
                self.world.pass(10_000);
                settled = self.world.time.now();
            }
            if let Some(error) = self.command_at(place, Command::Renew, String::new())? {
                return Ok((false, format!("renewal: {}", error.code())));
            }
            let standing = self.run(place, Client::check_hardware)?;
            if !is_well(&standing, settled) {
                let reasons = standing.reason.iter().chain(&standing.notices);
                let reasons: Vec<&str> = reasons.map(|failure| failure.code().as_str()).collect();
                return Ok((false, format!("{}: {}", standing.state.name(), reasons.join(", "))));
            }
        }
        Ok((true, "licensed".to_owned()))
    }
}

/// Licensed without a reservation. That a copy was noticed before the remedy goes on being told for a while, with its time; that another device had the
/// seat meanwhile is past as well.
fn is_well(standing: &Standing, settled: Timestamp) -> bool {
    let is_past = |notice: &Failure| {
        let seen = notice.value("seen").and_then(|seen| seen.parse::<Timestamp>().ok());
        match notice.code() {
            Code::InstallationCopied => seen.is_some_and(|seen| seen < settled),
            code => code == Code::SeatWasReclaimed,
        }
    };
    standing.state == State::Licensed && standing.reason.is_none() && standing.notices.iter().all(is_past)
}

fn unreachable(why: &str) -> TransportError {
    TransportError::Unreachable(why.to_owned())
}
