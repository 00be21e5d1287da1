//! Files that people attached. A file is read through what it is attached to: whoever may not read that does not find it.

use tessera_core::kernel::attachment::{Attachment, MediaType, Owner};
use tessera_core::kernel::ids::{AttachmentId, ForumPostId, PersonId, TopicId};
use uuid::Uuid;

use crate::engine::{Row, Statement};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// A file as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its id.
    pub id: AttachmentId,
    /// What it is attached to.
    pub owner_id: Uuid,
    /// Its name.
    pub name: String,
    /// What it holds.
    pub media_type: MediaType,
    /// How many bytes.
    pub size: i64,
}

/// A file, to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub media_type: MediaType,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// The bytes.
    pub bytes: Vec<u8>,
}

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

    /// A file of the blog, if the person may read its post; an editor reads drafts too.
    pub async fn attachment_of_blog(
        &self,
        person: PersonId,
        id: AttachmentId,
        editor: bool,
    ) -> Result<Option<AttachedFile>, StoreError> {
        read_one(self.one(sql::ATTACHMENT_OF_BLOG, values![person, id, editor]).await?, file)
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

fn attached(row: &Row) -> Result<Attached, Undecodable> {
    Ok(Attached {
        id: row.id("id")?,
        owner_id: row.get("owner_id")?,
        name: row.get("name")?,
        media_type: row.text("media_type", MediaType::parse)?,
        size: row.get("size")?,
    })
}

pub(crate) fn file(row: &Row) -> Result<AttachedFile, Undecodable> {
    Ok(AttachedFile {
        name: row.get("name")?,
        media_type: row.text("media_type", MediaType::parse)?,
        sha256: row.get("sha256")?,
        bytes: row.get("bytes")?,
    })
}

pub(crate) fn add(it: &Attachment) -> Statement {
    let values = values![
        it.id,
        it.owner.kind,
        it.owner.id,
        &it.file.name,
        it.file.media_type.as_str(),
        it.file.size(),
        it.file.sha256(),
        &it.file.bytes,
        it.created_at,
        it.person,
    ];
    Statement::one(sql::ATTACHMENT_ADD, values, Conflict::Exists)
}

pub(crate) fn remove(id: AttachmentId, owner: &Owner) -> Statement {
    Statement::any(sql::ATTACHMENT_REMOVE, values![id, owner.kind, owner.id])
}
