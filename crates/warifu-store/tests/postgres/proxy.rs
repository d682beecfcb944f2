//! A network between a store and the cluster that counts round trips, and can be cut at a chosen moment. It reads the protocol's messages, which is why
//! the store speaks to it without TLS.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens to the next transaction that a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It is cut off before the server has its end.
    BeforeTheEnd,
    /// The server gets all of it, and the client nothing of the answer.
    BeforeTheAnswer,
}

#[derive(Default)]
struct State {
    cut: Mutex<Option<Cut>>,
    trips: AtomicUsize,
    refusing: Mutex<bool>,
}

/// A proxy. It ends with the process.
pub(crate) struct Proxy {
    state: Arc<State>,
    /// Where it listens, as `HOST:PORT`.
    pub(crate) place: String,
}

impl Proxy {
    /// Stands before `server`, `HOST:PORT`.
    pub(crate) fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State::default());
        let (server, shared) = (server.to_owned(), state.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if *shared.refusing.lock().unwrap() {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&server) else { continue };
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let state = shared.clone();
                std::thread::spawn(move || pass_requests(from, to, &state));
                std::thread::spawn(move || pass_answers(server, client));
            }
        });
        Self { state, place }
    }

    /// Cuts the next transaction's connection.
    pub(crate) fn cut(&self, cut: Cut) {
        *self.state.cut.lock().unwrap() = Some(cut);
    }

    /// Whether what was asked of [`Self::cut`] has been done.
    pub(crate) fn has_cut(&self) -> bool {
        self.state.cut.lock().unwrap().is_none()
    }

    /// Whether new connections are refused.
    pub(crate) fn refuse(&self, refusing: bool) {
        *self.state.refusing.lock().unwrap() = refusing;
    }

    /// How often a client has sent something and then waited for an answer.
    pub(crate) fn trips(&self) -> usize {
        self.state.trips.load(Ordering::SeqCst)
    }
}

/// One message: its letter and all its bytes. The first one of a connection has no letter.
fn message(from: &mut TcpStream, first: bool) -> Option<(u8, Vec<u8>)> {
    let mut bytes = vec![0; if first { 4 } else { 5 }];
    from.read_exact(&mut bytes).ok()?;
    let length = u32::from_be_bytes(bytes[bytes.len() - 4..].try_into().unwrap()) as usize;
    let head = bytes.len();
    bytes.resize(head + length - 4, 0);
    from.read_exact(&mut bytes[head..]).ok()?;
    Some((if first { 0 } else { bytes[0] }, bytes))
}

/// How long a client has to be silent before what it has sent is taken for all that it sends without an answer.
const SILENCE: Duration = Duration::from_millis(60);

/// Client to server, burst by burst: all that a client sends before it waits for an answer. Each is one round trip.
fn pass_requests(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let Some((_, start)) = message(&mut from, true) else { return };
    if to.write_all(&start).is_err() {
        return;
    }
    let mut names_commit: Vec<Vec<u8>> = Vec::new();
    while let Some(burst) = burst(&mut from) {
        state.trips.fetch_add(1, Ordering::SeqCst);
        let field =
            |bytes: &[u8], place| bytes[5..].split(|byte| *byte == 0).nth(place).unwrap_or_default().to_vec();
        for (letter, bytes) in &burst {
            // Parse: which statement is the one that ends a transaction?
            if *letter == b'P' && field(bytes, 1) == b"COMMIT" {
                names_commit.push(field(bytes, 0));
            }
        }
        // Bind: where is it carried out?
        let end = burst
            .iter()
            .position(|(letter, bytes)| *letter == b'B' && names_commit.contains(&field(bytes, 1)));
        let cut = if end.is_some() { state.cut.lock().unwrap().take() } else { None };
        let sent = match cut {
            Some(Cut::BeforeTheEnd) => &burst[..end.unwrap_or(0)],
            _ => &burst[..],
        };
        if cut.is_some() {
            // From here on nothing comes back.
            let _ = from.shutdown(Shutdown::Both);
        }
        if sent.iter().any(|(_, bytes)| to.write_all(bytes).is_err()) {
            break;
        }
        if cut.is_some() {
            wait_for_the_end(&mut to);
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// The messages until the client is silent. None when it has gone.
fn burst(from: &mut TcpStream) -> Option<Vec<(u8, Vec<u8>)>> {
    let mut burst = vec![message(from, false)?];
    let mut next = [0];
    from.set_read_timeout(Some(SILENCE)).unwrap();
    while from.peek(&mut next).is_ok_and(|count| count > 0) {
        burst.push(message(from, false)?);
    }
    from.set_read_timeout(None).unwrap();
    Some(burst)
}

/// The server has carried everything out when it has read that the client goes, and closes.
fn wait_for_the_end(to: &mut TcpStream) {
    let _ = to.write_all(&[b'X', 0, 0, 0, 4]);
    let mut rest = [0; 4096];
    while to.read(&mut rest).is_ok_and(|count| count > 0) {}
}

/// Server to client.
fn pass_answers(mut from: TcpStream, mut to: TcpStream) {
    // Ends when either side has gone.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
}
