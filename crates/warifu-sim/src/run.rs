//! A run: so many steps from one seed, storms and calms by turns.

use std::collections::BTreeMap;
use std::fmt;

use crate::fault::Coverage;
use crate::planted::Planted;
use crate::stop::Stop;
use crate::world::World;

/// How many steps a storm has.
const STORM_STEPS: u64 = 400;

/// A run to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where all chance comes from.
    pub seed: u64,
    /// How many steps.
    pub steps: u64,
    /// A bug that is put in on purpose.
    pub planted: Planted,
    /// Whether the whole trace is kept, or only its end.
    pub keep_trace: bool,
}

/// How a code's first remedy did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedied {
    /// The code.
    pub code: String,
    /// How often the first remedy was followed.
    pub followed: u64,
    /// How often everything was well afterwards.
    pub helped: u64,
    /// How often another refusal came, with a remedy of its own: by its code.
    pub led_on: BTreeMap<String, u64>,
    /// How often the same refusal came again in the same calm, at once or behind others.
    pub came_back: u64,
    /// How often somebody was asked for something about a key that was of no use there anyway.
    pub in_vain: u64,
}

impl Remedied {
    /// A code whose remedy nobody has followed yet.
    #[must_use]
    pub const fn of(code: String) -> Self {
        Self { code, followed: 0, helped: 0, led_on: BTreeMap::new(), came_back: 0, in_vain: 0 }
    }

    /// How often it did what it says: its refusal was gone for the rest of the calm, and what it took was not in vain. Other refusals that were behind it
    /// are of other faults of the installation, and are counted by themselves.
    #[must_use]
    pub const fn worked(&self) -> u64 {
        self.followed.saturating_sub(self.came_back + self.in_vain)
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The hash of its trace.
    pub hash: String,
    /// Which faults met which commands.
    pub coverage: Coverage,
    /// How the remedies did.
    pub remedies: Vec<Remedied>,
    /// Commands that were begun.
    pub commands: u64,
    /// Leases that were signed.
    pub leases: u64,
    /// How many days passed in the world.
    pub days: u64,
    /// The trace, as far as it was kept.
    pub trace: Vec<String>,
}

/// A run that ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Why.
    pub stop: Stop,
    /// The seed.
    pub seed: u64,
    /// The steps after which it happened: the shortest run that shows it.
    pub steps: u64,
    /// The end of the trace.
    pub trace: Vec<String>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.trace {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "{}", self.stop)?;
        write!(f, "replay: cargo xtask drill sim --seed {} --steps {}", self.seed, self.steps)
    }
}

impl std::error::Error for Failed {}

impl Run {
    /// So many steps of a seed.
    #[must_use]
    pub const fn new(seed: u64, steps: u64) -> Self {
        Self { seed, steps, planted: Planted::Nothing, keep_trace: false }
    }

    /// Makes the run.
    ///
    /// # Errors
    /// [`Failed`] with what was seen, when a promise is broken.
    pub fn make(self) -> Result<Outcome, Box<Failed>> {
        let failed = |stop: Stop, steps: u64, trace: Vec<String>| {
            Box::new(Failed { stop, seed: self.seed, steps, trace })
        };
        let mut world = World::new(self.seed, self.planted, self.keep_trace)
            .map_err(|stop| failed(stop, 0, Vec::new()))?;
        let began = world.time.millis();
        while world.step < self.steps {
            let mut done = world.step();
            // The last steps are followed by a calm too, so that a run of any length is judged as a whole.
            if done.is_ok() && (world.step % STORM_STEPS == 0 || world.step == self.steps) {
                done = world.calm();
            }
            if let Err(stop) = done {
                return Err(failed(stop, world.step, world.trace.lines().map(str::to_owned).collect()));
            }
        }
        let remedies = world.remedies.iter().map(|(code, tally)| Remedied {
            code: code.clone(),
            followed: tally.followed,
            helped: tally.helped,
            led_on: tally.led_on.clone(),
            came_back: tally.came_back,
            in_vain: tally.in_vain,
        });
        Ok(Outcome {
            hash: world.trace.hash(),
            remedies: remedies.collect(),
            coverage: world.coverage.clone(),
            commands: world.commands,
            leases: world.ledger.signed,
            days: (world.time.millis() - began) / 86_400_000,
            trace: world.trace.lines().map(str::to_owned).collect(),
        })
    }
}
