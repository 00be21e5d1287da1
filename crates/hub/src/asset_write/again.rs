//! The same request to write, sent again: by its key it gets the write it asked for before, however the world looks by now.

use serde::Serialize;
use tessera_core::asset_write::AssetWrite;

use super::Asking;
use crate::{Hub, HubError, Once, hash};

impl Hub {
    /// What the same request asked for before.
    ///
    /// # Errors
    /// [`HubError::Precondition`] `idempotency_key_reused` when the key came with another request.
    pub(super) async fn wanted_before(
        &self,
        asking: Asking<'_>,
        request_hash: [u8; 32],
    ) -> Result<Option<AssetWrite>, HubError> {
        let Some(once) = asking.once else { return Ok(None) };
        let Some((kept_hash, _, answer)) = self.store.kept_answer(&key_of(once, asking.actor)).await? else {
            return Ok(None);
        };
        if kept_hash != request_hash {
            return Err(HubError::precondition(
                "idempotency_key_reused",
                "this Idempotency-Key came with another request before; use a fresh key for every new request",
            ));
        }
        let Ok(id) = answer.parse() else { return Ok(None) };
        Ok(self.store.asset_write(id).await?)
    }
}

/// The same for the same request, as it was sent.
pub(super) fn digest(request: &impl Serialize) -> [u8; 32] {
    hash(&serde_json::to_string(request).unwrap_or_default())
}

pub(super) fn key_of(once: &Once, actor: &str) -> String {
    format!("write {actor} {}", once.key)
}
