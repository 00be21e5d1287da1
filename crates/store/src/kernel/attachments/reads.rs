//! Reads of attached files.

use tessera_core::kernel::attachment::Owner;
use tessera_core::kernel::ids::{AttachmentId, ForumPostId, PersonId, TopicId};

use super::rows::{Attached, AttachedFile, attached, file};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// The files of an object. The caller has checked that the object is visible.
    pub async fn attachments(&self, to: Owner) -> Result<Vec<Attached>, StoreError> {
        read_all(self.query(sql::ATTACHMENTS, values![to.kind, to.id]).await?, attached)
    }

    /// The files of some posts of a topic. The caller has checked that the topic is visible.
    pub async fn attachments_of_posts(
        &self,
        topic: TopicId,
        from: ForumPostId,
        to: ForumPostId,
    ) -> Result<Vec<Attached>, StoreError> {
        read_all(self.query(sql::ATTACHMENTS_OF_POSTS, values![topic, from, to]).await?, attached)
    }

    /// The kind of the object that a file is attached to.
    pub async fn attachment_kind(&self, id: AttachmentId) -> Result<Option<String>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_KIND, values![id]).await?, |row| row.get("owner_kind"))
    }

    /// A file of a news post, if the post is visible to the person. An editor can also read drafts.
    pub async fn attachment_of_news(
        &self,
        person: PersonId,
        id: AttachmentId,
        editor: bool,
    ) -> Result<Option<AttachedFile>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_OF_NEWS, values![person, id, editor]).await?, file)
    }

    /// A file of a forum post, if the post is visible to the person. A moderator can also read hidden posts.
    pub async fn attachment_of_forum(
        &self,
        person: PersonId,
        id: AttachmentId,
        moderator: bool,
    ) -> Result<Option<AttachedFile>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_OF_FORUM, values![person, id, moderator]).await?, file)
    }
}
