//! Lowers changes of attached files to statements.

use tessera_core::kernel::attachment::change::AttachmentChange;
use tessera_core::kernel::attachment::{Attachment, Owner};
use tessera_core::kernel::ids::AttachmentId;

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, values};

impl Lower for AttachmentChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Add(attachment) => to.push(add(attachment)),
            Self::Remove { id, owner } => to.push(remove(*id, owner)),
        }
    }
}

fn add(it: &Attachment) -> Statement {
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

fn remove(id: AttachmentId, owner: &Owner) -> Statement {
    Statement::any(sql::ATTACHMENT_REMOVE, values![id, owner.kind, owner.id])
}
