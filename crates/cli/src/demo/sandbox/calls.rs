//! Calls of the vendor, shown on the terminal as they are made, and recorded.
#![expect(clippy::print_stdout, reason = "the calls are the command's answer")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::Value;
use tessera_check::{CallEnd, HIDDEN, RECORDING_VERSION, RecordedCall};
use tessera_core::kernel::clock::{Clock as _, SystemClock};
use tessera_core::kernel::printed::Lines;
use tessera_core::marketplace::call::redact;
use tessera_core::marketplace::{Operation, OptionKind};
use tessera_core::marketplace_platform::VendorAnswer;
use tessera_core::marketplace_platform::answer::read_options;
use tessera_hub::ports::{ServiceManagers, VendorCallError, VendorCheck, VendorFindings, VendorReply, VendorRequest};

use crate::assemble::VendorCalls;

/// The shortest secret that is hidden wherever it stands. A shorter one would be found everywhere.
const MIN_SECRET: usize = 4;
/// Maximum length of an answer that is recorded although it is not JSON, in bytes.
const MAX_TEXT: usize = 64 * 1024;
/// Maximum length of a message that is shown, in characters.
const MAX_MESSAGE: usize = 300;

/// Calls that are shown and recorded on their way.
#[derive(Debug)]
pub struct WatchedCalls {
    calls: VendorCalls,
    recorder: Option<Arc<Mutex<Recorder>>>,
    /// Options whose values are masked on every page, and so hidden here.
    masked: Mutex<BTreeSet<String>>,
}

/// A file to which calls are appended, one line each.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    /// `None` after a line could not be written: a recording with a gap would be misleading.
    file: Option<File>,
}

impl WatchedCalls {
    /// Watches these calls.
    pub fn new(calls: VendorCalls, recorder: Option<Recorder>) -> Self {
        Self { calls, recorder: recorder.map(|recorder| Arc::new(Mutex::new(recorder))), masked: Mutex::default() }
    }

    /// The call as it is recorded, without secrets.
    fn recorded(&self, seen: &Seen<'_>) -> RecordedCall {
        let Seen { request, replied, at, took } = seen;
        let secrets = secrets(request);
        let endpoint = endpoint(&request.address);
        let mut body = request.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        hide(&mut body, &secrets);
        for (id, value) in body.get_mut("SyncOptions").and_then(Value::as_object_mut).into_iter().flatten() {
            if lock(&self.masked).contains(id) && *value != "" {
                *value = Value::from(HIDDEN);
            }
        }
        let (mut answer, mut byte_order_mark, mut status) = (Value::Null, false, None);
        let (outcome, problem) = match replied {
            Ok(reply) => {
                (answer, byte_order_mark) = RecordedCall::answer_of(&String::from_utf8_lossy(&reply.body));
                status = Some(reply.status);
                hide(&mut answer, &secrets);
                if let Value::String(text) = &mut answer {
                    shorten(text);
                }
                (CallEnd::Answered, None)
            }
            Err(VendorCallError::Lost(reason)) => (CallEnd::Lost, Some(hidden(reason, &secrets))),
            Err(error) => (CallEnd::NotSent, Some(hidden(&error.to_string(), &secrets))),
        };
        RecordedCall {
            version: RECORDING_VERSION,
            at: at.to_string(),
            endpoint,
            method: method(request).to_owned(),
            headers: headers(request),
            request: body,
            outcome,
            status,
            answer,
            byte_order_mark,
            problem,
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Notes which options are masked.
    fn learn_masks(&self, seen: &Seen<'_>) {
        let Ok(reply) = seen.replied else { return };
        if seen.request.body.is_none()
            && let Ok(options) = read_options(&reply.body)
        {
            let masked = options.into_iter().filter(|option| option.kind == OptionKind::Mask);
            lock(&self.masked).extend(masked.map(|option| option.id));
        }
    }

    async fn keep(&self, call: RecordedCall) {
        let Some(recorder) = self.recorder.clone() else { return };
        // Awaited, so that a call is on the disk before anything follows from it.
        let kept = tokio::task::spawn_blocking(move || lock(&recorder).append(&call)).await;
        if let Err(error) = kept {
            tracing::error!(%error, "a call could not be recorded");
        }
    }
}

/// A call that was made.
struct Seen<'a> {
    request: &'a VendorRequest,
    replied: &'a Result<VendorReply, VendorCallError>,
    at: Timestamp,
    took: Duration,
}

#[async_trait]
impl ServiceManagers for WatchedCalls {
    async fn call(&self, request: &VendorRequest) -> Result<VendorReply, VendorCallError> {
        let (at, began) = (SystemClock.now(), SystemClock.monotonic());
        let replied = self.calls.call(request).await;
        if matches!(replied, Err(VendorCallError::Later { .. })) {
            // No call was made, so there is none to show.
            return replied;
        }
        let took = SystemClock.monotonic().saturating_sub(began);
        let seen = Seen { request, replied: &replied, at, took };
        self.learn_masks(&seen);
        println!("{}", Lines(line(&seen)));
        self.keep(self.recorded(&seen)).await;
        replied
    }

    async fn check(&self, check: &VendorCheck) -> Result<VendorFindings, String> {
        self.calls.check(check).await
    }
}

impl Recorder {
    /// Creates the file, readable by its owner only, because it contains what customers entered.
    ///
    /// # Errors
    /// If it cannot be created, or contains something.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.append(true).create(true).mode(0o600).open(path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        if file.metadata()?.len() > 0 {
            bail!("{} contains something already; name a new file with --record", path.display());
        }
        Ok(Self { path: path.to_owned(), file: Some(file) })
    }

    /// Appends a call, durably.
    fn append(&mut self, call: &RecordedCall) {
        let Some(file) = &mut self.file else { return };
        let written = call.line().map_err(std::io::Error::from).and_then(|line| {
            file.write_all(line.as_bytes())?;
            file.sync_data()
        });
        if let Err(error) = written {
            eprintln!("{} cannot be written, so the recording ends here: {error}", self.path.display());
            self.file = None;
        }
    }
}

/// The call in one line, and the vendor's message in another one.
fn line(seen: &Seen<'_>) -> String {
    let Seen { request, replied, at, took } = seen;
    let endpoint = endpoint(&request.address);
    let (status, result, message) = match replied {
        Ok(reply) => {
            let (result, message) = meaning(&endpoint, reply);
            (reply.status.to_string(), result, message)
        }
        Err(VendorCallError::Lost(reason)) => ("–".to_owned(), "no answer".to_owned(), reason.clone()),
        Err(error) => ("–".to_owned(), "not sent".to_owned(), error.to_string()),
    };
    let (time, method, ms) = (at.strftime("%H:%M:%S"), method(request), took.as_millis());
    let track_id = request.track_id;
    let first = format!("{time}  {method:<4} {endpoint:<12} {status:>3}  {result:<14} {ms:>6} ms  TrackId {track_id}");
    let message: String = hidden(message.trim(), &secrets(request)).chars().take(MAX_MESSAGE).collect();
    if message.is_empty() { first } else { format!("{first}\n               {message}") }
}

/// What an answer says: its code, and its message.
fn meaning(endpoint: &str, reply: &VendorReply) -> (String, String) {
    if !(200..300).contains(&reply.status) {
        return ("failed".to_owned(), String::new());
    }
    if endpoint == Operation::SyncOptions.as_str() {
        return match read_options(&reply.body) {
            Ok(options) if options.len() == 1 => ("1 option".to_owned(), String::new()),
            Ok(options) => (format!("{} options", options.len()), String::new()),
            Err(unreadable) => ("unreadable".to_owned(), unreadable.to_string()),
        };
    }
    match VendorAnswer::read(&reply.body) {
        Ok(answer) => (format!("Code {}", answer.code), answer.message),
        Err(unreadable) => ("unreadable".to_owned(), unreadable.to_string()),
    }
}

/// The endpoint by the last part of the address.
fn endpoint(address: &str) -> String {
    let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    Operation::parse(last).map_or_else(|| last.to_owned(), |operation| operation.as_str().to_owned())
}

fn method(request: &VendorRequest) -> &'static str {
    if request.body.is_some() { "POST" } else { "GET" }
}

/// The headers that depend on the call. The key is not among them.
fn headers(request: &VendorRequest) -> BTreeMap<String, String> {
    let settings = request.settings.iter();
    let settings = settings.map(|(id, _)| (format!("X-CloudPlatform-Setting-{id}"), HIDDEN.to_owned()));
    let mut headers: BTreeMap<String, String> = settings.collect();
    headers.insert("X-CloudPlatform-ApplicationId".to_owned(), request.application_id.clone());
    headers.insert("X-CloudPlatform-TrackId".to_owned(), request.track_id.to_string());
    headers
}

/// What is hidden wherever it stands, because a vendor may repeat what it was sent.
fn secrets(request: &VendorRequest) -> Vec<String> {
    let key = request.api_key.expose_secret();
    let mut secrets = vec![key.to_owned(), STANDARD.encode(key)];
    secrets.extend(request.settings.iter().map(|(_, value)| value.expose_secret().to_owned()));
    secrets.retain(|secret| secret.len() >= MIN_SECRET);
    // A secret that contains another one is hidden first.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

fn hidden(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
}

/// Hides secrets in JSON: the values of members with secret names, and what is hidden wherever it stands.
fn hide(json: &mut Value, secrets: &[String]) {
    redact(json);
    hide_in(json, secrets);
}

fn hide_in(json: &mut Value, secrets: &[String]) {
    match json {
        Value::String(text) => *text = hidden(text, secrets),
        Value::Array(items) => items.iter_mut().for_each(|item| hide_in(item, secrets)),
        Value::Object(members) => {
            let taken = std::mem::take(members);
            members.extend(taken.into_iter().map(|(name, mut value)| {
                hide_in(&mut value, secrets);
                (hidden(&name, secrets), value)
            }));
        }
        _ => {}
    }
}

fn shorten(text: &mut String) {
    if text.len() > MAX_TEXT {
        let cut = (0..=MAX_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(cut);
        text.push('…');
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::json;
    use tessera_check::Recording;
    use tessera_core::kernel::ids::ServiceManagerId;
    use uuid::Uuid;

    use super::*;

    const KEY: &str = "quiet-heron-412";

    /// A vendor with one answer.
    #[derive(Debug)]
    struct Answers(Result<VendorReply, VendorCallError>);

    #[async_trait]
    impl ServiceManagers for Answers {
        async fn call(&self, _request: &VendorRequest) -> Result<VendorReply, VendorCallError> {
            self.0.clone()
        }

        async fn check(&self, _check: &VendorCheck) -> Result<VendorFindings, String> {
            Err("nothing is checked here".to_owned())
        }
    }

    fn request(operation: &str, body: Option<Value>) -> VendorRequest {
        VendorRequest {
            service_manager: ServiceManagerId(Uuid::nil()),
            address: format!("http://vendor.example/api/accounts/{operation}"),
            application_id: "app".to_owned(),
            api_key: SecretString::from(KEY),
            settings: vec![("Partner".to_owned(), SecretString::from("maple harbour"))],
            track_id: Uuid::from_u128(7),
            body: body.map(|body| body.to_string()),
            within: Duration::from_secs(30),
            at_once: false,
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a call returns")]
    fn reply(body: &str) -> Result<VendorReply, VendorCallError> {
        Ok(VendorReply { status: 200, body: body.as_bytes().to_vec() })
    }

    async fn recorded(answers: Vec<(VendorRequest, Result<VendorReply, VendorCallError>)>) -> (String, Recording) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("calls.jsonl");
        let recorder = Arc::new(Mutex::new(Recorder::create(&path).unwrap()));
        let masked = Mutex::default();
        let mut watched = WatchedCalls { calls: Arc::new(Answers(reply(""))), recorder: Some(recorder), masked };
        for (request, answer) in answers {
            watched.calls = Arc::new(Answers(answer));
            let _answered = watched.call(&request).await;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let recording = Recording::read(&text).unwrap();
        (text, recording)
    }

    #[tokio::test]
    async fn m22_calls_are_recorded_line_by_line_without_secrets() {
        let options =
            r#"{"Fields":[{"ID":"pin","Definition":{"ID":"pin","Name":"PIN","Kind":"Mask","DataType":"Text"}}]}"#;
        let body = json!({ "ID": "1", "ExternalID": "", "SyncOptions": { "pin": "4711", "password": "opal", "domain": "a.example" } });
        let encoded = STANDARD.encode(KEY);
        let said = json!({
            "Code": 0, "Message": format!("{KEY} and {encoded} are fine, maple harbour"), "Result": "c-1",
            "GeneratedPassword": "opal", "AccountExtraInfo": { KEY: "x", "activation_url": "https://v.example/activate/t" },
        });
        let lost = Err(VendorCallError::Lost("it took too long".to_owned()));
        let later = Err(VendorCallError::Later { reason: "no room".to_owned(), at: Timestamp::UNIX_EPOCH });
        let (text, recording) = recorded(vec![
            (request("SyncOptions", None), reply(options)),
            (request("Synchronize", Some(body.clone())), reply(&said.to_string())),
            (request("Exists", Some(body.clone())), lost),
            (request("Exists", Some(body.clone())), later),
            (request("Exists", Some(body)), reply("\u{feff}{\"code\":1,\"result\":7}")),
        ])
        .await;
        for secret in [KEY, encoded.as_str(), "maple harbour", "4711", "opal", "/activate/"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let [listed, made, lost, found] = &recording.calls[..] else { panic!("{text}") };
        assert_eq!(
            (listed.endpoint.as_str(), listed.method.as_str(), &listed.request),
            ("SyncOptions", "GET", &json!(null))
        );
        assert_eq!((made.endpoint.as_str(), made.status, made.version), ("Synchronize", Some(200), 1));
        assert_eq!(made.request["SyncOptions"], json!({ "pin": HIDDEN, "password": HIDDEN, "domain": "a.example" }));
        assert_eq!((&made.answer["Code"], &made.answer["Result"]), (&json!(0), &json!("c-1")));
        assert_eq!(made.headers["X-CloudPlatform-ApplicationId"], "app");
        assert_eq!(made.headers["X-CloudPlatform-Setting-Partner"], HIDDEN);
        assert_eq!((lost.outcome, lost.status, &lost.answer), (CallEnd::Lost, None, &json!(null)));
        assert_eq!((found.byte_order_mark, &found.answer), (true, &json!({ "code": 1, "result": 7 })));
    }

    #[test]
    fn m22_a_call_is_shown_in_a_line_with_its_code_and_without_secrets() {
        let (request, at) = (request("Synchronize", Some(json!({ "ID": "1" }))), Timestamp::UNIX_EPOCH);
        let said = reply(&json!({ "Code": -105, "Message": format!("{KEY} is too old") }).to_string());
        let took = Duration::from_millis(184);
        let shown = line(&Seen { request: &request, replied: &said, at, took });
        for part in
            ["POST", "Synchronize", "200", "Code -105", "184 ms", "00000000-0000-0000-0000-000000000007", "is too old"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains(KEY), "{shown}");
        let page = reply("<h1>Maintenance</h1>");
        assert!(line(&Seen { request: &request, replied: &page, at, took }).contains("unreadable"));
    }

    #[test]
    fn m22_a_recording_is_never_mixed_with_another_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("calls.jsonl");
        std::fs::write(&path, "something\n").unwrap();
        let error = Recorder::create(&path).unwrap_err();
        assert!(error.to_string().contains("contains something already"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "something\n");
    }
}
