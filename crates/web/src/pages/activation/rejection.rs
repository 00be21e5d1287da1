//! The text of activation errors, with the next steps.

use serde::Serialize;
use tessera_core::invitations::ActivationError;

use super::Page;

/// An activation error with next steps. Created by [`Refused::new`]; the handler sets the actions that are possible.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    /// The error.
    pub code: ActivationError,
    /// What happened, as a heading.
    pub title: &'static str,
    /// An explanation in one or two sentences.
    pub explanation: &'static str,
    /// The steps to take, in order.
    pub steps: &'static [&'static str],
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
fn words(refusal: ActivationError) -> (&'static str, &'static str, &'static [&'static str]) {
    match refusal {
        ActivationError::UnknownLink => (
            "We don’t know this link",
            "It may have been cut off when it was copied, or it is from somewhere else.",
            &[
                "Open the link straight from the e-mail, or copy it completely.",
                "If that does not help, ask support for a new one.",
            ],
        ),
        ActivationError::Expired => (
            "This link has expired",
            "For your safety an activation link works only for a limited time. Nothing was changed.",
            &["Request a new link. It goes to the same e-mail address.", "Open the newest e-mail and continue there."],
        ),
        ActivationError::Used => (
            "This link has already been used",
            "An activation link works once. If it was you, everything is in place already.",
            &[
                "Sign in to see your devices.",
                "If it was not you, tell support now, so that they can check the account.",
            ],
        ),
        ActivationError::Superseded => (
            "There is a newer link",
            "A later e-mail replaced this link. Only the newest one works.",
            &["Look for the latest activation e-mail in your inbox.", "If you can’t find it, request a new link."],
        ),
        ActivationError::Revoked => (
            "This invitation was withdrawn",
            "The company took this invitation back, for example because your e-mail address changed. Nothing was changed.",
            &["Check whether a newer e-mail has arrived.", "If not, contact support and ask for a new invitation."],
        ),
        ActivationError::OtherAccountLinked => (
            "This sign-in belongs to another customer record",
            "The account you signed in with is already linked to a different customer. One sign-in opens one record, so we stopped here. Nothing was changed.",
            &[
                "If you have another account, sign in with that one.",
                "If both records are yours, contact support: they can bring them together.",
            ],
        ),
        ActivationError::AlreadyActivatedByOther => (
            "Already activated with another sign-in",
            "These devices are already linked, but to a different sign-in than the one you just used. Nothing was changed.",
            &[
                "Sign in with the account you used the first time.",
                "If you don’t recognise that account, contact support.",
            ],
        ),
        ActivationError::OtherBrowser => (
            "Please continue where you started",
            "This sign-in was started in another browser or on another device, or this browser keeps no cookies. To protect you, it can only be finished where it was started.",
            &[
                "Go back to the browser in which you pressed the button.",
                "Or start again here: the link in your e-mail still works.",
            ],
        ),
        ActivationError::SignInOver => (
            "This sign-in is over",
            "It was finished already, or it was open for too long. You may have come here by your browser’s Back button or by an open tab.",
            &["If you are signed in, go on to your devices.", "Otherwise start again. It takes a moment."],
        ),
        ActivationError::PasswordForgotten => (
            "Reset your password first",
            "You asked for a new password. The sign-in service does that on a page of its own, which we can’t open from here. Nothing was changed.",
            &[
                "Choose a new password where you usually sign in, for example in our app.",
                "Then start again here.",
                "If you don’t know where to choose a new password, contact support.",
            ],
        ),
        ActivationError::SignInCancelled => (
            "You cancelled the sign-in",
            "No problem: nothing was changed, and your link still works.",
            &["Start again when you are ready.", "You can use another account if you prefer."],
        ),
        ActivationError::SignInFailed => (
            "The sign-in did not work",
            "The sign-in service gave an answer we could not accept. Nothing was changed, and your link still works.",
            &["Try once more.", "If it happens again, contact support and name the code below."],
        ),
        ActivationError::ProviderUnavailable => (
            "Sign-in is not available right now",
            "The sign-in service does not answer at the moment. This is not your fault, and your link still works.",
            &["Try again in a few minutes.", "You can close this page: the link in your e-mail brings you back."],
        ),
        ActivationError::RequesterGone => (
            "This invitation no longer fits",
            "The service record it was made for has been merged or closed since. Nothing was changed.",
            &[
                "Check whether a newer e-mail has arrived.",
                "If not, contact support: they can invite you for your current record.",
            ],
        ),
        ActivationError::TooManyAttempts => (
            "Too many tries",
            "There were many tries in a short time, so we pause for a moment.",
            &["Wait a few minutes, then open the link in your e-mail again."],
        ),
        ActivationError::PendingByOther => (
            "Somebody is activating this link right now",
            "Another sign-in has begun to use this link. If that is you in another window, everything is fine.",
            &[
                "Finish in the window where you began.",
                "If it is not you, contact support: an activation can be undone.",
            ],
        ),
    }
}
