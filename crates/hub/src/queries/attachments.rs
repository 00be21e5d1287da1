//! Attachments, readable by those who can see the object they belong to.

use tessera_core::access::Viewer;
use tessera_core::kernel::ids::AttachmentId;
use tessera_store::StoreError;

use super::Queries;

pub use tessera_store::{Attached, AttachedFile};

impl Queries<'_> {
    /// A file with its content, if the object it is attached to is visible to the viewer.
    pub async fn attachment(&self, viewer: &Viewer, id: AttachmentId) -> Result<Option<AttachedFile>, StoreError> {
        let (store, hub, person) = (self.snapshot().await?, self.hub, viewer.person);
        match store.attachment_kind(id).await?.as_deref() {
            Some("news") => store.attachment_of_news(person, id, hub.may_edit_news(viewer)).await,
            Some("forum") => store.attachment_of_forum(person, id, hub.may_moderate_forum(viewer)).await,
            _ => Ok(None),
        }
    }
}
