//! Output and dialogs of `slmgr` (`/dli /dlv /xpr /ato …`), English and Japanese. Values first: they are the same in every language.

use super::line::{Line, label_key};
use crate::fact::{Facts, Origin, Strength};

/// The application that Windows is; Office has others.
const WINDOWS_APPLICATION: &str = "55c92734-d682-4d71-983e-d6ec3f16059f";
/// No sentence of the tool is longer: a line of more characters is somebody's story that quotes it.
const STORY_CHARS: usize = 140;

/// One product of the output.
#[derive(Debug, Default)]
struct Block {
    fields: Vec<(&'static str, String)>,
    unused: bool,
    other_application: bool,
}

impl Block {
    fn set(&mut self, fact: &'static str, value: impl Into<String>) {
        self.fields.push((fact, value.into()));
    }

    fn has(&self, fact: &str) -> bool {
        self.fields.iter().any(|(known, _)| *known == fact)
    }
}

/// Reads every product block, and learns the ones in use.
pub(super) fn read(facts: &mut Facts, lines: &mut [Line]) {
    let mut blocks = vec![Block::default()];
    for line in lines.iter_mut().filter(|line| !line.taken && !line.text.is_empty()) {
        if starts_block(line)
            && blocks.last().is_some_and(|block| block.has("os.edition_id") || block.other_application)
        {
            blocks.push(Block::default());
        }
        let Some(block) = blocks.last_mut() else { return };
        line.taken = field(block, line) || status(block, line) || message(block, line) && !is_story(line);
    }
    let in_use = |block: &&Block| !block.unused && !block.other_application;
    if blocks.iter().any(|block| block.other_application)
        && !blocks.iter().any(|block| in_use(&block) && block.has("lic.partial_key"))
    {
        facts.learn("app.office", "yes", Strength::Strong, Origin::Slmgr);
    }
    let with_key = blocks.iter().any(|block| in_use(&block) && block.has("lic.partial_key"));
    for block in blocks.iter().filter(in_use) {
        // Blocks without a key say nothing of this machine when another has one.
        if with_key && block.has("os.edition_id") && !block.has("lic.partial_key") {
            continue;
        }
        for (fact, value) in &block.fields {
            facts.learn(fact, value, Strength::Strong, Origin::Slmgr);
        }
    }
}

fn starts_block(line: &Line) -> bool {
    (line.lower.starts_with("name:") || line.lower.starts_with("名前:")) && line.lower.contains('(')
}

/// `label: value` lines.
fn field(block: &mut Block, line: &Line) -> bool {
    if let Some(edition) = edition(&line.text) {
        block.set("os.edition_id", edition);
        return true;
    }
    let Some((label, value)) = line.labelled() else { return false };
    let key = label_key(label);
    if let Some(channel) =
        description_channel(value).filter(|_| value.contains("channel") || value.contains("Operating System"))
    {
        block.set("lic.description_channel", channel);
        if let Some(channel) = channel_of(channel) {
            block.set("lic.channel", channel);
        }
        return true;
    }
    if matches!(key.as_str(), "name" | "名前" | "description" | "説明") && value.starts_with("Office") {
        block.other_application = true;
        return true;
    }
    match key.as_str() {
        "productkeychannel" | "プロダクトキチャネル" => {
            block.fields.retain(|(fact, _)| *fact != "lic.channel");
            block.set("lic.channel", value.split_whitespace().next().unwrap_or_default());
        }
        "applicationid" | "アプリケションid" => {
            block.other_application = !value.eq_ignore_ascii_case(WINDOWS_APPLICATION)
        }
        "partialproductkey" | "プロダクトキの一部" | "部分プロダクトキ" | "部分的なプロダクトキ" =>
        {
            let five: String = value.chars().take(5).collect();
            block.set("lic.partial_key", five.to_uppercase());
        }
        "notificationreason" | "通知の理由" => {
            for code in super::code::spelled(value) {
                block.set("lic.status_reason", code.clone());
                block.set("code", code);
            }
        }
        "timeremaining" | "残り時間" => minutes(block, value),
        "volumeactivationexpiration"
        | "timebasedactivationexpiration"
        | "automaticvmactivationexpiration"
        | "ボリュムライセンス認証の有効期限"
        | "時間ベスのライセンス認証の有効期限" => minutes(block, value),
        "evaluationenddate" | "評価終了日" if !value.contains("1601") => {
            block.set("lic.evaluation", "yes")
        }
        "remainingwindowsrearmcount" | "残りのwindows猶予期限リセット可能回数" => {
            block.set("lic.rearm_windows", first_number(value))
        }
        "registeredkmsmachinename" | "登録されたkmsコンピュタ名" | "登録済みのkmsコンピュタ名" =>
        {
            block.set("lic.kms_registered", host(value));
        }
        "kmsmachinenamefromdns" | "dnsのkmsコンピュタ名" | "dnsからのkmsコンピュタ名" => {
            if value.contains(':') && !value.contains(' ') || value.split_whitespace().count() == 1 {
                block.set("lic.kms_discovered", host(value));
            }
        }
        "dnsautodiscovery" | "dns自動検出" => block.set("net.srv_vlmcs", "none"),
        "currentcount" | "現在のカウント" | "現在の数" => {
            block.set("kms.count", first_number(value))
        }
        "totalrequestsreceived" | "受信した要求の合計数" => {
            block.set("kms.requests", first_number(value))
        }
        "clientmachineid(cmid)" | "クライアントコンピュタid(cmid)" => {
            block.set("lic.cmid", value.to_lowercase())
        }
        "configuredactivationtype" | "構成済みのライセンス認証の種類" => {
            let kind = match value.split_whitespace().next() {
                Some("AD") => "1",
                Some("KMS") => "2",
                Some("Token") => "3",
                _ => "0",
            };
            block.set("lic.vl_type_enabled", kind);
        }
        "adactivationclientinformation" | "activationobjectname" => block.set("lic.ad_activated", "yes"),
        "hostmachinename" | "guestiaid" => block.set("vm.avma", "yes"),
        "kmsmachineipaddress"
        | "kmsmachineextendedpid"
        | "activationinterval"
        | "renewalinterval"
        | "softwarelicensingserviceversion"
        | "activationid"
        | "ライセンス認証id"
        | "extendedpid"
        | "拡張pid"
        | "installationid"
        | "インストルid"
        | "uselicenseurl"
        | "validationurl"
        | "remainingskurearmcount"
        | "残りのsku猶予期限リセット可能回数"
        | "trustedtime"
        | "processorcertificateurl"
        | "machinecertificateurl"
        | "productkeycertificateurl"
        | "listeningonport"
        | "kmspriority"
        | "failedrequestsreceived" => {}
        _ => return line.lower.starts_with("requests with license status"),
    }
    true
}

/// The status line: the word where it is known, else what stands beside it.
fn status(block: &mut Block, line: &Line) -> bool {
    let lower = &line.lower;
    let of_status = lower.contains("license status:")
        || lower.contains("ライセンスの状態:")
        || lower.contains("ライセンス状態:");
    if !of_status || lower.starts_with("requests with") {
        return false;
    }
    let value = lower.split_once(':').map_or("", |(_, value)| value).trim();
    let number = if value.starts_with("licensed")
        || value.contains("ライセンスされています")
        || value.contains("ライセンス済み")
        || value.contains("ライセンス認証済み")
    {
        "1"
    } else if value.starts_with("unlicensed")
        || value.contains("ライセンスなし")
        || value.contains("されていません")
    {
        "0"
    } else if value.starts_with("initial grace") || value.contains("初期猶予") {
        "2"
    } else if value.starts_with("additional grace")
        || value.contains("追加猶予")
        || value.contains("許容範囲")
    {
        "3"
    } else if value.starts_with("non-genuine") || value.contains("非正規") {
        "4"
    } else if value.starts_with("notification") || value.contains("通知") {
        "5"
    } else if value.starts_with("extended grace") || value.contains("延長猶予") {
        "6"
    } else {
        return true;
    };
    block.set("lic.status", number);
    for code in super::code::spelled(&line.text) {
        block.set("lic.status_reason", code.clone());
        block.set("code", code);
    }
    true
}

/// Whether a line tells a story in which a tool's sentence is quoted: its other words are worth hearing too.
fn is_story(line: &Line) -> bool {
    line.lower.chars().count() > STORY_CHARS
}

/// Sentences that stand alone.
fn message(block: &mut Block, line: &Line) -> bool {
    let lower = &line.lower;
    let has = |part: &str| lower.contains(part);
    if has("this license is not in use") || has("このライセンスは使用されていません") {
        block.unused = true;
    } else if has("key management service is enabled on this machine")
        || has("キー管理サービスはこのコンピュータ")
    {
        block.set("kms.is_host", "yes");
    } else if has("kms name not available") || has("kms 名を使用できません") {
        block.set("net.srv_vlmcs", "none");
    } else if has("permanently activated") && !has("was ") && !has("had been")
        || has("ライセンス認証は完了しました")
        || has("永続的にライセンス認証")
    {
        block.set("lic.status", "1");
        block.set("lic.permanent", "yes");
    } else if has("in notification mode") || has("通知モードです") {
        block.set("lic.status", "5");
    } else if has("product key not found") || has("プロダクト キーが見つかりません") && has("エラー")
    {
        block.set("slmgr.output", "key_not_found");
    } else if has("error: product not found") {
        block.set("slmgr.output", "product_not_found");
    } else if has("product activated successfully") || has("正常にライセンス認証されました") {
        block.set("lic.status", "1");
    } else if has("volume activation will expire") || has("ボリューム ライセンス認証の期限") {
        block.set("lic.expires", "volume");
    } else if has("timebased activation will expire") {
        block.set("lic.expires", "timebased");
    } else if has("no script engine for file extension") || has("スクリプト エンジンがありません")
    {
        block.set("slmgr.output", "no_script_engine");
    } else if has("occurred in connecting to the local wmi provider") || has("ローカル wmi プロバイダ")
    {
        block.set("slmgr.output", "wmi_error");
        for code in super::code::spelled(&line.text) {
            block.set("code", code);
        }
    } else if !(has("most recent activation information")
        || has("key management service client information")
        || has("kms host caching")
        || has("dns publishing")
        || has("key management service cumulative requests")
        || has("slmgr.vbs /ato to activate and update kms"))
    {
        return false;
    }
    true
}

/// `Windows(R), Professional edition`, older and server forms.
fn edition(text: &str) -> Option<&str> {
    let at = text.find("Windows")?;
    let rest = &text[at..];
    let end = rest.find(" edition")?;
    let before = &rest[..end];
    let word = before.rsplit([' ', ',']).next()?;
    (before.contains("(R)") && before.contains(',') && word.chars().all(|c| c.is_ascii_alphanumeric()))
        .then_some(word)
}

fn description_channel(value: &str) -> Option<&str> {
    value.split([' ', ',']).find(|word| {
        ["RETAIL", "OEM_", "VOLUME_", "TIMEBASED_", "VIRTUAL_MACHINE_ACTIVATION"].iter().any(|start| {
            word.starts_with(start)
                && word.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        })
    })
}

/// The key channel that a description implies.
pub(super) fn channel_of(description: &str) -> Option<&'static str> {
    Some(match description {
        "RETAIL" => "Retail",
        "VOLUME_KMSCLIENT" => "Volume:GVLK",
        "VOLUME_MAK" => "Volume:MAK",
        "TIMEBASED_EVAL" => "Retail:TB:Eval",
        "TIMEBASED_SUB" => "Retail:TB:Sub",
        "VIRTUAL_MACHINE_ACTIVATION" => "AVMA",
        other if other.starts_with("VOLUME_KMS") => "Volume:CSVLK",
        other if other.starts_with("OEM_DM") => "OEM:DM",
        other if other.starts_with("OEM_SLP") => "OEM:SLP",
        other if other.starts_with("OEM_COA") => "OEM:NONSLP",
        _ => return None,
    })
}

fn minutes(block: &mut Block, value: &str) {
    let minutes = first_number(value);
    if !minutes.is_empty() {
        block.set("lic.grace_minutes", minutes);
    }
}

fn first_number(value: &str) -> String {
    value
        .chars()
        .skip_while(|c| !c.is_ascii_digit() && *c != '-')
        .take_while(|c| c.is_ascii_digit() || *c == '-')
        .collect()
}

fn host(value: &str) -> String {
    value.split_whitespace().next().unwrap_or_default().to_lowercase()
}
