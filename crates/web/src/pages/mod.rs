//! Pages and e-mails: pure functions from a typed context to text.
//!
//! Every page is a struct that implements [`Page`]. [`Renderer::page`] combines it with its [`Chrome`] (brand, support,
//! time, signed-in user) and a template. Nothing here reads a store, a clock or a request, so a test can render every
//! page in every state ([`samples::pages`]).
//!
//! The markup has no inline scripts and no inline styles, so that `Content-Security-Policy: default-src 'self'` is
//! sufficient.

pub mod activation;
pub mod assets;
pub mod auth;
pub mod charts;
pub mod check;
pub mod community;
pub mod console;
pub(crate) mod dates;
pub(crate) mod forms;
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
pub mod storefront;
pub mod warehouse;
pub mod work_orders;

use jiff::Timestamp;

use crate::locale::{self, LanguageLink, Locale};
#[cfg(test)]
pub(crate) use renderer::embedded;
pub use renderer::{RenderError, Renderer};
use serde::Serialize;

/// A page: its template and the template's context.
pub trait Page: Serialize + samples::Sample {
    /// The template's name, as in `crates/web/templates` (and in the operator's override directory).
    const TEMPLATE: &'static str;

    /// The template's context. A page adds computed values here, such as a drawing.
    fn context(&self) -> minijinja::Value {
        minijinja::Value::from(minijinja::value::Serde(self))
    }
}

/// The chrome of a page or e-mail: everything around its content.
#[derive(Debug, Clone, Serialize)]
pub struct Chrome {
    /// The company's name as known to customers.
    pub brand: String,
    /// Contact details of the support team.
    pub support: Support,
    /// URL of a help page, shown in the same position on every page (WCAG 3.2.6).
    pub help_url: Option<String>,
    /// The request's path, which marks the current entry of the navigation.
    pub path: String,
    /// Name or e-mail address of the signed-in user. Without it, the page has neither navigation nor sign-out.
    pub signed_in: Option<String>,
    /// The portals that are open to the signed-in user. If there are several, the header has a menu to switch.
    pub portals: Vec<PortalLink>,
    /// A message about the last request, shown once, at the top.
    pub flash: Option<Flash>,
    /// The current time, relative to which times such as "3 minutes ago" are shown.
    pub now: Timestamp,
    /// Whether this is a preview by staff (`P14`).
    pub preview: bool,
    /// Idempotency key of the page's forms ([`forms`]).
    pub form_key: Option<String>,
    /// What is wrong with the installation, in one line on each page of the console.
    pub alarm: Option<String>,
    /// Number of open reviews, shown beside "Reviews" in the console's navigation unless it is 0.
    pub open_reviews: u32,
    /// Number of open registrations, shown beside "Registrations" unless it is 0.
    pub registrations: u32,
    /// Addresses of the console that the reader's roles do not open. They are left out of the navigation.
    pub closed: Vec<String>,
    /// Whether the reader's roles do not let them change what this page shows. Its forms are left out.
    pub read_only: bool,
    /// Language and time zone of the reader.
    #[serde(skip)]
    pub locale: Locale,
    /// The languages to choose from in the footer. Empty where there is no choice.
    pub languages: Vec<LanguageLink>,
}

impl Chrome {
    /// The chrome of a page for the present reader, without a signed-in user. The caller sets the other fields as needed.
    pub fn new(brand: impl Into<String>, support: Support, path: impl Into<String>, now: Timestamp) -> Self {
        Self {
            brand: brand.into(),
            support,
            help_url: None,
            path: path.into(),
            signed_in: None,
            portals: Vec::new(),
            flash: None,
            now,
            preview: false,
            form_key: None,
            alarm: None,
            open_reviews: 0,
            registrations: 0,
            closed: Vec::new(),
            read_only: false,
            locale: locale::current(),
            languages: Vec::new(),
        }
    }
}

/// A portal in the menu of the header.
#[derive(Debug, Clone, Serialize)]
pub struct PortalLink {
    /// The portal's name.
    pub title: String,
    /// URL of its home page.
    pub url: String,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// Contact details of the support team; at least one field should be set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Support {
    /// E-mail address of the support team.
    pub email: Option<String>,
    /// Telephone number, formatted for people.
    pub phone: Option<String>,
}

/// A message about the last request.
#[derive(Debug, Clone, Serialize)]
pub struct Flash {
    /// The outcome.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

impl Flash {
    /// The request succeeded.
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Good, text: text.into() }
    }

    /// The request was carried out, but not all that belongs to it succeeded.
    pub fn partly(text: impl Into<String>) -> Self {
        Self { tone: Tone::Warn, text: text.into() }
    }

    /// The request was rejected or failed, so nothing was changed. Its form may be sent again.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { tone: Tone::Bad, text: text.into() }
    }

    /// Whether the request changed nothing.
    pub(crate) const fn is_failure(&self) -> bool {
        matches!(self.tone, Tone::Bad)
    }
}

/// The colour of a fact. Its text always expresses the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As it should be.
    Good,
    /// Neither good nor bad.
    Plain,
    /// Needs attention.
    Warn,
    /// Wrong, or rejected.
    Bad,
}

/// An identity provider to sign in with.
#[derive(Debug, Clone, Serialize)]
pub struct Provider {
    /// The provider's id in the configuration, submitted as form field `provider`.
    pub id: String,
    /// The display name, as in "Continue with {label}".
    pub label: String,
}

/// A labelled value.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// The label, as in "Phone".
    pub label: String,
    /// The value as entered.
    pub value: String,
}

impl Fact {
    /// Creates a labelled value.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// The page's data is stale because a system does not respond (promise 9: stale data is marked).
#[derive(Debug, Clone, Serialize)]
pub struct Stale {
    /// The system's display name.
    pub system: String,
    /// When the system stopped responding.
    pub since: Timestamp,
}
