//! The service's log: on standard error, structured, without keys or personal values (whoever writes an entry sees to that).

use std::fs::File;
use std::sync::Arc;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::config::Log;
use super::log_line::JsonLine;
use crate::args::LogForm;
use crate::ui::Ui;

/// Begins the log. A filter that cannot be read was refused with the settings; should another part have begun a log, that one stays.
pub(crate) fn begin(ui: &Ui, log: &Log) {
    let filter = log.level.parse::<Targets>().unwrap_or_default();
    let registry = tracing_subscriber::registry().with(filter);
    let begun = match log.form {
        LogForm::Json => {
            registry.with(fmt::layer().event_format(JsonLine).with_writer(standard_error())).try_init()
        }
        LogForm::Human => registry
            .with(fmt::layer().compact().with_ansi(ui.has_colour()).with_writer(standard_error()))
            .try_init(),
    };
    if begun.is_err() {
        tracing::debug!("a log was begun already");
    }
}

/// Standard error without the lock that Rust puts around it: a line is one write, which the system keeps whole, and the threads that answer requests
/// need not wait for each other's.
fn standard_error() -> BoxMakeWriter {
    match own_handle() {
        Ok(file) => BoxMakeWriter::new(Arc::new(file)),
        Err(_) => BoxMakeWriter::new(std::io::stderr),
    }
}

#[cfg(unix)]
fn own_handle() -> std::io::Result<File> {
    use std::os::fd::AsFd;
    std::io::stderr().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn own_handle() -> std::io::Result<File> {
    use std::os::windows::io::AsHandle;
    std::io::stderr().as_handle().try_clone_to_owned().map(File::from)
}
