//! Options of a test's application, and its start.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tessera_connect::Environment;
use tessera_connect::oidc::{self, Verifier, VerifierConfig};
use tessera_hub::{Config, Hub, PasswordCost, Secret};
use tessera_store::Faults;
use tessera_web::b2c::B2c;
use tessera_web::pages::Renderer;
use tessera_web::{App, ConnectionLimits, HookAuth, HookFields, TemplateEmails, TrustedProxies, WebConfig};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::app::TestApp;
use super::contract::Contract;
use crate::databases::Databases;
use crate::hub::{APP_CLIENT, B2C_KEY, CLI, POLICY, TestHub, TestHubBuilder, WEBSITE, bind};

/// The secret of the service desk's webhook.
pub const HOOK_SECRET: &str = "the secret of the hooks";

/// Options of a [`TestApp`].
pub struct TestAppBuilder {
    hub: TestHubBuilder,
    web: Box<dyn FnOnce(&mut WebConfig) + Send>,
}

impl Default for TestAppBuilder {
    fn default() -> Self {
        Self { hub: TestHub::builder(), web: Box::new(|_| ()) }
    }
}

impl TestAppBuilder {
    /// Changes the configuration of the hub.
    #[must_use]
    pub fn config(self, change: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        Self { hub: self.hub.config(change), ..self }
    }

    /// Changes the configuration of the identity provider.
    #[must_use]
    pub fn provider(self, change: impl FnOnce(&mut oidc::Config) + Send + 'static) -> Self {
        Self { hub: self.hub.provider(change), ..self }
    }

    /// Sets the cost of hashing a password, which is next to nothing by default.
    #[must_use]
    pub fn password_cost(self, cost: PasswordCost) -> Self {
        Self { hub: self.hub.password_cost(cost), ..self }
    }

    /// Decides the fate of each call that the hub makes of its database.
    #[must_use]
    pub fn store_faults(self, faults: Arc<dyn Faults>) -> Self {
        Self { hub: self.hub.store_faults(faults), ..self }
    }

    /// Changes the configuration of the web interfaces.
    #[must_use]
    pub fn web(self, change: impl FnOnce(&mut WebConfig) + Send + 'static) -> Self {
        Self { web: Box::new(change), ..self }
    }

    /// Starts everything on an empty database.
    pub async fn start(self, databases: &Databases) -> TestApp {
        let (listener, url) = listen().await;
        // Browsers support passkeys for host names, not for IP addresses.
        let url = url.replace("127.0.0.1", "localhost");
        let renderer = Arc::new(Renderer::new(None).unwrap());
        let for_emails = renderer.clone();
        let hub = self.hub.public_url(&url).emails(|brand| Arc::new(TemplateEmails::new(for_emails, brand)));
        let test_hub = hub.start(databases).await;
        let api_key = test_hub.hub.put_api_key("test", &CLI).await.unwrap();
        let mut web = web_config();
        (self.web)(&mut web);
        let mut serving = JoinSet::new();
        serve(&mut serving, listener, Interfaces::of(&test_hub).with(renderer, web));
        TestApp { api: Contract::of(&url), url, api_key, test_hub, serving: Mutex::new(serving) }
    }
}

impl TestApp {
    /// Serves the same hub through web interfaces with another configuration, and returns their URL.
    pub async fn serve_with(&self, change: impl FnOnce(&mut WebConfig)) -> String {
        let (listener, url) = listen().await;
        let mut web = web_config();
        change(&mut web);
        let renderer = Arc::new(Renderer::new(None).unwrap());
        let interfaces = Interfaces::of(&self.test_hub);
        serve(&mut self.serving.lock().unwrap(), listener, interfaces.with(renderer, web));
        url
    }

    /// Serves the same hub with another configuration of the B2C interface.
    pub async fn serve_b2c_with(&self, change: impl FnOnce(&mut B2c)) -> String {
        self.serve_with(|web| web.b2c.as_mut().map_or((), change)).await
    }
}

pub(super) async fn listen() -> (TcpListener, String) {
    let listener = bind().await;
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// What the web interfaces of a process consist of.
pub(super) struct Interfaces<'a> {
    pub(super) hub: Hub,
    pub(super) environment: Environment,
    pub(super) idp_url: &'a str,
}

impl<'a> Interfaces<'a> {
    fn of(test_hub: &'a TestHub) -> Self {
        let (hub, environment) = (test_hub.hub.clone(), test_hub.environment.clone());
        Self { hub, environment, idp_url: &test_hub.idp_url }
    }

    pub(super) fn with(self, renderer: Arc<Renderer>, web: WebConfig) -> App {
        let issuer = VerifierConfig::new("idp", self.idp_url, vec![APP_CLIENT.to_owned()]);
        let verifier = Verifier::new(vec![issuer], self.environment).unwrap();
        App::new(self.hub, renderer, Arc::new(verifier), web)
    }
}

pub(super) fn serve(serving: &mut JoinSet<()>, listener: TcpListener, faces: App) {
    serving.spawn(tessera_web::serve(faces, listener));
}

pub(super) fn web_config() -> WebConfig {
    WebConfig {
        proxies: TrustedProxies::default(),
        hook_auth: Some(HookAuth { header: "Authorization".to_owned(), secret: Secret::new(HOOK_SECRET).unwrap() }),
        hook_fields: HookFields::default(),
        b2c: Some(b2c()),
        body_within: Duration::from_mins(2),
        upload_pace: Duration::from_secs(15),
        connections: ConnectionLimits::default(),
        hsts_subdomains: false,
    }
}

/// Configuration of the B2C interface for the stand-in's policy.
fn b2c() -> B2c {
    let mut b2c = B2c::new("idp");
    b2c.senders.api_key = Some(("x-api-key".to_owned(), Secret::new(B2C_KEY).unwrap()));
    let form = json!({ "tenant": "marzipan", "policy": POLICY, "client_id": WEBSITE.0, "redirect_uri": WEBSITE.1 });
    b2c.links.insert("production".to_owned(), serde_json::from_value(form).unwrap());
    b2c
}
