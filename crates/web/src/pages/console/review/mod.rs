//! Review items: what the hub will not guess, a person decides (H03).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Done, SystemName};
use crate::pages::{Fact, Page};

/// The open review items.
#[derive(Debug, Clone, Serialize)]
pub struct Reviews {
    /// Open items, oldest first.
    pub items: Vec<ReviewRow>,
}

impl Page for Reviews {
    const TEMPLATE: &'static str = "console/sync/reviews.html";
}

/// One open item in the list.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewRow {
    /// Its page.
    pub url: String,
    /// The question.
    pub title: String,
    /// Whom it is about.
    pub subject: String,
    /// How many candidates.
    pub candidates: u32,
    /// Since when it is open.
    pub opened_at: Timestamp,
    /// A customer waits for the answer.
    pub customer_waits: bool,
}

/// One item: the record in question beside its candidates.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    /// The item's id.
    pub id: String,
    /// The question, as in "Two contacts have this e-mail".
    pub title: String,
    /// Why the hub does not decide it.
    pub explanation: String,
    /// The record in question.
    pub subject: Candidate,
    /// What it may belong to.
    pub candidates: Vec<Candidate>,
    /// The attributes side by side; `cells` has one entry per candidate, in their order.
    pub rows: Vec<CompareRow>,
    /// The form posts here, with fields `choice` (a candidate's id, or `none`) and `note`; none once decided.
    pub decide_action: Option<String>,
    /// What "none of these" means here, as in "Link no contact".
    pub none_label: String,
    /// A note is kept with the decision: only where there is a timeline to keep it in.
    pub takes_note: bool,
    /// Since when it is open.
    pub opened_at: Timestamp,
    /// The decision, once made.
    pub decision: Option<Decision>,
}

impl Page for Review {
    const TEMPLATE: &'static str = "console/sync/review.html";
}

/// A record under comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The value for form field `choice`.
    pub id: String,
    /// Its system.
    pub system: SystemName,
    /// `requester`, `contact` or `user`.
    pub kind: String,
    /// Its id there.
    pub external_id: String,
    /// What people call it.
    pub title: String,
    /// The record in its own system.
    pub url: Option<String>,
    /// Whose it is already, if anybody's.
    pub linked_to: Option<String>,
}

/// One attribute across the records.
#[derive(Debug, Clone, Serialize)]
pub struct CompareRow {
    /// The attribute's name.
    pub label: String,
    /// The value of the record in question.
    pub subject: Option<String>,
    /// The candidates' values.
    pub cells: Vec<Cell>,
}

/// A candidate's value beside the record in question.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// The value.
    pub value: Option<String>,
    /// How it compares, after normalisation.
    pub verdict: Verdict,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Equal after normalisation.
    Same,
    /// Both known, and different.
    Differs,
    /// One of them is not known.
    Unknown,
}

/// A decision that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    /// When and by whom.
    pub done: Done,
    /// What was decided.
    pub text: String,
    /// The note left with it.
    pub note: Option<String>,
    /// What followed.
    pub effects: Vec<Fact>,
}
