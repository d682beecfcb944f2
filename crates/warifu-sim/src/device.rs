//! What happens on devices: commands are begun, go on when the network brings something, and end.

use warifu_client::{ActivateOptions, ChangeKeyOptions, Client, Code, Lang};

use crate::canary::NAME;
use crate::fault::{Command, Fault};
use crate::fiber::{Answer, Fiber, Progress, Wire};
use crate::machine::Machine;
use crate::stop::Stop;
use crate::world::{ADDRESS, Caller, Content, Done, Message, PRODUCT, Work, World};

impl World {
    /// A process of an installation's program.
    pub(crate) fn process(&mut self, place: usize) -> Result<Client, Stop> {
        let random = self.dice.fork();
        let run = warifu_core::random::bytes(&mut self.dice);
        let installation = &self.installations[place];
        let Machine { hardware, clock, .. } = &self.machines[installation.machine];
        Client::builder(*self.root.public_key().as_bytes(), PRODUCT)
            .service_url(ADDRESS)
            .key_algorithm(installation.algorithm)
            .store(installation.folder.clone())
            .transport(Wire { origin: ADDRESS })
            .clock(clock.of_run(run))
            .fingerprint(hardware.clone())
            .random(random)
            .build()
            .map_err(Stop::harness)
    }

    /// Begins a command on an installation that does nothing else.
    pub(crate) fn begin(&mut self, place: usize, command: Command) -> Result<(), Stop> {
        let mut client = match self.installations[place].client.take() {
            Some(client) => client,
            None => self.process(place)?,
        };
        let installation = &mut self.installations[place];
        let key = &self.keys[installation.key];
        // Whoever has the former key types that until it is refused.
        let text = key.former.clone().unwrap_or_else(|| key.text.clone());
        let seat = key.holder.clone().unwrap_or_default();
        let mut options = ActivateOptions::default().device_name(format!("{NAME}{place}"));
        let mut change = ChangeKeyOptions::default();
        let proof = installation.proof.as_ref().filter(|(of, _)| *of == installation.key);
        if let Some((_, proof)) = proof.filter(|_| matches!(command, Command::Activate | Command::ChangeKey))
        {
            options = options.purchase_proof(proof);
            change = change.purchase_proof(proof);
        }
        let fiber = Fiber::new(move || {
            let done: Done = match command {
                Command::Activate => client.activate(&text, &options).map(drop),
                Command::Renew => client.renew().map(drop),
                Command::Status => client.status().map(drop),
                Command::Deactivate => client.deactivate().map(drop),
                Command::ChangeKey => client.change_key_with(&text, &change).map(drop),
                Command::AskRelease => client.ask_release(&text, &seat).map(drop),
            };
            (client, done)
        });
        let remembered = !matches!(command, Command::Status | Command::AskRelease);
        let resumed = remembered && installation.folder.file("pending").is_some();
        installation.work =
            Some(Work { command, resumed, began_millis: self.time.millis(), fiber, call: None });
        let mut met = Vec::new();
        installation.tags.retain_mut(|(fault, left)| {
            met.push(*fault);
            *left -= 1;
            *left > 0
        });
        let ahead = self.machines[installation.machine].clock.ahead_seconds();
        if ahead.abs() >= 3_600 {
            met.push(if ahead > 0 { Fault::ClockAhead } else { Fault::ClockBehind });
        }
        met.sort_unstable();
        met.dedup();
        for fault in met {
            self.coverage.count(fault, command);
        }
        self.check_reclaimed(place, command)?;
        self.check_released(place, command)?;
        self.commands += 1;
        self.trace.note(format_args!("#{place} {command}"));
        self.go_on(place, None)
    }

    /// Lets a command go on with what came from the network.
    pub(crate) fn go_on(&mut self, place: usize, answer: Option<Answer>) -> Result<(), Stop> {
        let Some(mut work) = self.installations[place].work.take() else { return Ok(()) };
        match work.fiber.go_on(answer) {
            Progress::Sent(call) => {
                let number = self.next_call;
                self.next_call += 1;
                let caller = Caller {
                    installation: place,
                    command: work.command,
                    key: self.installations[place].key,
                    proven: None,
                    sent_millis: self.time.millis(),
                };
                self.callers.insert(number, caller);
                work.call = Some(number);
                self.messages.push(Message { call: number, content: Content::Request(call), held_until: 0 });
                self.installations[place].work = Some(work);
                Ok(())
            }
            Progress::Done((client, done)) => {
                // Most processes run on; some are started for one command only.
                self.installations[place].client = self.dice.percent(70).then_some(client);
                let prompt = !work.resumed && self.time.millis() - work.began_millis < 600_000;
                self.finish(place, (work.command, prompt), &done)
            }
        }
    }

    /// A command has come to its end.
    fn finish(&mut self, place: usize, (command, prompt): (Command, bool), done: &Done) -> Result<(), Stop> {
        self.touched.insert(place);
        self.check_folder(place)?;
        match done {
            Ok(()) => {
                self.trace.note(format_args!("#{place} {command}: done"));
                let installation = &mut self.installations[place];
                installation.refused = None;
                if command == Command::AskRelease {
                    // It is about another device, and brings no time.
                    return Ok(());
                }
                installation.overdue_millis = None;
                // The service's time has been heard, which ends every doubt; a clock that is still wrong begins the next.
                let wrong = self.machines[installation.machine].clock.is_wrong();
                installation.copied &= command != Command::Activate;
                if matches!(command, Command::Activate | Command::ChangeKey) {
                    installation.proof = None;
                }
                if self.dice.percent(15) {
                    // Somebody's backup runs now and then.
                    installation.backups.push((installation.folder.files(), installation.doubt_millis));
                    if installation.backups.len() > 3 {
                        installation.backups.remove(0);
                    }
                }
                // What cannot be written is forgotten with the process.
                if prompt && installation.folder.is_writable() {
                    installation.doubt_millis = wrong.then_some(0);
                }
            }
            Err(error) => {
                self.trace.note(format_args!("#{place} {command}: {}", error.code()));
                self.check_error(place, error)?;
                self.installations[place].refused = Some(error.code().to_owned());
                let free_on = error.failure().value("free_on").and_then(|text| text.parse().ok());
                self.free_on.extend(free_on.map(|free_on| (place, free_on)));
                let key = self.installations[place].key;
                if let Some(holder) = error.holders().first() {
                    self.keys[key].holder = Some(holder.seat.clone());
                }
                if error.is(Code::KeyReplaced) {
                    self.keys[key].former = None;
                }
            }
        }
        Ok(())
    }

    /// The process ends, whatever it was doing.
    pub(crate) fn kill(&mut self, place: usize) {
        let installation = &mut self.installations[place];
        (installation.work, installation.client) = (None, None);
    }

    /// Each error says what happened, why, and what to do, in both languages.
    fn check_error(&self, place: usize, error: &warifu_client::Error) -> Result<(), Stop> {
        for lang in [Lang::Ja, Lang::En] {
            let texts = [error.message(lang), error.cause(lang), error.remedy(lang)];
            if texts.iter().any(|text| text.trim().is_empty() || text.contains('{')) {
                let seen =
                    format!("#{place} was told {} without a cause or a remedy: {texts:?}", error.code());
                return Err(Stop::violation(4, seen));
            }
            for text in texts {
                if let Some(what) = self.canaries.find(text.as_bytes()) {
                    return Err(Stop::violation(
                        5,
                        format_args!("{what} stands in the text of {}", error.code()),
                    ));
                }
            }
        }
        Ok(())
    }
}
