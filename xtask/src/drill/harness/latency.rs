//! How long requests took, together.

use std::time::Duration;

/// The times of many requests.
#[derive(Clone, Debug, Default)]
pub(in crate::drill) struct Latencies(Vec<Duration>);

impl Latencies {
    /// Takes one more time up.
    pub(in crate::drill) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Takes another's times up.
    pub(in crate::drill) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The time that `share` of the requests (0 to 1) did not exceed.
    pub(in crate::drill) fn quantile(&mut self, share: f64) -> Duration {
        if self.0.is_empty() {
            return Duration::ZERO;
        }
        let place = ((self.0.len() - 1) as f64 * share).round() as usize;
        *self.0.select_nth_unstable(place).1
    }
}

/// The middle of several measurements, which a disturbance of some of them does not move.
pub(in crate::drill) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_medians_are_of_the_sorted_values() {
        let mut latencies = Latencies::default();
        [5, 1, 4, 2, 3].into_iter().for_each(|seconds| latencies.push(Duration::from_secs(seconds)));
        assert_eq!(latencies.quantile(0.5), Duration::from_secs(3));
        assert_eq!(latencies.quantile(1.0), Duration::from_secs(5));
        assert!((median(&mut [9.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&mut [9.0, 1.0, 2.0, 4.0]) - 3.0).abs() < 1e-9);
    }
}
