//! Everything about a person, for an export or the preview of an erasure (`H10`).

use tessera_core::kernel::ids::PersonId;

use super::Queries;
use crate::HubError;
use crate::persons::privacy::{read_export, read_preview};

pub use crate::persons::privacy::{ErasedItem, ErasureReport, ExportSection, KeptItem, PersonExport};

impl Queries<'_> {
    /// Everything that the hub keeps about a person, without secrets.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such person.
    pub async fn person_export(&self, id: PersonId) -> Result<PersonExport, HubError> {
        read_export(&self.snapshot().await?, id, self.hub.env.now()).await
    }

    /// What the erasure of a person would erase and keep.
    ///
    /// # Errors
    /// As for [`crate::Hub::erase_person`].
    pub async fn erasure_preview(&self, id: PersonId, with_customer: Option<bool>) -> Result<ErasureReport, HubError> {
        read_preview(&self.snapshot().await?, id, with_customer).await
    }
}
