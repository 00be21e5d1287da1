//! The activation of the signed-in user (`A13`).

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tessera_core::activation::{ActivationState, StepState};
use tessera_core::invitations::ActivationError;
use tessera_hub::ActivationView;
use utoipa::ToSchema;

use super::problems;
use crate::auth::caller::Bearer;
use crate::extract::api::Json;
use crate::{App, Problem};

/// An activation and its background steps.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Activation {
    /// The activation's state.
    state: Standing,
    /// The reason why it was refused; `null` otherwise.
    #[schema(required, example = "already_activated_by_other")]
    code: Option<&'static str>,
    /// The refusal explained in a sentence; `null` otherwise.
    #[schema(required)]
    detail: Option<String>,
    /// The background steps, in order; empty if there is no activation.
    steps: Vec<Step>,
    /// When the user signed in through the activation link.
    #[schema(required)]
    started_at: Option<Timestamp>,
    /// When the activation ended, successfully or not.
    #[schema(required)]
    finished_at: Option<Timestamp>,
}

/// The state of an activation.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ActivationStanding)]
enum Standing {
    /// No activation: this sign-in has not used an activation link.
    #[default]
    None,
    /// The background steps are running.
    Pending,
    /// The account is activated.
    Done,
    /// The account could not be activated.
    Refused,
}

/// A background step.
#[derive(Debug, Serialize, ToSchema)]
struct Step {
    /// The step's name.
    step: StepName,
    /// The step's state.
    state: StepStanding,
    /// The system that does not respond; only if the step is delayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "freshservice", nullable = false)]
    system: Option<String>,
    /// When the step is retried automatically; only if it is delayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_at: Option<Timestamp>,
}

/// The background steps.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepName {
    /// Fetch the requester.
    Requester,
    /// Find the CRM contact by the requester's primary e-mail.
    Contact,
    /// List the requester's assets.
    Devices,
    /// Write the unified record.
    Record,
}

/// The state of a background step.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepStanding {
    /// Not started.
    Waiting,
    /// In progress.
    Running,
    /// Completed.
    Done,
    /// An outside system does not respond or is busy. The step is retried automatically.
    Delayed,
}

impl Activation {
    /// The JSON of an activation.
    pub(super) fn of(view: &ActivationView) -> Self {
        let activation = &view.activation;
        let (state, refusal) = match activation.state {
            ActivationState::Pending => (Standing::Pending, None),
            ActivationState::Done => (Standing::Done, None),
            ActivationState::Refused(refusal) => (Standing::Refused, Some(refusal)),
        };
        let progress = &activation.progress;
        Self {
            state,
            code: refusal.map(ActivationError::code),
            detail: refusal.map(|refusal| refusal.to_string()),
            steps: vec![
                Step::of(StepName::Requester, &progress.requester),
                Step::of(StepName::Contact, &progress.contact),
                Step::of(StepName::Devices, &progress.devices),
                Step::of(StepName::Record, &progress.record),
            ],
            started_at: Some(activation.created_at),
            finished_at: activation.finished_at,
        }
    }
}

impl Step {
    fn of(step: StepName, state: &StepState) -> Self {
        let (state, delayed) = match state {
            StepState::Waiting => (StepStanding::Waiting, None),
            StepState::Running => (StepStanding::Running, None),
            StepState::Done => (StepStanding::Done, None),
            StepState::Delayed { system, retry_at } => (StepStanding::Delayed, Some((system.clone(), *retry_at))),
        };
        let (system, retry_at) = delayed.unzip();
        Self { step, state, system, retry_at }
    }
}

/// Get my activation
///
/// The newest activation of the signed-in user. It completes automatically, however long an outside system is
/// unavailable.
#[utoipa::path(
    get, path = "/me/activation", operation_id = "getMyActivation", tag = "App", security(("bearer" = [])),
    responses((status = 200, description = "How it stands", body = Activation), problems::Any, problems::Ended),
)]
pub(super) async fn show(State(app): State<App>, bearer: Bearer) -> Result<Json<Activation>, Problem> {
    app.hub.check_active(&bearer.identity()).await?;
    let view = app.hub.my_activation(&bearer.identity()).await?;
    Ok(Json(view.map(|view| Activation::of(&view)).unwrap_or_default()))
}
