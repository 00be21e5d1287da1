//! Lowers changes of activations to statements.

use tessera_core::activation::change::ActivationChange;
use tessera_core::activation::{Activation, ActivationState};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for ActivationChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(activation) => to.push(create_activation(activation)),
            Self::Update(activation) => to.push(update_activation(activation)),
        }
    }
}

fn state_of(activation: &Activation) -> (&'static str, Option<&'static str>) {
    match activation.state {
        ActivationState::Pending => ("pending", None),
        ActivationState::Done => ("done", None),
        ActivationState::Refused(refusal) => ("refused", Some(refusal.code())),
    }
}

fn create_activation(activation: &Activation) -> Statement {
    let (state, refusal) = state_of(activation);
    let values = values![
        activation.id,
        activation.invitation_id,
        &activation.sign_in.identity.issuer,
        &activation.sign_in.identity.subject,
        json(&activation.sign_in),
        state,
        refusal,
        json(&activation.progress),
        activation.customer_id,
        activation.created_at,
        activation.finished_at,
    ];
    Statement::one(sql::ACTIVATION_CREATE, values, Conflict::Exists)
}

fn update_activation(activation: &Activation) -> Statement {
    let (state, refusal) = state_of(activation);
    let values = values![
        state,
        refusal,
        json(&activation.progress),
        activation.customer_id,
        activation.finished_at,
        activation.id,
    ];
    Statement::one(sql::ACTIVATION_UPDATE, values, Conflict::Activation)
}
