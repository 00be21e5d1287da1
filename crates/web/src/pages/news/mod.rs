//! The news, shown as "News" (`P10`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::community::{Choice, Complaint};
use crate::pages::{Page, Tone};

/// The list of what is published.
#[derive(Debug, Clone, Serialize)]
pub struct NewsList {
    /// The posts, newest first.
    pub posts: Vec<NewsCard>,
    /// Older posts.
    pub older_url: Option<String>,
    /// Where editors write; none for everybody else.
    pub edit_url: Option<String>,
    /// The feed.
    pub feed_url: String,
    /// The search.
    pub search_url: String,
}

impl Page for NewsList {
    const TEMPLATE: &'static str = "portal/news/list.html";
}

/// A post in the list.
#[derive(Debug, Clone, Serialize)]
pub struct NewsCard {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its beginning.
    pub excerpt: String,
    /// Who wrote it; empty when that is not known any more.
    pub author: String,
    /// When it came out.
    pub at: Timestamp,
}

/// One post.
#[derive(Debug, Clone, Serialize)]
pub struct NewsPost {
    /// Its title.
    pub title: String,
    /// Its text, as HTML that holds nothing but our own tags.
    pub html: String,
    /// Who wrote it; empty when that is not known any more.
    pub author: String,
    /// When it came out.
    pub at: Timestamp,
    /// When it was changed after that.
    pub edited_at: Option<Timestamp>,
    /// What is attached.
    pub attachments: Vec<Attached>,
    /// The list.
    pub back_url: String,
    /// Where it is edited; none for everybody but editors.
    pub edit_url: Option<String>,
}

impl Page for NewsPost {
    const TEMPLATE: &'static str = "portal/news/one.html";
}

/// Something attached.
#[derive(Debug, Clone, Serialize)]
pub struct Attached {
    /// Where it is.
    pub url: String,
    /// Its file name.
    pub name: String,
    /// Its size in words, as in "312 KB".
    pub size: String,
    /// Where it is removed; none: not by whoever looks.
    pub remove_action: Option<String>,
}

/// The editors' list.
#[derive(Debug, Clone, Serialize)]
pub struct NewsDesk {
    /// The posts, latest change first.
    pub posts: Vec<DeskLine>,
    /// Where a new one is begun.
    pub new_url: String,
    /// The list everybody sees.
    pub back_url: String,
}

impl Page for NewsDesk {
    const TEMPLATE: &'static str = "portal/news/desk.html";
}

/// A post in the editors' list.
#[derive(Debug, Clone, Serialize)]
pub struct DeskLine {
    /// Where it is edited.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Whether it can be read, in a word.
    pub state: String,
    /// How to colour that.
    pub tone: Tone,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The form of a post.
#[derive(Debug, Clone, Serialize)]
pub struct NewsForm {
    /// Where it is sent. The pressed button adds `act`: `keep`, `publish` or `unpublish`.
    pub action: String,
    /// Whether it is a new post.
    pub fresh: bool,
    /// Whether it can be read now.
    pub published: bool,
    /// The title as typed.
    pub title: String,
    /// The text as typed.
    pub body: String,
    /// For everybody.
    pub everybody: bool,
    /// The places that can be chosen.
    pub places: Vec<Choice>,
    /// How many other places it is for, which are not the editor's to change.
    pub other_places: usize,
    /// The version that is edited.
    pub version: i64,
    /// Why it was not kept.
    pub error: Option<Complaint>,
    /// What is attached.
    pub attachments: Vec<Attached>,
    /// Where something is attached; none: the post has to be kept first.
    pub attach_action: Option<String>,
    /// How it looks.
    pub preview: Option<String>,
    /// The editors' list.
    pub back_url: String,
}

impl Page for NewsForm {
    const TEMPLATE: &'static str = "portal/news/form.html";
}

/// What is published, for feed readers.
#[derive(Debug, Clone, Serialize)]
pub struct NewsFeed {
    /// The address of the feed.
    pub feed_url: String,
    /// The address of the list.
    pub list_url: String,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// The posts, newest first, with absolute addresses.
    pub posts: Vec<FeedEntry>,
}

impl Page for NewsFeed {
    const TEMPLATE: &'static str = "portal/news/feed.xml";
}

/// A post in the feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedEntry {
    /// Its page.
    pub url: String,
    /// Its id, for ever.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its beginning.
    pub excerpt: String,
    /// When it came out.
    pub published_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
