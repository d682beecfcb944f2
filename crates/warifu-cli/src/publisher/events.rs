//! `warifu events`.

use super::api::Api;
use super::find;
use super::rows::{As, Column, show_list};
use crate::args::EventsArgs;
use crate::error::CliError;
use crate::ui::Ui;

const COLUMNS: &[Column] = &[
    ("日時", "at", "at", As::Time),
    ("操作", "action", "action", As::Plain),
    ("行ったのは", "by", "actor", As::Word),
    ("コード", "code", "code", As::Plain),
    ("ライセンス", "licence", "licence", As::Plain),
    ("ログの番号", "log index", "log_index", As::Plain),
    ("ID", "id", "id", As::Plain),
    ("詳細", "details", "details", As::Plain),
];

/// Lists the log.
pub(crate) fn run(ui: &Ui, args: &EventsArgs) -> Result<(), CliError> {
    let api = Api::new(ui, &args.connection)?;
    let mut query = vec![("limit", args.limit.to_string())];
    if let Some(licence) = &args.licence {
        query.push(("licence", find::licence(&api, licence)?.to_string()));
    }
    query.extend(args.after.clone().map(|after| ("after", after)));
    show_list(ui, &api.get("/v1/events", &query)?, COLUMNS);
    Ok(())
}
