//! Calls of the vendors of a marketplace, by HTTP with the headers of the contract.
//!
//! Vendors are added while the hub runs, and their answers are judged by the contract, not by HTTP. So they have a client
//! of their own, which makes each call once. It limits how many calls of a vendor wait for their answers, and leaves a
//! vendor alone that fails repeatedly. How the calls of jobs are shared among vendors, the job runner decides.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tessera_check::Outcome;
use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::kernel::job::VendorCalls;
use tessera_hub::ports::{
    CallOutcome, ServiceManagers, VendorCallError, VendorCheck, VendorFinding, VendorFindings, VendorReply,
    VendorRequest, VendorRule,
};
use tokio::sync::Semaphore;
use url::Url;

use crate::discipline::{Breaker, Environment, SetupError};
use crate::http_client;
pub use crate::vendor_hosts::VendorHosts;

/// The vendors in the metrics.
const VENDORS: &str = "marketplace_vendors";
/// Timeout for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of an answer. The rest is not read.
const MAX_BODY_SIZE: usize = 2 << 20;
/// Maximum number of calls of one vendor that a person is waiting for. They are beside those of jobs, and do not wait for them.
const FOR_PEOPLE: usize = 2;
/// When a call that finds no room is tried again.
const ROOM_LATER: SignedDuration = SignedDuration::from_secs(2);

/// Calls vendors over HTTP.
#[derive(Debug)]
pub struct OverHttp {
    http: reqwest::Client,
    environment: Environment,
    at_once_per_vendor: usize,
    hosts: VendorHosts,
    vendors: Mutex<HashMap<ServiceManagerId, Arc<Vendor>>>,
}

/// What is known of a vendor in this process.
#[derive(Debug)]
struct Vendor {
    breaker: Breaker,
    room: Semaphore,
    for_people: Semaphore,
}

impl OverHttp {
    /// Builds the client, without redirects.
    pub fn new(environment: Environment) -> Result<Self, SetupError> {
        let http = http_client::client(|client| {
            client
                .connect_timeout(CONNECT_TIMEOUT)
                // On a connection that was closed meanwhile, nobody could tell whether the vendor got the request.
                .pool_max_idle_per_host(0)
                .user_agent(concat!("tessera/", env!("CARGO_PKG_VERSION")))
        });
        let http =
            http.map_err(|error| SetupError { system: "service managers".to_owned(), reason: error.to_string() })?;
        let at_once_per_vendor = VendorCalls::default().at_once_per_vendor;
        Ok(Self { http, environment, at_once_per_vendor, hosts: VendorHosts::default(), vendors: Mutex::default() })
    }

    /// Has jobs call one vendor so often at once.
    #[must_use]
    pub fn at_once_per_vendor(self, calls: usize) -> Self {
        Self { at_once_per_vendor: calls.max(1), ..self }
    }

    /// Calls vendors at these servers only.
    #[must_use]
    pub fn only_at(self, hosts: VendorHosts) -> Self {
        Self { hosts, ..self }
    }

    /// The address, if it may be called.
    fn allowed(&self, address: &str) -> Result<Url, String> {
        let address = Url::parse(address).map_err(|_| format!("{address} is no web address"))?;
        self.hosts.check(&address)?;
        Ok(address)
    }

    fn vendor(&self, id: ServiceManagerId) -> Arc<Vendor> {
        let mut vendors = self.vendors.lock().unwrap_or_else(PoisonError::into_inner);
        let vendor = || {
            let (room, for_people) = (Semaphore::new(self.at_once_per_vendor), Semaphore::new(FOR_PEOPLE));
            Arc::new(Vendor { breaker: Breaker::new(), room, for_people })
        };
        vendors.entry(id).or_insert_with(vendor).clone()
    }

    fn by_wall(&self, steady: Timestamp) -> Timestamp {
        let (now, steady_now) = (self.environment.clock.now(), self.environment.steady_now());
        now.saturating_add(steady.duration_since(steady_now)).unwrap_or(steady)
    }

    /// Counts a call. All vendors are one system: staff add any number of them.
    fn count(&self, sent: &Result<VendorReply, VendorCallError>, began: Timestamp) {
        let outcome = match sent {
            Ok(reply) => CallOutcome::of_status(reply.status),
            Err(_) => CallOutcome::NoAnswer,
        };
        let took = self.environment.steady_now().duration_since(began);
        self.environment.meter.sent(VENDORS, outcome, Duration::try_from(took).unwrap_or_default());
    }

    async fn send(&self, request: &VendorRequest) -> Result<VendorReply, VendorCallError> {
        let headers = headers(request)?;
        let address = self.allowed(&request.address).map_err(VendorCallError::NotSent)?;
        let call = match &request.body {
            Some(body) => self.http.post(address).body(body.clone()),
            None => self.http.get(address),
        };
        let failed = |error: reqwest::Error| {
            let reason = reason(&error);
            let nothing_sent = error.is_connect() || error.is_builder();
            if nothing_sent { VendorCallError::NotSent(reason) } else { VendorCallError::Lost(reason) }
        };
        let mut response = call.headers(headers).timeout(request.within).send().await.map_err(failed)?;
        let (status, mut body) = (response.status().as_u16(), Vec::new());
        while let Some(piece) = response.chunk().await.map_err(|error| VendorCallError::Lost(reason(&error)))? {
            let left = MAX_BODY_SIZE.saturating_sub(body.len());
            body.extend_from_slice(&piece[..piece.len().min(left)]);
            if body.len() >= MAX_BODY_SIZE {
                break;
            }
        }
        Ok(VendorReply { status, body })
    }
}

#[async_trait]
impl ServiceManagers for OverHttp {
    async fn call(&self, request: &VendorRequest) -> Result<VendorReply, VendorCallError> {
        let vendor = self.vendor(request.service_manager);
        // A job waits for its turn, which it gets as soon as another call is answered or given up.
        let place =
            if request.at_once { vendor.for_people.try_acquire().ok() } else { vendor.room.acquire().await.ok() };
        let Some(_place) = place else {
            self.environment.meter.held_back(VENDORS);
            let reason = "other calls are still waiting for their answers".to_owned();
            let at = self.environment.clock.now().saturating_add(ROOM_LATER).unwrap_or(Timestamp::MAX);
            return Err(VendorCallError::Later { reason, at });
        };
        let permit = vendor.breaker.admit(self.environment.steady_now()).map_err(|until| {
            self.environment.meter.held_back(VENDORS);
            let reason = "the vendor failed repeatedly and is left alone for a while".to_owned();
            VendorCallError::Later { reason, at: self.by_wall(until) }
        })?;
        let began = self.environment.steady_now();
        let sent = self.send(request).await;
        self.count(&sent, began);
        match &sent {
            Ok(reply) if reply.status < 500 => permit.answered(),
            _ => permit.failed(self.environment.steady_now()),
        }
        sent
    }

    async fn check(&self, check: &VendorCheck) -> Result<VendorFindings, String> {
        let settings = check.settings.iter();
        let target = tessera_check::Target {
            base_url: self.allowed(&check.base_url)?,
            application_id: check.application_id.clone(),
            api_key: check.api_key.clone(),
            settings: settings.map(|(id, value)| (id.clone(), value.expose_secret().to_owned())).collect(),
            options: BTreeMap::new(),
            timeout: check.timeout,
            within: check.within,
            cleanup: Duration::ZERO,
            existing: None,
        };
        let mut endpoints = BTreeMap::new();
        for (operation, url) in &check.endpoints {
            endpoints.insert((*operation).to_owned(), self.allowed(url)?);
        }
        let report = tessera_check::check_connection(target, endpoints).await.map_err(|error| error.to_string())?;
        Ok(VendorFindings {
            calls: report.calls,
            stopped: report.stopped,
            not_checked: report.not_asked,
            rules: report.findings.into_iter().filter_map(finding).collect(),
        })
    }
}

/// What a check found, unless the rule was not checked.
fn finding(it: tessera_check::Finding) -> Option<VendorFinding> {
    let kept = match it.outcome {
        Outcome::Kept => VendorRule::Kept,
        Outcome::Advice => VendorRule::Advice,
        Outcome::Broken => VendorRule::Broken,
        Outcome::NotAsked | Outcome::NotApplicable => return None,
    };
    Some(VendorFinding {
        id: it.rule.id,
        title: it.rule.title,
        kept,
        found: it.wrong,
        exchange: it.sent.zip(it.received),
        fix: it.rule.mend,
    })
}

fn headers(request: &VendorRequest) -> Result<HeaderMap, VendorCallError> {
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &str, is_secret: bool| -> Result<(), VendorCallError> {
        let unusable = || VendorCallError::NotSent(format!("{name} cannot be sent in a header"));
        let field = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| unusable())?;
        value.set_sensitive(is_secret);
        headers.insert(field, value);
        Ok(())
    };
    put("X-CloudPlatform-ApplicationId", &request.application_id, false)?;
    put("X-CloudPlatform-APIKey", &STANDARD.encode(request.api_key.expose_secret()), true)?;
    for (id, value) in &request.settings {
        let value: &SecretString = value;
        put(&format!("X-CloudPlatform-Setting-{id}"), value.expose_secret(), true)?;
    }
    put("X-CloudPlatform-TrackId", &request.track_id.to_string(), false)?;
    put(header::ACCEPT_LANGUAGE.as_str(), "en", false)?;
    put(header::ACCEPT.as_str(), "application/json", false)?;
    if request.body.is_some() {
        put(header::CONTENT_TYPE.as_str(), "application/json; charset=UTF-8", false)?;
    }
    Ok(headers)
}

/// The cause of an error, without the address.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
