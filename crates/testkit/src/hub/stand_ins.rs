//! The stand-ins of the outside systems on loopback, and the hub's clients for them.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::Value;
use tessera_connect::{Environment, freshsales, freshservice, mail, service_manager};
use tessera_core::devices::DeviceType;
use tessera_core::kernel::clock::ManualClock;
use tessera_sim::clock::Clock;
use tessera_sim::freshsales::{self as crm_stand_in, Freshsales};
use tessera_sim::freshservice::{self as desk_stand_in, Freshservice};
use tessera_sim::idp::Idp;
use tessera_sim::mail::MailSink;
use tessera_sim::server::Running;
use tokio::net::TcpListener;

use super::customers::world;
use super::identity_provider::provider;
use crate::browser::client;

/// The CRM's API key.
pub const CRM_KEY: &str = "the key of the CRM";

/// The stand-ins.
pub struct StandIns {
    /// The service desk.
    pub desk: Freshservice,
    /// The CRM.
    pub crm: Freshsales,
    /// The identity provider.
    pub idp: Idp,
    /// The identity provider's URL.
    pub idp_url: String,
    /// Every e-mail that was sent.
    pub mail: MailSink,
    desk_running: Running,
    crm_running: Running,
    _idp_running: Running,
    smtp_url: String,
}

impl StandIns {
    /// Starts the stand-ins. The identity provider knows the hub by its public URL.
    pub(super) async fn start(public_url: &str, clock: &Clock) -> Self {
        let idp_listener = bind().await;
        let idp_url = format!("http://{}", idp_listener.local_addr().unwrap());
        let smtp = bind().await;
        let smtp_url = format!("smtp://{}", smtp.local_addr().unwrap());
        let (desk, crm, idp) = (desk(clock), crm(clock), provider(&idp_url, public_url, clock));
        Self {
            desk_running: Running::serve(bind().await, desk.router()).unwrap(),
            crm_running: Running::serve(bind().await, crm.router()).unwrap(),
            _idp_running: Running::serve(idp_listener, idp.router()).unwrap(),
            mail: MailSink::start(smtp),
            desk,
            crm,
            idp,
            idp_url,
            smtp_url,
        }
    }

    pub(super) fn desk_client(
        &self,
        environment: &Environment,
        calls_per_minute: Option<u32>,
    ) -> freshservice::Freshservice {
        let key = SecretString::from(self.desk.api_key().to_owned());
        let url = self.desk_running.url().parse().unwrap();
        let mut config = freshservice::Config::new("freshservice", url, key, DeviceType::default().0);
        config.plan = freshservice::Plan::Enterprise;
        config.calls_per_minute = calls_per_minute;
        freshservice::Freshservice::new(config, environment.clone()).unwrap()
    }

    pub(super) fn crm_client(&self, environment: &Environment) -> freshsales::Freshsales {
        let base = format!("{}/crm/sales/api", self.crm_running.url()).parse().unwrap();
        let config = freshsales::Config::new("freshsales", base, SecretString::from(CRM_KEY));
        freshsales::Freshsales::new(&config, environment.clone()).unwrap()
    }

    pub(super) fn mail_client(&self, clock: &Arc<ManualClock>) -> mail::Mailer {
        let from = "Sunfield Energy <accounts@example.com>".to_owned();
        let config = mail::Config { url: SecretString::from(self.smtp_url.clone()), from, reply_to: None };
        mail::Mailer::new(&config, clock.clone()).unwrap()
    }

    /// Calls the service desk's own API, like its staff.
    pub async fn call_desk(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/api/v2{path}", self.desk_running.url());
        let request = client().request(method, url).basic_auth(self.desk.api_key(), Some("X"));
        answer(request, path, body).await
    }

    /// Calls the CRM's own API.
    pub async fn call_crm(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/crm/sales/api{path}", self.crm_running.url());
        let request = client().request(method, url).header("authorization", format!("Token token={CRM_KEY}"));
        answer(request, path, body).await
    }
}

async fn answer(request: reqwest::RequestBuilder, path: &str, body: Value) -> Value {
    let answer = if body.is_null() { request.send().await } else { request.json(&body).send().await }.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Binds a free port on loopback.
pub(crate) async fn bind() -> TcpListener {
    Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

fn desk(clock: &Clock) -> Freshservice {
    let (plan, clock) = (desk_stand_in::Plan::Unlimited, clock.clone());
    let options = desk_stand_in::Options { plan, clock, ..desk_stand_in::Options::default() };
    let desk = Freshservice::new(options).unwrap();
    desk.load(&world());
    desk
}

fn crm(clock: &Clock) -> Freshsales {
    let options = crm_stand_in::Options {
        api_key: CRM_KEY.to_owned(),
        plan: crm_stand_in::Plan::Unlimited,
        lookup_lag: Duration::ZERO,
        clock: clock.clone(),
        ..crm_stand_in::Options::default()
    };
    let crm = Freshsales::new(options).unwrap();
    crm.load(&world());
    crm
}

/// Calls vendors of the marketplace by HTTP.
pub(super) fn vendors_client(environment: &Environment) -> Arc<service_manager::OverHttp> {
    Arc::new(service_manager::OverHttp::new(environment.clone()).unwrap())
}
