//! Why something is missing: the one reason and every check, with what can be done (`A21`).

pub(in crate::pages) mod samples;

use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::Badge;

/// The page that answers "why?" about anything.
#[derive(Debug, Clone, Serialize)]
pub struct WhyPage {
    /// What was typed.
    pub query: String,
    /// What it was taken for, as in "requester 1001, Ada Example".
    pub subject: Option<Link>,
    /// The answer, once there is one.
    pub panel: Option<WhyPanel>,
    /// Why there is none: nothing was found.
    pub nothing: Option<String>,
    /// What it may mean, if it means several things.
    pub choices: Vec<Link>,
}

impl Page for WhyPage {
    const TEMPLATE: &'static str = "console/explain.html";
}

/// A name that leads somewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// The words.
    pub label: String,
    /// Where they lead, if anywhere.
    pub url: Option<String>,
}

/// The reason and the checks.
#[derive(Debug, Clone, Serialize)]
pub struct WhyPanel {
    /// The one reason; none when nothing is missing.
    pub reason: Option<WhyReason>,
    /// Every check, in the order of the way.
    pub checks: Vec<WhyCheck>,
}

/// The reason in words for staff.
#[derive(Debug, Clone, Serialize)]
pub struct WhyReason {
    /// The code shared by all faces.
    pub code: String,
    /// What is the matter.
    pub title: String,
    /// What it means.
    pub explanation: String,
    /// What to do.
    pub next_step: String,
    /// What the customer reads as the heading.
    pub customer_reads: String,
}

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct WhyCheck {
    /// What is checked, as in "Assets are assigned".
    pub what: String,
    /// How it came out.
    pub outcome: Badge,
    /// What was found.
    pub detail: String,
    /// What to do.
    pub fix: Option<String>,
    /// Something to press for it.
    pub button: Option<WhyButton>,
}

/// Something to press.
#[derive(Debug, Clone, Serialize)]
pub struct WhyButton {
    /// The words on it.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// `true` for a POST form, `false` for a link.
    pub post: bool,
}
