//! Why something is missing: the reason, every check, and the possible next steps (`A21`).

pub(in crate::pages) mod samples;

use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::Badge;

/// The page "Why?".
#[derive(Debug, Clone, Serialize)]
pub struct WhyPage {
    /// The entered query.
    pub query: String,
    /// The subject it identifies, as in "requester 1001, Ada Example".
    pub subject: Option<Link>,
    /// The explanation, if the subject was found.
    pub panel: Option<WhyPanel>,
    /// The kinds of id that were tried, if no subject was found.
    pub nothing: Option<String>,
    /// The possible subjects, if the query is ambiguous.
    pub choices: Vec<Link>,
}

impl Page for WhyPage {
    const TEMPLATE: &'static str = "console/explain.html";
}

/// A label that may be a link.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// The label.
    pub label: String,
    /// The URL, if it is a link.
    pub url: Option<String>,
}

/// The reason and the checks.
#[derive(Debug, Clone, Serialize)]
pub struct WhyPanel {
    /// The reason; `None` if nothing is missing.
    pub reason: Option<WhyReason>,
    /// Every check, in order from the sign-in to the device.
    pub checks: Vec<WhyCheck>,
}

/// The reason, worded for staff.
#[derive(Debug, Clone, Serialize)]
pub struct WhyReason {
    /// The code, which is the same on all interfaces.
    pub code: String,
    /// Heading.
    pub title: String,
    /// Explanation.
    pub explanation: String,
    /// The next step.
    pub next_step: String,
    /// The heading that the customer reads.
    pub customer_reads: String,
}

/// A check.
#[derive(Debug, Clone, Serialize)]
pub struct WhyCheck {
    /// The name of the check, as in "Assets are assigned".
    pub what: String,
    /// The result.
    pub outcome: Badge,
    /// What the check found.
    pub detail: String,
    /// How to fix it.
    pub fix: Option<String>,
    /// The button for fixing it.
    pub button: Option<WhyButton>,
}

/// A button or link.
#[derive(Debug, Clone, Serialize)]
pub struct WhyButton {
    /// The label.
    pub label: String,
    /// The URL.
    pub url: String,
    /// `true` for a POST form, `false` for a link.
    pub post: bool,
}
