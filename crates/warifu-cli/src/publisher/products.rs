//! `warifu products`.

use serde_json::{Value, json};

use super::api::{Api, Verb};
use super::find;
use super::keys::number;
use super::rows::{As, Column, show_list, show_record};
use crate::args::ProductsCommand;
use crate::error::CliError;
use crate::ui::Ui;

const PRODUCTS: &[Column] = &[
    ("コード", "code", "code", As::Plain),
    ("名前", "name", "name", As::Plain),
    ("追加日時", "added", "created", As::Time),
];

const EDITIONS: &[Column] = &[
    ("SKU番号", "SKU", "number", As::Plain),
    ("プロダクト", "product", "product", As::Plain),
    ("エディション", "edition", "edition", As::Plain),
    ("名前", "name", "name", As::Plain),
    ("機能", "features", "features", As::List),
];

/// Runs a subcommand.
pub(crate) fn run(ui: &Ui, command: &ProductsCommand) -> Result<(), CliError> {
    match command {
        ProductsCommand::Add { code, name, connection } => {
            let body = json!({
                "code": find::code("code", code)?.as_str(),
                "name": find::name("name", name)?.as_str(),
            });
            let product = Api::new(ui, connection)?.write(Verb::Post, "/v1/products", Some(&body))?;
            show_record(ui, &product, PRODUCTS);
        }
        ProductsCommand::List { connection } => {
            show_list(ui, &Api::new(ui, connection)?.get("/v1/products", &[])?, PRODUCTS);
        }
        ProductsCommand::AddEdition { product, edition, name, number: wanted, features, connection } => {
            let features = features.iter().map(|code| Ok(find::code("feature", code)?.to_string()));
            let mut body = json!({
                "product": find::code("product", product)?.as_str(),
                "edition": find::code("edition", edition)?.as_str(),
                "name": find::name("name", name)?.as_str(),
                "features": features.collect::<Result<Vec<_>, CliError>>()?,
            });
            if let Some(wanted) = wanted {
                body["number"] = number(*wanted)?.get().into();
            }
            let sku = Api::new(ui, connection)?.write(Verb::Post, "/v1/skus", Some(&body))?;
            show_record(ui, &sku, EDITIONS);
        }
        ProductsCommand::Editions { product, connection } => {
            let mut list = Api::new(ui, connection)?.get("/v1/skus", &[])?;
            if let (Some(code), Some(Value::Array(skus))) = (product, list.get_mut("items")) {
                skus.retain(|sku| sku["product"] == code.as_str());
            }
            show_list(ui, &list, EDITIONS);
        }
    }
    Ok(())
}
