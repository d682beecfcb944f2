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
            let sum = self.remedies.entry(remedied.code.clone()).or_insert_with(|| Remedied {
                code: remedied.code.clone(),
                followed: 0,
                helped: 0,
                led_on: BTreeMap::new(),
            });
            sum.followed += remedied.followed;
            sum.helped += remedied.helped;
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

    /// The figures and tables in Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let (followed, helped, led_on) = self.remedies.values().fold((0, 0, 0), |sum, remedied| {
            (
                sum.0 + remedied.followed,
                sum.1 + remedied.helped,
                sum.2 + remedied.led_on.values().sum::<u64>(),
            )
        });
        let mut text = format!(
            "| | |\n|---|--:|\n| runs, each from its own seed | {} |\n| steps | {} |\n| commands of devices | {} |\n\
             | leases signed | {} |\n| years that passed in all worlds | {} |\n| promises found broken | {} |\n\
             | least that a fault met a command | {} |\n| first remedies followed | {followed} |\n\
             | … after which all was well | {helped} |\n| … which led to another refusal with a remedy of its own | {led_on} |\n\n",
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
            "\n## How first remedies did\n\n| code | followed | all was well | led on | no help | led on most often to |\n\
             |---|--:|--:|--:|--:|---|\n",
        );
        for Remedied { code, followed, helped, led_on } in self.remedies.values() {
            let led: u64 = led_on.values().sum();
            let none = followed.saturating_sub(helped + led);
            let onward = onward(led_on);
            text.push_str(&format!("| `{code}` | {followed} | {helped} | {led} | {none} | {onward} |\n"));
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
