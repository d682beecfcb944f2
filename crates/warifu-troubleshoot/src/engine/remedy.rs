//! The order of the remedies of a finding: chance of success first, what it costs second.

use crate::fact::Facts;
use crate::knowledge::Remedy;

/// The chance that the n-th remedy of a cause mends it when those before did not. The data lists them by chance.
const FALLING: f64 = 0.72;

/// The remedies of a cause, at most `most`.
pub(super) fn order(facts: &Facts, cause: usize, most: usize) -> Vec<usize> {
    let knowledge = facts.knowledge();
    let mut ranked: Vec<(f64, usize)> = knowledge.causes[cause]
        .remedies
        .iter()
        .enumerate()
        .filter(|(_, remedy)| fits(facts, knowledge.remedies[**remedy].id))
        .map(|(place, &remedy)| (FALLING.powi(place as i32) / cost(&knowledge.remedies[remedy]), remedy))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(most).map(|(_, remedy)| remedy).collect()
}

/// What a remedy costs: 1 for a few harmless minutes, up to about 2 for hours or risk.
fn cost(remedy: &Remedy) -> f64 {
    let time = 1.0 + f64::from(remedy.minutes.min(480)) / 480.0 * 0.5;
    let risk = match remedy.risk {
        "none" | "low" => 1.0,
        "medium" => 1.15,
        _ => 1.4,
    };
    time * risk
}

/// Whether a remedy can be of use to this reader at all.
fn fits(facts: &Facts, remedy: &str) -> bool {
    let organisation = !facts.is("user.org_device", "no");
    match remedy {
        "contact_org_admin" | "contact_activation_center" | "connect_corporate_network" => organisation,
        "reactivate_after_hw_change" | "link_msa" | "sign_in_correct_account" => {
            !facts.values("lic.channel").any(|channel| channel.starts_with("Volume:"))
                || facts.is("user.org_device", "no")
        }
        "contact_oem" => !facts.is("user.self_built", "yes"),
        _ => true,
    }
}
