//! What another process has used, as Linux tells it: processor time to the nanosecond, and memory.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// The processor time of each thread of a process.
#[derive(Clone, Debug, Default)]
pub(in crate::drill) struct CpuTimes(HashMap<u32, u64>);

impl CpuTimes {
    /// Reads the times of process `pid`. The scheduler's own counters are read (nanoseconds), not the ticks of `/proc/PID/stat`.
    pub(in crate::drill) fn read(pid: u32) -> Result<Self, String> {
        let folder = format!("/proc/{pid}/task");
        let failed =
            |error: std::io::Error| format!("{folder}: {error}; processor time is read as Linux gives it");
        let mut times = HashMap::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Some(thread) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // A thread that has ended meanwhile has no file any more.
            let Ok(text) = fs::read_to_string(entry.path().join("schedstat")) else { continue };
            let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
            times.insert(thread, nanos.ok_or_else(|| format!("{folder}/{thread}/schedstat holds no time"))?);
        }
        Ok(Self(times))
    }

    /// What has been used since `earlier`. Threads that have ended meanwhile are not counted: a service's live as long as it does.
    pub(in crate::drill) fn since(&self, earlier: &Self) -> Duration {
        let used =
            |(thread, nanos): (&u32, &u64)| nanos - earlier.0.get(thread).copied().unwrap_or(0).min(*nanos);
        Duration::from_nanos(self.0.iter().map(used).sum())
    }
}

/// The processor time of a process, of its children that run, and of those that have ended. What has ended is known to a hundredth of a second.
pub(in crate::drill) fn family(pid: u32) -> Result<Duration, String> {
    let mut nanos = ended(pid)?;
    for member in children(pid)?.into_iter().chain([pid]) {
        // A child that has ended meanwhile is counted among those the next time.
        nanos += CpuTimes::read(member).map_or(0, |times| times.0.values().sum());
    }
    Ok(Duration::from_nanos(nanos))
}

/// What a process's ended children have used, in nanoseconds.
pub(in crate::drill) fn ended(pid: u32) -> Result<u64, String> {
    /// Linux counts these in hundredths of a second.
    const TICK_NANOS: u64 = 10_000_000;
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    // The name stands in brackets and may hold anything; `cutime` and `cstime` are the 16th and 17th fields of all.
    let fields = text.rsplit_once(')').map(|(_, fields)| fields.split_whitespace().skip(13).take(2));
    let ticks = fields.and_then(|fields| fields.map(|ticks| ticks.parse::<u64>().ok()).sum::<Option<u64>>());
    ticks.map(|ticks| ticks * TICK_NANOS).ok_or_else(|| format!("{path} tells no time"))
}

fn children(pid: u32) -> Result<Vec<u32>, String> {
    let failed = |error: std::io::Error| format!("/proc: {error}");
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let Some(other) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(text) = fs::read_to_string(format!("/proc/{other}/stat")) else { continue };
        let parent =
            text.rsplit_once(')').and_then(|(_, fields)| fields.split_whitespace().nth(1)?.parse().ok());
        if parent == Some(pid) {
            found.push(other);
        }
    }
    Ok(found)
}

/// The processor time of the thread that reads it.
#[derive(Clone, Copy, Debug)]
pub(in crate::drill) struct ThreadCpu(u64);

impl ThreadCpu {
    fn read() -> Result<Self, String> {
        // The counter is brought up to date when the thread gives the processor away, or else at the next tick.
        std::thread::yield_now();
        let path = "/proc/thread-self/schedstat";
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
        nanos.map(Self).ok_or_else(|| format!("{path} holds no time"))
    }

    /// Does `work` and gives what it gave with the seconds of processor time it took. Other threads are not counted.
    pub(in crate::drill) fn of<T>(work: impl FnOnce() -> Result<T, String>) -> Result<(T, f64), String> {
        let before = Self::read()?;
        let result = work()?;
        Ok((result, Self::read()?.since(&before)))
    }

    fn since(&self, earlier: &Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1e9
    }
}

/// The memory of a process, in MiB.
#[derive(Clone, Copy, Debug)]
pub(in crate::drill) struct Memory {
    /// In memory now.
    pub(in crate::drill) resident: f64,
    /// The most that has been in memory.
    pub(in crate::drill) peak: f64,
}

/// Reads the memory of process `pid`.
pub(in crate::drill) fn memory(pid: u32) -> Result<Memory, String> {
    let path = format!("/proc/{pid}/status");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let mebibytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kibibytes| kibibytes / 1024.0)
    };
    match (mebibytes("VmRSS:"), mebibytes("VmHWM:")) {
        (Some(resident), Some(peak)) => Ok(Memory { resident, peak }),
        _ => Err(format!("{path} tells no memory")),
    }
}
