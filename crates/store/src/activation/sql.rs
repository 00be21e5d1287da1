//! Statements about activations.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    ACTIVATION_CREATE =
        "INSERT INTO activations (id, invitation_id, issuer, subject, sign_in, state, refusal, progress,
            customer_id, created_at, finished_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ACTIVATION_UPDATE =
        "UPDATE activations SET state = $1, refusal = $2, progress = $3, customer_id = $4, finished_at = $5
        WHERE id = $6 AND state = 'pending'";
    ACTIVATION_PROGRESS = "UPDATE activations SET progress = $1 WHERE id = $2 AND state = 'pending'";
    ACTIVATION = concat!("SELECT ", columns!(activations), " FROM activations WHERE id = $1");
    ACTIVATIONS_LISTED = concat!("SELECT ", columns!(activations), " FROM activations WHERE id IN (", room!(), ")");
    ACTIVATIONS_OF_INVITATION = concat!(
        "SELECT ", columns!(activations), " FROM activations WHERE invitation_id = $1
        ORDER BY created_at DESC, id DESC LIMIT 20"
    );
    ACTIVATION_OF_SUBJECT = concat!(
        "SELECT ", columns!(activations), " FROM activations
        WHERE issuer = $1 AND subject = $2 ORDER BY created_at DESC, id DESC LIMIT 1"
    );
}
