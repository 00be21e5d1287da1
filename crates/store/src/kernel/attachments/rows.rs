//! Rows of attached files.

use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::ids::AttachmentId;
use uuid::Uuid;

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(attachments)`, or `columns!(attachments "x.")` with a table alias.
macro_rules! columns {
    (attachments $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "owner_id", "name", "media_type", "size")
    };
}
pub(super) use columns;

/// A file in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its id.
    pub id: AttachmentId,
    /// Id of the object it is attached to.
    pub owner_id: Uuid,
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: MediaType,
    /// Size in bytes.
    pub size: i64,
}

/// A file with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: MediaType,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// The bytes.
    pub bytes: Vec<u8>,
}

pub(super) fn attached(row: &Row) -> Result<Attached, Undecodable> {
    Ok(Attached {
        id: row.id("id")?,
        owner_id: row.get("owner_id")?,
        name: row.get("name")?,
        media_type: row.text("media_type", MediaType::parse)?,
        size: row.get("size")?,
    })
}

pub(super) fn file(row: &Row) -> Result<AttachedFile, Undecodable> {
    Ok(AttachedFile {
        name: row.get("name")?,
        media_type: row.text("media_type", MediaType::parse)?,
        sha256: row.get("sha256")?,
        bytes: row.get("bytes")?,
    })
}
