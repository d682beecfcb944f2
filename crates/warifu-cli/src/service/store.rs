//! Where a service's store is: the file in its data folder, or a PostgreSQL database.
//!
//! `warifu init` notes a database in the folder, so that no later command takes the folder for one with a file and begins an empty store there.
//! Options come before variables, and these before the note. A password is never noted and never an option, which other users of the
//! machine could see.

use std::path::{Path, PathBuf};

use warifu_core::catalogue::Failure;
use warifu_store::postgres::{AddressError, Options};
use zeroize::Zeroizing;

use super::folder::ServiceFolder;
use crate::args::StoreArgs;
use crate::error::CliError;
use crate::files;
use crate::ui::Ui;

/// The variable that holds the password itself.
const PASSWORD: &str = "WARIFU_STORE_PASSWORD";

/// Where a store is.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// The file in the data folder.
    File(PathBuf),
    /// A database.
    Database(Box<Options>),
}

impl Place {
    /// The place that the options, the environment and the folder's note come to.
    ///
    /// # Errors
    /// `config_invalid` for what is wrong; `file_not_readable`.
    pub(crate) fn of(ui: &Ui, folder: &ServiceFolder, args: &StoreArgs) -> Result<Self, CliError> {
        Self::find(ui, folder, args, |name| std::env::var(name).ok())
    }

    fn find(
        ui: &Ui,
        folder: &ServiceFolder,
        args: &StoreArgs,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, CliError> {
        let note = Note::read(ui, &folder.store_note())?;
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let Some(url) = args.store.clone().or_else(|| set("WARIFU_STORE")).or(note.url) else {
            return Ok(Self::File(folder.store()));
        };
        let address = url.parse().map_err(|error| match error {
            // What was written may hold a password, and is not shown.
            AddressError::Password => {
                let fix = ui.say(
                    "アドレスからパスワードを除き、--store-password-file か環境変数 WARIFU_STORE_PASSWORD で指定してください",
                    "leave the password out of the address and give it with --store-password-file or the variable WARIFU_STORE_PASSWORD",
                );
                CliError::from(Failure::config_invalid("store", "postgres://…:…@…", fix))
            }
            AddressError::NotAnAddress => {
                let fix = ui.say(
                    "postgres://ユーザー名@ホスト:ポート/データベース名 の形で書いてください",
                    "write it as postgres://USER@HOST:PORT/DATABASE",
                );
                let shown = if url.contains('@') { "…" } else { &url };
                Failure::config_invalid("store", shown, fix).into()
            }
        })?;
        let path = |option: &Option<PathBuf>, name: &str, noted: Option<PathBuf>| {
            option.clone().or_else(|| set(name).map(PathBuf::from)).or(noted)
        };
        let password = match set(PASSWORD) {
            Some(password) if args.store_password_file.is_none() => Some(Zeroizing::new(password)),
            _ => path(&args.store_password_file, "WARIFU_STORE_PASSWORD_FILE", note.password_file)
                .map(|file| files::read_line(&file))
                .transpose()?,
        };
        Ok(Self::Database(Box::new(Options {
            address,
            password: password.map(|password| password.to_string()),
            ca: path(&args.store_ca, "WARIFU_STORE_CA", note.ca),
            dangerous_plain: args.dangerous_plain_store || note.dangerous_plain,
        })))
    }

    /// What the folder notes of this place. None of a file in it.
    pub(crate) fn note(&self, args: &StoreArgs) -> Option<String> {
        let Self::Database(options) = self else { return None };
        let mut table = toml::Table::new();
        let mut set = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                table.insert(key.to_owned(), value.into());
            }
        };
        let absolute =
            |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string();
        set("url", Some(options.address.as_given().to_owned()));
        set("password_file", args.store_password_file.as_ref().map(absolute));
        set("ca", options.ca.as_ref().map(absolute));
        if options.dangerous_plain {
            table.insert("dangerous_plain".to_owned(), true.into());
        }
        Some(format!("# Where this service's store is. Options of `warifu serve` come before it.\n{table}"))
    }
}

/// The folder's note.
#[derive(Default)]
struct Note {
    url: Option<String>,
    password_file: Option<PathBuf>,
    ca: Option<PathBuf>,
    dangerous_plain: bool,
}

impl Note {
    fn read(ui: &Ui, path: &Path) -> Result<Self, CliError> {
        if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(Self::default());
        }
        let not_read = |what: &str| {
            let detail = ui.say(
                format!(
                    "「{what}」が、TOML形式の url、password_file、ca、dangerous_plain のいずれでもありません"
                ),
                format!("`{what}` is none of url, password_file, ca and dangerous_plain in TOML"),
            );
            CliError::from(Failure::file_not_readable(path.display(), detail))
        };
        let table: toml::Table = files::read_text(path)?.parse().map_err(|_| not_read("…"))?;
        let mut note = Self::default();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("url", toml::Value::String(text)) => note.url = Some(text),
                ("password_file", toml::Value::String(text)) => note.password_file = Some(text.into()),
                ("ca", toml::Value::String(text)) => note.ca = Some(text.into()),
                ("dangerous_plain", toml::Value::Boolean(flag)) => note.dangerous_plain = flag,
                _ => return Err(not_read(&key)),
            }
        }
        Ok(note)
    }
}

#[cfg(test)]
mod tests {
    use warifu_core::catalogue::Lang;

    use super::*;

    fn found(folder: &Path, args: &StoreArgs, variables: &[(&str, &str)]) -> Result<Place, CliError> {
        let ui = Ui::new(Lang::En, false, true, false);
        Place::find(&ui, &ServiceFolder::new(Some(folder)), args, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn options(place: Place) -> Options {
        match place {
            Place::Database(options) => *options,
            Place::File(path) => panic!("{}", path.display()),
        }
    }

    #[test]
    fn options_come_before_variables_and_these_before_what_the_folder_notes() {
        let folder = tempfile::tempdir().unwrap();
        let none = StoreArgs::default();
        assert!(matches!(found(folder.path(), &none, &[]), Ok(Place::File(_))));
        let secret = folder.path().join("password");
        std::fs::write(&secret, "from the file\n").unwrap();
        let args = StoreArgs {
            store: Some("postgres://w@localhost/noted?sslmode=require".to_owned()),
            store_password_file: Some(secret),
            ..none.clone()
        };
        let place = found(folder.path(), &args, &[(PASSWORD, "x")]).unwrap();
        let note = place.note(&args).unwrap();
        assert!(!note.contains("from the file"), "{note}");
        std::fs::write(folder.path().join("store.toml"), note).unwrap();
        let noted = options(found(folder.path(), &none, &[]).unwrap());
        assert_eq!((noted.address.database(), noted.password.as_deref()), ("noted", Some("from the file")));
        assert_eq!(noted.address, options(place).address, "with what it says of TLS");
        let variables = [("WARIFU_STORE", "postgres://w@localhost/variable"), (PASSWORD, "of a variable")];
        let by_variable = options(found(folder.path(), &none, &variables).unwrap());
        assert_eq!(by_variable.address.database(), "variable");
        assert_eq!(by_variable.password.as_deref(), Some("of a variable"));
        let other = StoreArgs { store: Some("postgres://w@localhost/option".to_owned()), ..none };
        let by_option = options(found(folder.path(), &other, &variables).unwrap());
        assert_eq!(by_option.address.database(), "option");
    }

    #[test]
    fn a_wrong_address_is_refused_and_a_password_in_it_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        for url in [
            "postgres://w:hunter2@localhost/d",
            "postgres://w:hunter2@",
            "mysql://w:hunter2@h/d",
            "warifu.db",
        ] {
            let args = StoreArgs { store: Some(url.to_owned()), ..StoreArgs::default() };
            let error = found(folder.path(), &args, &[]).unwrap_err();
            assert_eq!(error.code(), "config_invalid", "{url}");
            assert!(!error.message(Lang::En).contains("hunter2"), "{error:?}");
        }
        std::fs::write(folder.path().join("store.toml"), "password = \"hunter2\"").unwrap();
        let error = found(folder.path(), &StoreArgs::default(), &[]).unwrap_err();
        assert_eq!(error.code(), "file_not_readable");
        assert!(!error.message(Lang::En).contains("hunter2"), "{error:?}");
    }
}
