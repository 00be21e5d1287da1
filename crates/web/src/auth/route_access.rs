//! Every route of the hub with its access rule. [`Routes`] is the only way to a router, and begins with a rule: a route without one cannot be
//! written. What a route declares, the tests prove by asking it with the credentials of every other rule.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{OpenApi, SecurityRequirement};

use crate::App;

/// The names of the API's security schemes, as its description has them.
pub(crate) const API_KEY: &str = "apiKey";
pub(crate) const BEARER: &str = "bearer";

/// Who may ask a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Anybody: it tells nothing about anybody.
    Anybody,
    /// Anybody, since it is how one comes in or goes out: signing in, registering, recovery. Its answers do not tell who is known.
    WayIn,
    /// Whoever has the link of a mail: the token in the path.
    Link,
    /// Whoever is signed in as a customer, let into a portal or not: what it shows is about their own sign-in alone.
    SignedIn,
    /// Whoever is signed in and let into the portal that the path names.
    NamedPortal,
    /// Whoever the rules let into the customer portal at this very request, or staff who look through their eyes and change nothing
    /// (`P08`, `P14`). What is not at the person's places does not exist.
    CustomerPortal,
    /// A member of staff.
    Staff,
    /// A machine with an API key.
    ApiKey,
    /// The app of somebody who is signed in at a configured issuer.
    AppToken,
    /// The service desk, by the secret of its hooks.
    Hook,
    /// A policy of Azure AD B2C, or Entra.
    Policy,
    /// A marketplace's platform, by application id and key.
    Marketplace,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 12] = [
        Self::Anybody,
        Self::WayIn,
        Self::Link,
        Self::SignedIn,
        Self::NamedPortal,
        Self::CustomerPortal,
        Self::Staff,
        Self::ApiKey,
        Self::AppToken,
        Self::Hook,
        Self::Policy,
        Self::Marketplace,
    ];
}

/// One route, and who may ask it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The method. What answers `GET` answers `HEAD` too.
    pub method: Method,
    /// The path, with `{…}` where parameters stand.
    pub path: String,
    /// Who may ask.
    pub rule: Rule,
}

/// What answers at one path, by method.
pub(crate) struct Methods {
    router: MethodRouter<App>,
    names: Vec<Method>,
}

/// Answers `GET`.
pub(crate) fn get<H: Handler<T, App>, T: 'static>(handler: H) -> Methods {
    Methods { router: on(MethodFilter::GET, handler), names: vec![Method::GET] }
}

/// Answers `POST`.
pub(crate) fn post<H: Handler<T, App>, T: 'static>(handler: H) -> Methods {
    Methods { router: on(MethodFilter::POST, handler), names: vec![Method::POST] }
}

impl Methods {
    /// Answers `POST` too.
    pub(crate) fn post<H: Handler<T, App>, T: 'static>(mut self, handler: H) -> Self {
        self.names.push(Method::POST);
        Self { router: self.router.post(handler), ..self }
    }

    /// Answers `PUT` too.
    pub(crate) fn put<H: Handler<T, App>, T: 'static>(mut self, handler: H) -> Self {
        self.names.push(Method::PUT);
        Self { router: self.router.put(handler), ..self }
    }

    /// Takes bodies of at most this many bytes.
    pub(crate) fn at_most(self, bytes: usize) -> Self {
        Self { router: self.router.layer(DefaultBodyLimit::max(bytes)), ..self }
    }
}

/// Routes, each with its rule.
pub(crate) struct Routes {
    rule: Rule,
    router: Router<App>,
    declared: Vec<Route>,
}

impl Routes {
    /// No routes yet; those that follow have this rule.
    pub(crate) fn of(rule: Rule) -> Self {
        Self { rule, router: Router::new(), declared: Vec::new() }
    }

    /// The operations of the API, whose rule is the security that their description names.
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

    /// One path more.
    pub(crate) fn route(mut self, path: &str, methods: Methods) -> Self {
        let route = |method| Route { method, path: path.to_owned(), rule: self.rule };
        self.declared.extend(methods.names.into_iter().map(route));
        Self { router: self.router.route(path, methods.router), ..self }
    }

    /// These and others, each with the rule it has.
    pub(crate) fn merge(mut self, others: Self) -> Self {
        self.declared.extend(others.declared);
        Self { router: self.router.merge(others.router), ..self }
    }

    /// These, and others below a path, each with the rule it has.
    pub(crate) fn nest(mut self, prefix: &str, others: Self) -> Self {
        let below = |route: Route| Route { path: format!("{prefix}{}", route.path.trim_end_matches('/')), ..route };
        self.declared.extend(others.declared.into_iter().map(below));
        Self { router: self.router.nest(prefix, others.router), ..self }
    }

    /// What answers.
    pub(crate) fn into_router(self) -> Router<App> {
        self.router
    }

    /// What is declared.
    pub(crate) fn into_declared(self) -> Vec<Route> {
        self.declared
    }
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

/// An operation that asks for nothing, or for something unheard of, is declared open to anybody, where a test looks at every route.
fn rule(operation: &Operation) -> Rule {
    let asks_for = |scheme: &str| SecurityRequirement::new(scheme, Vec::<String>::new());
    match operation.security.as_deref() {
        Some([only]) if *only == asks_for(API_KEY) => Rule::ApiKey,
        Some([only]) if *only == asks_for(BEARER) => Rule::AppToken,
        _ => Rule::Anybody,
    }
}
