//! The checkers: what is looked at after every step, one file for each kind of promise.

mod acts;
mod bridged;
mod durable;
mod honest;
mod reclaimed;
mod released;
mod seats;
mod signed;
mod texts;

use crate::stop::Stop;
use crate::world::World;

impl World {
    /// What is looked at after every step.
    pub(crate) fn check_step(&mut self) -> Result<(), Stop> {
        let log = self.log.take();
        if let Some(what) = self.canaries.find(&log) {
            let line = String::from_utf8_lossy(&log);
            return Err(Stop::violation(5, format_args!("{what} stands in the log: {line}")));
        }
        for place in std::mem::take(&mut self.touched) {
            let installation = &self.installations[place];
            if installation.work.is_none() && !installation.retired {
                self.check_honest(place)?;
            }
        }
        Ok(())
    }
}
