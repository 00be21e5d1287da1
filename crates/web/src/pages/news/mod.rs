//! The news pages (`P10`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::community::{Choice, Complaint};
use crate::pages::{Page, Tone};

/// The list of published posts.
#[derive(Debug, Clone, Serialize)]
pub struct NewsList {
    /// The posts, newest first.
    pub posts: Vec<NewsCard>,
    /// URL of older posts.
    pub older_url: Option<String>,
    /// URL of the editors' list; only for editors.
    pub edit_url: Option<String>,
    /// URL of the feed.
    pub feed_url: String,
    /// URL of the search.
    pub search_url: String,
}

impl Page for NewsList {
    const TEMPLATE: &'static str = "portal/news/list.html";
}

/// A post in the list.
#[derive(Debug, Clone, Serialize)]
pub struct NewsCard {
    /// URL of the post.
    pub url: String,
    /// The title.
    pub title: String,
    /// The beginning of the text.
    pub excerpt: String,
    /// The author; empty if no longer known.
    pub author: String,
    /// When it was published.
    pub at: Timestamp,
}

/// The page of a post.
#[derive(Debug, Clone, Serialize)]
pub struct NewsPost {
    /// The title.
    pub title: String,
    /// The text as HTML with our own tags only.
    pub html: String,
    /// The author; empty if no longer known.
    pub author: String,
    /// When it was published.
    pub at: Timestamp,
    /// When it was edited after its publication.
    pub edited_at: Option<Timestamp>,
    /// The attached files.
    pub attachments: Vec<Attached>,
    /// URL of the list.
    pub back_url: String,
    /// URL for editing it; only for editors.
    pub edit_url: Option<String>,
}

impl Page for NewsPost {
    const TEMPLATE: &'static str = "portal/news/one.html";
}

/// An attached file.
#[derive(Debug, Clone, Serialize)]
pub struct Attached {
    /// URL of the file.
    pub url: String,
    /// Its file name.
    pub name: String,
    /// The size as text, as in "312 KB".
    pub size: String,
    /// Form action for removing it; `None` if the reader may not.
    pub remove_action: Option<String>,
}

/// The editors' list.
#[derive(Debug, Clone, Serialize)]
pub struct NewsDesk {
    /// The posts, most recently changed first.
    pub posts: Vec<DeskLine>,
    /// URL for a new post.
    pub new_url: String,
    /// URL of the public list.
    pub back_url: String,
}

impl Page for NewsDesk {
    const TEMPLATE: &'static str = "portal/news/desk.html";
}

/// A post in the editors' list.
#[derive(Debug, Clone, Serialize)]
pub struct DeskLine {
    /// URL for editing it.
    pub url: String,
    /// The title.
    pub title: String,
    /// Whether it is published, in a word.
    pub state: String,
    /// The colour of the state.
    pub tone: Tone,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The form of a post.
#[derive(Debug, Clone, Serialize)]
pub struct NewsForm {
    /// The form's action. The pressed button adds `act`: `keep`, `publish` or `unpublish`.
    pub action: String,
    /// Whether it is a new post.
    pub fresh: bool,
    /// Whether it is published.
    pub published: bool,
    /// The entered title.
    pub title: String,
    /// The entered text.
    pub body: String,
    /// Whether the post is for everyone.
    pub everybody: bool,
    /// The places to choose from.
    pub places: Vec<Choice>,
    /// Number of other selected places, which this editor cannot change.
    pub other_places: usize,
    /// The version that is edited.
    pub version: i64,
    /// Error message of the rejected form.
    pub error: Option<Complaint>,
    /// The attached files.
    pub attachments: Vec<Attached>,
    /// Form action for attaching a file; `None` as long as the post is not saved.
    pub attach_action: Option<String>,
    /// A preview of the text as HTML.
    pub preview: Option<String>,
    /// URL of the editors' list.
    pub back_url: String,
}

impl Page for NewsForm {
    const TEMPLATE: &'static str = "portal/news/form.html";
}

/// The feed of published posts.
#[derive(Debug, Clone, Serialize)]
pub struct NewsFeed {
    /// URL of the feed.
    pub feed_url: String,
    /// URL of the list.
    pub list_url: String,
    /// When the feed last changed.
    pub updated_at: Timestamp,
    /// The posts, newest first, with absolute URLs.
    pub posts: Vec<FeedEntry>,
}

impl Page for NewsFeed {
    const TEMPLATE: &'static str = "portal/news/feed.xml";
}

/// A post in the feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedEntry {
    /// URL of the post.
    pub url: String,
    /// The permanent id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The beginning of the text.
    pub excerpt: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
