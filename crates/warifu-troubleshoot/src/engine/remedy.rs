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
        "contact_org_admin" | "contact_activation_center" => organisation,
        "connect_corporate_network" => {
            organisation && (facts.is("user.off_network", "yes") || !administers(facts))
        }
        "reactivate_after_hw_change" => private_licence(facts) && !never_linked(facts),
        "link_msa" | "sign_in_correct_account" => private_licence(facts),
        "contact_oem" => !facts.is("user.self_built", "yes"),
        _ => true,
    }
}

/// Whether the licence may be a person's own.
fn private_licence(facts: &Facts) -> bool {
    !facts.values("lic.channel").any(|channel| channel.starts_with("Volume:"))
        || facts.is("user.org_device", "no")
}

/// Whether no account can bring the licence back: it was linked to none before the parts changed.
fn never_linked(facts: &Facts) -> bool {
    facts.is("id.msa_linked", "no")
        || facts.is("user.local_account", "yes") && !facts.is("id.msa_linked", "yes")
}

/// Whether the reader looks after the network: "connect to it" is no advice for them.
fn administers(facts: &Facts) -> bool {
    [
        "user.kms_dns",
        "user.kms_host_issue",
        "user.kms_port",
        "user.kms_count_talk",
        "user.image",
        "kms.is_host",
    ]
    .iter()
    .any(|fact| facts.is(fact, "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Session;
    use crate::knowledge::WINDOWS;

    fn first(cause: &str, facts: &[(&str, &str)]) -> &'static str {
        let mut session = Session::new(&WINDOWS);
        for (fact, value) in facts {
            session.answer(fact, value);
        }
        let cause = WINDOWS.cause(cause).expect("a cause");
        WINDOWS.remedies[order(session.facts(), cause, 6)[0]].id
    }

    #[test]
    fn what_helps_first_depends_on_who_asks() {
        let board = "hardware_changed_board";
        assert_eq!(first(board, &[]), "reactivate_after_hw_change");
        assert_ne!(first(board, &[("user.local_account", "yes")]), "reactivate_after_hw_change");
        let record = "kms_srv_record_missing";
        assert_eq!(first(record, &[]), "connect_corporate_network");
        assert_ne!(first(record, &[("user.kms_dns", "yes")]), "connect_corporate_network");
        let away = [("user.kms_dns", "yes"), ("user.off_network", "yes")];
        assert_eq!(first(record, &away), "connect_corporate_network");
    }
}
