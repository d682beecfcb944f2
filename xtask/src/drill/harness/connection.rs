//! One kept-alive HTTP/1.1 connection, as little of it as a load generator needs: what it spends is taken from the service it measures.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use warifu_proto::wire::exchange::OutgoingRequest;

/// No answer takes longer; a service that is gone must not hold a drill up.
const TIME_LIMIT: Duration = Duration::from_secs(20);
const HEAD_MAX: usize = 16 * 1024;

/// A connection.
pub(in crate::drill) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(in crate::drill) struct Response {
    pub(in crate::drill) status: u16,
    /// The fresh nonce, which device routes give with every answer.
    pub(in crate::drill) nonce: Option<String>,
    /// Status line and headers.
    pub(in crate::drill) head: String,
    pub(in crate::drill) body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(in crate::drill) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIME_LIMIT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIME_LIMIT))?;
        stream.set_write_timeout(Some(TIME_LIMIT))?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer.
    pub(in crate::drill) fn exchange(&mut self, request: &[u8]) -> io::Result<Response> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        loop {
            let mut chunk = [0; 8192];
            match self.stream.read(&mut chunk)? {
                0 => return Err(closed()),
                count => self.buffer.extend_from_slice(&chunk[..count]),
            }
            if let Some(response) = parse(&self.buffer)? {
                return Ok(response);
            }
        }
    }
}

/// The answer in the bytes read so far, if it is whole.
pub(in crate::drill) fn parse(bytes: &[u8]) -> io::Result<Option<Response>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return if bytes.len() > HEAD_MAX {
            Err(malformed("an answer's headers have no end"))
        } else {
            Ok(None)
        };
    };
    let (head, body) = bytes.split_at(end + 4);
    let head = std::str::from_utf8(head).map_err(|_| malformed("an answer's headers are no text"))?;
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| malformed("an answer without a status"))?;
    let length = match header(head, "content-length") {
        Some(length) => length.parse().map_err(|_| malformed("an answer of no length"))?,
        None if status == 204 || status == 304 => 0,
        None => return Err(malformed("an answer without its length")),
    };
    let nonce = header(head, "warifu-nonce").map(str::to_owned);
    let body = body.get(..length).map(<[u8]>::to_vec);
    Ok(body.map(|body| Response { status, nonce, body, head: head.to_owned() }))
}

/// The other side has hung up.
pub(in crate::drill) fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the service closed the connection")
}

impl Response {
    /// The body of a success, as JSON.
    pub(in crate::drill) fn json(&self) -> Result<serde_json::Value, String> {
        if !(200..300).contains(&self.status) {
            return Err(format!("status {}: {}", self.status, String::from_utf8_lossy(&self.body)));
        }
        serde_json::from_slice(&self.body).map_err(|error| format!("an answer that is no JSON: {error}"))
    }

    /// The code of a refusal.
    pub(in crate::drill) fn code(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Some(body.get("code")?.as_str()?.to_owned())
    }
}

/// The bytes of a device's request.
pub(in crate::drill) fn bytes_of(request: &OutgoingRequest) -> Vec<u8> {
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    bytes(request.method, request.path, &headers, &request.body)
}

/// The bytes of any request.
pub(in crate::drill) fn bytes(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024 + body.len());
    bytes.extend_from_slice(
        format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: warifu-drill\r\nAccept: */*\r\n")
            .as_bytes(),
    );
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if method != "GET" {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// The value of a header in a head.
pub(in crate::drill) fn header<'head>(head: &'head str, wanted: &str) -> Option<&'head str> {
    head.lines().skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted).then(|| value.trim())
    })
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
