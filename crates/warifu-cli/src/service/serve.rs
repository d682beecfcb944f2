//! `warifu serve`: the service on its folder, until it is told to stop.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use warifu_core::catalogue::Failure;
use warifu_core::time::Span;
use warifu_server::{Bound, Options, TlsFiles};
use warifu_service::clock::Clock as _;
use warifu_service::service::Service;

use super::bridging::Bridging;
use super::clock::SystemClock;
use super::folder::ServiceFolder;
use super::store::Place;
use super::watch::Watch;
use super::{config, log, start};
use crate::args::ServeArgs;
use crate::error::CliError;
use crate::ui::{Ui, time};

/// From when on the end of the issuing keys is announced.
const WARN_BEFORE: Span = Span::days(30);

/// Runs the service.
pub(crate) fn run(ui: &Ui, data: Option<&Path>, args: &ServeArgs) -> Result<(), CliError> {
    let settings = config::read(ui, args)?;
    let folder = ServiceFolder::new(data);
    folder.require()?;
    let place = Place::of(ui, &folder, &args.store)?;
    let authority = folder.read_authority()?;
    let secrets = folder.read_secrets()?;
    log::begin(ui, &settings.log);
    if folder.root().exists() {
        let root = folder.root().display().to_string();
        ui.warn(ui.say(
            format!("ルート鍵 {root} が、サービスのデータフォルダーにあります。ネットワークにつながらない場所へ移動してください。"),
            format!("The root key {root} lies in the service's folder. Move it to a place without a network."),
        ));
    }
    let signs_until = authority.signs_until();
    if SystemClock.now().plus(WARN_BEFORE) >= signs_until {
        let end = time::instant(signs_until, ui.lang);
        ui.warn(ui.say(
            format!("発行鍵は {end} までしか使えません。「warifu renew-keys」で、次の期間の発行鍵を作成してください。"),
            format!("The issuing keys may sign until {end} only. Make the next ones with `warifu renew-keys`."),
        ));
    }
    let signs = folder.read_log_keys()?.is_some_and(|keys| keys.signer(SystemClock.now()).is_some());
    if !signs {
        ui.warn(ui.say(
            "検証可能ログに署名する鍵がないか、期限が切れています。記録は残りますが、検査はできません。「warifu renew-keys」でログ鍵を作成してください。",
            "There is no key that may sign the verifiable log. It grows all the same, and cannot be audited. Make one with `warifu renew-keys`.",
        ));
    }
    let service = start::start(&folder, &place, authority, secrets)?;
    let wanted = settings.bridge_outages.then_some(args.take_over_bridging);
    let (service, bridging) = Bridging::begin(service, &folder, &place, wanted)?;
    let service = Arc::new(service);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::internal_error)?;
    let served = runtime.block_on(serve(ui, settings, folder, service.clone(), bridging));
    service.stop();
    served
}

async fn serve(
    ui: &Ui,
    settings: config::Config,
    folder: ServiceFolder,
    service: Arc<Service>,
    bridging: Bridging,
) -> Result<(), CliError> {
    // Signals are heard before the address is told, so that a stop right after it is an orderly one.
    let stop = stop_signal()?;
    let watch = tokio::spawn(Watch::new(folder, service.clone(), bridging).run(hang_up_signal()?));
    let edge = warifu_server::Config {
        listen: settings.listen,
        tls: settings.tls.map(|tls| TlsFiles { certificate: tls.cert, key: tls.key }),
        dangerous_plain_http: settings.dangerous_plain_http,
        connections_max: settings.connections_max,
        connections_per_network_max: settings.connections_per_network_max,
        shutdown_timeout: Duration::from_secs(20),
        options: Options { trusted_proxy: settings.trusted_proxy, ..Options::default() },
    };
    let bound = warifu_server::bind(edge, service.clone()).await?;
    ready(ui, &bound, &service);
    let served = bound.run(stop).await;
    watch.abort();
    served?;
    ui.note(ui.say("サービスを停止しました。", "The service has stopped."));
    Ok(())
}

fn ready(ui: &Ui, bound: &Bound, service: &Service) {
    let (url, address) = (bound.url(), bound.address());
    let value = json!({
        "ready": true,
        "url": url,
        "address": address.to_string(),
        "service_id": service.id().to_string(),
        "sandbox": service.authority().is_sandbox(),
    });
    ui.answer(&value, || {
        ui.say(
            format!("サービスを起動しました: {url}（Ctrl-C で停止）"),
            format!("The service is ready: {url} (Ctrl-C stops it)"),
        )
    });
}

/// The signal that asks a service to look at its key files.
#[cfg(unix)]
fn hang_up_signal() -> Result<impl super::watch::HangUp + Send + 'static, CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup()).map_err(|error| Failure::internal_error(error).into())
}

#[cfg(not(unix))]
fn hang_up_signal() -> Result<impl super::watch::HangUp + Send + 'static, CliError> {
    Ok(super::watch::Never)
}

/// Ends when the process is asked to: Ctrl-C, or SIGTERM from whatever supervises it.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| CliError::from(Failure::internal_error(error)));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the process is asked to: Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, CliError> {
    Ok(async {
        // Without the signal the process can still be ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
