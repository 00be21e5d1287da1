//! The forum, for staff: boards and reported posts (`P10`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::Choice;
use crate::pages::console::Badge;
use crate::pages::forum::ReportLine;

/// The boards and the open reports.
#[derive(Debug, Clone, Serialize)]
pub struct ForumBoards {
    /// The boards.
    pub boards: Vec<BoardRow>,
    /// URL for creating a board.
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
    /// URL for changing it.
    pub url: String,
    /// The board's name.
    pub name: String,
    /// What the board is about.
    pub description: String,
    /// Who can read it, in words.
    pub audience: String,
    /// Whether the board is open for new posts.
    pub state: Badge,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Who changed it last.
    pub changed_by: String,
}

/// The form of a board.
#[derive(Debug, Clone, Serialize)]
pub struct BoardForm {
    /// The form's action.
    pub action: String,
    /// Whether it is a new board.
    pub fresh: bool,
    /// The version that is changed.
    pub version: i64,
    /// The entered name.
    pub name: String,
    /// The entered description.
    pub description: String,
    /// Whether the board is for everyone.
    pub everybody: bool,
    /// The places the board is for.
    pub places: Vec<Choice>,
    /// The entered ids of further places, one per line.
    pub more_places: String,
    /// Whether the board is closed for new posts.
    pub closed: bool,
    /// Error message of the rejected form.
    pub error: Option<String>,
}

impl Page for BoardForm {
    const TEMPLATE: &'static str = "console/forum/board.html";
}

/// The page for moderating a post and its topic.
#[derive(Debug, Clone, Serialize)]
pub struct ForumPost {
    /// The topic's title.
    pub title: String,
    /// The author's name.
    pub author: String,
    /// URL of the author's customer.
    pub customer_url: String,
    /// When it was posted.
    pub at: Timestamp,
    /// When the author edited it.
    pub edited_at: Option<Timestamp>,
    /// The text as HTML with our own tags only.
    pub html: String,
    /// Why the post is hidden; `None` if it is not.
    pub hidden: Option<String>,
    /// Until when the author is muted, and why.
    pub muted: Option<String>,
    /// Form action for a decision about the post, with `act` and `why`.
    pub action: String,
    /// Form action for a decision about the author, with `days` and `why`.
    pub mute_action: String,
    /// Form action for a decision about the topic, with `act`, `why` and `board`.
    pub topic_action: String,
    /// The topic is locked.
    pub locked: bool,
    /// The topic is pinned.
    pub pinned: bool,
    /// The topic is hidden.
    pub topic_hidden: bool,
    /// The other boards, to which the topic can be moved.
    pub boards: Vec<Choice>,
}

impl Page for ForumPost {
    const TEMPLATE: &'static str = "console/forum/post.html";
}
