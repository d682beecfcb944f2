//! Many connections at once: the load.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{LocalSet, spawn_local};

use super::connection::{self, Response};
use super::latency::Latencies;
use super::process::CpuTimes;
use super::watch;

/// What a service did under a load.
pub(in crate::drill) struct Load {
    /// How long they took together.
    pub(in crate::drill) took: Duration,
    /// What the service's processes used.
    pub(in crate::drill) cpu: Duration,
    /// How long each took.
    pub(in crate::drill) latencies: Latencies,
}

impl Load {
    /// Processor time for one of `count` things done, in microseconds.
    pub(in crate::drill) fn micros_each(&self, count: usize) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / count as f64
    }

    /// How many of `count` things were done a second.
    pub(in crate::drill) fn per_second(&self, count: usize) -> f64 {
        count as f64 / self.took.as_secs_f64()
    }
}

/// What one connection does, step by step: the next request, if there is one; then its answer is handed over.
pub(in crate::drill) trait Script {
    /// The next request. The time that making it takes is not counted.
    fn next(&mut self) -> Result<Option<Vec<u8>>, String>;
    /// Takes the answer up.
    fn answered(&mut self, response: Response) -> Result<(), String>;
}

/// Runs each script on a connection of its own, all at once, and measures process `pid` meanwhile. All connections share one thread: with one
/// each, the service would be charged for waking them up one by one, which no machine but its own network's does.
pub(in crate::drill) fn run<S: Script + 'static>(
    address: SocketAddr,
    pid: u32,
    scripts: Vec<S>,
) -> Result<(Load, Vec<S>), String> {
    run_on(&[(address, pid)], scripts)
}

/// The same with several nodes, each an address and its process: connections go to one after the other.
pub(in crate::drill) fn run_on<S: Script + 'static>(
    nodes: &[(SocketAddr, u32)],
    scripts: Vec<S>,
) -> Result<(Load, Vec<S>), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    LocalSet::new().block_on(&runtime, async {
        let mut connections = Vec::with_capacity(scripts.len());
        for (address, _) in nodes.iter().cycle().take(scripts.len()) {
            let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
            stream.set_nodelay(true).map_err(|error| error.to_string())?;
            connections.push(stream);
        }
        let times = || nodes.iter().map(|(_, pid)| CpuTimes::read(*pid)).collect::<Result<Vec<_>, _>>();
        let before = times()?;
        let start = watch::now();
        let playing =
            scripts.into_iter().zip(connections).map(|(script, stream)| spawn_local(play(script, stream)));
        let playing: Vec<_> = playing.collect();
        let mut played = Vec::with_capacity(playing.len());
        let mut latencies = Latencies::default();
        for task in playing {
            let (script, own) = task.await.map_err(|error| error.to_string())??;
            played.push(script);
            latencies.extend(own);
        }
        let took = start.elapsed();
        let cpu = times()?.iter().zip(&before).map(|(after, before)| after.since(before)).sum();
        Ok((Load { took, cpu, latencies }, played))
    })
}

async fn play<S: Script>(mut script: S, mut stream: TcpStream) -> Result<(S, Latencies), String> {
    let mut latencies = Latencies::default();
    let mut buffer = Vec::with_capacity(16 * 1024);
    while let Some(request) = script.next()? {
        let start = watch::now();
        let response =
            exchange(&mut stream, &mut buffer, &request).await.map_err(|error| error.to_string())?;
        latencies.push(start.elapsed());
        script.answered(response)?;
    }
    Ok((script, latencies))
}

async fn exchange(stream: &mut TcpStream, buffer: &mut Vec<u8>, request: &[u8]) -> std::io::Result<Response> {
    stream.write_all(request).await?;
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err(connection::closed());
        }
        if let Some(response) = connection::parse(buffer)? {
            return Ok(response);
        }
    }
}
