//! The authorization endpoint (OIDC Core §3.1.2): decides what is required before a code is issued.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;

use super::Idp;
use super::pages;
use super::params::Params;
use super::policy::Journey;
use super::request::{AuthRequest, Prompt};
use super::session::SignedIn;

/// The next step of a request.
#[derive(Debug)]
enum Step {
    /// No interaction is required.
    Grant(Box<SignedIn>),
    /// The person selects one of their accounts.
    Choose,
    /// The person signs in.
    SignIn,
    /// The person creates an account.
    SignUp,
    /// `prompt=none`, but interaction is required.
    Fail(&'static str, &'static str),
}

pub(super) async fn authorize(State(idp): State<Idp>, headers: HeaderMap, params: Params) -> Response {
    idp.begin(&headers, &params, None)
}

impl Idp {
    /// Starts a sign-in, optionally under a policy.
    pub(super) fn begin(&self, headers: &HeaderMap, params: &Params, journey: Option<Journey>) -> Response {
        let request = match AuthRequest::read(self, params) {
            Ok(request) => AuthRequest { journey, ..request },
            Err(refusal) => return self.turn_away(&refusal),
        };
        let usable = self.usable_accounts(headers, &request);
        match next_step(&request, &usable) {
            Step::Grant(person) => self.grant(&request, &person.account.sub, person.at),
            Step::Fail(error, description) => self.refuse(&request.fail(error, description)),
            Step::Choose => self.wait(request, |txn, client, _| pages::chooser(txn, client, &usable)),
            Step::SignIn => self.wait(request, |txn, client, hint| pages::sign_in(txn, client, hint, None)),
            Step::SignUp => {
                self.wait(request, |txn, client, hint| pages::sign_up(txn, client, &pages::SignUp::hinted(hint)))
            }
        }
    }

    /// The accounts signed in in this browser that satisfy the request (`max_age`, `id_token_hint`).
    pub(super) fn usable_accounts(&self, headers: &HeaderMap, request: &AuthRequest) -> Vec<SignedIn> {
        let now: Timestamp = self.now();
        let mut people = self.signed_in(headers);
        people.retain(|person| {
            let expected = request.expected_sub.as_deref().is_none_or(|sub| sub == person.account.sub);
            expected && request.is_fresh(person.at, now)
        });
        people
    }

    /// Stores the request and shows a page that continues it.
    fn wait(&self, request: AuthRequest, page: impl FnOnce(&str, &str, &str) -> Response) -> Response {
        let id = self.random.token();
        let client = self.client_name(&request.client_id);
        let hint = request.login_hint.clone().or_else(|| self.email_of(request.expected_sub.as_deref()?));
        self.state.change(|state| state.transactions.begin(id.clone(), request, self.now()));
        page(&id, &client, hint.as_deref().unwrap_or_default())
    }

    /// The application's name on pages.
    pub(super) fn client_name(&self, client_id: &str) -> String {
        let state = self.state.read();
        let name = state.client(client_id).map(|client| client.name.as_str()).filter(|name| !name.is_empty());
        name.unwrap_or(client_id).to_owned()
    }

    fn email_of(&self, sub: &str) -> Option<String> {
        self.state.read().accounts.by_sub(sub).map(|account| account.email.clone())
    }
}

fn next_step(request: &AuthRequest, usable: &[SignedIn]) -> Step {
    let hinted = |person: &&SignedIn| {
        request.login_hint.as_ref().is_some_and(|hint| hint.eq_ignore_ascii_case(&person.account.email))
    };
    match (request.prompt, usable) {
        (Some(Prompt::Create), _) => Step::SignUp,
        (Some(Prompt::None), []) => Step::Fail("login_required", "nobody is signed in"),
        (Some(Prompt::None), [person]) => Step::Grant(Box::new(person.clone())),
        (Some(Prompt::None), several) => several
            .iter()
            .find(hinted)
            .map_or(Step::Fail("account_selection_required", "several accounts are signed in"), |person| {
                Step::Grant(Box::new(person.clone()))
            }),
        (Some(Prompt::Login), _) | (_, []) => Step::SignIn,
        // The application requests an account that is not signed in.
        (None, people) if request.login_hint.is_some() && !people.iter().any(|person| hinted(&person)) => Step::SignIn,
        (None | Some(Prompt::SelectAccount), _) => Step::Choose,
    }
}
