//! The text of activation errors, with the next steps.

use serde::Serialize;
use tessera_core::invitations::ActivationError;

use super::Page;
use crate::locale::text;

/// An activation error with next steps. Created by [`Refused::new`]; the handler sets the actions that are possible.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    /// The error.
    pub code: ActivationError,
    /// What happened, as a heading.
    pub title: String,
    /// An explanation in one or two sentences.
    pub explanation: String,
    /// The steps to take, in order.
    pub steps: Vec<String>,
    /// The sign-in that already has the record, masked; only if the user is entitled to this hint.
    pub other_sign_in: Option<String>,
    /// POST action for sending a new link to the invited address.
    pub renew_action: Option<String>,
    /// POST action for starting again with another sign-in.
    pub switch_action: Option<String>,
    /// POST action for retrying.
    pub retry_action: Option<String>,
    /// URL of the user's own devices, if there are any.
    pub devices_url: Option<String>,
}

impl Page for Refused {
    const TEMPLATE: &'static str = "activation/refused.html";
}

impl Refused {
    /// The text of an error, without actions.
    pub fn new(code: ActivationError) -> Self {
        let (title, explanation, steps) = words(code);
        Self {
            code,
            title,
            explanation,
            steps,
            other_sign_in: None,
            renew_action: None,
            switch_action: None,
            retry_action: None,
            devices_url: None,
        }
    }
}

/// The HTTP status of the page.
pub fn status(refusal: ActivationError) -> u16 {
    match refusal {
        ActivationError::UnknownLink => 404,
        ActivationError::Expired
        | ActivationError::Used
        | ActivationError::Superseded
        | ActivationError::Revoked
        | ActivationError::SignInOver
        | ActivationError::RequesterGone => 410,
        ActivationError::OtherAccountLinked
        | ActivationError::AlreadyActivatedByOther
        | ActivationError::PendingByOther => 409,
        ActivationError::OtherBrowser
        | ActivationError::SignInCancelled
        | ActivationError::PasswordForgotten
        | ActivationError::SignInFailed => 403,
        ActivationError::TooManyAttempts => 429,
        ActivationError::ProviderUnavailable => 503,
    }
}

/// Title, explanation and next steps.
fn words(refusal: ActivationError) -> (String, String, Vec<String>) {
    match refusal {
        ActivationError::UnknownLink => (
            text!("activation-error-unknown-link-title"),
            text!("activation-error-unknown-link-why"),
            vec![text!("activation-error-unknown-link-step-1"), text!("activation-error-unknown-link-step-2")],
        ),
        ActivationError::Expired => (
            text!("activation-error-expired-title"),
            text!("activation-error-expired-why"),
            vec![text!("activation-error-expired-step-1"), text!("activation-error-expired-step-2")],
        ),
        ActivationError::Used => (
            text!("activation-error-used-title"),
            text!("activation-error-used-why"),
            vec![text!("activation-error-used-step-1"), text!("activation-error-used-step-2")],
        ),
        ActivationError::Superseded => (
            text!("activation-error-superseded-title"),
            text!("activation-error-superseded-why"),
            vec![text!("activation-error-superseded-step-1"), text!("activation-error-superseded-step-2")],
        ),
        ActivationError::Revoked => (
            text!("activation-error-revoked-title"),
            text!("activation-error-revoked-why"),
            vec![text!("activation-error-revoked-step-1"), text!("activation-error-revoked-step-2")],
        ),
        ActivationError::OtherAccountLinked => (
            text!("activation-error-other-account-linked-title"),
            text!("activation-error-other-account-linked-why"),
            vec![
                text!("activation-error-other-account-linked-step-1"),
                text!("activation-error-other-account-linked-step-2"),
            ],
        ),
        ActivationError::AlreadyActivatedByOther => (
            text!("activation-error-already-activated-by-other-title"),
            text!("activation-error-already-activated-by-other-why"),
            vec![
                text!("activation-error-already-activated-by-other-step-1"),
                text!("activation-error-already-activated-by-other-step-2"),
            ],
        ),
        ActivationError::OtherBrowser => (
            text!("activation-error-other-browser-title"),
            text!("activation-error-other-browser-why"),
            vec![text!("activation-error-other-browser-step-1"), text!("activation-error-other-browser-step-2")],
        ),
        ActivationError::SignInOver => (
            text!("activation-error-sign-in-over-title"),
            text!("activation-error-sign-in-over-why"),
            vec![text!("activation-error-sign-in-over-step-1"), text!("activation-error-sign-in-over-step-2")],
        ),
        ActivationError::PasswordForgotten => (
            text!("activation-error-password-forgotten-title"),
            text!("activation-error-password-forgotten-why"),
            vec![
                text!("activation-error-password-forgotten-step-1"),
                text!("activation-error-password-forgotten-step-2"),
                text!("activation-error-password-forgotten-step-3"),
            ],
        ),
        ActivationError::SignInCancelled => (
            text!("activation-error-sign-in-cancelled-title"),
            text!("activation-error-sign-in-cancelled-why"),
            vec![
                text!("activation-error-sign-in-cancelled-step-1"),
                text!("activation-error-sign-in-cancelled-step-2"),
            ],
        ),
        ActivationError::SignInFailed => (
            text!("activation-error-sign-in-failed-title"),
            text!("activation-error-sign-in-failed-why"),
            vec![text!("activation-error-sign-in-failed-step-1"), text!("activation-error-sign-in-failed-step-2")],
        ),
        ActivationError::ProviderUnavailable => (
            text!("activation-error-provider-unavailable-title"),
            text!("activation-error-provider-unavailable-why"),
            vec![
                text!("activation-error-provider-unavailable-step-1"),
                text!("activation-error-provider-unavailable-step-2"),
            ],
        ),
        ActivationError::RequesterGone => (
            text!("activation-error-requester-gone-title"),
            text!("activation-error-requester-gone-why"),
            vec![text!("activation-error-requester-gone-step-1"), text!("activation-error-requester-gone-step-2")],
        ),
        ActivationError::TooManyAttempts => (
            text!("activation-error-too-many-attempts-title"),
            text!("activation-error-too-many-attempts-why"),
            vec![text!("activation-error-too-many-attempts-step-1")],
        ),
        ActivationError::PendingByOther => (
            text!("activation-error-pending-by-other-title"),
            text!("activation-error-pending-by-other-why"),
            vec![text!("activation-error-pending-by-other-step-1"), text!("activation-error-pending-by-other-step-2")],
        ),
    }
}
