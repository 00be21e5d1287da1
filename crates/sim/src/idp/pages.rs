//! Pages for people: plain forms without scripts. The templates are beside this file.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use minijinja::{Environment, Value, context};

use super::NAME;
use super::session::SignedIn;
use super::social::{BRANDS, Brand};
use crate::page::Page;

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    for (name, source) in [
        ("sign_in.html", include_str!("pages/sign_in.html")),
        ("chooser.html", include_str!("pages/chooser.html")),
        ("sign_up.html", include_str!("pages/sign_up.html")),
        ("verification.html", include_str!("pages/verification.html")),
        ("social.html", include_str!("pages/social.html")),
        ("home.html", include_str!("pages/home.html")),
        ("confirm_sign_out.html", include_str!("pages/confirm_sign_out.html")),
        ("notice.html", include_str!("pages/notice.html")),
    ] {
        templates.add_template(name, source)?;
    }
    Ok(templates)
});

/// Current content of the sign-up form.
#[derive(Debug)]
pub(super) struct SignUp<'a> {
    pub(super) email: &'a str,
    pub(super) name: &'a str,
    pub(super) problem: Option<&'static str>,
}

impl<'a> SignUp<'a> {
    /// An empty form with the e-mail address of the `login_hint`.
    pub(super) const fn hinted(email: &'a str) -> Self {
        Self { email, name: "", problem: None }
    }
}

pub(super) fn sign_in(txn: &str, client: &str, email: &str, problem: Option<&str>) -> Response {
    let brands: Vec<Value> = BRANDS.iter().map(|brand| context! { id => brand.id, name => brand.name }).collect();
    page("Sign in", "sign_in.html", context! { txn, client, email, problem, brands })
}

pub(super) fn chooser(txn: &str, client: &str, people: &[SignedIn]) -> Response {
    page("Choose an account", "chooser.html", context! { txn, client, people => shown(people) })
}

pub(super) fn sign_up(txn: &str, client: &str, typed: &SignUp<'_>) -> Response {
    let &SignUp { email, name, problem } = typed;
    page("Create an account", "sign_up.html", context! { txn, client, email, name, problem })
}

pub(super) fn verification(txn: &str, email: &str, code: &str, problem: Option<&str>) -> Response {
    page("Verify your e-mail", "verification.html", context! { txn, email, code, problem })
}

pub(super) fn social(txn: &str, client: &str, brand: Brand, email: &str, problem: Option<&str>) -> Response {
    let title = format!("Continue with {}", brand.name);
    page(&title, "social.html", context! { txn, client, id => brand.id, brand => brand.name, email, problem })
}

pub(super) fn home(people: &[SignedIn]) -> Response {
    page("Your account", "home.html", context! { people => shown(people) })
}

pub(super) fn confirm_sign_out(client_id: &str, id_token_hint: &str, target: &str, state: &str) -> Response {
    let hidden = [
        ("client_id", client_id),
        ("id_token_hint", id_token_hint),
        ("post_logout_redirect_uri", target),
        ("state", state),
    ];
    let hidden: Vec<Value> = hidden
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| context! { name, value })
        .collect();
    page("Sign out?", "confirm_sign_out.html", context! { hidden })
}

/// A page with a message only.
pub(super) fn notice(title: &str, text: &str) -> Response {
    page(title, "notice.html", context! { text })
}

fn shown(people: &[SignedIn]) -> Vec<Value> {
    people
        .iter()
        .map(|SignedIn { account, .. }| {
            context! {
                sub => account.sub.as_str(),
                name => account.name.as_str(),
                email => account.email.as_str(),
                verified => account.email_verified,
                idp => account.idp.as_deref(),
            }
        })
        .collect()
}

fn page(title: &str, template: &str, context: Value) -> Response {
    let rendered = match &*TEMPLATES {
        Ok(templates) => templates.get_template(template).and_then(|template| template.render(context)),
        Err(error) => {
            tracing::error!(%error, "the templates cannot be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    match rendered {
        Ok(body) => {
            let mut response = Page::new(NAME, title, body).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            // Not `no-referrer`: with it, browsers send forms with `Origin: null`.
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
            response
        }
        Err(error) => {
            tracing::error!(%error, template, "a page cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
