//! `warifu doctor` without a subject: the product on this machine that Warifu activates. What is wrong is measured, so every finding is an
//! entry of the catalogue, with its cause and its remedy; which one lies behind the others is a matter of depth.

use std::fmt::Write as _;

use serde_json::json;
use warifu_core::catalogue::{Code, Failure, Kind};

use crate::client::examine::{Examined, examine};
use crate::error::CliError;
use crate::ui::{Style, Ui};

use std::path::Path;

use crate::args::InstallationArgs;

/// Examines the installation and tells what lies deepest first.
pub(super) fn run(ui: &Ui, data: Option<&Path>, args: &InstallationArgs) -> Result<(), CliError> {
    let Examined { usable, mut failures, service } = examine(ui, data, args)?;
    failures.sort_by_key(|failure| depth(failure.code()));
    let shares = shares(failures.len());
    let findings: Vec<_> = failures
        .iter()
        .zip(&shares)
        .map(|(failure, share)| {
            let code = failure.code().as_str();
            json!({
                "cause": code,
                "confidence": share,
                "title": failure.message(ui.lang),
                "evidence": [{ "facts": [format!("failure={code}")], "rule": code, "points": 6.0 }],
                "missing": [],
                "remedies": [code],
            })
        })
        .collect();
    let facts: Vec<_> = failures
        .iter()
        .map(|failure| json!({ "fact": "failure", "value": failure.code().as_str(), "strength": "strong", "from": "probe" }))
        .collect();
    let value = json!({ "findings": findings, "unknown": false, "next": null, "facts": facts });
    ui.answer(&value, || told(ui, usable, &failures, &service));
    Ok(())
}

/// How near a failure lies to the root: a wrong clock breaks everything above it, a network hides what the service would say.
fn depth(code: Code) -> u8 {
    match code {
        Code::ClockImplausible | Code::ClockAhead => 0,
        _ => match code.entry().kind {
            Kind::Internal => 1,
            Kind::Device => 2,
            Kind::Lease => 3,
            Kind::Licence | Kind::Key => 4,
            Kind::Permission | Kind::Usage => 5,
            Kind::Service => 6,
            Kind::Network => 7,
            // Of a kind that this build does not know nothing lies behind it.
            _ => 8,
        },
    }
}

/// Of several things that are wrong, each is half as likely to be the one behind it all as the one below it.
fn shares(count: usize) -> Vec<f64> {
    let weights: Vec<f64> =
        (0..count).map(|place| 0.5_f64.powi(i32::try_from(place).unwrap_or(i32::MAX))).collect();
    let whole: f64 = weights.iter().sum::<f64>() / 0.98;
    weights.iter().map(|weight| (weight / whole * 1000.0).round() / 1000.0).collect()
}

fn told(ui: &Ui, usable: bool, failures: &[Failure], service: &str) -> String {
    let mut out = String::new();
    if failures.is_empty() {
        let said = ui.say("問題は見つかりませんでした。", "Nothing wrong was found.");
        return ui.paint(Style::Good, said);
    }
    if usable {
        let _ = writeln!(
            out,
            "{}\n",
            ui.say("今のところ、アプリは使えます。", "The application can be used for now.")
        );
    }
    for failure in failures {
        let code = failure.code().as_str();
        let _ = writeln!(out, "{} ({code})", ui.paint(Style::Strong, failure.message(ui.lang)));
        let _ = writeln!(out, "  {} {}", ui.say("原因:", "cause:"), failure.cause(ui.lang));
        let _ = writeln!(out, "  {} {}", ui.say("対処:", "remedy:"), failure.remedy(ui.lang));
        let _ = writeln!(out, "  {service}/help/errors/{code}\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_catalogue_has_a_depth_and_a_clock_lies_below_all() {
        for code in Code::ALL {
            let deepest = matches!(code, Code::ClockImplausible | Code::ClockAhead);
            assert_eq!(depth(*code) == 0, deepest, "{code}");
        }
        assert!(depth(Code::ClockImplausible) < depth(Code::TlsFailed));
        assert!(depth(Code::HardwareChanged) < depth(Code::ServiceUnreachable));
    }

    #[test]
    fn shares_fall_and_never_make_more_than_one() {
        for count in 0..6 {
            let shares = shares(count);
            assert!(shares.windows(2).all(|pair| pair[0] > pair[1]), "{shares:?}");
            assert!(shares.iter().sum::<f64>() <= 1.0, "{shares:?}");
        }
    }
}
