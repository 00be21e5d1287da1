//! Rows of activations.

use tessera_core::activation::{Activation, ActivationState};
use tessera_core::invitations::ActivationError;

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(activations)`, or `columns!(activations "x.")` with a table alias.
macro_rules! columns {
    (activations $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "invitation_id", "sign_in", "state", "refusal", "progress", "customer_id", "created_at",
            "finished_at")
    };
}
pub(super) use columns;

pub(super) fn activation(row: &Row) -> Result<Activation, Undecodable> {
    Ok(Activation {
        id: row.id("id")?,
        invitation_id: row.id("invitation_id")?,
        sign_in: row.json("sign_in")?,
        state: {
            let state: String = row.get("state")?;
            let refusal: Option<String> = row.get("refusal")?;
            match (state.as_str(), refusal.as_deref().and_then(ActivationError::parse)) {
                ("pending", _) => ActivationState::Pending,
                ("refused", refusal) => ActivationState::Refused(refusal.unwrap_or(ActivationError::SignInFailed)),
                _ => ActivationState::Done,
            }
        },
        progress: row.json("progress")?,
        customer_id: row.optional_id("customer_id")?,
        created_at: row.get("created_at")?,
        finished_at: row.get("finished_at")?,
    })
}
