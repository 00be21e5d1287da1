//! The page for requests that failed.

use serde::Serialize;

use super::Page;
use crate::locale::text;
use crate::pages::samples::{PageSamples, Sample, Shown};

/// The label of the button that leads to the start page.
fn back() -> String {
    text!("problem-back-to-the-start")
}

/// An error. Created by [`Problem::of`].
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What happened, as a heading.
    pub title: String,
    /// Explanation.
    pub explanation: String,
    /// The next step.
    pub next_step: String,
    /// The request's id, with which support can find it in the logs.
    pub request_id: String,
    /// URL of the button; `None` for no button.
    pub home_url: Option<String>,
    /// The button's label.
    pub home_label: String,
}

impl Page for Problem {
    const TEMPLATE: &'static str = "problem.html";
}

impl Sample for Problem {
    fn samples() -> Vec<(String, Self)> {
        let read_only = Self::read_only_preview("req-7f3c21d0").with_home("/portal/customer");
        let sent = |is_done| Self::form_sent_before("req-7f3c21d0", is_done).with_home("/portal/customer");
        let special = [
            ("second factor", Self::needs_second_factor("req-7f3c21d0").with_home("/portal/customer/second-factor")),
            ("not permitted", Self::not_permitted("req-7f3c21d0").with_home("/console")),
            ("preview", read_only),
            ("sent", sent(true)),
            ("under way", sent(false)),
        ];
        let by_status = [400, 403, 404, 405, 413, 429, 500, 503, 504].into_iter().map(|status| {
            let page = Self::of(status, "req-7f3c21d0");
            (status.to_string(), if status == 404 { page.with_home("/portal/customer") } else { page })
        });
        by_status.chain(special.map(|(name, page)| (name.to_owned(), page))).collect()
    }
}

inventory::submit! { PageSamples::of::<Problem>(Shown::Anyone) }

impl Problem {
    /// The page for an HTTP status. A status without a text of its own has that of 400 or 500.
    pub fn of(status: u16, request_id: impl Into<String>) -> Self {
        let (title, explanation, next_step) = words(status);
        let (request_id, home_label) = (request_id.into(), back());
        Self { status, title, explanation, next_step, request_id, home_url: None, home_label }
    }

    /// The page for a form that was sent in a preview by staff, which is read-only.
    pub fn read_only_preview(request_id: impl Into<String>) -> Self {
        Self {
            status: 403,
            title: text!("problem-this-preview-is-read-only"),
            explanation: text!("problem-you-are-looking-at-this"),
            next_step: text!("problem-exit-the-preview-and-make"),
            request_id: request_id.into(),
            home_url: None,
            home_label: back(),
        }
    }

    /// The page for a member of staff whose roles do not permit the request.
    pub fn not_permitted(request_id: impl Into<String>) -> Self {
        Self {
            status: 403,
            title: text!("problem-your-roles-do-not-allow"),
            explanation: text!("problem-you-are-signed-in-but"),
            next_step: text!("problem-if-you-need-it-for"),
            request_id: request_id.into(),
            home_url: None,
            home_label: back(),
        }
    }

    /// The page for a member of staff who signed in with a password alone.
    pub fn needs_second_factor(request_id: impl Into<String>) -> Self {
        Self {
            status: 403,
            title: text!("problem-the-console-needs-a-second"),
            explanation: text!("problem-you-signed-in-with-a"),
            next_step: text!("problem-add-an-authenticator-app-or"),
            request_id: request_id.into(),
            home_url: None,
            home_label: text!("problem-add-a-second-factor"),
        }
    }

    /// The page for a form that was sent before.
    pub fn form_sent_before(request_id: impl Into<String>, is_done: bool) -> Self {
        let (title, explanation, next_step) = if is_done {
            (
                text!("problem-you-already-sent-this-form"),
                text!("problem-it-was-carried-out-when"),
                text!("problem-to-send-another-one-open"),
            )
        } else {
            (
                text!("problem-this-form-is-being-carried"),
                text!("problem-you-sent-it-before-and"),
                text!("problem-look-whether-it-was-done"),
            )
        };
        let (request_id, home_label) = (request_id.into(), back());
        Self { status: 409, title, explanation, next_step, request_id, home_url: None, home_label }
    }

    /// Adds the link to the home page.
    #[must_use]
    pub fn with_home(mut self, url: impl Into<String>) -> Self {
        self.home_url = Some(url.into());
        self
    }
}

fn words(status: u16) -> (String, String, String) {
    match status {
        403 => (
            text!("problem-you-cant-open-this-page"),
            text!("problem-you-are-not-allowed-to"),
            text!("problem-go-back-reload-the-page"),
        ),
        404 => (
            text!("problem-there-is-nothing-here"),
            text!("problem-the-address-may-be-mistyped"),
            text!("problem-check-the-address-or-begin"),
        ),
        405 => (
            text!("problem-this-page-cant-do-that"),
            text!("problem-the-address-exists-but-it"),
            text!("problem-go-back-and-use-the"),
        ),
        408 => (
            text!("problem-that-took-too-long-to"),
            text!("problem-what-you-sent-did-not"),
            text!("problem-go-back-and-send-it"),
        ),
        413 => (
            text!("problem-that-was-too-much-at"),
            text!("problem-the-data-sent-is-larger"),
            text!("problem-send-less-and-try-again"),
        ),
        429 => (
            text!("problem-please-wait-a-moment"),
            text!("problem-there-were-many-requests-in"),
            text!("problem-try-again-in-a-few"),
        ),
        503 => (
            text!("problem-we-are-not-available-right"),
            text!("problem-the-service-is-starting-under"),
            text!("problem-try-again-in-a-few"),
        ),
        504 => (
            text!("problem-we-dont-know-whether-that"),
            text!("problem-the-database-did-not-confirm"),
            text!("problem-go-back-and-look-whether"),
        ),
        400..=499 => (
            text!("problem-we-could-not-understand-that"),
            text!("problem-something-in-the-request-was"),
            text!("problem-go-back-and-try-again"),
        ),
        _ => (
            text!("problem-something-went-wrong-on-our"),
            text!("problem-the-error-has-been-recorded"),
            text!("problem-try-again-if-it-happens"),
        ),
    }
}
