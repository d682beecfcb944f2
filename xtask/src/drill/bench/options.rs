//! How much is measured.

/// The sizes of a run.
pub(super) struct Plan {
    /// How many licences the store holds, size after size.
    pub(super) sizes: Vec<u32>,
    /// The same for databases of PostgreSQL.
    pub(super) databases: Vec<u32>,
    /// How many devices the hot licence has.
    pub(super) hot: usize,
    /// How often each thing is measured at a size.
    pub(super) rounds: usize,
    /// How many devices ask in a round.
    pub(super) devices: usize,
    /// How many groups of 64 the rows alone are written in, in a round.
    pub(super) groups: usize,
    /// The only work that is measured, by the beginning of its name; for a look with a profiler.
    pub(super) only: String,
}

impl Plan {
    /// The plan for the report.
    pub(super) fn full() -> Self {
        Self {
            sizes: vec![10_000, 1_000_000, 5_000_000, 10_000_000],
            databases: vec![100_000, 1_000_000],
            hot: 100_000,
            rounds: 5,
            devices: 9_600,
            groups: 200,
            only: String::new(),
        }
    }

    /// A look in less than a minute.
    pub(super) fn quick() -> Self {
        Self {
            sizes: vec![10_000],
            databases: vec![20_000],
            hot: 2_000,
            rounds: 2,
            devices: 3_200,
            groups: 50,
            only: String::new(),
        }
    }

    /// How many devices activate during the whole run, and so how many keys it takes.
    pub(super) fn activations(&self) -> usize {
        // In each round once with the nonce of the last answer and once with one of its own, and one more round to warm up; then those beside the
        // hot licence.
        (self.sizes.len() * (self.rounds * 2 + 1) + self.rounds * 2) * self.devices
    }
}
