//! The bodies of protocol version 1, as JSON. Requests are read strictly: an unknown member is a mistake and is named. Answers are read
//! tolerantly: an unknown member is something newer and is passed over.
//!
//! Every string and list has a bound, and a body becomes domain types while it is read. What the values mean for a licence is not
//! decided here. The bodies of the staff API are in [`staff`].

pub mod case;
pub mod device;
pub mod exchange;
pub mod fingerprint;
pub mod key_check;
pub mod key_list;
pub mod key_text;
pub mod log;
pub mod nonce;
pub mod notice;
pub mod problem;
pub mod service;
pub mod staff;
pub mod standing;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use warifu_core::catalogue::Failure;

use self::device::DeviceRequest;
use crate::json;

/// The only version of the protocol so far.
pub const PROTOCOL_VERSION: u32 = 1;

/// The largest body of a device's request, in bytes. A request with every component and the longest texts has less than 4 KiB.
pub const REQUEST_BYTES_MAX: usize = 16 * 1024;

/// The largest body of a request of staff, in bytes.
pub const STAFF_BYTES_MAX: usize = 64 * 1024;

/// The largest body of a request that takes keys over, in bytes.
pub const IMPORT_BYTES_MAX: usize = 1024 * 1024;

/// The largest answer that a client should read, in bytes: a bundle's two tokens and room.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The header that carries a fresh nonce in every answer to a device.
pub const NONCE_HEADER: &str = "Warifu-Nonce";

/// The header that carries the version of the newest list of withdrawn issuing keys in every answer to a device, once there is one.
pub const KEY_LIST_HEADER: &str = "Warifu-Key-List";

/// Reads a request's body.
///
/// # Errors
/// `request_too_large` or `request_malformed`; the latter names the place, never the value.
pub fn parse_request<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    parse_request_within(body, REQUEST_BYTES_MAX)
}

/// Reads a request's body of at most `bytes_max` bytes.
///
/// # Errors
/// As for [`parse_request`].
pub fn parse_request_within<T: DeserializeOwned>(body: &[u8], bytes_max: usize) -> Result<T, Failure> {
    if body.len() > bytes_max {
        return Err(Failure::request_too_large(body.len(), bytes_max));
    }
    json::from_slice(body).map_err(|error| Failure::request_malformed(describe(&error)))
}

/// Reads the body of a request that names the protocol's version. A later version's body may have another form, so what cannot be read is
/// asked for its version before it is called malformed.
///
/// # Errors
/// `protocol_not_supported`, and those of [`parse_request`].
pub fn parse_device_request<T: DeviceRequest + DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    match parse_request::<T>(body) {
        Ok(request) => check_protocol(request.protocol()).map(|()| request),
        Err(failure) => {
            #[derive(Deserialize)]
            struct Version {
                protocol: u32,
            }
            check_size(body)?;
            let Version { protocol } =
                json::from_slice(body).map_err(|error| Failure::request_malformed(describe(&error)))?;
            check_protocol(protocol)?;
            Err(failure)
        }
    }
}

fn check_protocol(version: u32) -> Result<(), Failure> {
    if version == PROTOCOL_VERSION {
        Ok(())
    } else {
        Err(Failure::protocol_not_supported(version, PROTOCOL_VERSION))
    }
}

fn check_size(body: &[u8]) -> Result<(), Failure> {
    if body.len() > REQUEST_BYTES_MAX {
        return Err(Failure::request_too_large(body.len(), REQUEST_BYTES_MAX));
    }
    Ok(())
}

/// An error's text without the values that some of serde's messages quote: a key in the wrong place must not come back.
fn describe(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let quoted = ["invalid type: string", "invalid value: string", "unknown field", "unknown variant"]
        .iter()
        .any(|start| text.starts_with(start));
    if quoted {
        // What was expected is ours and helps; it follows what was found.
        let expected = text.rfind(", expected ").map_or("", |at| &text[at..]);
        let expected = expected.rfind(" at line ").map_or(expected, |at| &expected[..at]);
        format!("a name or string that is not known here{expected}, at line {line} column {column}")
    } else {
        text
    }
}
