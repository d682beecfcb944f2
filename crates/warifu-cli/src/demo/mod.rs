//! `warifu demo`: the main job in one terminal. A real service on a temporary store, a product with keys, this machine activated; then
//! what goes wrong for people goes wrong here, is explained, and is put right.
//!
//! Every step runs the command that it prints, as a process of its own, so that the reader can repeat it. A step that does not end as the
//! story says ends the demo with a failure: the demo is also a test.

mod service;
mod stage;
mod story;

use std::path::Path;

use warifu_core::catalogue::Failure;

use self::service::RunningService;
use self::stage::Stage;
use crate::args::DemoArgs;
use crate::error::CliError;
use crate::ui::{Style, Ui};

/// Runs the demo; without `--exit` it then stays until Ctrl-C, with the service and its pages open.
pub(crate) fn run(ui: &Ui, args: &DemoArgs) -> Result<(), CliError> {
    let folder = tempfile::Builder::new().prefix("warifu-demo-").tempdir();
    let folder = folder.map_err(|error| trouble("a temporary folder", &error))?;
    let mut stage = Stage::new(*ui, folder.path())?;
    let service = story::open(&mut stage, args.port)?;
    story::tell(&mut stage)?;
    close(ui, &stage, &service, args.exit)?;
    service.stop()
}

fn close(ui: &Ui, stage: &Stage, service: &RunningService, exit: bool) -> Result<(), CliError> {
    let url = service.url();
    ui.data("");
    let done = ui.say(
        format!("すべての手順（{}個）が、説明どおりに終わりました。", stage.steps()),
        format!("All {} steps ended as told.", stage.steps()),
    );
    ui.data(ui.paint(Style::Good, done));
    if exit {
        return Ok(());
    }
    ui.data(ui.say(
        format!("サービスは動いたままです。ページを開いてみてください: {url}/ と {url}/help"),
        format!("The service stays up. Have a look at its pages: {url}/ and {url}/help"),
    ));
    ui.data(ui.say(
        "上のコマンドは、次の変数を設定した別の端末でそのまま試せます:",
        "Every command above can be repeated in another terminal with these variables:",
    ));
    for line in stage.exports() {
        ui.data(format_args!("  {line}"));
    }
    ui.data(ui.say(
        "Ctrl-Cで終了し、一時フォルダーを削除します。",
        "Ctrl-C ends it and removes the temporary folder.",
    ));
    wait_for_ctrl_c()
}

fn wait_for_ctrl_c() -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| trouble("waiting", &error))?;
    runtime.block_on(tokio::signal::ctrl_c()).map_err(|error| trouble("waiting", &error))
}

/// Something that the demo itself needs and does not get.
fn trouble(what: &str, error: &dyn std::fmt::Display) -> CliError {
    Failure::internal_error(format!("demo: {what}: {error}")).into()
}

/// Copies a folder of plain files, as somebody who carries a program's data to another machine would.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
