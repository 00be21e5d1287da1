//! The customer's sign-in methods, `/portal/customer/identities` (A23).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::{Page, Provider};

/// The list, with the way to add one.
#[derive(Debug, Clone, Serialize)]
pub struct SignInMethods {
    /// The sign-ins, oldest first; none when this one is no customer's.
    pub methods: Vec<SignInMethod>,
    /// The person proved who they are a short while ago, so that changes are allowed.
    pub recent: bool,
    /// POST here proves it anew.
    pub prove_action: String,
    /// POST here adds one; the pressed button adds `provider`.
    pub add_action: String,
    /// Where one can be added.
    pub providers: Vec<Provider>,
    /// Person id, password, second factor and sessions; none: this sign-in is nobody's.
    pub local: Option<LocalSignIn>,
}

impl Page for SignInMethods {
    const TEMPLATE: &'static str = "portal/identities/list.html";
}

/// How somebody signs in here without a provider, and where they are signed in.
#[derive(Debug, Clone, Serialize)]
pub struct LocalSignIn {
    /// What they sign in with.
    pub person_id: String,
    /// They have one that is worth showing; otherwise they get it with their first password.
    pub has_person_id: bool,
    /// Since when a password is set.
    pub password_since: Option<Timestamp>,
    /// Where it is set.
    pub password_url: String,
    /// How many passkeys there are.
    pub passkeys: u32,
    /// Where one is added; none: this hub has none.
    pub passkey_url: Option<String>,
    /// Since when there is an app as the second factor.
    pub factor_since: Option<Timestamp>,
    /// Where it is added.
    pub factor_url: String,
    /// In how many browsers they are signed in.
    pub sessions: u32,
    /// The list of them.
    pub sessions_url: String,
}

/// One sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct SignInMethod {
    /// The provider's name for people.
    pub provider: String,
    /// The address, masked.
    pub shown_as: String,
    /// Since when it is theirs.
    pub since: Timestamp,
    /// When it was last used here, if known.
    pub last_used_at: Option<Timestamp>,
    /// It is the one in use now.
    pub current: bool,
    /// It is a passkey, which its owner's device keeps.
    pub passkey: bool,
    /// The page that removes it; none for the last.
    pub remove_url: Option<String>,
}

/// Asking once more before one is removed.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveSignIn {
    /// Which.
    pub method: SignInMethod,
    /// It is the last, and stays.
    pub is_last: bool,
    /// POST here removes it.
    pub action: String,
    /// The list.
    pub back_url: String,
}

impl Page for RemoveSignIn {
    const TEMPLATE: &'static str = "portal/identities/remove.html";
}
