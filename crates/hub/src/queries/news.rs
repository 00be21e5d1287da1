//! What the pages of the news read (`P10`).

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::kernel::attachment::Owner;
use tessera_core::kernel::ids::NewsPostId;
use tessera_core::news::Post;
use tessera_core::persons::place::Place;
use tessera_store::{Attached, StoreError};

use super::Queries;
use crate::HubError;

pub use tessera_store::News;

/// The most posts that the editors' list shows.
const MAX_EDITED: usize = 100;

/// A post as an editor changes it.
#[derive(Debug)]
pub struct NewsToEdit {
    /// The post.
    pub post: Post,
    /// The editor's own places, which it may be for.
    pub places: Vec<Place>,
    /// What is attached to it.
    pub files: Vec<Attached>,
}

impl Queries<'_> {
    /// The published posts that somebody may read, newest first, after the one that came out at `after`.
    pub async fn news(
        &self,
        viewer: &Viewer,
        after: Option<(Timestamp, NewsPostId)>,
        size: usize,
    ) -> Result<Vec<News>, StoreError> {
        self.reads().news(viewer.person, after, size).await
    }

    /// A published post with its files, if somebody may read it.
    pub async fn news_post(
        &self,
        viewer: &Viewer,
        id: NewsPostId,
    ) -> Result<Option<(News, Vec<Attached>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(post) = store.news_post(viewer.person, id).await? else { return Ok(None) };
        let files = store.attachments(Owner { kind: "news", id: post.id.0 }).await?;
        Ok(Some((post, files)))
    }

    /// The posts in any state that an editor sees, latest change first.
    pub async fn news_edited(&self, editor: &Viewer) -> Result<Vec<News>, StoreError> {
        self.reads().news_edited(editor.person, MAX_EDITED).await
    }

    /// The places that a new post may be for.
    pub async fn news_places(&self, editor: &Viewer) -> Result<Vec<Place>, StoreError> {
        self.reads().places_of_person(editor.person).await
    }

    /// A post as an editor changes it.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when they do not see such a post.
    pub async fn news_to_edit(&self, editor: &Viewer, id: NewsPostId) -> Result<NewsToEdit, HubError> {
        let store = self.snapshot().await?;
        let found = store.news_post_edited(editor.person, id).await?;
        let post = found.ok_or_else(|| HubError::NotFound("there is no such post".to_owned()))?;
        let places = store.places_of_person(editor.person).await?;
        let files = store.attachments(Owner { kind: "news", id: post.id.0 }).await?;
        Ok(NewsToEdit { post, places, files })
    }
}
