//! Passkeys: forms that ask somebody's device, and adding one (P03, A23).

use serde::Serialize;

use super::Page;

/// A form that a script fills in with what somebody's device signed, and sends.
#[derive(Debug, Clone, Serialize)]
pub struct PasskeyForm {
    /// POST here with `ceremony` and `credential`.
    pub action: String,
    /// POST here tells what the device is to sign.
    pub options: String,
}

impl PasskeyForm {
    /// The form that posts here; what is to be signed is told just below.
    pub fn at(action: String) -> Self {
        Self { options: format!("{action}/options"), action }
    }
}

/// Adding a passkey.
#[derive(Debug, Clone, Serialize)]
pub struct OwnPasskey {
    /// The form.
    pub form: PasskeyForm,
    /// What it may be called.
    pub name: String,
    /// A password is set, after which a passkey is asked for.
    pub after_password: bool,
    /// Why the last one was not taken.
    pub error: Option<String>,
    /// The list of sign-in methods.
    pub back_url: String,
}

impl Page for OwnPasskey {
    const TEMPLATE: &'static str = "auth/own_passkey.html";
}
