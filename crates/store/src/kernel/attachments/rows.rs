//! Rows of attached files.

use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::ids::AttachmentId;
use uuid::Uuid;

use crate::Undecodable;
use crate::engine::Row;

/// The columns of a table that are read from it: `columns!(attachments)`, or `columns!(attachments "x.")` where the table has an alias.
macro_rules! columns {
    (attachments $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "owner_id", "name", "media_type", "size")
    };
}
pub(super) use columns;

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
