//! Databases that cannot be used: each says why.

use std::path::PathBuf;

use warifu_core::time::Timestamp;
use warifu_service::conformance::crash;
use warifu_service::port::{CommitError, LicenceFilter, Page, Reads, Store, StoreError, Want};
use warifu_store::postgres::{self, Options};

use crate::cluster::{Database, Sql, certificate, place};

/// The code of the catalogue's entry.
fn code(options: &Options) -> String {
    postgres::open(options).map(|_| ()).unwrap_err().failure().code().as_str().to_owned()
}

fn changed(options: &Options, from: &str, to: &str) -> Options {
    let address = options.address.to_string();
    assert!(address.contains(from), "{address}");
    Options { address: address.replacen(from, to, 1).parse().unwrap(), ..options.clone() }
}

#[test]
fn what_keeps_a_database_from_being_opened_is_told_by_its_own_code() {
    let database = Database::new();
    let options = database.options();
    let port = place().rsplit_once(':').unwrap().1.to_owned();
    assert_eq!(code(&changed(&options, &port, "1")), "database_unreachable");
    assert_eq!(
        code(&Options { password: Some("wrong".to_owned()), ..options.clone() }),
        "database_login_refused"
    );
    assert_eq!(code(&Options { password: None, ..options.clone() }), "database_login_refused");
    assert_eq!(code(&changed(&options, "warifu@", "nobody@")), "database_login_refused");
    assert_eq!(code(&changed(&options, &database.name, "missing")), "database_missing");
    let standby = Sql::connect("postgres");
    standby.run(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database.name));
    assert_eq!(code(&options), "database_read_only");
    standby.run(&format!("ALTER DATABASE {} RESET default_transaction_read_only", database.name));
    postgres::open(&options).unwrap();
}

#[test]
fn tls_is_made_with_a_server_that_is_known_and_with_no_other() {
    let database = Database::new();
    let with_tls = |address: &str, ca: Option<PathBuf>| {
        let options = database.options();
        let text = options.address.to_string().replacen("127.0.0.1", address, 1);
        Options {
            address: format!("{text}?sslmode=require&hostaddr=127.0.0.1").parse().unwrap(),
            ca,
            ..options
        }
    };
    let ca = certificate();
    let (mut store, reads) = postgres::open(&with_tls("127.0.0.1", Some(ca.clone()))).unwrap();
    store.commit(&crash::changes(0)).unwrap();
    assert_eq!(reads.counts().unwrap().0, 1);
    let secured = "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
        WHERE a.datname = current_database() AND a.application_name = 'warifu' AND s.ssl";
    assert_eq!(database.sql().number(secured), 2);
    assert_eq!(
        code(&with_tls("127.0.0.1", None)),
        "database_tls_refused",
        "the system does not know this authority"
    );
    assert_eq!(
        code(&with_tls("other.example", Some(ca))),
        "database_tls_refused",
        "the certificate names another server"
    );
    let no_certificate = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(code(&with_tls("127.0.0.1", Some(no_certificate.path().to_owned()))), "database_tls_refused");
    assert_eq!(code(&with_tls("127.0.0.1", Some("missing.pem".into()))), "database_tls_refused");
}

#[test]
fn a_user_who_may_not_make_tables_is_told_so() {
    let database = Database::new();
    let sql = Sql::connect("postgres");
    let user = format!("poor_{}", database.name);
    sql.run(&format!("CREATE ROLE {user} LOGIN PASSWORD 'poor'"));
    let options = changed(&database.options(), "warifu@", &format!("{user}@"));
    assert_eq!(code(&Options { password: Some("poor".to_owned()), ..options }), "database_not_permitted");
    sql.run(&format!("DROP ROLE {user}"));
}

#[test]
fn a_schema_of_another_program_is_left_alone() {
    let database = Database::new();
    database.sql().run("CREATE SCHEMA warifu; CREATE TABLE warifu.licence (id bigint)");
    assert!(matches!(postgres::open(&database.options()), Err(StoreError::Damaged { .. })));
    assert_eq!(database.sql().number("SELECT count(*) FROM pg_tables WHERE schemaname = 'warifu'"), 1);
}

#[test]
fn a_database_that_becomes_read_only_refuses_commits_and_goes_on_when_it_is_not() {
    let database = Database::new();
    let (mut store, _reads) = postgres::open(&database.options()).unwrap();
    store.commit(&crash::changes(0)).unwrap();
    let sql = Sql::connect("postgres");
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'warifu' AND datname = ";
    sql.run(&format!("ALTER DATABASE {0} SET default_transaction_read_only = on; {end}'{0}'", database.name));
    assert!(matches!(store.commit(&crash::changes(1)), Err(CommitError::Store(_))));
    sql.run(&format!("ALTER DATABASE {0} RESET default_transaction_read_only", database.name));
    store.commit(&crash::changes(1)).unwrap();
    assert_eq!(crash::check(&mut store, 2), 2);
}

fn read_all(reads: &dyn Reads) -> Result<(), StoreError> {
    let page = Page { after: None, limit: 200 };
    for licence in reads.licences(&LicenceFilter::default(), &page)? {
        for seat in reads.activations(licence.id, &Page { after: None, limit: 200 })? {
            for installation in seat.installations {
                reads.load(&[Want::Installation(installation.id)], Timestamp::MIN)?;
            }
        }
    }
    reads.registry()?;
    reads.events(None, &Page { after: None, limit: 200 })?;
    reads.log_head()?;
    reads.counts().map(|_| ())
}

#[test]
fn a_row_that_cannot_be_read_is_named_by_table_id_and_column() {
    let database = Database::new();
    let (mut store, reads) = postgres::open(&database.options()).unwrap();
    store.commit(&crash::changes_with_event(0)).unwrap();
    read_all(&reads).unwrap();
    let sql = database.sql();
    sql.run("CREATE SCHEMA kept");
    let tables =
        ["licence", "activation", "device", "installation", "event", "log_head", "writer", "registry"];
    for table in tables {
        sql.run(&format!("CREATE TABLE kept.{table} AS TABLE warifu.{table}"));
    }
    for (spoil, part) in [
        ("UPDATE warifu.licence SET standing = 'on loan'", ": standing"),
        ("UPDATE warifu.licence SET sku = 16384", ": sku: not a SKU number"),
        ("UPDATE warifu.licence SET seats = -1", ": seats: out of bounds"),
        ("UPDATE warifu.licence SET created = -1", ": created: not an instant"),
        ("UPDATE warifu.licence SET label = ''", ": label"),
        ("UPDATE warifu.licence SET imported = '\\x00'", "licence 0000000000000000"),
        ("UPDATE warifu.activation SET released_by = NULL, released_at = 1", "activation "),
        ("UPDATE warifu.device SET fingerprint = '\\xff'", ": fingerprint: not a fingerprint"),
        ("DELETE FROM warifu.device", "missing, but activation"),
        (
            "UPDATE warifu.installation SET request = '00000000-0000-0000-0000-000000000000', revision = 0",
            ": revision: not a revision",
        ),
        ("UPDATE warifu.installation SET command = 'guess'", ": command"),
        ("UPDATE warifu.event SET action = 'guess'", ": action"),
        ("UPDATE warifu.log_head SET root = '\\x00'", "log_head"),
        ("UPDATE warifu.writer SET licences = -1", "writer"),
        ("DELETE FROM warifu.registry", "registry"),
    ] {
        sql.run(spoil);
        match read_all(&reads) {
            Err(StoreError::Damaged { detail, .. }) => assert!(detail.contains(part), "{spoil}: {detail}"),
            other => unreachable!("{spoil}: {other:?}"),
        }
        for table in tables {
            sql.run(&format!(
                "DELETE FROM warifu.{table}; INSERT INTO warifu.{table} SELECT * FROM kept.{table}"
            ));
        }
    }
    read_all(&reads).unwrap();
}
