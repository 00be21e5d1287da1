//! Pages and mails: pure functions from a typed context to text.
//!
//! Every page is a struct that implements [`Page`]; [`Renderer::page`] joins it with the [`Chrome`] around it (brand, support,
//! time, who is signed in) and a template. Nothing here reads a store, a clock or a request, so every page in every state can
//! be rendered by a test ([`samples::pages`]).
//!
//! The markup holds no inline script and no inline style, so that `Content-Security-Policy: default-src 'self'` suffices.

pub mod activation;
pub mod assets;
pub mod auth;
pub mod check;
pub mod community;
pub mod console;
pub(crate) mod dates;
pub mod forum;
mod graph;
#[cfg(test)]
mod invariants;
pub mod invoice_pdf;
pub mod invoices;
pub mod markdown;
pub mod news;
pub mod passkeys;
pub mod portal;
pub mod problem;
pub mod profile;
mod renderer;
pub mod returns;
pub mod samples;
pub mod search;
pub mod service_requests;
pub mod sign_in_methods;

use jiff::Timestamp;
pub use renderer::{RenderError, Renderer};
use serde::Serialize;

/// One page: its template and what the template may use.
pub trait Page: Serialize + samples::Sample {
    /// The template's name, as in `crates/web/templates` (and in the operator's override directory).
    const TEMPLATE: &'static str;

    /// What the template sees; a page adds here what is computed from its fields, such as a drawing.
    fn context(&self) -> minijinja::Value {
        minijinja::Value::from(minijinja::value::Serde(self))
    }
}

/// What surrounds every page and mail.
#[derive(Debug, Clone, Serialize)]
pub struct Chrome {
    /// The company's name as customers know it.
    pub brand: String,
    /// Where a person can ask for help.
    pub support: Support,
    /// A help page; shown at the same place on every page (WCAG 3.2.6).
    pub help_url: Option<String>,
    /// The request's path, which marks the current entry of the navigation.
    pub path: String,
    /// The signed-in person's name or e-mail; without it no navigation and no sign-out is shown.
    pub signed_in: Option<String>,
    /// A message about what the last request did; shown once, at the top.
    pub flash: Option<Flash>,
    /// The time the page is made for; "3 minutes ago" is measured from here.
    pub now: Timestamp,
    /// Staff look at this page through somebody's eyes (`P14`).
    pub preview: bool,
    /// Open review items, shown beside "Reviews" in the console's navigation; 0 shows nothing.
    pub open_reviews: u32,
    /// People who registered and wait for a decision, shown beside "Registrations"; 0 shows nothing.
    pub registrations: u32,
}

impl Chrome {
    /// A page for nobody in particular; set what else is known.
    pub fn new(brand: impl Into<String>, support: Support, path: impl Into<String>, now: Timestamp) -> Self {
        Self {
            brand: brand.into(),
            support,
            help_url: None,
            path: path.into(),
            signed_in: None,
            flash: None,
            now,
            preview: false,
            open_reviews: 0,
            registrations: 0,
        }
    }
}

/// Where a person can ask for help; at least one field should be set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Support {
    /// E-mail address of the support team.
    pub email: Option<String>,
    /// Telephone number as people write it.
    pub phone: Option<String>,
}

/// A message about what the last request did.
#[derive(Debug, Clone, Serialize)]
pub struct Flash {
    /// How it ended.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

impl Flash {
    /// The request did what was asked.
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into() }
    }

    /// The request was refused or failed.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { tone: Tone::Bad, text: text.into() }
    }
}

/// How a fact is coloured; the words beside it always say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it should be.
    Good,
    /// Neither good nor bad.
    Plain,
    /// Worth a look.
    Warn,
    /// Wrong, or refused.
    Bad,
}

/// One way to sign in: a configured identity provider.
#[derive(Debug, Clone, Serialize)]
pub struct Provider {
    /// The provider's id in the configuration; sent as form field `provider`.
    pub id: String,
    /// Its name for people, as in "Continue with {label}".
    pub label: String,
}

/// A fact with its name.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// The name, as in "Phone".
    pub label: String,
    /// The value as entered.
    pub value: String,
}

impl Fact {
    /// A named value.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// The page's data is older than it should be, because a system does not answer (promise 9: stale is said).
#[derive(Debug, Clone, Serialize)]
pub struct Stale {
    /// The system's name for people.
    pub system: String,
    /// Since when it has not answered.
    pub since: Timestamp,
}
