//! One signature made and one verified, by the library used, and by the ones that were not chosen.

use std::fmt::Write as _;
use std::hint::black_box;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::drill::harness::latency::median;
use crate::drill::harness::process::ThreadCpu;
use crate::drill::harness::seeded::Seeded;

/// What is signed: about the size of a lease.
const MESSAGE: usize = 900;
const ROUNDS: usize = 7;

/// The cost of one signature, in microseconds.
#[derive(Clone, Copy)]
pub(super) struct SignatureCost {
    pub(super) sign: f64,
    pub(super) verify: f64,
}

type Job<'a> = Box<dyn FnMut() -> Result<(), String> + 'a>;

/// How many keys and messages take turns: a service never sees the same ones twice, so that a processor cannot learn them by heart.
const TURNS: usize = 64;

/// Once around with the library used.
pub(super) fn of_library_used() -> Result<SignatureCost, String> {
    const TIMES: usize = 512;
    let mut seeded = Seeded(0x7475_726e);
    let mut turns = Vec::with_capacity(TURNS);
    for _ in 0..TURNS {
        let pair =
            Ed25519KeyPair::from_seed_unchecked(&seeded.bytes::<32>()).map_err(|error| error.to_string())?;
        let message: [u8; MESSAGE] = seeded.bytes();
        let signature = pair.sign(&message);
        turns.push((pair, message, signature));
    }
    let signer = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).map_err(|error| error.to_string())?;
    let mut turn = 0;
    let sign = micros(TIMES, || {
        turn = (turn + 1) % TURNS;
        black_box(signer.sign(black_box(&turns[turn].1)));
        Ok(())
    })?;
    let verify = micros(TIMES, || {
        turn = (turn + 1) % TURNS;
        let (pair, message, signature) = &turns[turn];
        UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref())
            .verify(black_box(message), signature.as_ref())
            .map_err(|error| error.to_string())
    })?;
    Ok(SignatureCost { sign, verify })
}

/// Measures the libraries in turn, round by round, so that what else the machine does hits all alike. Gives a table.
pub(super) fn compare(quick: bool) -> Result<String, String> {
    let times = if quick { 200 } else { 2000 };
    let seed: [u8; 32] = Seeded(0x7369_676e).bytes();
    let mut message = vec![0; MESSAGE];
    warifu_core::random::Random::fill(&mut Seeded(0x6d65_7373), &mut message);
    let message = &message[..];
    let refused = |_| "a library refused its own signature".to_owned();

    let ours = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|error| error.to_string())?;
    let our_signature = ours.sign(message);
    let public: [u8; 32] =
        ours.public_key().as_ref().try_into().map_err(|_| "a public key of another length")?;
    // A service sees each installation's key for the first time: reading it belongs to the verification.
    let our_public = UnparsedPublicKey::new(&ED25519, &public);

    let dalek = ed25519_dalek::SigningKey::from_bytes(&seed);
    let dalek_signature = ed25519_dalek::Signer::sign(&dalek, message);

    let ring =
        ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|error| error.to_string())?;
    let ring_public = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, &public);
    let ring_signature = ring.sign(message);

    if our_signature.as_ref() != dalek_signature.to_bytes()
        || our_signature.as_ref() != ring_signature.as_ref()
    {
        return Err("the libraries do not agree".to_owned());
    }
    let mut jobs: [(&str, Job<'_>, Job<'_>); 3] = [
        (
            "aws-lc-rs",
            Box::new(|| {
                black_box(ours.sign(black_box(message)));
                Ok(())
            }),
            Box::new(|| {
                our_public
                    .verify(black_box(message), our_signature.as_ref())
                    .map_err(|error| error.to_string())
            }),
        ),
        (
            "ed25519-dalek",
            Box::new(|| {
                black_box(ed25519_dalek::Signer::sign(&dalek, black_box(message)));
                Ok(())
            }),
            Box::new(|| {
                let public =
                    ed25519_dalek::VerifyingKey::from_bytes(&public).map_err(|error| error.to_string())?;
                public.verify_strict(black_box(message), &dalek_signature).map_err(|error| error.to_string())
            }),
        ),
        (
            "ring",
            Box::new(|| {
                black_box(ring.sign(black_box(message)));
                Ok(())
            }),
            Box::new(|| ring_public.verify(black_box(message), ring_signature.as_ref()).map_err(refused)),
        ),
    ];
    let mut signs = vec![Vec::new(); jobs.len()];
    let mut verifies = vec![Vec::new(); jobs.len()];
    for _ in 0..ROUNDS {
        for (place, (_, sign, verify)) in jobs.iter_mut().enumerate() {
            signs[place].push(micros(times, sign)?);
            verifies[place].push(micros(times, verify)?);
        }
    }
    let costs: Vec<SignatureCost> = signs
        .iter_mut()
        .zip(&mut verifies)
        .map(|(sign, verify)| SignatureCost { sign: median(sign), verify: median(verify) })
        .collect();
    let used = costs[0];
    let mut table = String::from(
        "| Ed25519 | sign | verify | ratio to the one used | µs in this run |\n|---|--:|--:|--:|--:|\n",
    );
    for ((name, _, _), cost) in jobs.iter().zip(&costs) {
        let both = (cost.sign + cost.verify) / (used.sign + used.verify);
        let _ = writeln!(
            table,
            "| {name} | {:.2} | {:.2} | {both:.2} | {:.1} + {:.1} |",
            cost.sign / used.sign,
            cost.verify / used.verify,
            cost.sign,
            cost.verify
        );
    }
    Ok(table)
}

/// Microseconds of processor time for one, over `times`.
fn micros(times: usize, mut work: impl FnMut() -> Result<(), String>) -> Result<f64, String> {
    let (_, seconds) = ThreadCpu::of(|| (0..times).try_for_each(|_| work()))?;
    Ok(seconds * 1e6 / times as f64)
}
