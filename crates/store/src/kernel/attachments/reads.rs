//! What is read of attached files.

use tessera_core::kernel::attachment::Owner;
use tessera_core::kernel::ids::{AttachmentId, ForumPostId, PersonId, TopicId};

use super::rows::{Attached, AttachedFile, attached, file};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// The files attached to something that the caller knows may be read.
    pub async fn attachments(&self, to: Owner) -> Result<Vec<Attached>, StoreError> {
        read_all(self.query(sql::ATTACHMENTS, values![to.kind, to.id]).await?, attached)
    }

    /// The files attached to some posts of a topic that the caller knows may be read.
    pub async fn attachments_of_posts(
        &self,
        topic: TopicId,
        from: ForumPostId,
        to: ForumPostId,
    ) -> Result<Vec<Attached>, StoreError> {
        read_all(self.query(sql::ATTACHMENTS_OF_POSTS, values![topic, from, to]).await?, attached)
    }

    /// What a file is attached to.
    pub async fn attachment_kind(&self, id: AttachmentId) -> Result<Option<String>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_KIND, values![id]).await?, |row| row.get("owner_kind"))
    }

    /// A file of the news, if the person may read its post; an editor reads drafts too.
    pub async fn attachment_of_news(
        &self,
        person: PersonId,
        id: AttachmentId,
        editor: bool,
    ) -> Result<Option<AttachedFile>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_OF_NEWS, values![person, id, editor]).await?, file)
    }

    /// A file of the forum, if the person may read its post; a moderator reads hidden ones too.
    pub async fn attachment_of_forum(
        &self,
        person: PersonId,
        id: AttachmentId,
        moderator: bool,
    ) -> Result<Option<AttachedFile>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_OF_FORUM, values![person, id, moderator]).await?, file)
    }
}
