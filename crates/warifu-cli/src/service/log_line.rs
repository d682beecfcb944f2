//! One line of the log as JSON, written in one pass. A service writes a line for every request, and the general formatter took a tenth of what an
//! answer costs.

use std::fmt::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;
use warifu_core::time::Timestamp;

/// `{"timestamp":…,"level":…,` the event's fields `,"target":…}`. Spans are not told: Warifu has none.
pub(super) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    #[expect(clippy::disallowed_methods, reason = "the log is the edge: its lines tell the machine's time")]
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut line = Line(String::with_capacity(512));
        line.begin(now.as_secs(), now.subsec_micros());
        line.0.push_str(event.metadata().level().as_str());
        line.0.push('"');
        event.record(&mut line);
        line.text("target", event.metadata().target());
        line.0.push_str("}\n");
        writer.write_str(&line.0)
    }
}

struct Line(String);

impl Line {
    /// Up to the level's name.
    fn begin(&mut self, seconds: u64, micros: u32) {
        let time = Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        // Writing into a string cannot fail, here and below.
        let _ = write!(self.0, "{{\"timestamp\":\"{time}");
        self.0.pop();
        let _ = write!(self.0, ".{micros:06}Z\",\"level\":\"");
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(",\"");
        // A field's name is an identifier of the program; `r#` marks one that would be a keyword.
        self.0.push_str(name.strip_prefix("r#").unwrap_or(name));
        self.0.push_str("\":");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.push('"');
        escape(&mut self.0, value);
        self.0.push('"');
    }

    fn plain(&mut self, name: &str, value: impl fmt::Display) {
        self.name(name);
        let _ = write!(self.0, "{value}");
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.name(field.name());
        self.0.push('"');
        let _ = write!(Escaping(&mut self.0), "{value:?}");
        self.0.push('"');
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.plain(field.name(), value);
        } else {
            self.plain(field.name(), "null");
        }
    }
}

/// Text that is escaped while it is written.
struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

/// Appends `text` as it stands inside a JSON string. Nearly always there is nothing to escape.
fn escape(line: &mut String, text: &str) {
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if !text.bytes().any(special) {
        return line.push_str(text);
    }
    for symbol in text.chars() {
        match symbol {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\u{0}'..'\u{20}' => {
                let _ = write!(line, "\\u{:04x}", u32::from(symbol));
            }
            _ => line.push(symbol),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// What is written while `work` runs.
    fn logged(work: impl FnOnce()) -> String {
        #[derive(Clone, Default)]
        struct Sink(Arc<Mutex<Vec<u8>>>);

        impl io::Write for Sink {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let sink = Sink::default();
        let written = sink.clone();
        let layer = fmt::layer().event_format(JsonLine).with_writer(move || sink.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_is_json_with_the_events_fields() {
        let quoted = "say \"割符\\\"\n\u{1}";
        let error = io::Error::other(quoted);
        let line = logged(|| {
            tracing::warn!(count = 7_u64, less = -7, yes = true, share = 0.5, never = f64::NAN, text = quoted, %error, "a \"message\"");
        });
        assert!(line.ends_with("}\n") && line.lines().count() == 1, "{line}");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        let expected = serde_json::json!({
            "timestamp": value["timestamp"], "level": "WARN", "message": "a \"message\"", "count": 7, "less": -7, "yes": true, "share": 0.5,
            "never": null, "text": quoted, "error": quoted, "target": "warifu::service::log_line::tests",
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn a_line_tells_the_instant_to_the_microsecond() {
        let mut line = Line(String::new());
        line.begin(1_795_358_969, 42);
        assert_eq!(line.0, r#"{"timestamp":"2026-11-22T14:49:29.000042Z","level":""#);
    }
}
