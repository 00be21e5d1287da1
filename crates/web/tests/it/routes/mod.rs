//! Every route enforces the rule that it declares. It is called without credentials, with invalid ones, and with those
//! of every other rule.

mod askers;
mod roles;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use askers::{Answered, Everybody, Who, ask, filled};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, header};
use serde_json::Value;
use tessera_core::marketplace::Code;
use tessera_web::{Route, Rule};
use testkit::{ADA, BEN, TestApp, client};

/// Routes without authentication, including sign-in and sign-out. Every other route requires it.
const OPEN: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/activation/return"),
    ("GET", "/api/v1/message-types"),
    ("GET", "/api/v1/message-types/{type}"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/assets/{name}"),
    ("GET", "/auth/{provider}/callback"),
    ("GET", "/console/sign-in"),
    ("GET", "/favicon.ico"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/portal/customer/signed-out"),
    ("GET", "/portal/{portal}/forgot"),
    ("GET", "/portal/{portal}/register"),
    ("GET", "/portal/{portal}/sign-in"),
    ("GET", "/portal/{portal}/sign-in/code"),
    ("GET", "/readyz"),
    ("GET", "/robots.txt"),
    ("GET", "/shop"),
    ("GET", "/shop/basket"),
    ("GET", "/shop/products/{id}"),
    ("GET", "/shop/products/{id}/pictures/{since}"),
    ("GET", "/shop/sign-up"),
    ("POST", "/auth/{provider}/sign-out"),
    ("POST", "/console/sign-in"),
    ("POST", "/console/sign-in/company"),
    ("POST", "/portal/customer/sign-out"),
    ("POST", "/portal/{portal}/forgot"),
    ("POST", "/portal/{portal}/register"),
    ("POST", "/portal/{portal}/sign-in"),
    ("POST", "/portal/{portal}/sign-in/code"),
    ("POST", "/portal/{portal}/sign-in/code/passkey"),
    ("POST", "/portal/{portal}/sign-in/code/passkey/options"),
    ("POST", "/portal/{portal}/sign-in/passkey"),
    ("POST", "/portal/{portal}/sign-in/passkey/options"),
    ("POST", "/portal/{portal}/sign-in/password"),
    ("POST", "/portal/{portal}/sign-out"),
    ("POST", "/shop/basket"),
    ("POST", "/shop/sign-up"),
];
/// Routes of links in e-mails.
const LINKS: &[(&str, &str)] = &[
    ("GET", "/activate/{token}"),
    ("GET", "/console/welcome/{token}"),
    ("GET", "/password/{token}"),
    ("GET", "/register/{token}"),
    ("GET", "/unsubscribe/{token}"),
    ("POST", "/activate/{token}"),
    ("POST", "/activate/{token}/renew"),
    ("POST", "/console/welcome/{token}"),
    ("POST", "/password/{token}"),
    ("POST", "/register/{token}"),
    ("POST", "/unsubscribe/{token}"),
];

/// The expected result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Not authenticated, in the interface's own format.
    Refused,
    /// Authenticated, but forbidden.
    Forbidden,
    /// Redirected to the page that explains.
    Home,
    /// Allowed, whether or not the object exists.
    In,
}

fn should(who: Who, route: &Route) -> End {
    let home = route.path == "/portal/customer";
    let for_technicians = route.path.starts_with("/portal/tech");
    match (route.rule, who) {
        (Rule::SignedIn, Who::Dealer | Who::Worker | Who::Technician) if home => End::Forbidden,
        (Rule::Workspace, Who::Worker) if for_technicians => End::Forbidden,
        (Rule::Workspace, Who::Technician) if !for_technicians => End::Forbidden,
        (Rule::Anyone | Rule::SignIn | Rule::Link, _)
        | (Rule::SignedIn | Rule::CustomerPortal, Who::Customer)
        | (Rule::SignedIn, Who::Stranger | Who::Dealer | Who::Worker | Who::Technician)
        | (Rule::Workspace, Who::Worker | Who::Technician)
        | (Rule::NamedPortal, Who::Dealer)
        | (Rule::Staff, Who::Staff | Who::Preview)
        | (Rule::ApiKey, Who::Machine)
        | (Rule::MessageKey, Who::Messenger)
        | (Rule::AppToken, Who::App)
        | (Rule::Hook, Who::Desk)
        | (Rule::Policy, Who::Policy)
        | (Rule::Marketplace, Who::Platform) => End::In,
        (Rule::SignedIn, Who::Preview) if home => End::In,
        (Rule::CustomerPortal, Who::Preview) if route.method == Method::GET => End::In,
        (Rule::CustomerPortal, Who::Dealer | Who::Worker | Who::Technician | Who::Preview)
        | (Rule::NamedPortal, Who::Customer | Who::Worker | Who::Technician | Who::Stranger)
        | (Rule::Workspace, Who::Customer | Who::Dealer | Who::Stranger) => End::Forbidden,
        (Rule::CustomerPortal, Who::Stranger) => End::Home,
        _ => End::Refused,
    }
}

/// Whether an interface demanded authentication in its own format.
fn is_refused(route: &Route, answered: &Answered) -> bool {
    let to = answered.to.split('?').next().unwrap_or_default();
    let json = || serde_json::from_str::<Value>(&answered.body).unwrap_or_default();
    match route.rule {
        Rule::Anyone | Rule::SignIn | Rule::Link => false,
        Rule::SignedIn | Rule::CustomerPortal => to == "/portal/customer/sign-in",
        Rule::NamedPortal => to == "/portal/dealer/sign-in",
        Rule::Workspace => {
            let portal = route.path.split('/').nth(2).unwrap();
            to == format!("/portal/{portal}/sign-in")
        }
        Rule::Staff => to == "/console/sign-in",
        // This app has no events configured, so the address does not exist.
        Rule::Policy if route.path == "/b2c/events" => answered.status == 404,
        Rule::ApiKey | Rule::MessageKey | Rule::AppToken | Rule::Hook | Rule::Policy => {
            answered.status == 401 && json()["code"] == "unauthorized"
        }
        Rule::Marketplace => answered.status == 200 && json()["Code"] == Code::Unauthorized.number(),
    }
}

fn is_as(should: End, route: &Route, answered: &Answered) -> bool {
    // After signing out, the result is the same as without a session. Entra has no data to read here.
    let alike = ["/console/sign-out", "/b2c/events"].contains(&route.path.as_str());
    match should {
        End::Refused => is_refused(route, answered),
        End::Forbidden => answered.status == 403,
        End::Home => answered.status == 303 && answered.to == "/portal/customer",
        End::In if alike || matches!(route.rule, Rule::Anyone | Rule::SignIn | Rule::Link) => true,
        End::In => {
            let kept_out = answered.status == 403 && answered.body.contains("Code <code>");
            !kept_out && !is_refused(route, answered)
        }
    }
}

#[testkit::both_databases]
async fn p08_every_route_enforces_its_declared_rule(app: TestApp) {
    use Who::{
        App, Customer, Dealer, Desk, Machine, Messenger, Nobody, Nonsense, Platform, Policy, Preview, Staff, Stranger,
        Technician, Worker,
    };
    let mut everybody = Everybody::of(&app).await;
    let (http, mut wrong) = (client(), Vec::new());
    for route in tessera_web::routes() {
        let url = filled(&app, &route.path);
        // Signing in or out ends the session under test.
        let open = matches!(route.rule, Rule::Anyone | Rule::SignIn | Rule::Link);
        let who: &[Who] = if open {
            &[Nobody, Nonsense]
        } else {
            &[
                Nobody, Nonsense, Customer, Dealer, Worker, Technician, Stranger, Staff, Preview, Machine, Messenger,
                App, Desk, Policy, Platform,
            ]
        };
        for &who in who {
            let credentials = everybody.credentials(&app, who).await;
            let answered = ask(&http, &route.method, &url, &credentials).await;
            let asked = format!("{who:?} {} {}: {} {}", route.method, route.path, answered.status, answered.to);
            if answered.status >= 500 || answered.status == 405 {
                wrong.push(format!("{asked} is no answer"));
            }
            assert!(who != Customer || !answered.body.contains(BEN.email), "{asked} tells of somebody else");
            if who == Nobody || who == Nonsense {
                let tells = answered.body.contains(ADA.email) || answered.body.contains("Ada Example");
                // The API's description contains examples.
                assert!(!tells || route.rule == Rule::Anyone, "{asked} tells of a customer");
            }
            // HEAD of a provider's callback, which mail scanners send, uses nothing up.
            if route.method == Method::GET && !route.path.ends_with("/callback") {
                let head = ask(&http, &Method::HEAD, &url, &credentials).await;
                assert_eq!((head.status, head.to), (answered.status, answered.to.clone()), "HEAD as {asked}");
                assert_eq!(head.body, "", "HEAD as {asked}");
            }
            let should = should(who, &route);
            if !is_as(should, &route, &answered) {
                wrong.push(format!("{asked} is not {should:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p08_undeclared_routes_do_not_answer(app: TestApp) {
    let routes = tessera_web::routes();
    let listed = |rules: &[Rule]| -> BTreeSet<(String, String)> {
        let open = routes.iter().filter(|route| rules.contains(&route.rule));
        open.map(|route| (route.method.to_string(), route.path.clone())).collect()
    };
    let named = |known: &[(&str, &str)]| -> BTreeSet<(String, String)> {
        known.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect()
    };
    assert_eq!(listed(&[Rule::Anyone, Rule::SignIn]), named(OPEN));
    assert_eq!(listed(&[Rule::Link]), named(LINKS));
    for rule in Rule::ALL {
        assert!(routes.iter().any(|route| route.rule == rule), "{rule:?} is a route's");
    }

    let operations = app.api.operations().await;
    let described =
        operations.iter().map(|it| (it.method.to_string(), format!("/api/v1{}", it.path), it.scheme.as_str()));
    let described: BTreeSet<_> = described.collect();
    let declared = routes.iter().filter_map(|route| {
        let scheme = match route.rule {
            Rule::ApiKey => "apiKey",
            Rule::AppToken => "bearer",
            Rule::MessageKey => "messageKey",
            _ => return None,
        };
        Some((route.method.to_string(), route.path.clone(), scheme))
    });
    assert_eq!(declared.collect::<BTreeSet<_>>(), described, "the API's description and the inventory agree");

    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in routes.iter().filter(|route| route.rule != Rule::Marketplace) {
        assert!(methods.entry(&route.path).or_default().insert(route.method.as_str()), "{route:?} is declared once");
    }
    let http = client();
    for (path, declared) in &methods {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
            .into_iter()
            .filter(|it| !declared.contains(it))
        {
            let answered = ask(&http, &method.parse().unwrap(), &filled(&app, path), &[]).await;
            assert_eq!(answered.status, 405, "{method} {path} is not declared");
        }
    }
}

#[testkit::both_databases]
async fn p08_every_route_refuses_cross_site_forms(app: TestApp) {
    let mut everybody = Everybody::of(&app).await;
    // Unlike the other clients, this one sends no header that identifies a page of the hub.
    let (http, elsewhere) = (client(), Client::builder().redirect(Policy::none()).no_proxy().build().unwrap());
    let by_cookie = |rule| {
        !matches!(
            rule,
            Rule::ApiKey | Rule::MessageKey | Rule::AppToken | Rule::Hook | Rule::Policy | Rule::Marketplace
        )
    };
    let mut asked = 0;
    for route in tessera_web::routes().into_iter().filter(|route| route.method != Method::GET && by_cookie(route.rule))
    {
        let who = if route.rule == Rule::Staff { Who::Staff } else { Who::Customer };
        let cookies = everybody.credentials(&app, who).await.remove(0).1;
        let url = filled(&app, &route.path);
        for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "null")] {
            let request = elsewhere.post(&url).header(header::COOKIE, &cookies).header(name, value);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 403, "{} with {name}: {value}", route.path);
            assert_eq!(answer.headers().get(header::SET_COOKIE), None, "{}", route.path);
        }
        asked += 1;
    }
    assert!(asked > 60, "{asked}");
    let session = everybody.credentials(&app, Who::Staff).await;
    assert_eq!(ask(&http, &Method::GET, &format!("{}/console", app.url), &session).await.status, 200);
}

#[testkit::both_databases]
async fn p08_a_slash_at_the_end_of_an_address_is_no_other_address(app: TestApp) {
    let http = client();
    let with_slash = tessera_web::routes().into_iter().filter(|it| it.path != "/" && it.rule != Rule::Marketplace);
    for route in with_slash {
        let url = filled(&app, &route.path);
        let to = format!("{}?q=a%2F", url.strip_prefix(&app.url).unwrap());
        for method in [route.method, Method::HEAD] {
            let answered = ask(&http, &method, &format!("{url}/?q=a%2F"), &[]).await;
            assert_eq!((answered.status, answered.to.as_str()), (308, to.as_str()), "{method} {url}/");
        }
    }
    for nowhere in ["/nothing/", "//elsewhere.example/", "//console/", "/%2Felsewhere.example/", "/console/nothing/"] {
        let answered = ask(&http, &Method::GET, &format!("{}{nowhere}", app.url), &[]).await;
        assert_eq!((answered.status, answered.to.as_str()), (404, ""), "{nowhere}");
    }
}

#[test]
fn p08_routers_are_built_in_one_module() {
    fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push((path.to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 100);
    let makes = |text: &str| ["axum::routing", " Router::new", "MethodRouter"].iter().any(|it| text.contains(it));
    let places: Vec<_> = found.iter().filter(|(_, text)| makes(text)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(places.len(), 1, "a route that passes by the declarations has no rule: {places:?}");
    assert!(places[0].ends_with("auth/route_access.rs"));
}
