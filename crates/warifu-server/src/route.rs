//! Every address, and who may use it. A route's guard is put in place from this table, so that no handler can forget it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use warifu_core::catalogue::Failure;
use warifu_core::staff::{Role, Staff};
use warifu_service::service::Service;

use crate::app::App;
use crate::config::Options;
use crate::metrics::Metrics;
use crate::observe::observe;
use crate::problem::Problem;
use crate::received::By;
use crate::{device, health, log, openapi, pages, source, staff};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody.
    Open,
    /// Whoever signs the request with an installation's key. Answers carry a nonce.
    Device,
    /// A member of staff of at least this role.
    Staff(Role),
}

/// One address and method.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    handler: MethodRouter<App>,
}

fn route<H: Handler<T, App>, T: 'static>(
    access: Access,
    method: Method,
    path: &'static str,
    handler: H,
) -> Route {
    // Every method in the table has a filter.
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    Route { method, path, access, handler: on(filter, handler) }
}

/// The table.
#[rustfmt::skip]
pub(crate) fn routes() -> Vec<Route> {
    use Access::{Device, Open};
    const READ_ONLY: Access = Access::Staff(Role::ReadOnly);
    const SUPPORT: Access = Access::Staff(Role::Support);
    const OPERATOR: Access = Access::Staff(Role::Operator);
    const OWNER: Access = Access::Staff(Role::Owner);
    const GET: Method = Method::GET;
    const POST: Method = Method::POST;
    const PUT: Method = Method::PUT;
    const DELETE: Method = Method::DELETE;
    vec![
        route(Device, POST, "/v1/activate", device::activate::handle),
        route(Device, POST, "/v1/renew", device::renew::handle),
        route(Device, POST, "/v1/status", device::status::handle),
        route(Device, POST, "/v1/deactivate", device::deactivate::handle),
        route(Device, POST, "/v1/change-key", device::change_key::handle),
        route(Device, POST, "/v1/ask-release", device::ask_release::handle),

        route(Open, GET, "/v1/nonce", device::nonce::handle),
        route(Open, GET, "/v1/service", device::service::handle),
        route(Open, GET, "/v1/key-list", device::key_list::handle),
        route(Open, POST, "/v1/keys/check", device::check_key::handle),
        route(Open, POST, "/v1/cases", device::send_case::handle),
        route(Open, GET, "/healthz", health::health),
        route(READ_ONLY, GET, "/metrics", health::numbers),
        route(Open, GET, "/openapi.json", openapi::handle),

        route(Open, GET, "/", pages::home::handle),
        route(Open, GET, "/help", pages::help::front::handle),
        route(Open, POST, "/help/ask", pages::help::flow::ask::handle),
        route(Open, GET, "/help/ask", pages::help::flow::ask::again),
        route(Open, POST, "/help/case", pages::help::flow::case::preview),
        route(Open, GET, "/help/case", pages::help::flow::case::preview_again),
        route(Open, POST, "/help/case/send", pages::help::flow::case::send),
        route(Open, GET, "/help/case/send", pages::help::flow::case::send_again),
        route(Open, GET, "/help/warifu-collect.cmd", pages::help::collect::handle),
        route(Open, GET, "/help/{code}", pages::help::short::handle),
        route(Open, GET, "/help/cases/{link}", pages::help::case::handle),
        route(Open, GET, "/help/errors", pages::help::list::handle),
        route(Open, GET, "/help/errors/{code}", pages::help::code::handle),
        route(Open, GET, "/style.css", pages::style::handle),

        route(OPERATOR, POST, "/v1/products", staff::create_product::handle),
        route(READ_ONLY, GET, "/v1/products", staff::list_products::handle),
        route(OPERATOR, POST, "/v1/skus", staff::create_sku::handle),
        route(READ_ONLY, GET, "/v1/skus", staff::list_skus::handle),
        route(OPERATOR, POST, "/v1/policies", staff::create_policy::handle),
        route(READ_ONLY, GET, "/v1/policies", staff::list_policies::handle),
        route(READ_ONLY, GET, "/v1/policies/{id}", staff::get_policy::handle),
        route(OPERATOR, PUT, "/v1/policies/{id}", staff::change_policy::handle),

        route(OPERATOR, POST, "/v1/batches", staff::issue_batch::handle),
        route(READ_ONLY, GET, "/v1/batches", staff::list_batches::handle),
        route(READ_ONLY, GET, "/v1/batches/{id}", staff::get_batch::handle),
        route(OPERATOR, POST, "/v1/batches/{id}/withdraw", staff::withdraw_batch::handle),
        route(OWNER, POST, "/v1/batches/{id}/erase-label", staff::erase_batch_label::handle),
        route(OPERATOR, GET, "/v1/batches/{id}/keys", staff::list_batch_keys::handle),
        route(OPERATOR, POST, "/v1/imports", staff::import_keys::handle),

        route(OPERATOR, POST, "/v1/licences", staff::grant_licence::handle),
        route(READ_ONLY, GET, "/v1/licences", staff::list_licences::handle),
        route(READ_ONLY, GET, "/v1/licences/{id}", staff::get_licence::handle),
        route(OPERATOR, GET, "/v1/licences/{id}/key", staff::get_licence_key::handle),
        route(SUPPORT, POST, "/v1/licences/{id}/suspend", staff::suspend_licence::handle),
        route(SUPPORT, POST, "/v1/licences/{id}/reinstate", staff::reinstate_licence::handle),
        route(OPERATOR, POST, "/v1/licences/{id}/revoke", staff::revoke_licence::handle),
        route(OPERATOR, POST, "/v1/licences/{id}/extend", staff::extend_licence::handle),
        route(OPERATOR, POST, "/v1/licences/{id}/renew", staff::renew_licence::handle),
        route(OPERATOR, POST, "/v1/licences/{id}/top-up", staff::top_up_licence::handle),
        route(OPERATOR, POST, "/v1/licences/{id}/replace-key", staff::replace_licence_key::handle),
        route(SUPPORT, POST, "/v1/purchase-proofs", staff::prove_purchase::handle),
        route(READ_ONLY, GET, "/v1/licences/{id}/activations", staff::list_activations::handle),
        route(READ_ONLY, GET, "/v1/activations/contested", staff::list_contested::handle),
        route(SUPPORT, POST, "/v1/licences/{id}/activations/{activation}/release", staff::release_seat::handle),
        route(OWNER, POST, "/v1/licences/{id}/activations/{activation}/forget", staff::forget_device::handle),
        route(OWNER, POST, "/v1/licences/{id}/erase-label", staff::erase_licence_label::handle),
        route(READ_ONLY, GET, "/v1/cases", staff::list_cases::handle),
        route(READ_ONLY, GET, "/v1/cases/{number}", staff::get_case::handle),
        route(SUPPORT, POST, "/v1/cases/{number}/notes", staff::note_case::handle),
        route(SUPPORT, POST, "/v1/cases/{number}/close", staff::close_case::handle),
        route(SUPPORT, POST, "/v1/cases/{number}/reopen", staff::reopen_case::handle),
        route(OWNER, DELETE, "/v1/cases/{number}", staff::erase_case::handle),

        route(READ_ONLY, GET, "/v1/events", staff::list_events::handle),
        route(READ_ONLY, GET, "/v1/events/{id}/receipt", log::receipt::handle),

        route(Open, GET, "/v1/log/checkpoint", log::checkpoint::handle),
        route(Open, GET, "/v1/log/key", log::key::handle),
        route(Open, GET, "/v1/log/tile/{level}/{*path}", log::tile::handle),
        route(READ_ONLY, GET, "/v1/log/tile/entries/{*path}", log::entries::handle),
        route(READ_ONLY, GET, "/v1/log/entries", log::list_entries::handle),

        route(OWNER, POST, "/v1/staff", staff::create_staff::handle),
        route(OWNER, GET, "/v1/staff", staff::list_staff::handle),
        route(OWNER, DELETE, "/v1/staff/{id}", staff::remove_staff::handle),
        route(OWNER, POST, "/v1/staff/{id}/forget", staff::forget_staff::handle),
    ]
}

/// The table as requests are looked up in it.
pub(crate) struct Table(HashMap<&'static str, Vec<(Method, Access)>>);

impl Table {
    fn new(routes: &[Route]) -> Self {
        let mut table: HashMap<_, Vec<_>> = HashMap::new();
        for route in routes {
            table.entry(route.path).or_default().push((route.method.clone(), route.access));
        }
        Self(table)
    }

    /// A route's template and who may use it.
    pub(crate) fn find(&self, path: &str, method: &Method) -> Option<(&'static str, Access)> {
        let (&path, methods) = self.0.get_key_value(path)?;
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        let found = methods.iter().find(|(known, _)| known == method).or_else(|| methods.first())?;
        Some((path, found.1))
    }
}

/// The service's HTTP interface. Whoever serves it should put the peer's address into the request as
/// `axum::extract::ConnectInfo<SocketAddr>`, as [`crate::serve`] does: limits are kept by it.
pub fn router(service: Arc<Service>, options: Options) -> Router {
    build(service, options).0
}

/// The interface with the state behind it.
pub(crate) fn build(service: Arc<Service>, options: Options) -> (Router, App) {
    let routes = routes();
    let app = App::new(service, options, Metrics::new(), Table::new(&routes));
    let mut router = Router::new();
    for Route { path, access, handler, .. } in routes {
        let handler = match access {
            Access::Staff(role) => handler.route_layer(from_fn_with_state((app.clone(), role), guard)),
            Access::Open | Access::Device => handler,
        };
        router = router.route(path, handler);
    }
    let router = router
        .fallback(pages::missing::handle)
        .method_not_allowed_fallback(async || Problem::from(Failure::method_not_allowed()))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app.clone());
    (router, app)
}

/// Lets staff of the needed role through.
async fn guard(
    State((app, needed)): State<(App, Role)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let peer = source::source(request.extensions(), request.headers(), app.options.trusted_proxy);
    let staff = authenticate(&app, request.headers(), source::network(peer))?;
    if !staff.role.allows(needed) {
        return Err(Failure::role_insufficient(term(staff.role), term(needed)).into());
    }
    request.extensions_mut().insert(By(Arc::new(staff)));
    Ok(next.run(request).await)
}

fn authenticate(app: &App, headers: &HeaderMap, network: std::net::IpAddr) -> Result<Staff, Failure> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or_else(Failure::token_missing)?;
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
    let single = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    let found = if single { app.service.authenticate(token.trim()) } else { Err(Failure::token_not_valid()) };
    // A good token passes however many wrong ones came from the same network: nobody can guess 256 bits, but anybody there could lock its
    // holder out.
    found.or_else(|failure| {
        let now_millis = app.now_millis();
        app.wrong_tokens.check(network, now_millis).map_err(Failure::rate_limited)?;
        app.wrong_tokens.charge(network, now_millis);
        app.metrics.wrong_tokens.inc();
        Err(failure)
    })
}

/// A role as the catalogue's terms name it.
pub(crate) fn term(role: Role) -> String {
    role.as_str().replace('-', "_")
}
