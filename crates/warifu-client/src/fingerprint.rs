//! How a client learns what hardware it runs on.

use warifu_core::hardware;
use warifu_core::id::ServiceId;

/// The hardware cannot be read, for example because this platform has no collector yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintUnavailable(pub String);

impl std::fmt::Display for FingerprintUnavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the hardware cannot be read: {}", self.0)
    }
}

impl std::error::Error for FingerprintUnavailable {}

/// A source of fingerprints. `ThisMachine` (feature `device`) reads the machine that the program runs on.
pub trait Fingerprint: Send {
    /// The machine's fingerprint for one service: no other service can compare it with its own.
    ///
    /// # Errors
    /// [`FingerprintUnavailable`]. A lease is then believed without a look at the hardware; an activation is refused by the service.
    fn read(&mut self, service: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable>;
}

/// The machine that the program runs on.
#[cfg(feature = "device")]
#[derive(Clone, Copy, Debug, Default)]
pub struct ThisMachine;

#[cfg(feature = "device")]
impl Fingerprint for ThisMachine {
    fn read(&mut self, service: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        let inventory = warifu_device::Hardware::inventory(&warifu_device::ThisMachine);
        inventory
            .map(|inventory| inventory.fingerprint(service))
            .map_err(|error| FingerprintUnavailable(error.to_string()))
    }
}

/// Stands where nothing can read the hardware.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    feature = "device",
    expect(dead_code, reason = "only a build without the feature `device` needs it")
)]
pub(crate) struct NoMachine;

impl Fingerprint for NoMachine {
    fn read(&mut self, _: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        Err(FingerprintUnavailable("the application has named no way to read it".to_owned()))
    }
}
