//! Redirects to the application, with a code or an error (RFC 6749 §4.1.2, RFC 9207).

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use jiff::Timestamp;
use url::form_urlencoded::Serializer;

use super::Idp;
use super::corrupt::{Corruption, Target};
use super::grants::{Code, Subject};
use super::pages;
use super::request::{AuthRequest, ErrorReply, Refusal};

impl Idp {
    /// Completes a sign-in of `sub`, authenticated at `auth_time`. A policy runs its REST step first.
    pub(super) fn grant(&self, request: &AuthRequest, sub: &str, auth_time: Timestamp) -> Response {
        match self.rest_step(request) {
            Some(_) => self.put_aside(request, sub, auth_time),
            None => self.send_code(request, sub, auth_time),
        }
    }

    /// Issues a code and redirects to the application.
    pub(super) fn send_code(&self, request: &AuthRequest, sub: &str, auth_time: Timestamp) -> Response {
        let (code, now) = (self.random.token(), self.now());
        let grant = Code {
            subject: Subject {
                client_id: request.client_id.clone(),
                sub: sub.to_owned(),
                scope: request.scope.clone(),
                auth_time,
                policy: request.journey.as_ref().map(|journey| journey.policy.clone()),
            },
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            expires: now + self.options.code_ttl,
            family: None,
        };
        self.state.change(|state| state.grants.add_code(code.clone(), grant, now));
        self.send_back(&request.redirect_uri, request.state.as_deref(), &[("code", &code)])
    }

    /// Redirects to the application with an error.
    pub(super) fn refuse(&self, reply: &ErrorReply) -> Response {
        let pairs = [("error", reply.error), ("error_description", reply.description.as_str())];
        self.send_back(&reply.redirect_uri, reply.state.as_deref(), &pairs)
    }

    /// Reports a rejection to the application, or to the person if the application must not be called.
    pub(super) fn turn_away(&self, refusal: &Refusal) -> Response {
        match refusal {
            Refusal::Error(reply) => self.refuse(reply),
            Refusal::Untrusted(text) => {
                (StatusCode::BAD_REQUEST, pages::notice("This sign-in cannot start", text)).into_response()
            }
        }
    }

    /// Appends the answer to the query of the redirect URI, which is otherwise used exactly as registered.
    fn send_back(&self, redirect_uri: &str, state: Option<&str>, pairs: &[(&str, &str)]) -> Response {
        let spoiled = self.state.change(|app| app.corruptions.take(Target::Response));
        let issuer = if spoiled.contains(&Corruption::Issuer) { "https://elsewhere.example/" } else { self.issuer() };
        let mut query = Serializer::new(String::new());
        query.extend_pairs(pairs).extend_pairs(state.map(|state| ("state", state))).append_pair("iss", issuer);
        let joint = if redirect_uri.contains('?') { '&' } else { '?' };
        Redirect::to(&format!("{redirect_uri}{joint}{}", query.finish())).into_response()
    }
}
