//! The forum (`P10`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::{Choice, Complaint};

/// The list of boards.
#[derive(Debug, Clone, Serialize)]
pub struct Boards {
    /// The boards that the reader may read.
    pub boards: Vec<BoardLine>,
    /// Link to the open reports; only for moderators.
    pub reports: Option<ReportsLink>,
    /// URL for creating a board; only for people who keep boards.
    pub new_url: Option<String>,
    /// URL of the search.
    pub search_url: String,
}

impl Page for Boards {
    const TEMPLATE: &'static str = "portal/forum/boards.html";
}

/// Link to the reports.
#[derive(Debug, Clone, Serialize)]
pub struct ReportsLink {
    /// URL of the reports.
    pub url: String,
    /// Number of open reports.
    pub open: usize,
}

/// A board in the list.
#[derive(Debug, Clone, Serialize)]
pub struct BoardLine {
    /// URL of the board.
    pub url: String,
    /// The board's name.
    pub name: String,
    /// What the board is about.
    pub description: String,
    /// Whether the board is closed for new posts.
    pub closed: bool,
    /// When something was last posted.
    pub last_at: Option<Timestamp>,
}

/// The page of a board.
#[derive(Debug, Clone, Serialize)]
pub struct Board {
    /// The board's name.
    pub name: String,
    /// What the board is about.
    pub description: String,
    /// Whether the board is closed for new posts.
    pub closed: bool,
    /// The topics, pinned ones first.
    pub topics: Vec<TopicLine>,
    /// URL for starting a topic; `None` if the reader may not.
    pub new_url: Option<String>,
    /// URL of older topics.
    pub older_url: Option<String>,
    /// URL for changing the board; only for people who keep boards.
    pub edit_url: Option<String>,
    /// URL of the list of boards.
    pub back_url: String,
}

impl Page for Board {
    const TEMPLATE: &'static str = "portal/forum/board.html";
}

/// The form of a board, for people who keep boards.
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
    /// The person's places.
    pub places: Vec<Choice>,
    /// Number of places of the board that the person cannot see.
    pub other_places: usize,
    /// Whether the board is closed for new posts.
    pub closed: bool,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// URL of the board, or of the list of boards.
    pub back_url: String,
    /// Label of that link.
    pub back_label: String,
}

impl Page for BoardForm {
    const TEMPLATE: &'static str = "portal/forum/board_form.html";
}

/// A topic in a list.
#[derive(Debug, Clone, Serialize)]
pub struct TopicLine {
    /// URL of the topic.
    pub url: String,
    /// The topic's title.
    pub title: String,
    /// The author's name, as far as the reader may know it.
    pub author: String,
    /// Number of posts.
    pub posts: u64,
    /// When something was last posted.
    pub last_at: Timestamp,
    /// Whether the topic is pinned to the top.
    pub pinned: bool,
    /// Whether the topic is closed for new posts.
    pub locked: bool,
}

/// The form of a topic or a post.
#[derive(Debug, Clone, Serialize)]
pub struct Write {
    /// The page's heading, as in "New topic".
    pub heading: String,
    /// The form's action.
    pub action: String,
    /// The entered title; `None` if the form has none.
    pub title: Option<String>,
    /// The entered text.
    pub body: String,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// The time until which the post can be edited.
    pub until: Option<Timestamp>,
    /// The button's label.
    pub button: String,
    /// URL of the topic or board.
    pub back_url: String,
    /// Label of that link.
    pub back_label: String,
}

impl Page for Write {
    const TEMPLATE: &'static str = "portal/forum/write.html";
}

/// The page of a topic.
#[derive(Debug, Clone, Serialize)]
pub struct Topic {
    /// The topic's title.
    pub title: String,
    /// The board's name.
    pub board: String,
    /// URL of the board.
    pub board_url: String,
    /// Whether the topic is pinned to the top.
    pub pinned: bool,
    /// Whether the topic is closed for new posts.
    pub locked: bool,
    /// Why the topic is hidden. Only moderators see a hidden topic.
    pub hidden: Option<String>,
    /// The posts, oldest first.
    pub posts: Vec<Post>,
    /// URL of earlier posts.
    pub earlier_url: Option<String>,
    /// URL of later posts.
    pub later_url: Option<String>,
    /// Whether the reader is notified of replies.
    pub follows: bool,
    /// Form action for following the topic; `None` if the topic is hidden.
    pub follow_action: Option<String>,
    /// The form for a reply; `None` if nothing can be posted, see `closed_because`.
    pub reply: Option<Reply>,
    /// Why nothing can be posted.
    pub closed_because: Option<String>,
    /// The form for moderating the topic.
    pub moderation: Option<TopicModeration>,
}

impl Page for Topic {
    const TEMPLATE: &'static str = "portal/forum/topic.html";
}

/// A post.
#[derive(Debug, Clone, Serialize)]
pub struct Post {
    /// The post's anchor on the page.
    pub anchor: String,
    /// The author's name, as far as the reader may know it.
    pub author: String,
    /// Whether the author belongs to the operating company.
    pub house: bool,
    /// Whether the reader is the author.
    pub mine: bool,
    /// When it was posted.
    pub at: Timestamp,
    /// When it was edited.
    pub edited_at: Option<Timestamp>,
    /// The text as HTML with our own tags only; empty if it is hidden from the reader.
    pub html: String,
    /// Why the post is hidden; `None` if it is not.
    pub hidden: Option<String>,
    /// The attached files.
    pub attachments: Vec<crate::pages::news::Attached>,
    /// URL for editing it.
    pub edit_url: Option<String>,
    /// URL for reporting it.
    pub report_url: Option<String>,
    /// URL for moderating it.
    pub moderate_url: Option<String>,
}

/// The form for a reply.
#[derive(Debug, Clone, Serialize)]
pub struct Reply {
    /// The form's action.
    pub action: String,
    /// The entered text.
    pub body: String,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
}

/// The form for moderating a topic.
#[derive(Debug, Clone, Serialize)]
pub struct TopicModeration {
    /// The form's action, with `act` and `why`.
    pub action: String,
    /// The other boards, to which the topic can be moved.
    pub boards: Vec<Choice>,
}

/// The form for reporting a post.
#[derive(Debug, Clone, Serialize)]
pub struct ReportForm {
    /// The form's action.
    pub action: String,
    /// The author's name, as far as the reader may know it.
    pub author: String,
    /// The beginning of the post.
    pub excerpt: String,
    /// The entered reason.
    pub why: String,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// URL of the topic.
    pub back_url: String,
}

impl Page for ReportForm {
    const TEMPLATE: &'static str = "portal/forum/report.html";
}

/// The page for moderating a post.
#[derive(Debug, Clone, Serialize)]
pub struct PostModeration {
    /// The topic's title.
    pub title: String,
    /// URL of the topic.
    pub back_url: String,
    /// The author's name.
    pub author: String,
    /// When it was posted.
    pub at: Timestamp,
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
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
}

impl Page for PostModeration {
    const TEMPLATE: &'static str = "portal/forum/moderate.html";
}

/// The open reports, for a moderator in the portal.
#[derive(Debug, Clone, Serialize)]
pub struct Reports {
    /// The reports, oldest first.
    pub reports: Vec<ReportLine>,
    /// URL of the list of boards.
    pub back_url: String,
}

impl Page for Reports {
    const TEMPLATE: &'static str = "portal/forum/reports.html";
}

/// A report in the list.
#[derive(Debug, Clone, Serialize)]
pub struct ReportLine {
    /// URL for deciding about it.
    pub url: String,
    /// The topic's title.
    pub title: String,
    /// The beginning of the post.
    pub excerpt: String,
    /// The author of the post.
    pub author: String,
    /// The reason, as entered by the reporter.
    pub why: String,
    /// The reporter's name.
    pub reporter: String,
    /// When it was reported.
    pub at: Timestamp,
}
