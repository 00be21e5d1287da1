//! Reviews: questions that the hub does not decide automatically, but leaves to a person (H03).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Done, SystemName};
use crate::pages::{Fact, Page};

/// The open reviews.
#[derive(Debug, Clone, Serialize)]
pub struct Reviews {
    /// The reviews, oldest first.
    pub items: Vec<ReviewRow>,
}

impl Page for Reviews {
    const TEMPLATE: &'static str = "console/sync/reviews.html";
}

/// An open review in the list.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewRow {
    /// URL of the review.
    pub url: String,
    /// The question.
    pub title: String,
    /// The subject of the question.
    pub subject: String,
    /// Number of candidates.
    pub candidates: u32,
    /// When the review was created.
    pub opened_at: Timestamp,
    /// Whether a customer is waiting for the decision.
    pub customer_waits: bool,
}

/// The page of a review: the record in question beside its candidates.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    /// The review's id.
    pub id: String,
    /// The question, as in "Two contacts have this e-mail".
    pub title: String,
    /// Why the hub does not decide the question automatically.
    pub explanation: String,
    /// The record in question.
    pub subject: Candidate,
    /// The candidates to which it may belong.
    pub candidates: Vec<Candidate>,
    /// The attributes for comparison; `cells` has an entry for each candidate, in their order.
    pub rows: Vec<CompareRow>,
    /// The form's action, with fields `choice` (a candidate's id, or `none`) and `note`; `None` after the decision.
    pub decide_action: Option<String>,
    /// The meaning of "none of these", as in "Link no contact".
    pub none_label: String,
    /// Whether a note can be entered, which requires a timeline to record it on.
    pub takes_note: bool,
    /// When the review was created.
    pub opened_at: Timestamp,
    /// The decision, if it was made.
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
    /// The record's system.
    pub system: SystemName,
    /// `requester`, `contact` or `user`.
    pub kind: String,
    /// The record's id in that system.
    pub external_id: String,
    /// The record's title.
    pub title: String,
    /// URL of the record in its own system.
    pub url: Option<String>,
    /// The customer it is already linked to, if any.
    pub linked_to: Option<String>,
}

/// An attribute of the records.
#[derive(Debug, Clone, Serialize)]
pub struct CompareRow {
    /// The attribute's name.
    pub label: String,
    /// The value of the record in question.
    pub subject: Option<String>,
    /// The candidates' values.
    pub cells: Vec<Cell>,
}

/// A candidate's value, compared with the record in question.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// The value.
    pub value: Option<String>,
    /// The result of the comparison after normalisation.
    pub verdict: Verdict,
}

/// The result of comparing two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Equal after normalisation.
    Same,
    /// Both known, and different.
    Differs,
    /// At least one of them is unknown.
    Unknown,
}

/// A decision that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    /// When and by whom it was made.
    pub done: Done,
    /// The decision.
    pub text: String,
    /// The note.
    pub note: Option<String>,
    /// The effects.
    pub effects: Vec<Fact>,
}
