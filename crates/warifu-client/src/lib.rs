//! The embeddable client of Warifu: activates an application on a device, keeps its lease, and answers the one question that the
//! application asks at start.
//!
//! ```
//! use warifu_client::{Client, MemoryStore, State};
//!
//! # let root = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
//! let mut client = Client::builder(root, "draw")
//!     .service_url("https://licences.example.com")
//!     .store(MemoryStore::default()) // an application calls `.data_dir(folder)` instead
//!     .build()?;
//! let standing = client.check();
//! match standing.state {
//!     State::Licensed | State::Grace { .. } => println!("welcome"),
//!     _ => println!("{}", standing.reason.map_or_else(String::new, |reason| reason.to_string())),
//! }
//! # assert_eq!(standing.state, State::Unlicensed);
//! # Ok::<(), warifu_client::Error>(())
//! ```
//!
//! [`Client::check`] never talks to the network. When [`Standing::renewal_due`] says so, the application calls [`Client::renew`] whenever
//! it has the time, on a thread of its own choice; [`Client::activate`] takes a product key as typed. Every failure is an entry of the
//! catalogue with message, cause and remedy in Japanese and English. With the feature `diagnose`, [`Client`] also says what lies behind it
//! (`Client::finding`): a refused connection may be a service that is down, a damaged certificate a clock that is ahead.
//!
//! The client lives in another's process: it has no global state, no thread and no runtime, and it never panics. [`Transport`],
//! [`Clock`], [`Store`], [`Fingerprint`] and [`Random`] are traits with defaults. It must not decide what the service decides: whether a
//! seat is free, or a changed device still the same.

mod builder;
mod client;
mod clock;
mod command;
#[cfg(feature = "diagnose")]
mod diagnose;
mod error;
mod exchange;
mod fingerprint;
mod key_list;
mod mark;
mod product_key;
mod random;
mod records;
mod standing;
mod store;
mod told;
mod transport;

pub use builder::{ClientBuilder, PinnedRoot};
pub use client::Client;
pub use clock::{Clock, Moment, Period, Running, SystemClock};
pub use command::{ActivateOptions, ChangeKeyOptions, Granted, ReleaseAsked, Released, Status};
#[cfg(feature = "diagnose")]
pub use diagnose::{Examination, Finding, Question, Remedy};
pub use error::{Error, KeyOffer};
#[cfg(feature = "device")]
pub use fingerprint::ThisMachine;
pub use fingerprint::{Fingerprint, FingerprintUnavailable};
pub use random::{Random, SystemRandom};
pub use standing::{LicenceSummary, Standing, State};
pub use store::{BLOB_BYTES_MAX, FolderStore, MemoryStore, Store, StoreError};
#[cfg(feature = "http")]
pub use transport::{HttpTransport, NoCertificate};
pub use transport::{Method, Request, Response, Transport, TransportError};

#[cfg(feature = "diagnose")]
pub use warifu_troubleshoot::Session;

pub use warifu_core::catalogue::{Code, Failure, Lang};
pub use warifu_core::hardware;
pub use warifu_core::id;
pub use warifu_core::key;
pub use warifu_core::policy::{Channel, Restrictions};
pub use warifu_core::text::{Name, Slug};
pub use warifu_core::time::{Span, Timestamp};
pub use warifu_proto::keys::KeyAlgorithm;
pub use warifu_proto::wire::problem::SeatHolder;
pub use warifu_proto::wire::standing::{LicenceState, MayMove, Standing as LicenceStatus};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
