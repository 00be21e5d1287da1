//! Writing news posts (`P10`).

use std::collections::BTreeSet;

use tessera_core::access::Viewer;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::attachment::change::AttachmentChange;
use tessera_core::kernel::attachment::{self, Attachment, Owner, Sent};
use tessera_core::kernel::ids::{AttachmentId, NewsPostId, PlaceId};
use tessera_core::news::NewsError;
use tessera_core::news::{self, Editor, Post, PostAction, PostForm};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Saves an editor's post: a new one, or a change of the post with this id and version.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the input is invalid, the person is not an editor, or the post has been changed
    /// concurrently; [`HubError::NotFound`] if the person cannot see such a post.
    pub async fn write_news(
        &self,
        viewer: &Viewer,
        changed: Option<(NewsPostId, i64)>,
        typed: &PostForm,
        act: PostAction,
    ) -> Result<NewsPostId, HubError> {
        self.check_editor(viewer)?;
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let before = match changed {
                Some((id, version)) => Some(self.news_to_edit(viewer, id, Some(version)).await?),
                None => None,
            };
            let places: BTreeSet<PlaceId> =
                self.reads().places_of_person(viewer.person).await?.into_iter().map(|place| place.id).collect();
            let customer = self.noted_on(viewer.customer_id).await?;
            let editor = Editor { person: viewer.person, name: &viewer.name, places: &places, customer };
            let planned = news::edit(editor, before.as_ref(), typed, act, tx.stamp);
            let (id, plan) = planned?;
            tx.extend(plan);
            Ok(id)
        })
    }

    /// A post for editing.
    ///
    /// # Errors
    /// As for [`Hub::write_news`].
    pub async fn news_to_edit(&self, viewer: &Viewer, id: NewsPostId, version: Option<i64>) -> Result<Post, HubError> {
        self.check_editor(viewer)?;
        let found = self.reads().news_post_edited(viewer.person, id).await?;
        let post = found.ok_or_else(|| HubError::NotFound("there is no such post".to_owned()))?;
        if version.is_some_and(|version| version != post.version) {
            return Err(NewsError::Changed.into());
        }
        Ok(post)
    }

    /// Attaches files to a post.
    ///
    /// # Errors
    /// As for [`Hub::write_news`].
    pub async fn attach_to_news(&self, viewer: &Viewer, id: NewsPostId, sent: &[Sent]) -> Result<(), HubError> {
        let files = attachment::all_fit(sent)?;
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let post = self.news_to_edit(viewer, id, None).await?;
            let owner = Owner { kind: "news", id: post.id.0 };
            for file in &files {
                let attachment = Attachment::new(file, owner, viewer.person, tx.stamp);
                tx.push(AttachmentChange::Add(Box::new(attachment)), "an editor attached it");
            }
            Ok(())
        })
    }

    /// Removes a file from a post.
    ///
    /// # Errors
    /// As for [`Hub::write_news`].
    pub async fn detach_from_news(&self, viewer: &Viewer, id: NewsPostId, file: AttachmentId) -> Result<(), HubError> {
        commit!(self, &Ctx::new(viewer.actor(), Channel::Portal), |tx| {
            let post = self.news_to_edit(viewer, id, None).await?;
            let owner = Owner { kind: "news", id: post.id.0 };
            tx.push(AttachmentChange::Remove { id: file, owner }, "an editor took it away");
            Ok(())
        })
    }

    fn check_editor(&self, viewer: &Viewer) -> Result<(), HubError> {
        if self.may_edit_news(viewer) {
            return Ok(());
        }
        Err(NewsError::NotEditor.into())
    }
}
