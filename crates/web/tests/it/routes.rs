//! Every route keeps the rule that it declares: it is asked with nothing, with nonsense, and with the credentials of every other rule.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, header};
use serde_json::Value;
use tessera_core::customer::{IdentityKey, SignIn};
use tessera_core::licence::LicenceType;
use tessera_core::marketplace::Code;
use tessera_core::person::PersonDraft;
use tessera_hub::{SignInOutcome, Visit};
use tessera_web::{Route, Rule};

use crate::community::somebody;
use crate::house::{B2C_KEY, HOOK_SECRET, House, MARKET, client};
use crate::people::{ADA, BEN, Known};

const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";
const STAFF: (&str, &str) = ("jo", "walnut-finch-11");
/// What anybody may ask, and what leads in and out: a route that is not here asks who is there.
const OPEN: &[(&str, &str)] = &[
    ("GET", "/"),
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
    ("POST", "/console/sign-in"),
    ("POST", "/portal/customer/sign-out"),
    ("POST", "/portal/{portal}/forgot"),
    ("POST", "/portal/{portal}/register"),
    ("POST", "/portal/{portal}/sign-in"),
    ("POST", "/portal/{portal}/sign-in/code"),
    ("POST", "/portal/{portal}/sign-in/password"),
    ("POST", "/portal/{portal}/sign-out"),
];
/// What a mail's link opens.
const LINKS: &[(&str, &str)] = &[
    ("GET", "/activate/{token}"),
    ("GET", "/password/{token}"),
    ("GET", "/register/{token}"),
    ("POST", "/activate/{token}"),
    ("POST", "/activate/{token}/renew"),
    ("POST", "/password/{token}"),
    ("POST", "/register/{token}"),
];

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Nonsense,
    /// Ada, inside the customer portal.
    Customer,
    /// Ben, whose licence is for the tech portal.
    Technician,
    /// Signed in at the identity provider, and nobody here.
    Stranger,
    Staff,
    /// Staff who look through Ada's eyes.
    Preview,
    Machine,
    App,
    Desk,
    Policy,
    Platform,
}

/// How it should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The face's own way of asking who is there.
    Refused,
    /// Known, and kept out.
    Forbidden,
    /// To the page that explains.
    Home,
    /// Let in, whatever is found there.
    In,
}

fn should(who: Who, route: &Route) -> End {
    let home = route.path == "/portal/customer";
    match (route.rule, who) {
        (Rule::Anybody | Rule::WayIn | Rule::Link, _)
        | (Rule::SignedIn | Rule::CustomerPortal, Who::Customer)
        | (Rule::SignedIn, Who::Stranger)
        | (Rule::NamedPortal, Who::Technician)
        | (Rule::Staff, Who::Staff | Who::Preview)
        | (Rule::ApiKey, Who::Machine)
        | (Rule::AppToken, Who::App)
        | (Rule::Hook, Who::Desk)
        | (Rule::Policy, Who::Policy)
        | (Rule::Marketplace, Who::Platform) => End::In,
        (Rule::SignedIn, Who::Technician) if home => End::Forbidden,
        (Rule::SignedIn, Who::Technician) => End::In,
        (Rule::SignedIn, Who::Preview) if home => End::In,
        (Rule::CustomerPortal, Who::Preview) if route.method == Method::GET => End::In,
        (Rule::CustomerPortal, Who::Technician | Who::Preview) => End::Forbidden,
        (Rule::NamedPortal, Who::Customer | Who::Stranger) => End::Forbidden,
        (Rule::CustomerPortal, Who::Stranger) => End::Home,
        _ => End::Refused,
    }
}

/// Everybody who asks, as far as they do not have to be made anew.
struct Everybody {
    ada: SignIn,
    ben: SignIn,
    ada_id: String,
    staff: String,
    app: String,
}

impl Everybody {
    async fn of(house: &House) -> Self {
        let ada = somebody(house, ADA).await;
        let ben = somebody(house, BEN).await;
        ben.change(house, |draft| PersonDraft { licence: Some(LicenceType::Techportal), ..draft }).await;
        house.hub.put_staff(STAFF.0, "Jo Example", STAFF.1).await.unwrap();
        Self {
            ada: sign_in(house, ADA),
            ben: sign_in(house, BEN),
            ada_id: ada.person.to_string(),
            staff: String::new(),
            app: house.access_token(ADA.email).await,
        }
    }

    /// What somebody sends along. Sessions are begun anew where an earlier route may have ended them; each is tried as every kind of session.
    async fn credentials(&mut self, house: &House, who: Who) -> Vec<(&'static str, String)> {
        let session = async |sign_in: &SignIn| house.hub.open_session(sign_in, &Visit::default()).await.unwrap();
        let as_any =
            |token: &str| vec![("cookie", format!("tessera={token}; tessera-staff={token}; tessera-half={token}"))];
        let bearer = |token: &str| vec![("authorization", format!("Bearer {token}")), ("x-api-key", token.to_owned())];
        match who {
            Who::Nobody => Vec::new(),
            Who::Nonsense => {
                [as_any("x"), bearer("x"), vec![("cookie", format!("tessera-preview={}", self.ada_id))]].concat()
            }
            Who::Customer => as_any(&session(&self.ada).await),
            Who::Technician => as_any(&session(&self.ben).await),
            Who::Stranger => {
                let nobody = IdentityKey { subject: "nobody".to_owned(), ..self.ada.identity.clone() };
                as_any(&session(&SignIn { identity: nobody, ..self.ada.clone() }).await)
            }
            Who::Staff => as_any(self.staff(house).await),
            Who::Preview => {
                let token = self.staff(house).await.to_owned();
                vec![("cookie", format!("tessera-staff={token}; tessera-preview={}", self.ada_id))]
            }
            Who::Machine => bearer(&house.api_key),
            Who::App => bearer(&self.app),
            Who::Desk => bearer(HOOK_SECRET),
            Who::Policy => bearer(B2C_KEY),
            Who::Platform => vec![
                ("x-cloudplatform-applicationid", MARKET.0.to_owned()),
                ("x-cloudplatform-apikey", STANDARD.encode(MARKET.1)),
            ],
        }
    }

    async fn staff(&mut self, house: &House) -> &str {
        if house.hub.staff_session(&self.staff).await.unwrap().is_none() {
            let SignInOutcome::In(token) = house.hub.sign_in_staff(STAFF.0, STAFF.1).await.unwrap() else { panic!() };
            self.staff = token;
        }
        &self.staff
    }
}

fn sign_in(house: &House, who: Known) -> SignIn {
    let account = house.idp.accounts().into_iter().find(|account| account.email == who.email).unwrap();
    let identity = IdentityKey { issuer: house.idp_url.clone(), subject: account.sub };
    SignIn { identity, provider: "idp".into(), email: Some(who.email.into()), email_verified: true, name: None }
}

/// What was answered, as far as it matters here.
#[derive(Debug)]
struct Answered {
    status: u16,
    to: String,
    body: String,
}

async fn ask(http: &Client, method: &Method, url: &str, credentials: &[(&'static str, String)]) -> Answered {
    let mut request = http.request(method.clone(), url);
    for (name, value) in credentials {
        request = request.header(*name, value);
    }
    let answer = request.send().await.unwrap();
    let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    Answered { status: answer.status().as_u16(), to, body: answer.text().await.unwrap() }
}

/// The address of a path with some value where a parameter stands.
fn filled(house: &House, path: &str) -> String {
    let value = |segment: &str| match segment {
        "{portal}" => "tech".to_owned(),
        "{provider}" => "idp".to_owned(),
        _ if segment.starts_with('{') => SOME_ID.to_owned(),
        _ => segment.to_owned(),
    };
    format!("{}{}", house.url, path.split('/').map(value).collect::<Vec<_>>().join("/"))
}

/// Whether a face asked in its own way who is there.
fn is_refused(route: &Route, answered: &Answered) -> bool {
    let to = answered.to.split('?').next().unwrap_or_default();
    let json = || serde_json::from_str::<Value>(&answered.body).unwrap_or_default();
    match route.rule {
        Rule::Anybody | Rule::WayIn | Rule::Link => false,
        Rule::SignedIn | Rule::CustomerPortal => to == "/portal/customer/sign-in",
        Rule::NamedPortal => to == "/portal/tech/sign-in",
        Rule::Staff => to == "/console/sign-in",
        Rule::ApiKey | Rule::AppToken | Rule::Hook => answered.status == 401 && json()["code"] == "unauthorized",
        // This house expects no events: then the address is nobody's.
        Rule::Policy if route.path == "/b2c/events" => answered.status == 404,
        Rule::Policy => answered.status == 401 && json()["code"] == "unauthorized",
        Rule::Marketplace => answered.status == 200 && json()["Code"] == Code::Unauthorized.number(),
    }
}

fn is_as(should: End, route: &Route, answered: &Answered) -> bool {
    // Whoever signs out is where whoever is not signed in is, and nothing is to be had from Entra here.
    let alike = ["/console/sign-out", "/b2c/events"].contains(&route.path.as_str());
    match should {
        End::Refused => is_refused(route, answered),
        End::Forbidden => answered.status == 403,
        End::Home => answered.status == 303 && answered.to == "/portal/customer",
        End::In if alike || matches!(route.rule, Rule::Anybody | Rule::WayIn | Rule::Link) => true,
        End::In => !is_refused(route, answered) && !(answered.status == 403 && answered.body.contains("Code <code>")),
    }
}

pub async fn p08_every_route_keeps_the_rule_it_declares(house: House) {
    use Who::{App, Customer, Desk, Machine, Nobody, Nonsense, Platform, Policy, Preview, Staff, Stranger, Technician};
    let mut everybody = Everybody::of(&house).await;
    let (http, mut wrong) = (client(), Vec::new());
    for route in tessera_web::routes() {
        let url = filled(&house, &route.path);
        // Whoever goes in or out by a door loses the session that is tried.
        let open = matches!(route.rule, Rule::Anybody | Rule::WayIn | Rule::Link);
        let who: &[Who] = if open {
            &[Nobody, Nonsense]
        } else {
            &[Nobody, Nonsense, Customer, Technician, Stranger, Staff, Preview, Machine, App, Desk, Policy, Platform]
        };
        for &who in who {
            let credentials = everybody.credentials(&house, who).await;
            let answered = ask(&http, &route.method, &url, &credentials).await;
            let asked = format!("{who:?} {} {}: {} {}", route.method, route.path, answered.status, answered.to);
            if answered.status >= 500 || answered.status == 405 {
                wrong.push(format!("{asked} is no answer"));
            }
            assert!(who != Customer || !answered.body.contains(BEN.email), "{asked} tells of somebody else");
            if who == Nobody || who == Nonsense {
                let tells = answered.body.contains(ADA.email) || answered.body.contains("Ada Example");
                // The API's description has examples.
                assert!(!tells || route.rule == Rule::Anybody, "{asked} tells of a customer");
                if route.method == Method::GET {
                    let head = ask(&http, &Method::HEAD, &url, &credentials).await;
                    assert_eq!((head.status, head.to), (answered.status, answered.to.clone()), "HEAD as {asked}");
                }
            }
            let should = should(who, &route);
            if !is_as(should, &route, &answered) {
                wrong.push(format!("{asked} is not {should:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub async fn p08_nothing_answers_but_what_is_declared(house: House) {
    let routes = tessera_web::routes();
    let listed = |rules: &[Rule]| -> BTreeSet<(String, String)> {
        let open = routes.iter().filter(|route| rules.contains(&route.rule));
        open.map(|route| (route.method.to_string(), route.path.clone())).collect()
    };
    let named = |known: &[(&str, &str)]| -> BTreeSet<(String, String)> {
        known.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect()
    };
    assert_eq!(listed(&[Rule::Anybody, Rule::WayIn]), named(OPEN));
    assert_eq!(listed(&[Rule::Link]), named(LINKS));
    for rule in Rule::ALL {
        assert!(routes.iter().any(|route| route.rule == rule), "{rule:?} is a route's");
    }

    let operations = house.api.operations();
    let described =
        operations.iter().map(|it| (it.method.to_string(), format!("/api/v1{}", it.path), it.scheme.as_str()));
    let described: BTreeSet<_> = described.collect();
    let declared = routes.iter().filter_map(|route| {
        let scheme = match route.rule {
            Rule::ApiKey => "apiKey",
            Rule::AppToken => "bearer",
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
        for method in
            ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].into_iter().filter(|it| !declared.contains(it))
        {
            let answered = ask(&http, &method.parse().unwrap(), &filled(&house, path), &[]).await;
            assert_eq!(answered.status, 405, "{method} {path} is not declared");
        }
    }
}

#[test]
fn p08_routers_are_made_in_one_place() {
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
    assert!(places[0].ends_with("routes.rs"));
}
