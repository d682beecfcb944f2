//! `cargo xtask drill race-client`: one of the racing processes. It activates its devices one after the other with the real SDK, each in a
//! folder of its own, and prints what became of each. Killed and started again, it goes on with what the folders hold.

use std::path::Path;

use warifu_client::{ActivateOptions, Client, Code, Fingerprint, FingerprintUnavailable, State, hardware};
use warifu_core::id::ServiceId;

use crate::drill::harness::device::Device;
use crate::drill::harness::options::Options;

/// What became of a device.
pub(super) struct Outcome {
    /// The licence that its lease is of; none when all seats were taken.
    pub(super) licence: Option<String>,
}

struct Simulated(hardware::Fingerprint);

impl Fingerprint for Simulated {
    fn read(&mut self, _: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        Ok(self.0)
    }
}

/// Runs the process.
pub(in crate::drill) fn run(args: &[String]) -> Result<(), String> {
    let options = Options::parse(args, &[], &["url", "root", "key", "folder", "first", "devices"])?;
    let needed = |name: &str| options.text(name).ok_or_else(|| format!("--{name} is needed"));
    let root = needed("root")?;
    let (url, product_key, folder) = (needed("url")?, needed("key")?, Path::new(needed("folder")?));
    let first: u64 = options.number("first", 0)?;
    for device in first..first + options.number("devices", 1_u64)? {
        let mut client = Client::builder(root, "drill")
            .service_url(url)
            .data_dir(folder.join(device.to_string()))
            .fingerprint(Simulated(Device::new(device)?.fingerprint))
            .build()
            .map_err(|error| error.to_string())?;
        let refused = match client.activate(product_key, &ActivateOptions::default()) {
            Ok(_) => false,
            Err(error) if error.code() == Code::SeatLimitReached.as_str() => true,
            Err(error) => return Err(format!("device {device}: {error}")),
        };
        let standing = client.check();
        let licence = standing.licence.map(|licence| licence.id.to_string());
        match (refused, standing.state, licence) {
            (false, State::Licensed, Some(licence)) => println!("{device} licensed {licence}"),
            (true, State::Unlicensed, None) => println!("{device} refused"),
            (_, state, licence) => return Err(format!("device {device} is {state:?} under {licence:?}")),
        }
    }
    Ok(())
}

/// Reads what such a process has printed.
pub(super) fn outcomes(printed: &str) -> Result<Vec<Outcome>, String> {
    let outcome = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
        [_, "licensed", licence] => Ok(Outcome { licence: Some(licence.to_owned()) }),
        [_, "refused"] => Ok(Outcome { licence: None }),
        _ => Err(format!("a client printed {line:?}")),
    };
    printed.lines().map(outcome).collect()
}
