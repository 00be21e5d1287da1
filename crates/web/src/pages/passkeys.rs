//! Passkeys: forms that use a passkey, and adding one (P03, A23).

use serde::Serialize;

use super::Page;

/// A form that a script fills in with the response of the user's device, and submits.
#[derive(Debug, Clone, Serialize)]
pub struct PasskeyForm {
    /// POST action, with `ceremony` and `credential`.
    pub action: String,
    /// POST URL of the challenge for the device.
    pub options: String,
}

impl PasskeyForm {
    /// The form with this action. The URL of the challenge is below it.
    pub fn at(action: String) -> Self {
        Self { options: format!("{action}/options"), action }
    }
}

/// Adding a passkey.
#[derive(Debug, Clone, Serialize)]
pub struct OwnPasskey {
    /// The form.
    pub form: PasskeyForm,
    /// The suggested name.
    pub name: String,
    /// Whether a password is set, so that the passkey also serves as a second factor.
    pub after_password: bool,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// URL of the list of sign-in methods.
    pub back_url: String,
}

impl Page for OwnPasskey {
    const TEMPLATE: &'static str = "auth/own_passkey.html";
}
