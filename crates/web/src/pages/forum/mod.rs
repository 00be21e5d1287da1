//! The forum (`P10`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::Complaint;

/// The boards.
#[derive(Debug, Clone, Serialize)]
pub struct Boards {
    /// The boards that the reader may read.
    pub boards: Vec<BoardLine>,
    /// What moderators have to look at; none for everybody else.
    pub reports: Option<ReportsLink>,
    /// The search.
    pub search_url: String,
}

impl Page for Boards {
    const TEMPLATE: &'static str = "portal/forum/boards.html";
}

/// The way to the reports.
#[derive(Debug, Clone, Serialize)]
pub struct ReportsLink {
    /// Where they are.
    pub url: String,
    /// How many are open.
    pub open: usize,
}

/// A board in the list.
#[derive(Debug, Clone, Serialize)]
pub struct BoardLine {
    /// Its page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// What belongs there.
    pub description: String,
    /// Nothing is written there any more.
    pub closed: bool,
    /// When something was last written there.
    pub last_at: Option<Timestamp>,
}

/// A board.
#[derive(Debug, Clone, Serialize)]
pub struct Board {
    /// Its name.
    pub name: String,
    /// What belongs here.
    pub description: String,
    /// Nothing is written here any more.
    pub closed: bool,
    /// The topics, pinned ones first.
    pub topics: Vec<TopicLine>,
    /// Where a topic is begun; none: nowhere.
    pub new_url: Option<String>,
    /// Older topics.
    pub older_url: Option<String>,
    /// The boards.
    pub back_url: String,
}

impl Page for Board {
    const TEMPLATE: &'static str = "portal/forum/board.html";
}

/// A topic in a list.
#[derive(Debug, Clone, Serialize)]
pub struct TopicLine {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Who began it, as the reader may know them.
    pub author: String,
    /// How many posts it has.
    pub posts: u64,
    /// When something was last written in it.
    pub last_at: Timestamp,
    /// It stands above the others.
    pub pinned: bool,
    /// Nothing is written in it any more.
    pub locked: bool,
}

/// A form for a topic or a post.
#[derive(Debug, Clone, Serialize)]
pub struct Write {
    /// What is written, as in "New topic": the page's heading.
    pub heading: String,
    /// Where it is sent.
    pub action: String,
    /// The title as typed; none: it has none of its own.
    pub title: Option<String>,
    /// The text as typed.
    pub body: String,
    /// Why it was not taken.
    pub error: Option<Complaint>,
    /// Until when it can be changed.
    pub until: Option<Timestamp>,
    /// The words on the button.
    pub button: String,
    /// Where it belongs.
    pub back_url: String,
    /// What that is called.
    pub back_label: String,
}

impl Page for Write {
    const TEMPLATE: &'static str = "portal/forum/write.html";
}

/// A topic.
#[derive(Debug, Clone, Serialize)]
pub struct Topic {
    /// Its title.
    pub title: String,
    /// Its board.
    pub board: String,
    /// The board's page.
    pub board_url: String,
    /// It stands above the others.
    pub pinned: bool,
    /// Nothing is written in it any more.
    pub locked: bool,
    /// Why it is hidden; only moderators see it then.
    pub hidden: Option<String>,
    /// The posts, oldest first.
    pub posts: Vec<Post>,
    /// Earlier posts.
    pub earlier_url: Option<String>,
    /// Later posts.
    pub later_url: Option<String>,
    /// The reader is told of replies.
    pub follows: bool,
    /// Where they say whether they want to be; none: they look on.
    pub follow_action: Option<String>,
    /// The form for a reply; none: see `closed_because`.
    pub reply: Option<Reply>,
    /// Why nothing can be written.
    pub closed_because: Option<String>,
    /// What a moderator can decide about the topic.
    pub moderation: Option<TopicModeration>,
}

impl Page for Topic {
    const TEMPLATE: &'static str = "portal/forum/topic.html";
}

/// A post.
#[derive(Debug, Clone, Serialize)]
pub struct Post {
    /// Its anchor on the page.
    pub anchor: String,
    /// Who wrote it, as the reader may know them.
    pub author: String,
    /// The author belongs to the operating company.
    pub house: bool,
    /// The reader wrote it.
    pub mine: bool,
    /// When.
    pub at: Timestamp,
    /// When it was changed.
    pub edited_at: Option<Timestamp>,
    /// Its text, as HTML that holds nothing but our own tags; empty when it is hidden from the reader.
    pub html: String,
    /// Why it is hidden, if it is.
    pub hidden: Option<String>,
    /// What is attached.
    pub attachments: Vec<crate::pages::news::Attached>,
    /// Where it is edited.
    pub edit_url: Option<String>,
    /// Where it is reported.
    pub report_url: Option<String>,
    /// Where moderators decide about it.
    pub moderate_url: Option<String>,
}

/// The form for a reply.
#[derive(Debug, Clone, Serialize)]
pub struct Reply {
    /// Where it is sent.
    pub action: String,
    /// The text as typed.
    pub body: String,
    /// Why it was not taken.
    pub error: Option<Complaint>,
}

/// What a moderator can decide about a topic.
#[derive(Debug, Clone, Serialize)]
pub struct TopicModeration {
    /// Where it is sent, with `act` and `why`.
    pub action: String,
    /// The other boards, to move it to.
    pub boards: Vec<crate::pages::community::Choice>,
}

/// A report.
#[derive(Debug, Clone, Serialize)]
pub struct ReportForm {
    /// Where it is sent.
    pub action: String,
    /// Who wrote the post, as the reader may know them.
    pub author: String,
    /// The post's beginning.
    pub excerpt: String,
    /// What is wrong, as typed.
    pub why: String,
    /// Why it was not taken.
    pub error: Option<Complaint>,
    /// The topic.
    pub back_url: String,
}

impl Page for ReportForm {
    const TEMPLATE: &'static str = "portal/forum/report.html";
}

/// A post in a moderator's hands.
#[derive(Debug, Clone, Serialize)]
pub struct PostModeration {
    /// The topic's title.
    pub title: String,
    /// The topic.
    pub back_url: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
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
    /// Why the decision was not taken.
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
    /// The boards.
    pub back_url: String,
}

impl Page for Reports {
    const TEMPLATE: &'static str = "portal/forum/reports.html";
}

/// A report in a list.
#[derive(Debug, Clone, Serialize)]
pub struct ReportLine {
    /// Where it is decided.
    pub url: String,
    /// The topic's title.
    pub title: String,
    /// The post's beginning.
    pub excerpt: String,
    /// Who wrote the post.
    pub author: String,
    /// What is wrong, in the reporter's words.
    pub why: String,
    /// Who says so.
    pub reporter: String,
    /// When.
    pub at: Timestamp,
}
