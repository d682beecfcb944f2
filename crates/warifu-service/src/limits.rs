//! Limits on guessing, and on work for strangers. Of guesses only failed attempts are charged, and whoever has spent the allowance is turned away before the next
//! attempt is even looked at, so that a right guess cannot slip through among wrong ones. (The usual rate limiters charge each attempt, right or
//! wrong, and cannot be asked without charging.)

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An allowance of failures for each of many keys: a burst, refilled at a steady rate (the generic cell rate algorithm).
#[derive(Debug)]
pub struct Throttle<K> {
    burst: u64,
    refill_millis: u64,
    entries_max: usize,
    /// For each key, when its allowance is whole again, in milliseconds. Keys whose allowance is whole are forgotten.
    full_at: Mutex<HashMap<K, u64>>,
}

impl<K: Eq + Hash + Copy> Throttle<K> {
    /// An allowance of `burst` failures, of which one comes back every `refill_millis`, for up to `entries_max` keys at a time. When more fail at
    /// once, the ones nearest to recovery are forgotten.
    #[must_use]
    pub fn new(burst: u32, refill_millis: u64, entries_max: usize) -> Self {
        Self { burst: u64::from(burst), refill_millis, entries_max, full_at: Mutex::new(HashMap::new()) }
    }

    /// Whether `key` may try at `now_millis`.
    ///
    /// # Errors
    /// The seconds until it may, rounded up.
    pub fn check(&self, key: K, now_millis: u64) -> Result<(), u64> {
        self.check_in(&self.full_at(), key, now_millis)
    }

    /// Charges `key` with one failure.
    pub fn charge(&self, key: K, now_millis: u64) {
        self.charge_in(&mut self.full_at(), key, now_millis);
    }

    /// Charges `key` with one attempt, if it may try at `now_millis`. Nobody gets between the question and the charge, so that however many come
    /// at once, no more than the allowance get through.
    ///
    /// # Errors
    /// The seconds until it may, rounded up; nothing is charged then.
    pub fn take(&self, key: K, now_millis: u64) -> Result<(), u64> {
        let mut full_at = self.full_at();
        self.check_in(&full_at, key, now_millis)?;
        self.charge_in(&mut full_at, key, now_millis);
        Ok(())
    }

    /// Gives back what [`Self::take`] has charged for an attempt that came to nothing.
    pub fn give_back(&self, key: K) {
        if let Some(full_at) = self.full_at().get_mut(&key) {
            *full_at = full_at.saturating_sub(self.refill_millis);
        }
    }

    fn full_at(&self) -> MutexGuard<'_, HashMap<K, u64>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_in(&self, full_at: &HashMap<K, u64>, key: K, now_millis: u64) -> Result<(), u64> {
        let full_at = full_at.get(&key).copied().unwrap_or(0);
        let open_at = full_at.saturating_sub((self.burst - 1) * self.refill_millis);
        if open_at <= now_millis { Ok(()) } else { Err((open_at - now_millis).div_ceil(1000)) }
    }

    fn charge_in(&self, full_at: &mut HashMap<K, u64>, key: K, now_millis: u64) {
        if full_at.len() >= self.entries_max && !full_at.contains_key(&key) {
            full_at.retain(|_, full_at| *full_at > now_millis);
            if full_at.len() >= self.entries_max {
                let mut times: Vec<u64> = full_at.values().copied().collect();
                let middle = times.len() / 2;
                let (_, median, _) = times.select_nth_unstable(middle);
                let median = *median;
                full_at.retain(|_, full_at| *full_at > median);
            }
        }
        let entry = full_at.entry(key).or_insert(0);
        *entry = (*entry).max(now_millis) + self.refill_millis;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_use_up_the_allowance_and_time_brings_it_back() {
        let throttle = Throttle::new(3, 1_000, 100);
        for _ in 0..3 {
            assert_eq!(throttle.check(1, 0), Ok(()));
            throttle.charge(1, 0);
        }
        assert_eq!(throttle.check(1, 0), Err(1));
        assert_eq!(throttle.check(2, 0), Ok(()), "others are not affected");
        assert_eq!(throttle.check(1, 1_000), Ok(()));
        throttle.charge(1, 1_000);
        assert_eq!(throttle.check(1, 1_001), Err(1));
    }

    #[test]
    fn what_is_taken_is_charged_at_once_and_can_be_given_back() {
        let throttle = Throttle::new(2, 1_000, 100);
        assert_eq!(throttle.take(1, 0), Ok(()));
        assert_eq!(throttle.take(1, 0), Ok(()));
        assert_eq!(throttle.take(1, 0), Err(1));
        throttle.give_back(1);
        assert_eq!(throttle.take(1, 0), Ok(()), "what was refused was not charged");
        assert_eq!(throttle.take(1, 0), Err(1));
        throttle.give_back(2);
        assert_eq!(throttle.take(2, 0), Ok(()));
    }

    #[test]
    fn the_memory_of_failures_is_bounded() {
        let throttle = Throttle::new(1, 1_000_000, 64);
        for key in 0..10_000_u32 {
            throttle.charge(key, u64::from(key));
        }
        assert!(throttle.full_at.lock().unwrap().len() <= 64);
        assert!(throttle.check(9_999, 10_000).is_err(), "the latest are remembered");
    }
}
