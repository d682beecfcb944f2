//! `warifu policies`.

use serde_json::Value;
use warifu_core::id::PolicyId;
use warifu_core::policy::{Channel, Policy};
use warifu_core::text::Name;
use warifu_core::time::Timestamp;
use warifu_proto::wire::staff::restrictions::Restrictions;

use super::api::{Api, Verb};
use super::rows::{As, Column, facts, show_list, show_record};
use super::{find, rules};
use crate::args::PoliciesCommand;
use crate::error::CliError;
use crate::ui::{Style, Ui};

const LIST: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("名前", "name", "name", As::Plain),
    ("提供形態", "channel", "channel", As::Word),
    ("台数", "seats", "seats", As::Plain),
    ("期限", "term", "term", As::Term),
    ("版", "version", "version", As::Plain),
];

const RULES: &[Column] = &[
    ("ID", "id", "id", As::Plain),
    ("名前", "name", "name", As::Plain),
    ("版", "version", "version", As::Plain),
    ("提供形態", "channel", "channel", As::Word),
    ("台数", "seats", "seats", As::Plain),
    ("変更回数", "change budget", "change_budget", As::Plain),
    ("年間の移動回数", "moves per year", "moves_per_year", As::Plain),
    ("別のデバイスへの移動", "may move", "may_move", As::Flag),
    ("利用許可の期間", "lease", "lease_seconds", As::Days),
    ("更新までの期間", "renew after", "renew_after_seconds", As::Days),
    ("猶予期間", "grace", "grace_seconds", As::Days),
    ("期限", "term", "term", As::Term),
    ("仮想マシン", "virtual machines", "virtual_machines", As::Flag),
    ("コンテナー", "containers", "containers", As::Flag),
    ("認証方法", "routes", "routes", As::Word),
    ("取り消しの予告", "revocation notice", "revocation_notice_seconds", As::Days),
    ("年間のハードウェア変化", "drift per year", "drift_per_year", As::Plain),
    ("複製の扱い", "copies", "copies", As::Word),
    ("枠の回収の予告", "reclaim notice", "reclaim_notice_seconds", As::Days),
    ("枠を取り戻せる期間", "objection", "objection_seconds", As::Days),
    ("キーによる解除の依頼の待機", "release notice", "release_notice_seconds", As::Days),
    ("作成日時", "written", "created", As::Time),
];

const RESTRICTIONS: &[Column] = &[
    ("個人用設定のロック", "personalisation locked", "personalisation_locked", As::Flag),
    ("お知らせの間隔", "reminder every", "reminder_every_seconds", As::Minutes),
    ("画面の表示", "watermark", "watermark", As::Plain),
    ("機能の更新の停止", "feature updates withheld", "feature_updates_withheld", As::Flag),
    ("サポートの対象", "support", "support_eligible", As::Flag),
];

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &PoliciesCommand) -> Result<(), CliError> {
    match command {
        PoliciesCommand::Add { name, channel, rules, connection } => {
            let name = find::name("name", name)?;
            let api = Api::new(ui, connection)?;
            let mut body = rules::members(rules, Some(&usual_restrictions(channel, &name)))?;
            body.insert("name".to_owned(), name.as_str().into());
            body.insert("channel".to_owned(), channel.as_str().into());
            show(ui, &api.write(Verb::Post, "/v1/policies", Some(&body))?);
        }
        PoliciesCommand::List { connection } => {
            show_list(ui, &Api::new(ui, connection)?.get("/v1/policies", &[])?, LIST);
        }
        PoliciesCommand::Show { policy, connection } => {
            let api = Api::new(ui, connection)?;
            show(ui, &read(&api, policy)?);
        }
        PoliciesCommand::Set { policy, name, rules, connection } => {
            let name = name.as_deref().map(|name| find::name("name", name)).transpose()?;
            let api = Api::new(ui, connection)?;
            let present = read(&api, policy)?;
            let mut body = rules::members(rules, Some(&present["restrictions"]))?;
            if let Some(name) = name {
                body.insert("name".to_owned(), name.as_str().into());
            }
            show(ui, &change(&api, &present, body)?);
        }
    }
    Ok(())
}

/// The restrictions that a channel's policies start from, which options then change one by one.
fn usual_restrictions(channel: &str, name: &Name) -> Value {
    let channel = Channel::from_name(channel).unwrap_or(Channel::Retail);
    let usual = Policy::preset(channel, PolicyId::from_bytes([0; 16]), name.clone(), Timestamp::MIN);
    serde_json::to_value(Restrictions::from(&usual.restrictions)).unwrap_or_default()
}

fn read(api: &Api, named: &str) -> Result<Value, CliError> {
    let id = find::policy(api, named)?;
    api.get(&format!("/v1/policies/{id}"), &[])
}

fn change(api: &Api, present: &Value, body: serde_json::Map<String, Value>) -> Result<Value, CliError> {
    let id = find::id::<PolicyId>(api, "policy", present["id"].as_str().unwrap_or_default())?;
    api.write(Verb::Put, &format!("/v1/policies/{id}"), Some(&body))
}

fn show(ui: &Ui, policy: &Value) {
    if ui.json {
        return show_record(ui, policy, RULES);
    }
    let title = ui.paint(Style::Strong, ui.say("未認証のときの制限", "Without a licence"));
    ui.data(format_args!(
        "{}\n{title}\n{}",
        facts(ui, policy, RULES),
        facts(ui, &policy["restrictions"], RESTRICTIONS).trim_end()
    ));
}
