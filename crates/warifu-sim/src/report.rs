//! Many runs together: what `docs/simulation.md` is made from.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::fault::{Command, Coverage, Fault};
use crate::run::{Failed, Outcome, Remedied, Run};

/// What many runs came to.
#[derive(Debug, Default)]
pub struct Report {
    /// How many runs.
    pub runs: u64,
    /// How many steps all of them had.
    pub steps: u64,
    /// Commands that were begun.
    pub commands: u64,
    /// Leases that were signed.
    pub leases: u64,
    /// Days that passed in all worlds.
    pub days: u64,
    /// Which faults met which commands.
    pub coverage: Coverage,
    /// How the remedies did, by code.
    pub remedies: BTreeMap<String, Remedied>,
    /// The runs that failed.
    pub failed: Vec<Box<Failed>>,
}

impl Report {
    /// Makes runs of `steps` steps each from the seeds `first..first + runs`, on so many threads. Each run has its own and knows of no other.
    #[must_use]
    pub fn gather(first: u64, runs: u64, steps: u64, threads: usize, progress: impl Fn(u64) + Sync) -> Self {
        let next = AtomicU64::new(first);
        let report = Mutex::new(Self::default());
        thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= first + runs {
                            break;
                        }
                        let made = Run::new(seed, steps).make();
                        let mut report = report.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        report.add(made, steps);
                        progress(report.runs);
                    }
                });
            }
        });
        let mut report = report.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        report.failed.sort_by_key(|failed| failed.seed);
        report
    }

    fn add(&mut self, made: Result<Outcome, Box<Failed>>, steps: u64) {
        self.runs += 1;
        let outcome = match made {
            Ok(outcome) => outcome,
            Err(failed) => {
                self.steps += failed.steps;
                self.failed.push(failed);
                return;
            }
        };
        self.steps += steps;
        self.commands += outcome.commands;
        self.leases += outcome.leases;
        self.days += outcome.days;
        self.coverage.add(&outcome.coverage);
        for remedied in outcome.remedies {
            let sum = self.remedies.entry(remedied.code.clone());
            let sum = sum.or_insert_with(|| Remedied::of(remedied.code.clone()));
            sum.followed += remedied.followed;
            sum.helped += remedied.helped;
            sum.came_back += remedied.came_back;
            sum.in_vain += remedied.in_vain;
            for (code, times) in remedied.led_on {
                *sum.led_on.entry(code).or_default() += times;
            }
        }
    }

    /// The least that any fault met any command that it can meet.
    #[must_use]
    pub fn least_met(&self) -> u64 {
        let cells =
            Fault::ALL.iter().flat_map(|fault| Command::ALL.iter().map(move |command| (*fault, *command)));
        let met = cells.filter(|(fault, command)| fault.can_meet(*command));
        met.map(|(fault, command)| self.coverage.met(fault, command)).min().unwrap_or(0)
    }

    /// The codes whose first remedy was followed at least `followed_min` times and worked in fewer than `percent` of a hundred of them.
    #[must_use]
    pub fn remedies_below(&self, percent: u64, followed_min: u64) -> Vec<(String, u64, u64)> {
        let judged = self.remedies.values().filter(|remedied| remedied.followed >= followed_min);
        judged
            .filter(|remedied| remedied.worked() * 100 < remedied.followed * percent)
            .map(|remedied| (remedied.code.clone(), remedied.worked(), remedied.followed))
            .collect()
    }

    /// The figures and tables in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let sum = |count: fn(&Remedied) -> u64| self.remedies.values().map(count).sum::<u64>();
        let (followed, worked, helped) =
            (sum(|code| code.followed), sum(Remedied::worked), sum(|code| code.helped));
        let mut text = format!(
            "| | |\n|---|--:|\n| runs, each from its own seed | {} |\n| steps | {} |\n| commands of devices | {} |\n\
             | leases signed | {} |\n| years that passed in all worlds | {} |\n| promises found broken | {} |\n\
             | least that a fault met a command | {} |\n| first remedies followed | {followed} |\n\
             | … which did what they say | {worked} |\n| … after which all was well at once | {helped} |\n\n",
            self.runs,
            self.steps,
            self.commands,
            self.leases,
            self.days / 365,
            self.failed.len(),
            self.least_met(),
        );
        text.push_str("## Which faults met which commands\n\n");
        text.push_str(&self.coverage.table());
        text.push_str(
            "\n## How first remedies did\n\nA remedy has worked when its refusal is gone for the rest of the calm, and nobody was asked for something about a key that turned out to be of no \
             use on that machine. An installation may have several faults at once: the refusals that were behind it are counted under their own codes.\n\n\
             | code | followed | worked | % | came back | in vain | all was well at once | else led on most often to |\n\
             |---|--:|--:|--:|--:|--:|--:|---|\n",
        );
        for remedied in self.remedies.values() {
            let Remedied { code, followed, helped, led_on, came_back, in_vain } = remedied;
            let (worked, onward) = (remedied.worked(), onward(led_on));
            let percent = worked * 100 / followed.max(&1);
            text.push_str(&format!(
                "| `{code}` | {followed} | {worked} | {percent} | {came_back} | {in_vain} | {helped} | {onward} |\n"
            ));
        }
        text
    }
}

/// What a remedy led on to most often: at most three codes.
fn onward(led_on: &BTreeMap<String, u64>) -> String {
    let mut codes: Vec<_> = led_on.iter().collect();
    codes.sort_by_key(|(code, times)| (std::cmp::Reverse(**times), *code));
    let named: Vec<String> = codes.iter().take(3).map(|(code, times)| format!("`{code}` {times}")).collect();
    if named.is_empty() { "–".to_owned() } else { named.join(", ") }
}
