//! The settings of `warifu serve`: options before variables before the file before what is usual. All are checked before anything starts,
//! and what is wrong is named with its key, its value and what to write instead.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use warifu_core::catalogue::Failure;

use crate::args::{LogForm, ServeArgs};
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// Where a service listens unless it is told otherwise: on this machine only.
const LISTEN: &str = "127.0.0.1:7370";
/// The most connections that can be asked for; systems allow a process about as many files.
const CONNECTIONS_MAX: usize = 1_000_000;
/// The level of the log unless it is told otherwise.
const LOG_LEVEL: &str = "info";

/// The settings, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// TLS, if the service does it itself.
    pub(crate) tls: Option<Tls>,
    /// Allows an address that others can reach without TLS.
    pub(crate) dangerous_plain_http: bool,
    /// The one proxy whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxy: Option<IpAddr>,
    /// The most connections at a time.
    pub(crate) connections_max: usize,
    /// The most connections of one network at a time.
    pub(crate) connections_per_network_max: usize,
    /// Whether this node of a database bridges its outages.
    pub(crate) bridge_outages: bool,
    /// The log.
    pub(crate) log: Log,
}

/// The section `tls`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tls {
    /// The certificate chain, in PEM.
    pub(crate) cert: PathBuf,
    /// The private key, in PEM.
    pub(crate) key: PathBuf,
}

/// The section `log`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Log {
    /// Its form.
    pub(crate) form: LogForm,
    /// What it holds: a level, or a filter of `tracing`.
    pub(crate) level: String,
}

/// A setting: its key in the file, and the variable that comes before it.
struct Setting {
    key: &'static str,
    variable: &'static str,
}

const SETTINGS: [Setting; 10] = [
    Setting { key: "listen", variable: "WARIFU_LISTEN" },
    Setting { key: "dangerous_plain_http", variable: "WARIFU_DANGEROUS_PLAIN_HTTP" },
    Setting { key: "trusted_proxy", variable: "WARIFU_TRUSTED_PROXY" },
    Setting { key: "connections_max", variable: "WARIFU_CONNECTIONS_MAX" },
    Setting { key: "connections_per_network_max", variable: "WARIFU_CONNECTIONS_PER_NETWORK_MAX" },
    Setting { key: "bridge_outages", variable: "WARIFU_BRIDGE_OUTAGES" },
    Setting { key: "tls.cert", variable: "WARIFU_TLS_CERT" },
    Setting { key: "tls.key", variable: "WARIFU_TLS_KEY" },
    Setting { key: "log.form", variable: "WARIFU_LOG_FORM" },
    Setting { key: "log.level", variable: "WARIFU_LOG_LEVEL" },
];

/// The settings that the options, the environment and the file come to.
///
/// # Errors
/// `config_invalid` for the first setting that is wrong; `file_not_readable`.
pub(crate) fn read(ui: &Ui, args: &ServeArgs) -> Result<Config, CliError> {
    let file = match &args.config {
        Some(path) => parse(ui, path, &files::read_text(path)?)?,
        None => toml::Table::new(),
    };
    check(ui, args, &file, |variable| std::env::var(variable).ok())
}

fn parse(ui: &Ui, path: &Path, text: &str) -> Result<toml::Table, CliError> {
    text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count().max(1));
        let detail = ui.say(
            format!("{at}行目がTOMLの形式ではありません（{}）", error.message()),
            format!("line {at} is not TOML ({})", error.message()),
        );
        Failure::file_not_readable(path.display(), detail).into()
    })
}

fn check(
    ui: &Ui,
    args: &ServeArgs,
    file: &toml::Table,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Config, CliError> {
    known_only(ui, file)?;
    let setting = |key: &str| -> Result<Option<String>, CliError> {
        let named = SETTINGS.iter().find(|setting| setting.key == key).map(|setting| setting.variable);
        match named.and_then(&variable).filter(|value| !value.is_empty()) {
            Some(value) => Ok(Some(value)),
            None => in_file(ui, file, key),
        }
    };
    let path = |text: String| PathBuf::from(text);
    let listen = args.listen.clone().map_or_else(|| setting("listen"), |text| Ok(Some(text)))?;
    let listen = listen.unwrap_or_else(|| LISTEN.to_owned());
    let listen: SocketAddr = listen.parse().map_err(|_| {
        let fix = ui.say(
            "127.0.0.1:7370 のように、アドレスとポート番号を書いてください",
            "write address and port, as in 127.0.0.1:7370",
        );
        invalid("listen", &listen, fix)
    })?;
    let cert = args
        .tls_cert
        .clone()
        .map_or_else(|| Ok(setting("tls.cert")?.map(path)), |path| Ok::<_, CliError>(Some(path)))?;
    let key = args
        .tls_key
        .clone()
        .map_or_else(|| Ok(setting("tls.key")?.map(path)), |path| Ok::<_, CliError>(Some(path)))?;
    let tls = match (cert, key) {
        (Some(cert), Some(key)) => Some(Tls { cert, key }),
        (None, None) => None,
        (cert, _) => {
            let missing = if cert.is_some() { "tls.key" } else { "tls.cert" };
            let fix =
                ui.say("tls.cert と tls.key は、両方を指定してください", "give both tls.cert and tls.key");
            return Err(invalid(missing, "", fix));
        }
    };
    let flag = |key, option| match setting(key)?.as_deref() {
        None | Some("false") => Ok(option),
        Some("true") => Ok(true),
        Some(other) => Err(invalid(key, other, "true / false")),
    };
    let dangerous_plain_http = flag("dangerous_plain_http", args.dangerous_plain_http)?;
    let bridge_outages = flag("bridge_outages", args.bridge_outages)?;
    if tls.is_none() && !listen.ip().to_canonical().is_loopback() && !dangerous_plain_http {
        let fix = ui.say(
            "ほかのマシンから使う場合は tls.cert と tls.key を指定してください。前段のプロキシが TLS を行う場合だけ、dangerous_plain_http = true にします",
            "for other machines, give tls.cert and tls.key; only where a proxy in front does TLS, set dangerous_plain_http = true",
        );
        return Err(invalid("listen", &listen.to_string(), fix));
    }
    let trusted_proxy = match setting("trusted_proxy")? {
        None => None,
        Some(text) => match text.parse() {
            Ok(address) => Some(address),
            Err(_) => {
                let fix = ui.say(
                    "10.0.0.1 のように、プロキシのIPアドレスを書いてください",
                    "write the proxy's IP address, as in 10.0.0.1",
                );
                return Err(invalid("trusted_proxy", &text, fix));
            }
        },
    };
    let count = |key, usual| match setting(key)? {
        None => Ok(usual),
        Some(text) => match text.parse().ok().filter(|count| (1..=CONNECTIONS_MAX).contains(count)) {
            Some(count) => Ok(count),
            None => Err(invalid(key, &text, format!("1-{CONNECTIONS_MAX}"))),
        },
    };
    let usual = warifu_server::Config::default();
    let connections_max = count("connections_max", usual.connections_max)?;
    let connections_per_network_max =
        count("connections_per_network_max", usual.connections_per_network_max)?;
    let form = match args.log {
        Some(form) => form,
        None => match setting("log.form")? {
            Some(text) => {
                LogForm::from_str(&text, false).map_err(|_| invalid("log.form", &text, "json / human"))?
            }
            None => LogForm::default(),
        },
    };
    let level = setting("log.level")?.unwrap_or_else(|| LOG_LEVEL.to_owned());
    if level.parse::<tracing_subscriber::filter::Targets>().is_err() {
        return Err(invalid("log.level", &level, "error / warn / info / debug / trace"));
    }
    Ok(Config {
        listen,
        tls,
        dangerous_plain_http,
        trusted_proxy,
        connections_max,
        connections_per_network_max,
        bridge_outages,
        log: Log { form, level },
    })
}

/// A setting of the file, as text.
fn in_file(ui: &Ui, file: &toml::Table, key: &str) -> Result<Option<String>, CliError> {
    let (section, name) = key.split_once('.').map_or((None, key), |(section, name)| (Some(section), name));
    let table = match section.map(|section| (section, file.get(section))) {
        None => Some(file),
        Some((_, None)) => None,
        Some((_, Some(toml::Value::Table(table)))) => Some(table),
        Some((section, Some(other))) => {
            return Err(invalid(
                section,
                &other.to_string(),
                ui.say("[tls] のような節として書いてください", "write a section, as in [tls]"),
            ));
        }
    };
    match table.and_then(|table| table.get(name)) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text.clone())),
        Some(toml::Value::Boolean(flag)) => Ok(Some(flag.to_string())),
        Some(toml::Value::Integer(number)) => Ok(Some(number.to_string())),
        Some(other) => Err(invalid(
            key,
            &other.to_string(),
            ui.say("\"…\" のように文字列で書いてください", "write text, as in \"…\""),
        )),
    }
}

fn known_only(ui: &Ui, file: &toml::Table) -> Result<(), CliError> {
    let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    let all = file.iter().flat_map(|(section, value)| match value {
        toml::Value::Table(table) => {
            table.iter().map(|(name, value)| (format!("{section}.{name}"), value)).collect()
        }
        _ => vec![(section.clone(), value)],
    });
    match all.into_iter().find(|(key, _)| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some((key, value)) => {
            let known = known.join(", ");
            let fix = ui.say(
                format!("この名前の設定はないため、行を削除するか、次のいずれかに直してください（{known}）"),
                format!("there is no such setting; remove it, or write one of these ({known})"),
            );
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Err(invalid(&key, &value, fix))
        }
    }
}

fn invalid(key: &str, value: &str, fix: impl std::fmt::Display) -> CliError {
    Failure::config_invalid(key, value, fix).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use warifu_core::catalogue::Lang;

    use super::*;

    fn args() -> ServeArgs {
        ServeArgs {
            listen: None,
            tls_cert: None,
            tls_key: None,
            config: None,
            dangerous_plain_http: false,
            bridge_outages: false,
            take_over_bridging: false,
            log: None,
            store: crate::args::StoreArgs::default(),
        }
    }

    fn checked(file: &str, variables: &[(&str, &str)], args: &ServeArgs) -> Result<Config, CliError> {
        let ui = Ui::new(Lang::En, false, true, false);
        let table = parse(&ui, Path::new("warifu.toml"), file)?;
        check(&ui, args, &table, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn options_come_before_variables_and_these_before_the_file() {
        let file = "listen = \"127.0.0.1:1\"\n[log]\nform = \"human\"";
        let listen =
            |variables: &[(&str, &str)], args| checked(file, variables, &args).unwrap().listen.port();
        assert_eq!(listen(&[], args()), 1);
        assert_eq!(listen(&[("WARIFU_LISTEN", "127.0.0.1:2")], args()), 2);
        let option = ServeArgs { listen: Some("127.0.0.1:3".to_owned()), ..args() };
        assert_eq!(listen(&[("WARIFU_LISTEN", "127.0.0.1:2")], option), 3);
        let usual = checked("", &[], &args()).unwrap();
        assert_eq!((usual.listen.to_string(), usual.log.form), (LISTEN.to_owned(), LogForm::Json));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_key_and_the_fix() {
        for (file, key) in [
            ("listen = \"nowhere\"", "listen"),
            ("listen = 7370", "listen"),
            ("listen = \"0.0.0.0:7370\"", "listen"),
            ("[tls]\ncert = \"a.pem\"", "tls.key"),
            ("tls = true", "tls"),
            ("[log]\nform = \"xml\"", "log.form"),
            ("[log]\nlevel = \"loud=loud=loud\"", "log.level"),
            ("dangerous_plain_http = \"maybe\"", "dangerous_plain_http"),
            ("bridge_outages = \"perhaps\"", "bridge_outages"),
            ("trusted_proxy = \"proxy\"", "trusted_proxy"),
            ("connections_max = 0", "connections_max"),
            ("connections_per_network_max = \"many\"", "connections_per_network_max"),
            ("colour = \"red\"", "colour"),
        ] {
            let error = checked(file, &[], &args()).unwrap_err();
            assert_eq!(error.code(), "config_invalid", "{file}");
            let message = error.message(Lang::En);
            assert!(message.contains(key), "{message}");
        }
        let error = checked("listen =", &[], &args()).unwrap_err();
        assert_eq!(error.code(), "file_not_readable");
        assert!(error.message(Lang::En).contains("warifu.toml cannot be read: line 1"), "{error:?}");
        assert!(checked("listen = \"0.0.0.0:7370\"\ndangerous_plain_http = true", &[], &args()).is_ok());
    }

    /// What a person might have in the file, for mutation.
    const SEEDS: [&str; 3] = [
        "listen = \"0.0.0.0:443\"\ntrusted_proxy = \"10.0.0.1\"\n[tls]\ncert = \"a.pem\"\nkey = \"b.pem\"\n",
        "dangerous_plain_http = true\nconnections_max = 100\nconnections_per_network_max = 9\n",
        "# 設定\nlisten = '[::1]:7370'\nlog = { form = \"human\", level = \"info,warifu=debug\" }\n",
    ];

    /// A seed of which a piece was cut out and replaced.
    fn altered() -> impl Strategy<Value = String> {
        let piece = "([\\]\\[\"'{}=.,#\n\\\\]|true|-1|1e400|1979-05-27|tls|listen|\u{7f}|\u{202e}|\u{1b}|[a-z0-9 ]){0,6}";
        (0..SEEDS.len(), any::<prop::sample::Index>(), 0_usize..12, piece).prop_map(
            |(seed, at, cut, piece)| {
                let symbols: Vec<char> = SEEDS[seed].chars().collect();
                let at = at.index(symbols.len());
                let rest = &symbols[(at + cut).min(symbols.len())..];
                symbols[..at].iter().copied().chain(piece.chars()).chain(rest.iter().copied()).collect()
            },
        )
    }

    proptest! {
        #[test]
        fn any_file_comes_to_settings_within_their_bounds_or_to_a_refusal_that_can_be_shown(
            text in prop_oneof![4 => altered(), 1 => "\\PC{0,200}", 1 => any::<String>()],
        ) {
            match checked(&text, &[], &args()) {
                Ok(config) => {
                    let reachable = !config.listen.ip().to_canonical().is_loopback();
                    prop_assert!(!reachable || config.tls.is_some() || config.dangerous_plain_http);
                    for count in [config.connections_max, config.connections_per_network_max] {
                        prop_assert!((1..=CONNECTIONS_MAX).contains(&count));
                    }
                }
                Err(error) => {
                    prop_assert!(["config_invalid", "file_not_readable"].contains(&error.code()));
                    for lang in Lang::ALL {
                        let texts = [error.message(lang), error.cause(lang), error.remedy(lang)];
                        for text in texts {
                            prop_assert!(!text.is_empty() && text.len() < 4_096, "{} bytes", text.len());
                            prop_assert!(!text.chars().any(|symbol| symbol.is_control() && symbol != '\n'), "{text:?}");
                            prop_assert!(!text.contains('\u{202e}'), "{text:?}");
                        }
                    }
                }
            }
        }

        #[test]
        fn what_is_written_is_what_counts(
            port in 1_u16.., proxy in any::<IpAddr>(),
            counts in (1..=CONNECTIONS_MAX, 1..=CONNECTIONS_MAX), tls in any::<Option<(String, String)>>(),
        ) {
            let mut table = toml::Table::new();
            table.insert("listen".to_owned(), format!("127.0.0.1:{port}").into());
            table.insert("trusted_proxy".to_owned(), proxy.to_string().into());
            table.insert("connections_max".to_owned(), (counts.0 as i64).into());
            table.insert("connections_per_network_max".to_owned(), counts.1.to_string().into());
            if let Some((cert, key)) = &tls {
                let section = [("cert", cert), ("key", key)].map(|(name, path)| (name.to_owned(), path.clone().into()));
                table.insert("tls".to_owned(), toml::Value::Table(section.into_iter().collect()));
            }
            let config = checked(&table.to_string(), &[], &args()).unwrap();
            prop_assert_eq!(config.listen.port(), port);
            prop_assert_eq!(config.trusted_proxy, Some(proxy));
            prop_assert_eq!((config.connections_max, config.connections_per_network_max), counts);
            let found = config.tls.map(|tls| (tls.cert, tls.key));
            prop_assert_eq!(found, tls.map(|(cert, key)| (PathBuf::from(cert), PathBuf::from(key))));
        }
    }
}
