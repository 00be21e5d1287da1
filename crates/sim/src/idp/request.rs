//! Parsing and validation of authorize requests (OIDC Core §3.1.2.1, RFC 7636 §4.3).

use jiff::{SignedDuration, Timestamp};

use super::Idp;
use super::mint::SCOPES;
use super::params::Params;
use super::policy::Journey;

/// A valid authorize request.
#[derive(Debug, Clone)]
pub(super) struct AuthRequest {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) scope: Vec<String>,
    pub(super) nonce: Option<String>,
    /// The S256 code challenge.
    pub(super) challenge: Option<String>,
    pub(super) prompt: Option<Prompt>,
    pub(super) login_hint: Option<String>,
    pub(super) max_age: Option<SignedDuration>,
    /// Subject of the `id_token_hint`, the only acceptable account.
    pub(super) expected_sub: Option<String>,
    /// The policy, with the parameter to pass on.
    pub(super) journey: Option<Journey>,
}

/// Requested interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    /// No interaction.
    None,
    /// The sign-in form, even if an account is signed in.
    Login,
    /// Selection of an account.
    SelectAccount,
    /// The sign-up form (Initiating User Registration 1.0).
    Create,
}

/// Rejection of a request.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// The client or redirect URI is invalid: the error is shown to the person, without a redirect (RFC 6749 §4.1.2.1).
    Untrusted(String),
    /// The error is sent to the application.
    Error(ErrorReply),
}

/// An error for the application.
#[derive(Debug, Clone)]
pub(super) struct ErrorReply {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) error: &'static str,
    pub(super) description: String,
}

impl AuthRequest {
    pub(super) fn read(idp: &Idp, params: &Params) -> Result<Self, Refusal> {
        let (client_id, redirect_uri, is_public) = destination(idp, params)?;
        let state = params.get("state").map(str::to_owned);
        let reply = |(error, description): Problem| {
            Refusal::Error(ErrorReply { redirect_uri: redirect_uri.clone(), state: state.clone(), error, description })
        };
        check_shape(params).map_err(reply)?;
        Ok(Self {
            scope: scope(params).map_err(reply)?,
            challenge: challenge(params, is_public).map_err(reply)?,
            prompt: prompt(params).map_err(reply)?,
            max_age: max_age(params).map_err(reply)?,
            expected_sub: expected_sub(idp, params).map_err(reply)?,
            nonce: params.get("nonce").map(str::to_owned),
            login_hint: params.get("login_hint").map(str::to_owned),
            client_id,
            state: state.clone(),
            redirect_uri: redirect_uri.clone(),
            journey: None,
        })
    }

    /// An error answer to the request.
    pub(super) fn fail(&self, error: &'static str, description: &str) -> ErrorReply {
        ErrorReply {
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            error,
            description: description.to_owned(),
        }
    }

    /// Whether an authentication at `at` is recent enough for `max_age`.
    pub(super) fn is_fresh(&self, at: Timestamp, now: Timestamp) -> bool {
        self.max_age.is_none_or(|max_age| now.duration_since(at) <= max_age && !max_age.is_zero())
    }
}

/// An error code and its description.
type Problem = (&'static str, String);

fn invalid(description: impl Into<String>) -> Problem {
    ("invalid_request", description.into())
}

/// The client id, the redirect URI, and whether the client is public.
fn destination(idp: &Idp, params: &Params) -> Result<(String, String, bool), Refusal> {
    let untrusted = |text: &str| Refusal::Untrusted(text.to_owned());
    // With a repeated parameter, it would be ambiguous which one was checked.
    if let Some(name @ ("client_id" | "redirect_uri")) = params.repeated() {
        return Err(Refusal::Untrusted(format!("The request names {name} more than once.")));
    }
    let client_id =
        params.get("client_id").ok_or_else(|| untrusted("The request does not say which app it is for."))?;
    let state = idp.state.read();
    let client = state.client(client_id).ok_or_else(|| untrusted("This app is not registered here."))?;
    let uri =
        params.get("redirect_uri").ok_or_else(|| untrusted("The request does not say where to go afterwards."))?;
    if !client.accepts_redirect(uri) {
        return Err(untrusted("The app asked to send you to an address that is not registered for it."));
    }
    Ok((client_id.to_owned(), uri.to_owned(), client.is_public()))
}

fn check_shape(params: &Params) -> Result<(), Problem> {
    if let Some(name) = params.repeated() {
        return Err(invalid(format!("{name} was sent more than once")));
    }
    for (name, error) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if params.get(name).is_some() {
            return Err((error, format!("{name} is not supported")));
        }
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "only response_type=code is supported".to_owned())),
        None => return Err(invalid("response_type is missing")),
    }
    match params.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(invalid("only response_mode=query is supported")),
    }
}

/// Unknown scopes are ignored (OIDC Core §3.1.2.1).
fn scope(params: &Params) -> Result<Vec<String>, Problem> {
    let asked: Vec<&str> = params.text("scope").split(' ').collect();
    if !asked.contains(&"openid") {
        return Err(("invalid_scope", "scope must contain openid".to_owned()));
    }
    Ok(SCOPES.iter().filter(|known| asked.contains(*known)).map(|&known| known.to_owned()).collect())
}

fn challenge(params: &Params, is_public: bool) -> Result<Option<String>, Problem> {
    let Some(challenge) = params.get("code_challenge") else {
        return if is_public {
            Err(invalid("code challenge required"))
        } else if params.get("code_challenge_method").is_some() {
            Err(invalid("code_challenge is missing"))
        } else {
            Ok(None)
        };
    };
    if params.get("code_challenge_method") != Some("S256") {
        return Err(invalid("transform algorithm not supported: use code_challenge_method=S256"));
    }
    let is_sha256 =
        challenge.len() == 43 && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !is_sha256 {
        return Err(invalid("code_challenge is no SHA-256 in base64url"));
    }
    Ok(Some(challenge.to_owned()))
}

/// Consent is never required, so `consent` alone has no effect. Of several values, the most restrictive one applies.
fn prompt(params: &Params) -> Result<Option<Prompt>, Problem> {
    let asked: Vec<&str> = params.text("prompt").split(' ').filter(|word| !word.is_empty()).collect();
    if asked.contains(&"none") && asked.len() > 1 {
        return Err(invalid("prompt=none cannot be combined"));
    }
    let mut strongest = None;
    for (word, prompt) in [
        ("none", Some(Prompt::None)),
        ("consent", None),
        ("select_account", Some(Prompt::SelectAccount)),
        ("login", Some(Prompt::Login)),
        ("create", Some(Prompt::Create)),
    ] {
        if asked.contains(&word) {
            strongest = prompt.or(strongest);
        }
    }
    match asked.iter().find(|word| !["none", "consent", "select_account", "login", "create"].contains(word)) {
        Some(unknown) => Err(invalid(format!("prompt={unknown} is not supported"))),
        None => Ok(strongest),
    }
}

fn max_age(params: &Params) -> Result<Option<SignedDuration>, Problem> {
    let Some(text) = params.get("max_age") else { return Ok(None) };
    let seconds: u32 = text.parse().map_err(|_| invalid("max_age must be a number of seconds"))?;
    Ok(Some(SignedDuration::from_secs(i64::from(seconds))))
}

fn expected_sub(idp: &Idp, params: &Params) -> Result<Option<String>, Problem> {
    let Some(hint) = params.get("id_token_hint") else { return Ok(None) };
    let claims = idp.read_own_id_token(hint).ok_or_else(|| invalid("id_token_hint was not issued here"))?;
    Ok(claims.get("sub").and_then(|sub| sub.as_str()).map(str::to_owned))
}
