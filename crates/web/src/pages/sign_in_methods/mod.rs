//! The customer's sign-in methods, `/portal/customer/identities` (A23).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::{Page, Provider};

/// The list of sign-in methods.
#[derive(Debug, Clone, Serialize)]
pub struct SignInMethods {
    /// The sign-in methods, oldest first; empty if the sign-in belongs to no customer.
    pub methods: Vec<SignInMethod>,
    /// Whether the user has authenticated recently, so that changes are allowed.
    pub recent: bool,
    /// POST action for re-authentication.
    pub prove_action: String,
    /// POST action for adding a method; the pressed button adds `provider`.
    pub add_action: String,
    /// The identity providers at which one can be added.
    pub providers: Vec<Provider>,
    /// Person id, password, second factor and sessions; `None` if the sign-in belongs to no person.
    pub local: Option<LocalSignIn>,
}

impl Page for SignInMethods {
    const TEMPLATE: &'static str = "portal/identities/list.html";
}

/// Local credentials and sessions of a person.
#[derive(Debug, Clone, Serialize)]
pub struct LocalSignIn {
    /// The person id.
    pub person_id: String,
    /// Whether the person id is readable; otherwise the person gets one with their first password.
    pub has_person_id: bool,
    /// When the password was set.
    pub password_since: Option<Timestamp>,
    /// URL for setting the password.
    pub password_url: String,
    /// Number of passkeys.
    pub passkeys: u32,
    /// URL for adding a passkey; `None` if passkeys are not available on this hub.
    pub passkey_url: Option<String>,
    /// When the authenticator app was added as a second factor.
    pub factor_since: Option<Timestamp>,
    /// URL for adding it.
    pub factor_url: String,
    /// Number of sessions.
    pub sessions: u32,
    /// URL of the list of sessions.
    pub sessions_url: String,
}

/// A sign-in method.
#[derive(Debug, Clone, Serialize)]
pub struct SignInMethod {
    /// The identity provider's display name.
    pub provider: String,
    /// The e-mail address, masked.
    pub shown_as: String,
    /// When it was added.
    pub since: Timestamp,
    /// When it was last used here, if known.
    pub last_used_at: Option<Timestamp>,
    /// Whether it is the one in use now.
    pub current: bool,
    /// Whether it is a passkey, which is stored on its owner's device.
    pub passkey: bool,
    /// URL of the page for removing it; `None` for the last one.
    pub remove_url: Option<String>,
}

/// The confirmation page for removing a sign-in method.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveSignIn {
    /// The sign-in method.
    pub method: SignInMethod,
    /// Whether it is the last one, which cannot be removed.
    pub is_last: bool,
    /// POST action for removing it.
    pub action: String,
    /// URL of the list.
    pub back_url: String,
}

impl Page for RemoveSignIn {
    const TEMPLATE: &'static str = "portal/identities/remove.html";
}
