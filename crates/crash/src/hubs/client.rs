//! The client of all hub processes: it asks those that are ready, in turn, as a proxy does, and repeats a request until it is answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tokio::time::sleep;

use super::visitor::attribute;

/// How long a request is repeated.
const WAIT_TIMEOUT: Duration = Duration::from_mins(3);
/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(40);
/// The pause before a request is repeated, in which a killed hub starts again.
const BEFORE_NEXT_TRY: Duration = Duration::from_millis(50);
/// How often a proxy looks whether a process is ready.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Code of an answer that says that an outside system is not available.
const UPSTREAM: &str = "upstream_unavailable";
/// Statuses after which the same request is sent again.
const AGAIN: [u16; 5] = [429, FAULT, 502, 503, 504];
/// Status that no failure around the hub explains: the hub itself has a fault.
const FAULT: u16 = 500;

/// The client.
#[derive(Debug)]
pub struct Client {
    urls: Vec<String>,
    ready: Vec<AtomicBool>,
    next: AtomicUsize,
    http: reqwest::Client,
    key: String,
    tolerant: bool,
    requests: AtomicU64,
    failed: Mutex<BTreeMap<String, u64>>,
    faults: Mutex<BTreeMap<String, u64>>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Target of a redirect.
    pub location: Option<String>,
    /// Cookies that it sets.
    pub cookies: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn read(response: reqwest::Response) -> reqwest::Result<Self> {
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let cookie = |value| {
            let value: String = text(value);
            let pair = value.split(';').next().unwrap_or_default().split_once('=')?;
            Some((pair.0.to_owned(), pair.1.to_owned()))
        };
        Ok(Self {
            status: response.status().as_u16(),
            location: response.headers().get(LOCATION).map(text),
            cookies: response.headers().get_all(SET_COOKIE).iter().filter_map(cookie).collect(),
            body: response.text().await?,
        })
    }

    /// The fields of the forms in the main part of a page, as a browser sends them.
    pub fn fields(&self) -> Vec<(String, String)> {
        let main = self.body.split("<main").nth(1).unwrap_or_default().split("</main>").next().unwrap_or_default();
        let field = |tag: &str| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()));
        main.split("<input").skip(1).filter_map(field).collect()
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl Client {
    /// `tolerant`: requests may fail, because processes are killed.
    pub fn new(urls: Vec<String>, key: String, tolerant: bool) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(TIMEOUT);
        Ok(Self {
            ready: urls.iter().map(|_| AtomicBool::new(true)).collect(),
            urls,
            next: AtomicUsize::new(0),
            http: http.build()?,
            key,
            tolerant,
            requests: AtomicU64::new(0),
            failed: Mutex::default(),
            faults: Mutex::default(),
        })
    }

    /// The plain HTTP client.
    pub const fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Looks, for ever, which processes are ready.
    pub async fn look(self: Arc<Self>) {
        loop {
            for (url, ready) in self.urls.iter().zip(&self.ready) {
                let answer = self.http.get(format!("{url}/readyz")).timeout(Duration::from_secs(2)).send().await;
                ready.store(answer.is_ok_and(|answer| answer.status().is_success()), Ordering::Relaxed);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// How many requests were answered.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// What went wrong with single attempts, and how often.
    pub fn failed(&self) -> BTreeMap<String, u64> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The answers by which the hub itself has a fault, and how often.
    pub fn faults(&self) -> BTreeMap<String, u64> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a request until it is answered. Processes are killed meanwhile, so it has to be one that may be repeated.
    pub async fn send(
        &self,
        (method, path): (Method, &str),
        with: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> anyhow::Result<Answer> {
        let began = Instant::now();
        let mut last = String::new();
        while began.elapsed() < WAIT_TIMEOUT {
            let request = with(self.http.request(method.clone(), format!("{}{path}", self.url())));
            let answer = match request.send().await {
                Ok(response) => Answer::read(response).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(answer) if !AGAIN.contains(&answer.status) => {
                    self.requests.fetch_add(1, Ordering::Relaxed);
                    return Ok(answer);
                }
                Ok(answer) => {
                    last = format!("{} {}", answer.status, short(&answer.body));
                    if answer.status == FAULT {
                        count(&self.faults, format!("{method} {path}: {last}"));
                    }
                }
                Err(error) => last = cause(&error),
            }
            // That an outside system does not answer on a busy machine is no failure of the hub.
            let is_failure = !last.ends_with(UPSTREAM);
            if is_failure {
                count(&self.failed, last.clone());
            }
            if is_failure && !self.tolerant {
                bail!("{method} {path} failed: {last}");
            }
            sleep(BEFORE_NEXT_TRY).await;
        }
        bail!("{method} {path} was not answered within {WAIT_TIMEOUT:?}: {last}")
    }

    /// Calls the API with a key for the repetition.
    pub async fn api(
        &self,
        call: (Method, &str),
        body: Option<&Value>,
        once: Option<&str>,
    ) -> anyhow::Result<(u16, Value)> {
        let path = format!("/api/v1{}", call.1);
        let answer = self.send((call.0, &path), |mut request| {
            request = request.bearer_auth(&self.key);
            if let Some(body) = body {
                request = request.json(body);
            }
            if let Some(once) = once {
                request = request.header("idempotency-key", once);
            }
            request
        });
        let answer = answer.await?;
        Ok((answer.status, answer.json()))
    }

    /// Reads from the API.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let (status, body) = self.api((Method::GET, path), None, None).await?;
        anyhow::ensure!(status == 200, "GET {path}: {status} {body}");
        Ok(body)
    }

    /// Reads from the API; none: it is not there.
    pub async fn find(&self, path: &str) -> anyhow::Result<Option<Value>> {
        let (status, body) = self.api((Method::GET, path), None, None).await?;
        match status {
            404 => Ok(None),
            200 => Ok(Some(body)),
            _ => bail!("GET {path}: {status} {body}"),
        }
    }

    /// Reads a whole list from the API.
    pub async fn list(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut page = self.get(&format!("{path}?limit=200{cursor}")).await?;
            items.extend(page["items"].as_array_mut().map(std::mem::take).context("no list")?);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(items),
            }
        }
    }

    /// The next process that is ready; if none is, the next one.
    fn url(&self) -> &str {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let in_turn = (0..self.urls.len()).map(|n| (turn + n) % self.urls.len());
        let ready = in_turn.into_iter().find(|n| self.ready[*n].load(Ordering::Relaxed));
        &self.urls[ready.unwrap_or(turn % self.urls.len())]
    }
}

fn count(counts: &Mutex<BTreeMap<String, u64>>, what: String) {
    *counts.lock().unwrap_or_else(PoisonError::into_inner).entry(what).or_default() += 1;
}

/// The innermost cause, without what differs between requests.
fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

fn short(body: &str) -> String {
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    problem["code"].as_str().map_or_else(String::new, ToOwned::to_owned)
}
