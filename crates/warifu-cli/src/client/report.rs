//! Where a licence stands, for people and for programs.

use serde_json::{Value, json};
use warifu_client::{
    Channel, Failure, LicenceStatus, LicenceSummary, MayMove, Restrictions, Standing, State,
};
use warifu_client::{Clock as _, SystemClock};
use warifu_core::time::Timestamp;

use super::explain::Explanation;
use crate::ui::{Style, Ui, table, time};

/// Writes the standing as the command's answer.
pub(super) fn show(
    ui: &Ui,
    standing: &Standing,
    licence: Option<&LicenceStatus>,
    explanation: Option<&Explanation>,
) {
    let now = SystemClock::new().read().wall;
    ui.answer(&value(ui, standing, licence, explanation, now), || {
        text(ui, standing, licence, explanation, now)
    });
}

/// What is activated and until when, in two or three lines.
pub(super) fn headline(ui: &Ui, standing: &Standing, licence: Option<&LicenceStatus>) -> String {
    let now = SystemClock::new().read().wall;
    let mut facts = vec![(ui.say("状態", "state"), state(ui, standing.state))];
    if let Some(summary) = &standing.licence {
        facts.push((ui.say("プロダクト", "product"), product(summary, licence)));
        facts.push((ui.say("利用許可の期限", "lease until"), until(ui, summary.expires, now)));
        if let Some(ends) = summary.licence_ends {
            facts.push((ui.say("ライセンスの期限", "licence ends"), until(ui, ends, now)));
        }
    }
    table::facts(&facts)
}

/// The product by its names, or by its codes where the service has not told them.
fn product(summary: &LicenceSummary, licence: Option<&LicenceStatus>) -> String {
    licence.map_or_else(
        || format!("{} / {}", summary.product, summary.edition),
        |licence| format!("{} {}", licence.product_name, licence.edition_name),
    )
}

fn text(
    ui: &Ui,
    standing: &Standing,
    licence: Option<&LicenceStatus>,
    explanation: Option<&Explanation>,
    now: Timestamp,
) -> String {
    let lang = ui.lang;
    let mut facts = vec![(ui.say("状態", "state"), state(ui, standing.state))];
    if let Some(reason) = standing.reason.as_ref().filter(|_| standing.state.is_usable()) {
        facts
            .push((ui.say("お知らせ", "note"), format!("{}\n{}", reason.message(lang), reason.remedy(lang))));
    }
    for notice in &standing.notices {
        facts
            .push((ui.say("お知らせ", "note"), format!("{}\n{}", notice.message(lang), notice.remedy(lang))));
    }
    if let Some(summary) = &standing.licence {
        facts.push((ui.say("プロダクト", "product"), product(summary, licence)));
        facts.push((ui.say("提供形態", "channel"), channel(ui, summary.channel).to_owned()));
        if let Some(licence) = licence {
            facts.push((
                ui.say("別のデバイスへの移動", "may move"),
                may_move(ui, licence.may_move).to_owned(),
            ));
            facts.push((
                ui.say("台数", "devices"),
                ui.say(
                    format!("{}台中{}台を使用", licence.seats, licence.seats_taken),
                    format!("{} of {} in use", licence.seats_taken, licence.seats),
                ),
            ));
            facts.push((
                ui.say("キー番号", "key number"),
                licence.key_number.map_or_else(String::new, |number| number.to_string()),
            ));
            facts.push((
                ui.say("デバイスの名前", "device name"),
                licence.device_name.as_ref().map_or_else(String::new, ToString::to_string),
            ));
        }
        facts.push((ui.say("利用許可の期限", "lease until"), until(ui, summary.expires, now)));
        facts.push((ui.say("次の更新", "renewal"), time::instant(summary.renew_after, lang)));
        let ends = summary
            .licence_ends
            .map_or_else(|| ui.say("無期限", "never").to_owned(), |ends| until(ui, ends, now));
        facts.push((ui.say("ライセンスの期限", "licence ends"), ends));
        if summary.sandbox {
            facts.push((
                ui.say("種類", "kind"),
                ui.say("サンドボックスのテスト用", "a test licence of a sandbox").to_owned(),
            ));
        }
    }
    facts.push((ui.say("制限", "restrictions"), restrictions(ui, &standing.restrictions).join("\n")));
    let mut text = table::facts(&facts);
    if let Some(explanation) = explanation {
        let mut section = |title: &str, lines: &[String]| {
            if !lines.is_empty() {
                text.push_str(&format!("\n{}\n  {}\n", ui.paint(Style::Strong, title), lines.join("\n  ")));
            }
        };
        section(ui.say("このデバイスの部品", "What this device is recognised by"), &explanation.inventory);
        section(ui.say("利用許可との比較", "Compared with the lease"), &explanation.comparison);
    }
    text
}

fn value(
    ui: &Ui,
    standing: &Standing,
    licence: Option<&LicenceStatus>,
    explanation: Option<&Explanation>,
    now: Timestamp,
) -> Value {
    let explained = |reason: &Failure| {
        json!({
            "code": reason.code().as_str(),
            "detail": reason.message(ui.lang),
            "cause": reason.cause(ui.lang),
            "remedy": reason.remedy(ui.lang),
        })
    };
    let reason = standing.reason.as_ref().map(explained);
    let notices: Vec<Value> = standing.notices.iter().map(explained).collect();
    let limits = &standing.restrictions;
    let mut value = json!({
        "state": standing.state.name(),
        "usable": standing.state.is_usable(),
        "grace_until": match standing.state { State::Grace { until } => Some(until.to_string()), _ => None },
        "reason": reason,
        "notices": notices,
        "renewal_due": standing.renewal_due,
        "restrictions": {
            "personalisation_locked": limits.personalisation_locked,
            "reminder_every_seconds": limits.reminder_every.map(warifu_client::Span::as_seconds),
            "watermark": limits.watermark.as_ref().map(ToString::to_string),
            "feature_updates_withheld": limits.feature_updates_withheld,
            "support_eligible": limits.support_eligible,
        },
        "lease": standing.licence.as_ref().map(|summary| lease_value(summary, now)),
        "licence": licence,
    });
    if let Some(explanation) = explanation {
        value["explanation"] = json!({
            "inventory": explanation.inventory,
            "comparison": explanation.comparison,
            "record": explanation.record,
        });
    }
    value
}

fn lease_value(summary: &LicenceSummary, now: Timestamp) -> Value {
    json!({
        "licence": summary.id.to_string(),
        "product": summary.product.to_string(),
        "edition": summary.edition.to_string(),
        "sku": summary.sku.get(),
        "channel": summary.channel.as_str(),
        "features": summary.features.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "issued": summary.issued.to_string(),
        "renew_after": summary.renew_after.to_string(),
        "expires": summary.expires.to_string(),
        "days_left": summary.expires.since(now).as_days_rounded_up(),
        "grace_until": summary.grace_until.to_string(),
        "licence_ends": summary.licence_ends.map(|ends| ends.to_string()),
        "sandbox": summary.sandbox,
    })
}

fn state(ui: &Ui, state: State) -> String {
    match state {
        State::Licensed => ui.paint(Style::Good, ui.say("認証済み", "licensed")),
        State::Grace { until } => {
            let until = time::instant(until, ui.lang);
            ui.paint(
                Style::Strong,
                ui.say(format!("猶予期間（{until}まで）"), format!("grace until {until}")),
            )
        }
        State::Restricted => ui.paint(Style::Bad, ui.say("制限中", "restricted")),
        _ => ui.paint(Style::Bad, ui.say("未認証", "unlicensed")),
    }
}

/// The channel as people call it.
pub(crate) fn channel(ui: &Ui, channel: Channel) -> &'static str {
    match channel {
        Channel::Retail => ui.say("小売", "retail"),
        Channel::Oem => "OEM",
        Channel::Volume => ui.say("ボリューム", "volume"),
        Channel::Site => ui.say("サイト", "site"),
        Channel::Trial => ui.say("体験版", "trial"),
        Channel::Subscription => ui.say("サブスクリプション", "subscription"),
    }
}

fn may_move(ui: &Ui, may_move: MayMove) -> &'static str {
    match may_move {
        MayMove::Yes => ui.say("できます", "yes"),
        MayMove::No => ui.say("できません", "no"),
        MayMove::WithTicket => ui.say("修理チケットがあればできます", "with a repair ticket"),
        _ => ui.say("不明", "unknown"),
    }
}

fn until(ui: &Ui, end: Timestamp, now: Timestamp) -> String {
    let left = time::days(end.since(now), ui.lang);
    let end = time::instant(end, ui.lang);
    ui.say(format!("{end}、あと{left}"), format!("{end}, {left} left"))
}

fn restrictions(ui: &Ui, restrictions: &Restrictions) -> Vec<String> {
    let mut list = Vec::new();
    if restrictions.personalisation_locked {
        list.push(ui.say("個人用設定はロックされています", "personalisation is locked").to_owned());
    }
    if let Some(every) = restrictions.reminder_every {
        let minutes = every.as_seconds() / 60;
        list.push(ui.say(
            format!("{minutes}分ごとにお知らせを表示します"),
            format!("a reminder every {minutes} minutes"),
        ));
    }
    if let Some(text) = &restrictions.watermark {
        list.push(
            ui.say(format!("画面に「{text}」と表示します"), format!("the text \"{text}\" over the window")),
        );
    }
    if restrictions.feature_updates_withheld {
        list.push(
            ui.say(
                "機能の更新は届きません（セキュリティの修正は届きます）",
                "no feature updates (security fixes do come)",
            )
            .to_owned(),
        );
    }
    if !restrictions.support_eligible {
        list.push(ui.say("発行元のサポートは受けられません", "no support by the publisher").to_owned());
    }
    if list.is_empty() {
        list.push(ui.say("なし", "none").to_owned());
    }
    list
}
