//! What happens in the demo, in order.

use std::path::Path;

use serde_json::Value;
use warifu_core::catalogue::Code;
use warifu_service::authority::Authority;

use super::service::RunningService;
use super::stage::{Ends, Stage};
use super::{copy_folder, trouble};
use crate::error::CliError;

/// The editions' SKU numbers: the service deals them in the order in which editions are added.
const HOME: &str = "1=Home";
const PRO: &str = "2=Pro";
const POLICY: &str = "Retail, one device";

/// Makes the service, starts it, and stocks it with a product, rules and keys.
pub(super) fn open(stage: &mut Stage, port: u16) -> Result<RunningService, CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("サービスを作る", "A service"),
        say.say(
            "鍵とデータを作成し、サービスを起動します。すべて一時フォルダーの中で行います。",
            "Keys and a store are made and the service is started, all in a temporary folder.",
        ),
    );
    let passphrase = stage.place("passphrase");
    std::fs::write(&passphrase, "a passphrase for a demo\n")
        .map_err(|error| trouble("the passphrase", &error))?;
    let (data, passphrase, token) =
        (text(&stage.place("service")), text(&passphrase), text(&stage.place("owner.token")));
    stage.run(
        &["init", "--data", &data, "--passphrase-file", &passphrase, "--token-file", &token],
        Ends::Well,
    )?;
    let service = RunningService::start(stage, &data, &format!("127.0.0.1:{port}"))?;
    stage.say(&say.say(
        format!("サービスは {} で動いています。", service.url()),
        format!("The service listens at {}.", service.url()),
    ));
    let token = read(&stage.place("owner.token"))?;
    stage.set("WARIFU_SERVICE", service.url().to_owned());
    stage.set("WARIFU_TOKEN", token.trim().to_owned());
    stage.set("WARIFU_ROOT", root(&stage.place("service"))?);
    stage.set("WARIFU_PRODUCT", "painter".to_owned());
    stock(stage)?;
    Ok(service)
}

fn stock(stage: &mut Stage) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("プロダクト、規則、キー", "A product, its rules and its keys"),
        say.say(
            "プロダクトに2つのエディションを追加し、1台用のポリシーでプロダクトキーを発行します。",
            "A product with two editions, a policy for one device, and product keys.",
        ),
    );
    stage.run(&["products", "add", "painter", "--name", "Painter"], Ends::Well)?;
    stage.run(&["products", "add-edition", "painter", "home", "--name", "Home"], Ends::Well)?;
    stage.run(
        &["products", "add-edition", "painter", "pro", "--name", "Pro", "--feature", "layers"],
        Ends::Well,
    )?;
    let watermark = say.say("ライセンス認証されていません", "Not activated");
    stage.run(
        &[
            "policies",
            "add",
            POLICY,
            "--channel",
            "retail",
            "--seats",
            "1",
            "--containers",
            "yes",
            "--watermark",
            watermark,
        ],
        Ends::Well,
    )?;
    for (sku, file) in [("1", "home.csv"), ("2", "pro.csv")] {
        let out = text(&stage.place(file));
        stage.run(
            &["keys", "issue", "--sku", sku, "--policy", POLICY, "--count", "2", "--out", &out],
            Ends::Well,
        )?;
    }
    Ok(())
}

/// Plays everything that happens to devices.
pub(super) fn tell(stage: &mut Stage) -> Result<(), CliError> {
    let pro = keys(&stage.place("pro.csv"))?;
    let home = keys(&stage.place("home.csv"))?;
    let [first, second] = &pro[..] else { return Err(trouble("keys", &"two were to be issued")) };
    let home = home.first().ok_or_else(|| trouble("keys", &"none for Home"))?;
    let simulated = simulation_here(stage);
    let here = Pc { data: text(&stage.place("this-pc")), simulated };

    before(stage, &here)?;
    mistyped_key(stage, &here, first, home)?;
    after(stage, &here)?;
    limit(stage, &here, first)?;
    changed_board(stage, second)?;
    copied_folder(stage, &here)
}

/// A device of the story: the folder of its application, and what about its hardware is simulated.
struct Pc {
    data: String,
    simulated: Vec<String>,
}

impl Pc {
    fn simulated(stage: &Stage, name: &str, hardware: &[&str]) -> Self {
        let simulated = hardware.iter().map(|&word| word.to_owned()).collect();
        Self { data: text(&stage.place(name)), simulated }
    }

    /// A command on this device, for the edition Pro.
    fn command<'a>(&'a self, words: &[&'a str]) -> Vec<&'a str> {
        let mut command = words.to_vec();
        command.extend(["--data", &self.data, "--sku", PRO, "--other-sku", HOME]);
        command.extend(self.simulated.iter().map(String::as_str));
        command
    }
}

/// The demo uses this machine's real hardware, unless too little of it can be read to recognise it by, as in some containers.
fn simulation_here(stage: &Stage) -> Vec<String> {
    use warifu_core::hardware::{Match, Tolerance, compare};
    use warifu_core::id::ServiceId;
    use warifu_device::{Hardware, ThisMachine};
    let recognisable = ThisMachine.inventory().is_ok_and(|inventory| {
        let print = inventory.fingerprint(&ServiceId::from_bytes([0; 32]));
        compare(&print, &print, &Tolerance::default_rule()).verdict() == Match::Same
    });
    if recognisable {
        return Vec::new();
    }
    stage.say(stage.ui().say(
        "このマシンのハードウェアは読み取れる情報が少ないため、シミュレーションで代用します。",
        "Too little of this machine's hardware can be read to recognise it by, so a simulated machine stands in.",
    ));
    vec!["--simulate-machine".to_owned(), "this-pc".to_owned()]
}

fn before(stage: &mut Stage, here: &Pc) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("認証する前のアプリ", "The application before activation"),
        say.say(
            "アプリは起動時に、状態・理由・制限をまとめて確認します。セキュリティの修正が止まることはありません。",
            "An application asks one question at start: state, reason, restrictions. Security fixes are never withheld.",
        ),
    );
    stage.run(&here.command(&["status", "--offline"]), Ends::With(Code::NotActivated))?;
    expect_state(stage, here, "unlicensed")
}

fn mistyped_key(stage: &mut Stage, here: &Pc, key: &str, home: &str) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("打ち間違えたキーと、別のエディションのキー", "A mistyped key, and a key of another edition"),
        say.say(
            "キーが1文字違うときは、違う箇所と直した候補を示します。勝手に直すことはありません。",
            "A slip is found and mended by an offer that names the place. Nothing is mended silently.",
        ),
    );
    let wrong = mistyped(key);
    stage.run(&here.command(&["activate", &wrong]), Ends::With(Code::KeyCorrectable))?;
    stage.say(say.say(
        "別のエディションのキーは、何のキーかを示し、送信せずに断ります。",
        "A key of another edition is named before anything is sent.",
    ));
    stage.run(&here.command(&["activate", home]), Ends::With(Code::KeyOfOtherSku))?;
    stage.say(say.say(
        "候補を採用すると、このマシンがライセンス認証されます。",
        "With the offer accepted, this machine is activated.",
    ));
    stage.run(&here.command(&["activate", &wrong, "--accept-correction"]), Ends::Well)
}

fn after(stage: &mut Stage, here: &Pc) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("認証した後のアプリ", "The application after activation"),
        say.say("同じ確認を、もう一度行います。", "The same question again."),
    );
    stage.run(&here.command(&["status"]), Ends::Well)?;
    expect_state(stage, here, "licensed")
}

fn limit(stage: &mut Stage, here: &Pc, key: &str) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("台数の上限", "The limit of devices"),
        say.say(
            "同じキーを2台目（シミュレーション）で使うと断られ、どのデバイスが使っているかが分かります。",
            "The same key on a second machine (simulated) is refused, and told which devices hold it.",
        ),
    );
    let office = Pc::simulated(stage, "office-pc", &["--simulate-machine", "office"]);
    stage.run(&office.command(&["activate", key]), Ends::With(Code::SeatLimitReached))?;
    stage.say(say.say(
        "1台目の認証を解除すると、その分を2台目で使えます。戻すのも同じ手順です。",
        "When the first device gives its seat back, the second one gets it; and the other way round.",
    ));
    stage.run(&here.command(&["deactivate", "--yes"]), Ends::Well)?;
    stage.run(&office.command(&["activate", key]), Ends::Well)?;
    stage.run(&office.command(&["deactivate", "--yes"]), Ends::Well)?;
    stage.run(&here.command(&["activate", key]), Ends::Well)?;
    expect_state(stage, here, "licensed")
}

fn changed_board(stage: &mut Stage, key: &str) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("マザーボードの交換（シミュレーション）", "A changed motherboard (simulated)"),
        say.say(
            "ハードウェアはシミュレーションです。認証したPCのマザーボードを交換すると、更新は理由付きで断られます。",
            "The hardware is simulated. Once the board of an activated PC is another, renewal is refused with the reason.",
        ),
    );
    let machine = ["--simulate-machine", "workshop"];
    let bought = Pc::simulated(stage, "workshop-pc", &machine);
    let repaired =
        Pc::simulated(stage, "workshop-pc", &[&machine[..], &["--simulate-board", "spare"]].concat());
    stage.run(&bought.command(&["activate", key]), Ends::Well)?;
    stage.run(&repaired.command(&["status", "--renew"]), Ends::With(Code::HardwareChanged))?;
    expect_state(stage, &repaired, "restricted")?;
    stage.say(say.say(
        "キーを入力し直すと、変更回数の範囲内で、元どおり使えます。",
        "With the key, within the change budget, it is put right.",
    ));
    stage.run(&repaired.command(&["activate", key]), Ends::Well)?;
    stage.run(&repaired.command(&["status", "--renew"]), Ends::Well)?;
    expect_state(stage, &repaired, "licensed")
}

fn copied_folder(stage: &mut Stage, here: &Pc) -> Result<(), CliError> {
    let say = *stage.ui();
    stage.act(
        say.say("コピーされたフォルダー", "A copied folder"),
        say.say(
            "認証済みのデータを別のマシン（シミュレーション）にコピーしても使えません。元のデバイスは影響を受けません。",
            "An activated folder copied to another machine (simulated) is caught. The original goes on.",
        ),
    );
    let copy = Pc::simulated(stage, "copied-pc", &["--simulate-machine", "copy"]);
    copy_folder(Path::new(&here.data), Path::new(&copy.data)).map_err(|error| trouble("copying", &error))?;
    stage.print_shell(&format!("cp -r {} {}", here.data, copy.data));
    stage.run(&copy.command(&["status", "--renew"]), Ends::With(Code::InstallationOnOtherHardware))?;
    expect_state(stage, &copy, "restricted")?;
    stage.run(&here.command(&["status", "--renew"]), Ends::Well)?;
    expect_state(stage, here, "licensed")
}

/// Sees that a device's application is in this state.
fn expect_state(stage: &Stage, pc: &Pc, state: &str) -> Result<(), CliError> {
    let answer = stage.ask(&pc.command(&["status", "--offline"]))?;
    match answer.get("state").and_then(Value::as_str) {
        Some(found) if found == state => Ok(()),
        found => Err(trouble("the application's state", &format!("expected {state}, found {found:?}"))),
    }
}

/// The key with its eighth symbol exchanged: what a hasty reader types.
fn mistyped(key: &str) -> String {
    let exchange = |(index, symbol): (usize, char)| match (index, symbol) {
        (8, '8') => '9',
        (8, _) => '8',
        (_, symbol) => symbol,
    };
    key.chars().enumerate().map(exchange).collect()
}

/// The keys of a file that `keys issue` wrote.
fn keys(file: &Path) -> Result<Vec<String>, CliError> {
    let mut reader = csv::Reader::from_path(file).map_err(|error| trouble("the keys", &error))?;
    let column = reader.headers().ok().and_then(|headers| headers.iter().position(|header| header == "key"));
    let column = column.ok_or_else(|| trouble("the keys", &"no column `key`"))?;
    let keys = reader.records().filter_map(|record| record.ok()?.get(column).map(str::to_owned));
    Ok(keys.collect())
}

/// The root's public key, as applications pin it.
fn root(service: &Path) -> Result<String, CliError> {
    let file =
        std::fs::read(service.join("issuing-keys.json")).map_err(|error| trouble("the root", &error))?;
    let authority = Authority::from_bytes(&file).map_err(|error| trouble("the root", &error))?;
    Ok(authority.root().to_string())
}

fn read(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(|error| trouble("the token", &error))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
