//! How routes declare who may call them: each module builds its routes with their access rule. [`Routes`] is the only way to build a router and starts with a rule,
//! so a route without one cannot be written. Tests call each route with the credentials of every other rule.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::map_request;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, SecurityRequirement};
use utoipa_axum::router::{UtoipaMethodRouter, UtoipaMethodRouterExt as _};

use crate::App;

/// The names of the API's security schemes in the `OpenAPI` document.
pub(crate) const API_KEY: &str = "apiKey";
pub(crate) const BEARER: &str = "bearer";
pub(crate) const MESSAGE_KEY: &str = "messageKey";

/// Access rule of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Public: reveals nothing about any person or customer.
    Anyone,
    /// Public entry point: sign-in, sign-out, registration, recovery. Responses do not reveal which accounts exist.
    SignIn,
    /// Public with the link of an e-mail: the token in the path.
    Link,
    /// Users signed in as a customer, with or without portal access: shows only data of their own sign-in.
    SignedIn,
    /// Users signed in with access to the portal that the path names.
    NamedPortal,
    /// Persons with access to the customer portal, checked at every request, or staff in a read-only preview (`P08`,
    /// `P14`). Anything outside the person's places is reported as not found.
    CustomerPortal,
    /// Persons of the operating company with access to the portal that the path begins with, checked at every request.
    /// Other persons with access see an empty page.
    Workspace,
    /// A member of staff.
    Staff,
    /// A client with an API key.
    ApiKey,
    /// A person's machine with a message key.
    MessageKey,
    /// An app with a token of its user from a configured issuer.
    AppToken,
    /// The service desk, with the secret of its webhooks.
    Hook,
    /// A policy of Azure AD B2C or Entra.
    Policy,
    /// A marketplace's platform, by application id and key.
    Marketplace,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 14] = [
        Self::Anyone,
        Self::SignIn,
        Self::Link,
        Self::SignedIn,
        Self::NamedPortal,
        Self::CustomerPortal,
        Self::Workspace,
        Self::Staff,
        Self::ApiKey,
        Self::MessageKey,
        Self::AppToken,
        Self::Hook,
        Self::Policy,
        Self::Marketplace,
    ];
}

/// A route and its access rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method. A `GET` route answers `HEAD` too.
    pub method: Method,
    /// The path, with parameters as `{…}`.
    pub path: String,
    /// The access rule.
    pub rule: Rule,
}

/// Handlers of a path, by method.
pub(crate) struct Methods {
    router: MethodRouter<App>,
    names: Vec<Method>,
}

/// A handler for `GET`.
pub(crate) fn get<H: Handler<T, App>, T: 'static>(handler: H) -> Methods {
    Methods { router: on(MethodFilter::GET, Erased::of(handler)), names: vec![Method::GET] }
}

/// A handler for `POST`.
pub(crate) fn post<H: Handler<T, App>, T: 'static>(handler: H) -> Methods {
    Methods { router: on(MethodFilter::POST, Erased::of(handler)), names: vec![Method::POST] }
}

impl Methods {
    /// Adds a handler for `POST`.
    pub(crate) fn post<H: Handler<T, App>, T: 'static>(mut self, handler: H) -> Self {
        self.names.push(Method::POST);
        Self { router: self.router.post(Erased::of(handler)), ..self }
    }

    /// Adds a handler for `PUT`.
    pub(crate) fn put<H: Handler<T, App>, T: 'static>(mut self, handler: H) -> Self {
        self.names.push(Method::PUT);
        Self { router: self.router.put(Erased::of(handler)), ..self }
    }

    /// Sets the handler of every other method.
    pub(crate) fn otherwise<H: Handler<T, App>, T: 'static>(self, handler: H) -> Self {
        Self { router: self.router.fallback(Erased::of(handler)), ..self }
    }

    /// Limits the size of the body, in bytes.
    pub(crate) fn at_most(self, bytes: usize) -> Self {
        Self { router: self.router.layer(DefaultBodyLimit::max(bytes)), ..self }
    }
}

/// A handler whose type is forgotten. axum instantiates dozens of functions per type of handler; with one type for all of
/// them, this crate compiles in three quarters of the time.
#[derive(Clone)]
pub(crate) struct Erased(Arc<dyn Fn(Request, App) -> Answering + Send + Sync>);

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Erased {
    /// Forgets the type of a handler.
    pub(crate) fn of<H: Handler<T, App>, T: 'static>(handler: H) -> Self {
        Self(Arc::new(move |request, app| Box::pin(handler.clone().call(request, app))))
    }
}

impl Handler<(), App> for Erased {
    type Future = Answering;

    fn call(self, request: Request, app: App) -> Answering {
        (self.0)(request, app)
    }
}

/// The operations of a path with their description, as `utoipa_axum::routes!` gives them, but with handlers of one type
/// ([`Erased`]).
macro_rules! operations {
    ($($handler:path),+ $(,)?) => {{
        use utoipa_axum::PathItemExt as _;
        let mut paths = utoipa::openapi::path::Paths::new();
        let mut schemas = Vec::new();
        let mut router = axum::routing::MethodRouter::<crate::App>::new();
        $(
            let (path, operation, methods) = utoipa_axum::routes!(@resolve_types $handler : schemas);
            for method in &methods {
                router = router.on(method.to_method_filter(), crate::auth::route_access::Erased::of($handler));
            }
            paths.add_path_operation(&path, methods, operation);
        )+
        (schemas, paths, router)
    }};
}
pub(crate) use operations;

/// Limits the size of the bodies of operations, in bytes.
pub(crate) fn at_most(operations: UtoipaMethodRouter<App>, bytes: usize) -> UtoipaMethodRouter<App> {
    operations.layer(DefaultBodyLimit::max(bytes))
}

/// Routes with their access rules.
pub(crate) struct Routes {
    rule: Rule,
    router: Router<App>,
    declared: Vec<Route>,
}

impl Routes {
    /// An empty set; routes added to it have this rule.
    pub(crate) fn of(rule: Rule) -> Self {
        Self { rule, router: Router::new(), declared: Vec::new() }
    }

    /// The API's operations. Their rule is the security scheme in the `OpenAPI` document.
    pub(crate) fn described(router: Router<App>, document: &OpenApi) -> Self {
        let declared = document.paths.paths.iter().flat_map(|(path, item)| {
            methods(item).into_iter().map(|(method, operation)| Route {
                method,
                path: path.clone(),
                rule: rule(operation),
            })
        });
        Self { rule: Rule::ApiKey, declared: declared.collect(), router }
    }

    /// Adds a route.
    pub(crate) fn route(mut self, path: &str, methods: Methods) -> Self {
        let route = |method| Route { method, path: path.to_owned(), rule: self.rule };
        self.declared.extend(methods.names.into_iter().map(route));
        Self { router: self.router.route(path, methods.router), ..self }
    }

    /// Adds other routes, which keep their rules.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.declared.extend(others.declared);
        Self { router: self.router.merge(others.router), ..self }
    }

    /// Adds other routes below a path; they keep their rules.
    pub(crate) fn nest(mut self, prefix: &str, others: Self) -> Self {
        let below = |route: Route| Route { path: format!("{prefix}{}", route.path.trim_end_matches('/')), ..route };
        self.declared.extend(others.declared.into_iter().map(below));
        Self { router: self.router.nest(prefix, others.router), ..self }
    }

    /// The router.
    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }

    /// The declared routes.
    pub(crate) fn into_declared(self) -> Vec<Route> {
        self.declared
    }
}

/// A router that may change a request before its route is chosen. A layer of the router itself would come too late.
pub(crate) fn rewriting(router: Router, app: App, rewrite: fn(&App, &mut Request)) -> Router {
    let before = map_request(move |mut request: Request| {
        rewrite(&app, &mut request);
        ready(request)
    });
    Router::new().fallback_service(router).layer(before)
}

fn methods(item: &PathItem) -> Vec<(Method, &Operation)> {
    let named = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ];
    named.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))).collect()
}

/// An operation without a security scheme, or with an unknown one, is declared public, so that the tests of all routes
/// detect it.
fn rule(operation: &Operation) -> Rule {
    let asks_for = |scheme: &str| SecurityRequirement::new(scheme, Vec::<String>::new());
    match operation.security.as_deref() {
        Some([only]) if *only == asks_for(API_KEY) => Rule::ApiKey,
        Some([only]) if *only == asks_for(BEARER) => Rule::AppToken,
        Some([only]) if *only == asks_for(MESSAGE_KEY) => Rule::MessageKey,
        _ => Rule::Anyone,
    }
}
