//! News posts, written by editors for everyone or for selected places (`P10`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::audience::Audience;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{NewsPostId, PersonId, PlaceId};
use crate::kernel::input::{self, InputError};
use crate::kernel::markdown;
use crate::kernel::plan::{CustomerEdit, FeatureChange, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::{FeatureEvent, Personal};
use crate::search::{self, Entry, Index, Source};

/// Path of the news in the portal.
pub const PATH: &str = "/portal/customer/news";
/// Maximum length of an excerpt, in characters.
const EXCERPT: usize = 240;

/// A news post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The post's id.
    pub id: NewsPostId,
    /// Version for optimistic locking.
    pub version: i64,
    /// The title.
    pub title: String,
    /// The text, in the Markdown subset.
    pub body: String,
    /// Publication state.
    pub state: PostState,
    /// The readers.
    pub audience: Audience,
    /// The person who created it.
    pub author: PersonId,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Time of the first publication.
    pub published_at: Option<Timestamp>,
}

/// Publication state of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostState {
    /// Visible to editors only.
    Draft,
    /// Visible to its audience.
    Published,
    /// No longer published; visible to editors only.
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

/// A change of news posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewsChange {
    /// Insert a new post.
    Create(Box<Post>),
    /// Update a post. Its stored version must be the previous one.
    Update(Box<Post>),
}

impl FeatureChange for NewsChange {}

/// Form input of an editor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostForm {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Whether it is for everyone; otherwise for `places`.
    pub everybody: bool,
    /// The selected places.
    pub places: BTreeSet<PlaceId>,
}

/// An editor's action on a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostAction {
    /// Save without changing the publication state.
    Keep,
    /// Save and publish to the audience.
    Publish,
    /// Save and withdraw from the audience.
    Unpublish,
}

/// Reason why a post cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NewsError {
    /// The title is invalid.
    #[error("The title: {0}.")]
    Title(InputError),
    /// The text is invalid.
    #[error("The text: {0}.")]
    Body(InputError),
    /// The audience is empty.
    #[error("Choose at least one place, or everyone: otherwise nobody would read it.")]
    Nobody,
    /// Another editor changed the post in the meantime.
    #[error("someone else has changed this post in the meantime; open it again, and add your changes")]
    Changed,
    /// The person is not an editor.
    #[error("only editors can write here; ask for the role function")]
    NotEditor,
}

impl Rejection for NewsError {
    /// The field concerned, or another code if it is not about a field.
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

/// The editor.
#[derive(Debug, Clone)]
pub struct Editor<'a> {
    /// The person's id.
    pub person: PersonId,
    /// The person's name.
    pub name: &'a str,
    /// The person's places.
    pub places: &'a BTreeSet<PlaceId>,
    /// The person's customer.
    pub customer: Customer,
}

/// Saves an editor's input as a new post, or as a change of `before`.
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
    draft.note(NewsEvent::NewsWritten {
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

/// Timeline events of news posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NewsEvent {
    /// A news post was created or changed (`P10`).
    NewsWritten {
        /// The post.
        post_id: NewsPostId,
        /// Its title.
        title: Personal,
        /// The author's name.
        name: Personal,
        /// Its state before; none for a new post.
        before: Option<PostState>,
        /// Its state now.
        state: PostState,
    },
}

impl FeatureEvent for NewsEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
