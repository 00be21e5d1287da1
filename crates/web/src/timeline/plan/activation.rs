//! Changes of activations.

use tessera_core::activation::ActivationState;
use tessera_core::activation::change::ActivationChange;

use super::Describe;

impl Describe for ActivationChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create activation, {}", state(it.state)),
            Self::Update(it) => format!("activation {}", state(it.state)),
        }
    }
}

const fn state(state: ActivationState) -> &'static str {
    match state {
        ActivationState::Pending => "pending",
        ActivationState::Done => "done",
        ActivationState::Refused(refusal) => refusal.code(),
    }
}
