//! The page for requests that failed.

use serde::Serialize;

use super::Page;
use crate::pages::samples::{PageSamples, Sample, Shown};

const BACK: &str = "Back to the start";

/// An error. Created by [`Problem::of`].
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What happened, as a heading.
    pub title: &'static str,
    /// Explanation.
    pub explanation: &'static str,
    /// The next step.
    pub next_step: &'static str,
    /// The request's id, with which support can find it in the logs.
    pub request_id: String,
    /// URL of the button; `None` for no button.
    pub home_url: Option<String>,
    /// The button's label.
    pub home_label: &'static str,
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
        let (request_id, home_label) = (request_id.into(), BACK);
        Self { status, title, explanation, next_step, request_id, home_url: None, home_label }
    }

    /// The page for a form that was sent in a preview by staff, which is read-only.
    pub fn read_only_preview(request_id: impl Into<String>) -> Self {
        Self {
            status: 403,
            title: "This preview is read-only",
            explanation: "You are looking at this portal as a customer sees it. Nothing was changed in their name.",
            next_step: "Exit the preview, and make the change in the console.",
            request_id: request_id.into(),
            home_url: None,
            home_label: BACK,
        }
    }

    /// The page for a member of staff whose roles do not permit the request.
    pub fn not_permitted(request_id: impl Into<String>) -> Self {
        Self {
            status: 403,
            title: "Your roles do not allow this",
            explanation: "You are signed in, but none of your roles in the console covers this page or action. Nothing was changed.",
            next_step: "If you need it for your work, ask an administrator of the console for a role that does.",
            request_id: request_id.into(),
            home_url: None,
            home_label: BACK,
        }
    }

    /// The page for a member of staff who signed in with a password alone.
    pub fn needs_second_factor(request_id: impl Into<String>) -> Self {
        Self {
            status: 403,
            title: "The console needs a second factor",
            explanation: "You signed in with a password alone. Whoever knows it could work in the console in your name.",
            next_step: "Add an authenticator app or a passkey. From then on, you sign in with both.",
            request_id: request_id.into(),
            home_url: None,
            home_label: "Add a second factor",
        }
    }

    /// The page for a form that was sent before.
    pub fn form_sent_before(request_id: impl Into<String>, is_done: bool) -> Self {
        let (title, explanation, next_step) = if is_done {
            (
                "You already sent this form",
                "It was carried out when you first sent it, and nothing was done twice.",
                "To send another one, open the form again.",
            )
        } else {
            (
                "This form is being carried out",
                "You sent it before, and we have not finished. If it takes longer than a minute, it may have been interrupted.",
                "Look whether it was done before you send it again.",
            )
        };
        let (request_id, home_label) = (request_id.into(), BACK);
        Self { status: 409, title, explanation, next_step, request_id, home_url: None, home_label }
    }

    /// Adds the link to the home page.
    #[must_use]
    pub fn with_home(mut self, url: impl Into<String>) -> Self {
        self.home_url = Some(url.into());
        self
    }
}

fn words(status: u16) -> (&'static str, &'static str, &'static str) {
    match status {
        403 => (
            "You can’t open this page",
            "You are not allowed to see it with the account you use now, or the form was too old to be accepted.",
            "Go back, reload the page and try again, or sign in with another account.",
        ),
        404 => (
            "There is nothing here",
            "The address may be mistyped, or what was here has moved.",
            "Check the address, or begin at the start page.",
        ),
        405 => (
            "This page can’t do that",
            "The address exists, but it does not accept this kind of request.",
            "Go back and use the buttons on the page.",
        ),
        408 => (
            "That took too long to arrive",
            "What you sent did not arrive in time. Nothing was changed.",
            "Go back and send it again, over a faster connection if you can.",
        ),
        413 => {
            ("That was too much at once", "The data sent is larger than this page accepts.", "Send less and try again.")
        }
        429 => (
            "Please wait a moment",
            "There were many requests in a short time, so we pause for a moment.",
            "Try again in a few minutes.",
        ),
        503 => (
            "We are not available right now",
            "The service is starting, under maintenance, or very busy.",
            "Try again in a few minutes.",
        ),
        504 => (
            "We don’t know whether that worked",
            "The database did not confirm the change in time. It may have been made, or not.",
            "Go back and look whether it was made. If it was not, it is safe to try again.",
        ),
        400..=499 => (
            "We could not understand that",
            "Something in the request was missing or wrong. Nothing was changed.",
            "Go back and try again.",
        ),
        _ => (
            "Something went wrong on our side",
            "The error has been recorded.",
            "Try again. If it happens again, contact support and name the request id.",
        ),
    }
}
