//! Queries of the news pages (`P10`).

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

/// Maximum number of posts in the editors' list.
const MAX_EDITED: usize = 100;

/// A post for editing.
#[derive(Debug)]
pub struct NewsToEdit {
    /// The post.
    pub post: Post,
    /// The editor's places, from which its audience can be chosen.
    pub places: Vec<Place>,
    /// Attachments.
    pub files: Vec<Attached>,
}

impl Queries<'_> {
    /// The published posts that are visible to the viewer, newest first, after the cursor `after`.
    pub async fn news(
        &self,
        viewer: &Viewer,
        after: Option<(Timestamp, NewsPostId)>,
        size: usize,
    ) -> Result<Vec<News>, StoreError> {
        self.reads().news(viewer.person, after, size).await
    }

    /// A published post with its files, if visible to the viewer.
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

    /// The posts in any state that are visible to an editor, latest change first.
    pub async fn news_edited(&self, editor: &Viewer) -> Result<Vec<News>, StoreError> {
        self.reads().news_edited(editor.person, MAX_EDITED).await
    }

    /// The places from which the audience of a new post can be chosen.
    pub async fn news_places(&self, editor: &Viewer) -> Result<Vec<Place>, StoreError> {
        self.reads().places_of_person(editor.person).await
    }

    /// A post for editing.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the editor cannot see such a post.
    pub async fn news_to_edit(&self, editor: &Viewer, id: NewsPostId) -> Result<NewsToEdit, HubError> {
        let store = self.snapshot().await?;
        let found = store.news_post_edited(editor.person, id).await?;
        let post = found.ok_or_else(|| HubError::NotFound("there is no such post".to_owned()))?;
        let places = store.places_of_person(editor.person).await?;
        let files = store.attachments(Owner { kind: "news", id: post.id.0 }).await?;
        Ok(NewsToEdit { post, places, files })
    }
}
