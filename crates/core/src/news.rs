//! The news, shown as "News": posts that editors write, for everybody or for chosen places (`P10`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::audience::Audience;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{NewsPostId, PersonId, PlaceId};
use crate::kernel::input::{self, InputError};
use crate::kernel::markdown;
use crate::kernel::plan::{CustomerEdit, FeatureChange, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::Event;
use crate::search::{self, Entry, Index, Source};

/// Where the news is in the portal.
pub const PATH: &str = "/portal/customer/news";
/// The most characters of an excerpt.
const EXCERPT: usize = 240;

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id.
    pub id: NewsPostId,
    /// Counts changes.
    pub version: i64,
    /// The title.
    pub title: String,
    /// The text, in the small Markdown.
    pub body: String,
    /// Whether it can be read.
    pub state: PostState,
    /// By whom.
    pub audience: Audience,
    /// Who began it.
    pub author: PersonId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
}

/// Whether a post can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// Its editors alone read it.
    Draft,
    /// Its audience reads it.
    Published,
    /// It was published, and is not any more.
    Unpublished,
}

impl PostState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Unpublished => "unpublished",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Unpublished].into_iter().find(|state| state.as_str() == text)
    }
}

/// A change of the news in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewsChange {
    /// Write a new post.
    Create(Box<Post>),
    /// Write a post as it shall be; its version must still be the one before.
    Update(Box<Post>),
}

impl FeatureChange for NewsChange {}

/// What an editor typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostForm {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// For everybody; otherwise for `places`.
    pub everybody: bool,
    /// The places chosen.
    pub places: BTreeSet<PlaceId>,
}

/// What is done with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostAction {
    /// It is kept as it is typed, and stays as readable as it was.
    Keep,
    /// Its audience may read it from now on.
    Publish,
    /// Nobody but its editors reads it any more.
    Unpublish,
}

/// Why a post cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NewsError {
    /// The title.
    #[error("The title: {0}.")]
    Title(InputError),
    /// The text.
    #[error("The text: {0}.")]
    Body(InputError),
    /// It is for nobody.
    #[error("Choose at least one place, or everybody: so far nobody would read it.")]
    Nobody,
    /// Somebody was faster.
    #[error("somebody else changed this post meanwhile; open it again, and write your changes into theirs")]
    Changed,
    /// They are no editor.
    #[error("only editors write here; ask for the role function for it")]
    NotEditor,
}

impl Rejection for NewsError {
    /// The field it is about, or another name when no field would mend it.
    fn code(&self) -> &'static str {
        match self {
            Self::Title(_) => "title",
            Self::Body(_) => "body",
            Self::Nobody => "place",
            Self::Changed => "changed_meanwhile",
            Self::NotEditor => "news_edit",
        }
    }
}

/// Who edits.
#[derive(Debug, Clone)]
pub struct Editor<'a> {
    /// Which person.
    pub person: PersonId,
    /// Their name.
    pub name: &'a str,
    /// The places they have.
    pub places: &'a BTreeSet<PlaceId>,
    /// For whom they sign in.
    pub customer: Customer,
}

/// Keeps what an editor typed, as a new post or in the place of `before`.
pub fn edit(
    editor: Editor<'_>,
    before: Option<&Post>,
    typed: &PostForm,
    act: PostAction,
    stamp: Stamp<'_>,
) -> Result<(NewsPostId, Plan), NewsError> {
    let title = input::line(&typed.title, input::TITLE).map_err(NewsError::Title)?;
    let body = input::text(&typed.body, input::BODY).map_err(NewsError::Body)?;
    let nobody = Audience::Places(BTreeSet::new());
    let audience = before.map_or(&nobody, |post| &post.audience).chosen(typed.everybody, &typed.places, editor.places);
    let mut post = before.cloned().unwrap_or_else(|| Post {
        id: stamp.id(),
        version: 0,
        title: String::new(),
        body: String::new(),
        state: PostState::Draft,
        audience: nobody,
        author: editor.person,
        created_at: stamp.now,
        updated_at: stamp.now,
        published_at: None,
    });
    (post.title, post.body, post.audience, post.updated_at) = (title, body, audience, stamp.now);
    post.state = match act {
        PostAction::Keep => post.state,
        PostAction::Publish => PostState::Published,
        PostAction::Unpublish => PostState::Unpublished,
    };
    if post.state == PostState::Published {
        if post.audience == Audience::Places(BTreeSet::new()) {
            return Err(NewsError::Nobody);
        }
        post.published_at = post.published_at.or(Some(stamp.now));
    }
    let id = post.id;
    Ok((id, written(editor, before.map(|post| post.state), post, stamp)))
}

fn written(editor: Editor<'_>, before: Option<PostState>, post: Post, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(editor.customer, stamp);
    draft.note(&Event::NewsWritten {
        post_id: post.id,
        title: (&post.title).into(),
        name: editor.name.into(),
        before,
        state: post.state,
    });
    draft.push(indexed(&post), "it is found by what it says now");
    let change = if before.is_some() { NewsChange::Update(Box::new(post)) } else { NewsChange::Create(Box::new(post)) };
    draft.push(change, "an editor wrote it");
    draft.finish()
}

fn indexed(post: &Post) -> Index {
    if post.state != PostState::Published {
        return Index::Remove { source: Source::News, id: post.id.0 };
    }
    let plain = markdown::plain(&post.body);
    Index::Put(Box::new(Entry {
        source: Source::News,
        id: post.id.0,
        scopes: post.audience.scopes(),
        title: post.title.clone(),
        excerpt: markdown::excerpt(&post.body, EXCERPT),
        path: format!("{PATH}/{}", post.id),
        at: post.published_at.unwrap_or(post.updated_at),
        words: search::words([post.title.as_str(), plain.as_str()]),
    }))
}
