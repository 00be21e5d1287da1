//! The forum, for staff: boards and what was reported (`P10`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::Choice;
use crate::pages::console::Badge;
use crate::pages::forum::ReportLine;

/// The boards, and what waits for a moderator.
#[derive(Debug, Clone, Serialize)]
pub struct ForumBoards {
    /// The boards.
    pub boards: Vec<BoardRow>,
    /// Where one is made.
    pub new_url: String,
    /// The open reports, oldest first.
    pub reports: Vec<ReportLine>,
}

impl Page for ForumBoards {
    const TEMPLATE: &'static str = "console/forum/boards.html";
}

/// A board in the list.
#[derive(Debug, Clone, Serialize)]
pub struct BoardRow {
    /// Where it is changed.
    pub url: String,
    /// Its name.
    pub name: String,
    /// What belongs there.
    pub description: String,
    /// For whom it is, in words.
    pub audience: String,
    /// Whether anything can be written there.
    pub state: Badge,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

/// The form of a board.
#[derive(Debug, Clone, Serialize)]
pub struct BoardForm {
    /// Where it is sent.
    pub action: String,
    /// Whether it is a new one.
    pub fresh: bool,
    /// The version that is changed.
    pub version: i64,
    /// The name as typed.
    pub name: String,
    /// The description as typed.
    pub description: String,
    /// For everybody.
    pub everybody: bool,
    /// The places it is for.
    pub places: Vec<Choice>,
    /// The places to be added, as typed: ids, one a line.
    pub more_places: String,
    /// Nothing is written there any more.
    pub closed: bool,
    /// Why it was not kept.
    pub error: Option<String>,
}

impl Page for BoardForm {
    const TEMPLATE: &'static str = "console/forum/board.html";
}

/// A post in a moderator's hands, and its topic.
#[derive(Debug, Clone, Serialize)]
pub struct ForumPost {
    /// The topic's title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// The author's customer.
    pub customer_url: String,
    /// When.
    pub at: Timestamp,
    /// When the author changed it.
    pub edited_at: Option<Timestamp>,
    /// Its text, as HTML that holds nothing but our own tags.
    pub html: String,
    /// Why it is hidden, if it is.
    pub hidden: Option<String>,
    /// Until when its author may not write, and why.
    pub muted: Option<String>,
    /// Where a decision about the post is sent, with `act` and `why`.
    pub action: String,
    /// Where a decision about its author is sent, with `days` and `why`.
    pub mute_action: String,
    /// Where a decision about the topic is sent, with `act`, `why` and `board`.
    pub topic_action: String,
    /// The topic is locked.
    pub locked: bool,
    /// The topic is pinned.
    pub pinned: bool,
    /// The topic is hidden.
    pub topic_hidden: bool,
    /// The other boards, to move the topic to.
    pub boards: Vec<Choice>,
}

impl Page for ForumPost {
    const TEMPLATE: &'static str = "console/forum/post.html";
}
