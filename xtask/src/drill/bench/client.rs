//! What the client asks of an application's start: opening it and the one question, beside two bare verifications.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use warifu_client::{ActivateOptions, Client, Fingerprint, FingerprintUnavailable, State, hardware};
use warifu_core::id::ServiceId;

use crate::drill::harness::device::Device;
use crate::drill::harness::latency::median;
use crate::drill::harness::process::ThreadCpu;
use crate::drill::harness::seeded::Seeded;
use crate::drill::harness::service::Installed;

const ROUNDS: usize = 9;

struct Simulated(hardware::Fingerprint);

impl Fingerprint for Simulated {
    fn read(&mut self, _: &ServiceId) -> Result<hardware::Fingerprint, FingerprintUnavailable> {
        Ok(self.0)
    }
}

fn client(root: &str, folder: &Path, url: Option<&str>) -> Result<Client, String> {
    let builder =
        Client::builder(root, "drill").data_dir(folder).fingerprint(Simulated(Device::new(2)?.fingerprint));
    let builder = match url {
        Some(url) => builder.service_url(url),
        None => builder,
    };
    builder.build().map_err(|error| error.to_string())
}

/// Activates a client against the real service, then measures starts of it. Gives a table.
pub(super) fn measure(
    installed: &Installed,
    root: &str,
    product_key: String,
    quick: bool,
) -> Result<String, String> {
    let folder = installed.folder().join("client");
    let running = installed.serve()?;
    let url = format!("http://{}", running.address);
    let mut activating = client(root, &folder, Some(&url))?;
    activating.activate(&product_key, &ActivateOptions::default()).map_err(|error| error.to_string())?;
    drop(activating);
    running.stop()?;

    let times = if quick { 100 } else { 1000 };
    let pair =
        Ed25519KeyPair::from_seed_unchecked(&Seeded(3).bytes::<32>()).map_err(|error| error.to_string())?;
    let message = [7; 900];
    let signature = pair.sign(&message);
    let public = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref());
    let mut again = client(root, &folder, None)?;
    if again.check().state != State::Licensed {
        return Err("the client that was activated is not licensed".to_owned());
    }
    let [mut bare, mut start, mut second] = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        bare.push(nanos(times, || {
            for _ in 0..2 {
                public.verify(black_box(&message), signature.as_ref()).map_err(|error| error.to_string())?;
            }
            Ok(())
        })?);
        start.push(nanos(times, || {
            let standing = client(root, &folder, None)?.check();
            if black_box(standing).state == State::Licensed { Ok(()) } else { Err("not licensed".to_owned()) }
        })?);
        second.push(nanos(times * 10, || {
            black_box(again.check());
            Ok(())
        })?);
    }
    let bare = median(&mut bare);
    let mut table = String::from(
        "| an application's start | ratio to two bare verifications | µs in this run |\n|---|--:|--:|\n",
    );
    for (name, nanos) in [
        ("two Ed25519 verifications: the unit", bare),
        (
            "open the client and ask (`build`, first `check`), files read from the disk's cache",
            median(&mut start),
        ),
        ("every further `check` while all is well", median(&mut second)),
    ] {
        let _ = writeln!(table, "| {name} | {:.3} | {:.2} |", nanos / bare, nanos / 1e3);
    }
    Ok(table)
}

/// Nanoseconds of processor time for one, over `times`.
fn nanos(times: usize, mut work: impl FnMut() -> Result<(), String>) -> Result<f64, String> {
    let (_, seconds) = ThreadCpu::of(|| (0..times).try_for_each(|_| work()))?;
    Ok(seconds * 1e9 / times as f64)
}
