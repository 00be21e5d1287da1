//! The same request sent again: by its key it gets the return that it was about, and nothing is done twice.

use tessera_core::id::RmaId;
use tessera_core::rma::{Act, Draft, Rma};

use crate::{Asking, Hub, HubError, Once, hash};

impl Hub {
    /// The return that the same request was about before.
    pub(super) async fn return_asked_before(
        &self,
        asking: Asking<'_>,
        request_hash: [u8; 32],
    ) -> Result<Option<Rma>, HubError> {
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
        Ok(self.store.return_by_id(id).await?)
    }
}

/// The same for the same draft.
pub(super) fn of_draft(draft: &Draft) -> [u8; 32] {
    hash(&format!("open {draft:?}"))
}

/// The same for the same deeds on the same return.
pub(super) fn of_acts(id: RmaId, acts: &[(u32, Act)]) -> [u8; 32] {
    hash(&format!("act {id} {acts:?}"))
}

pub(super) fn key_of(once: &Once, actor: &str) -> String {
    format!("return {actor} {}", once.key)
}
