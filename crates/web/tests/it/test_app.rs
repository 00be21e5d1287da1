//! A whole app: the hub and its outside systems on loopback, with a clock that stands still until it is moved.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tessera_core::kernel::actor::{Actor, Channel};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tessera_connect::invoice_feed::{Feed, Format, Location};
use tessera_connect::oidc::{self, Provider, Verifier, VerifierConfig};
use tessera_connect::reachability::OverHttp;
use tessera_connect::{Environment, freshsales, freshservice, mail};
use tessera_core::access::RoleFunctions;
use tessera_core::access::licence::LicenceType;
use tessera_core::devices::DeviceType;
use tessera_core::invoices::{CustomerKey, Delivered, FieldNames, Mapping};
use tessera_core::kernel::clock::ManualClock;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::marketplace::matching::Compare;
use tessera_core::marketplace::{Choice, DataType, MatchRule, OptionKind, SyncOption};
use tessera_core::returns::ReturnReason;
use tessera_core::sync::absence::Grace;
use tessera_core::sync::sweep::Brake;
use tessera_hub::marketplace::{Application, MarketplaceConfig, Setting};
use tessera_hub::{
    Brand, Config, Counting, Ctx, Env, Hub, Invoices, Parts, Requests, Returns, SeatRule, SeatRules, SecretKey, Sweeps,
};
use tessera_sim::clock::Clock;
use tessera_sim::idp::{self, Idp};
use tessera_sim::mail::MailSink;
use tessera_sim::server::Running;
use tessera_store::Store;
use tessera_web::b2c::B2c;
use tessera_web::pages::Renderer;
use tessera_web::{App, HookAuth, HookFields, TemplateEmails, WebConfig};
use testkit::{Databases, Stage};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

use crate::browser::{Browser, Page};
use crate::contract::Contract;
use crate::people::{PASSWORD, world};

/// Application id and key of the marketplace without a prefix. The key looks encoded, as such keys do.
pub const MARKET: (&str, &str) = ("5F2B3C1E-7a64-4d0b-9d53-3a7c1f0e2b90", "c2VjcmV0IG9mIHRoZSBtYXJrZXQ=");

/// What the service desk's workflows send along.
pub const HOOK_SECRET: &str = "the secret of the hooks";
/// The hub at the identity provider.
const HUB_CLIENT: (&str, &str) = ("tessera-hub", "a client secret");
/// What the policy's REST step sends along.
pub const B2C_KEY: &str = "the key of the policy";
/// The policy through which links in the form of B2C lead.
pub const POLICY: &str = "B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE";
/// The company's website, where the policy sends people back to.
pub const WEBSITE: (&str, &str) = ("website", "https://www.example.com/");
/// The app at the identity provider.
pub const APP_CLIENT: &str = "app";
const APP_REDIRECT: &str = "http://127.0.0.1:49152/callback";
/// The pair of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The hub, its outside systems, and who speaks with them.
pub struct TestApp {
    /// Where the hub is, without a trailing slash.
    pub url: String,
    /// The hub from inside: `hub.run_pending()` does what waits in the background.
    pub hub: Hub,
    /// Its store, to be written to.
    pub store: Store,
    /// The service desk.
    pub desk: tessera_sim::freshservice::Freshservice,
    /// The CRM.
    pub crm: tessera_sim::freshsales::Freshsales,
    /// The identity provider.
    pub idp: Idp,
    /// Where the identity provider is.
    pub idp_url: String,
    /// Where every mail ends.
    pub mail: MailSink,
    /// A key for the admin API.
    pub api_key: String,
    /// The API, each answer of which is held against its description.
    pub api: Contract,
    /// The database.
    pub database: String,
    /// The file that invoices are read from.
    pub invoices: PathBuf,
    /// Time and chance, for more that shall live in this app.
    pub environment: Environment,
    _feed: NamedTempFile,
    clock: Arc<ManualClock>,
    stand_ins_clock: Clock,
    _running: Vec<Running>,
    _serving: JoinSet<()>,
}

impl Stage for TestApp {
    async fn set(databases: Databases) -> Self {
        Self::on(&databases.empty().await).await
    }
}

impl TestApp {
    async fn on(database: &str) -> Self {
        let start: Timestamp = "2026-06-01T08:00:00Z".parse().unwrap();
        let (clock, stand_ins_clock) = (Arc::new(ManualClock::new(start)), Clock::manual(start));
        let environment = Environment::manual(clock.clone());
        let (listener, url) = bind().await;
        // Browsers know passkeys by names of hosts, not by numbers.
        let url = url.replace("127.0.0.1", "localhost");
        let (idp_listener, idp_url) = bind().await;
        let smtp = bind().await.0;
        let smtp_url = format!("smtp://{}", smtp.local_addr().unwrap());

        let desk = desk(&stand_ins_clock);
        let crm = crm(&stand_ins_clock);
        let idp = provider(&idp_url, &url, &stand_ins_clock);
        let mail = MailSink::start(smtp);
        let desk_running = Running::serve(bind().await.0, desk.router()).unwrap();
        let crm_running = Running::serve(bind().await.0, crm.router()).unwrap();
        let idp_running = Running::serve(idp_listener, idp.router()).unwrap();

        let feed = NamedTempFile::new().unwrap();
        let renderer = Arc::new(Renderer::new(None).unwrap());
        let brand = Brand {
            name: "Sunfield Energy".to_owned(),
            support_email: Some("help@example.com".to_owned()),
            support_phone: None,
            help_url: None,
        };
        let store = Store::open(database).await.unwrap();
        let hub = Hub::new(Parts {
            config: Config {
                public_url: url.parse().unwrap(),
                secret_key: SecretKey::new(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap(),
                invitation_lifetime: SignedDuration::from_hours(14 * 24),
                session_lifetime: SignedDuration::from_hours(12),
                activation_licence: Some(LicenceType::Custportal),
                seats: seats(),
                self_registration: true,
                role_functions: RoleFunctions::default(),
                device_type: DeviceType::default(),
                documents: crate::device_documents::configured(),
                brand: brand.clone(),
                grace: Grace::default(),
                sweep: Sweeps::default(),
                brake: Brake::default(),
                marketplaces: marketplaces(),
                requests: requests(),
                audit: None,
                returns: Returns {
                    reasons: ReturnReason::usual(),
                    currency: Currency::parse("EUR").unwrap(),
                    instructions: Some("Sunfield Repairs, 1 Example Way".to_owned()),
                },
            },
            store: store.clone(),
            desk: Arc::new(connect_desk(&desk_running, &desk, &environment)),
            crm: Arc::new(connect_crm(&crm_running, &environment)),
            invoices: Some(invoices(feed.path(), &environment)),
            providers: vec![Arc::new(connect_provider(&idp_url, &url, &environment))],
            mailer: Arc::new(connect_mail(smtp_url, &clock)),
            reach: Arc::new(OverHttp),
            emails: Arc::new(TemplateEmails::new(renderer.clone(), brand)),
            env: Env::new(clock.clone()),
        });
        let api_key = hub.put_api_key("test", &CLI).await.unwrap();
        let issuer = VerifierConfig::new("idp", &idp_url, vec![APP_CLIENT.to_owned()]);
        let verifier = Arc::new(Verifier::new(vec![issuer], environment.clone()).unwrap());
        let hook_auth = HookAuth { header: "Authorization".to_owned(), secret: SecretString::from(HOOK_SECRET) };
        let (hook_auth, hook_fields) = (Some(hook_auth), HookFields::default());
        let web = WebConfig {
            trust_forwarded_for: false,
            hook_auth,
            hook_fields,
            b2c: Some(b2c()),
            body_within: Duration::from_mins(2),
        };
        let app = App::new(hub.clone(), renderer, verifier, web);
        let mut serving = JoinSet::new();
        let service = tessera_web::router(app).into_make_service_with_connect_info::<SocketAddr>();
        serving.spawn(async move { axum::serve(listener, service).await.unwrap() });

        Self {
            api: Contract::of(&url).await,
            url,
            store,
            hub,
            desk,
            crm,
            idp,
            idp_url,
            mail,
            api_key,
            database: database.to_owned(),
            invoices: feed.path().to_owned(),
            _feed: feed,
            environment,
            clock,
            stand_ins_clock,
            _running: vec![desk_running, crm_running, idp_running],
            _serving: serving,
        }
    }

    /// Moves every clock on.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(SignedDuration::try_from(by).unwrap());
        self.stand_ins_clock.advance(by);
    }

    /// Invites a requester by the API, and tells the answer.
    pub async fn invite(&self, requester: &str) -> Value {
        let answer = self.api.post("/invitations", &self.api_key, json!({ "requester_id": requester })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// Invites a requester, and tells the link alone.
    pub async fn link(&self, requester: &str) -> String {
        self.invite(requester).await["url"].as_str().unwrap().to_owned()
    }

    /// Opens an activation link and signs in through it; ends on the page that the hub then shows.
    pub async fn activate(&self, browser: &mut Browser, link: &str, email: &str) -> Page {
        let callback = self.come_back_from_signing_in(browser, link, email).await;
        browser.open(&callback).await
    }

    /// The same up to the address at which the hub waits; it is not opened.
    pub async fn come_back_from_signing_in(&self, browser: &mut Browser, link: &str, email: &str) -> String {
        let page = browser.open(link).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = browser.submit(&page, &[("provider", "idp")]).await;
        assert!(page.url.starts_with(&self.idp_url), "at the identity provider: {}", page.url);
        browser.submit_only(&page, &[("email", email), ("password", PASSWORD)]).await
    }

    /// Somebody who was invited, has activated, and whose background work is done.
    pub async fn activated(&self, who: crate::people::Known) -> Browser {
        let mut browser = Browser::new();
        let link = self.link(who.requester).await;
        self.activate(&mut browser, &link, who.email).await;
        self.hub.run_pending().await;
        browser
    }

    /// Makes an account at the identity provider.
    pub async fn sign_up(&self, email: &str) {
        let order = json!({ "email": email, "password": PASSWORD, "name": "Somebody Example" });
        let answer = client().post(format!("{}/_sim/accounts", self.idp_url)).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), 201);
    }

    /// What the app gets when somebody signs in: an access token.
    pub async fn access_token(&self, email: &str) -> String {
        self.tokens(email).await["access_token"].as_str().unwrap().to_owned()
    }

    /// All tokens the app gets.
    pub async fn tokens(&self, email: &str) -> Value {
        let mut browser = Browser::new();
        let mut authorize = Url::parse(&format!("{}/authorize", self.idp_url)).unwrap();
        authorize.query_pairs_mut().extend_pairs([
            ("client_id", APP_CLIENT),
            ("redirect_uri", APP_REDIRECT),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let page = browser.open(authorize.as_str()).await;
        let back = browser.submit_only(&page, &[("email", email), ("password", PASSWORD)]).await;
        let back = Url::parse(&back).unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("client_id", APP_CLIENT),
            ("redirect_uri", APP_REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let answer = client().post(format!("{}/token", self.idp_url)).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// The id of the customer who has a requester.
    pub async fn customer_of(&self, requester: &str) -> String {
        let path = format!("/customers?record=freshservice:requester:{requester}");
        let found = self.api.get(&path, &self.api_key).await.json();
        found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no customer has {requester}: {found}")).to_owned()
    }
}

/// A client that follows nothing and uses no proxy. Like a browser it says where its requests come from: from the hub's own pages.
pub fn client() -> Client {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    let ours = [(HeaderName::from_static("sec-fetch-site"), HeaderValue::from_static("same-origin"))];
    client.default_headers(ours.into_iter().collect()).timeout(Duration::from_secs(30)).build().unwrap()
}

async fn bind() -> (TcpListener, String) {
    let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Invoices in a JSON file that name customers by their requester, and one place.
fn invoices(file: &Path, environment: &Environment) -> Invoices {
    let format = Format::Json { list: "invoices".to_owned() };
    let (location, fields) = (Location::File(file.to_owned()), FieldNames::default());
    let places = BTreeMap::from([("NOWHERE".to_owned(), PlaceId(uuid::Uuid::from_u128(9)))]);
    Invoices {
        source: Arc::new(Feed::new("books", location, format, fields.clone(), environment.clone()).unwrap()),
        mapping: Mapping {
            fields,
            currency: Currency::parse("EUR"),
            decimal: '.',
            date_format: None,
            statuses: BTreeMap::from([("settled".to_owned(), Delivered::Paid)]),
        },
        customer: CustomerKey::Record(RecordKey::new("freshservice", Kind::Requester, "")),
        places,
        every: SignedDuration::from_hours(1),
    }
}

/// The usual kinds, and a status of the service desk's own.
fn requests() -> Requests {
    Requests { statuses: [(6, "Waiting for a spare part".to_owned())].into(), ..Requests::default() }
}

/// Two marketplaces: one at the root with rules and every usual option, one below a prefix with a setting.
fn marketplaces() -> Vec<MarketplaceConfig> {
    let option = |id: &str, name: &str| SyncOption { id: id.into(), name: name.into(), ..SyncOption::default() };
    let choice = |id: &str, name: &str| Choice { id: id.into(), name: name.into(), ..Choice::default() };
    let rule = |by: &str, compare| MatchRule { by: by.parse().unwrap(), compare };
    let application = |id: &str, key: &str| Application { id: id.into(), key: SecretString::from(key) };
    vec![
        MarketplaceConfig {
            name: "market".to_owned(),
            display_name: "Example Market".to_owned(),
            prefix: String::new(),
            applications: vec![application(MARKET.0, MARKET.1)],
            settings: Vec::new(),
            options: vec![
                SyncOption { required: true, ..option("username", "Username") },
                SyncOption {
                    kind: OptionKind::List,
                    values: vec![choice("1", "User"), choice("2", "Reseller")],
                    ..option("role", "Role")
                },
                SyncOption { storefront: true, ..option("domain", "Domain") },
                SyncOption { storefront: true, ..option("vat", "VAT number") },
                SyncOption { data_type: DataType::Number, ..option("seats", "Seats") },
            ],
            matching: vec![
                rule("option:domain", Compare::Domain),
                rule("option:vat", Compare::Number),
                rule("option:username", Compare::Email),
                rule("attribute:email", Compare::Email),
            ],
            licence: Some(LicenceType::Custportal),
            invite: true,
        },
        MarketplaceConfig {
            name: "partner-market".to_owned(),
            display_name: "Partner Market".to_owned(),
            prefix: "/partner".to_owned(),
            applications: vec![application("another id", "x"), application(MARKET.0, "another key")],
            settings: vec![Setting {
                id: "PartnerCode".to_owned(),
                values: vec![SecretString::from("4711"), SecretString::from("4713")],
            }],
            options: vec![SyncOption { required: true, storefront: true, ..option("tenant", "Tenant") }],
            matching: Vec::new(),
            licence: None,
            invite: true,
        },
    ]
}

fn desk(clock: &Clock) -> tessera_sim::freshservice::Freshservice {
    use tessera_sim::freshservice::{Freshservice, Options, Plan};
    let clock = clock.clone();
    let desk = Freshservice::new(Options { plan: Plan::Unlimited, clock, ..Options::default() }).unwrap();
    desk.load(&world());
    desk
}

pub const CRM_KEY: &str = "the key of the CRM";

fn crm(clock: &Clock) -> tessera_sim::freshsales::Freshsales {
    use tessera_sim::freshsales::{Freshsales, Options, Plan};
    let crm = Freshsales::new(Options {
        api_key: CRM_KEY.to_owned(),
        plan: Plan::Unlimited,
        lookup_lag: Duration::ZERO,
        clock: clock.clone(),
        ..Options::default()
    });
    let crm = crm.unwrap();
    crm.load(&world());
    crm
}

fn provider(url: &str, hub: &str, clock: &Clock) -> Idp {
    let mut options = idp::Options::new(url);
    options.clock = clock.clone();
    options.clients = vec![
        idp::Client {
            client_id: HUB_CLIENT.0.to_owned(),
            secret: Some(HUB_CLIENT.1.to_owned()),
            name: "Sunfield Energy".to_owned(),
            redirect_uris: vec![format!("{hub}/auth/idp/callback")],
            ..idp::Client::default()
        },
        idp::Client {
            client_id: APP_CLIENT.to_owned(),
            redirect_uris: vec![APP_REDIRECT.to_owned()],
            ..idp::Client::default()
        },
        idp::Client {
            client_id: WEBSITE.0.to_owned(),
            secret: Some("a website's secret".to_owned()),
            redirect_uris: vec![WEBSITE.1.to_owned()],
            ..idp::Client::default()
        },
    ];
    options.policies = vec![idp::Policy {
        name: POLICY.to_owned(),
        parameter: "requesterId".to_owned(),
        step: Some(idp::RestStep {
            url: format!("{hub}/b2c/link"),
            header: "x-api-key".to_owned(),
            key: B2C_KEY.to_owned(),
            failure: idp::Failure::Redirect,
            lose_first_answer: true,
        }),
    }];
    Idp::new(options).unwrap().load(&world())
}

/// How the hub serves the policy of the stand-in.
/// One seat of NAMED at a time, and one of STUDIO for good; everything else for any number.
fn seats() -> SeatRules {
    let rule = |counting| SeatRule { count: 1, counting };
    let rules = BTreeMap::from([("NAMED", rule(Counting::Concurrent)), ("STUDIO", rule(Counting::Named))]);
    SeatRules { rules, idle: SignedDuration::from_mins(30) }
}

pub fn b2c() -> B2c {
    let mut b2c = B2c::new("idp");
    b2c.senders.api_key = Some(("x-api-key".to_owned(), SecretString::from(B2C_KEY)));
    let form = json!({ "tenant": "marzipan", "policy": POLICY, "client_id": WEBSITE.0, "redirect_uri": WEBSITE.1 });
    b2c.links.insert("production".to_owned(), serde_json::from_value(form).unwrap());
    b2c
}

fn connect_desk(
    running: &Running,
    desk: &tessera_sim::freshservice::Freshservice,
    environment: &Environment,
) -> freshservice::Freshservice {
    let key = SecretString::from(desk.api_key().to_owned());
    let mut config =
        freshservice::Config::new("freshservice", running.url().parse().unwrap(), key, DeviceType::default().0);
    config.plan = freshservice::Plan::Enterprise;
    freshservice::Freshservice::new(config, environment.clone()).unwrap()
}

fn connect_crm(running: &Running, environment: &Environment) -> freshsales::Freshsales {
    let base = format!("{}/crm/sales/api", running.url()).parse().unwrap();
    let config = freshsales::Config::new("freshsales", base, SecretString::from(CRM_KEY));
    freshsales::Freshsales::new(&config, environment.clone()).unwrap()
}

fn connect_provider(idp: &str, hub: &str, environment: &Environment) -> Provider {
    let redirect = format!("{hub}/auth/idp/callback").parse().unwrap();
    let mut config = oidc::Config::new("idp", idp, HUB_CLIENT.0, redirect);
    config.client_secret = Some(SecretString::from(HUB_CLIENT.1));
    Provider::new(config, environment.clone()).unwrap()
}

fn connect_mail(url: String, clock: &Arc<ManualClock>) -> mail::Mailer {
    let from = "Sunfield Energy <accounts@example.com>".to_owned();
    mail::Mailer::new(&mail::Config { url: SecretString::from(url), from, reply_to: None }, clock.clone()).unwrap()
}

/// Whoever works at the command line.
pub const CLI: Ctx = Ctx::new(Actor::Cli, Channel::Cli);

/// A member of staff in the console.
pub const JO: Ctx = Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);

/// The service desk through its hook.
pub const DESK: Ctx = Ctx::new(Actor::System(Cow::Borrowed("freshservice")), Channel::Hook);

/// A machine with an API key.
pub const MACHINE: Ctx = Ctx::new(Actor::ApiKey(Cow::Borrowed("test")), Channel::Api);
