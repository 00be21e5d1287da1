//! Pages for portal access: sign-in, choosing a password, the second factor, registration (P03, P12).

mod samples;

use jiff::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use crate::pages::passkeys::PasskeyForm;
use crate::pages::{Page, Provider};

/// The page for account recovery.
#[derive(Debug, Clone, Serialize)]
pub struct Forgot {
    /// POST action, with `login`.
    pub action: String,
    /// Whether the form was submitted. The page does not reveal whether the account exists.
    pub sent: bool,
    /// URL of the sign-in page.
    pub sign_in_url: String,
    /// Whether there were too many requests from one address.
    pub too_many: bool,
}

impl Page for Forgot {
    const TEMPLATE: &'static str = "auth/forgot.html";
}

/// Choosing a password with a one-time link.
#[derive(Debug, Clone, Serialize)]
pub struct ChoosePassword {
    /// POST action.
    pub action: String,
    /// The person id.
    pub person_id: String,
    /// Why the last password was rejected.
    pub error: Option<String>,
}

impl Page for ChoosePassword {
    const TEMPLATE: &'static str = "auth/choose_password.html";
}

/// The page of an invalid link.
#[derive(Debug, Clone, Serialize)]
pub struct LinkDead {
    /// What is wrong, as in "This link was used already".
    pub title: String,
    /// Explanation and next step.
    pub explanation: String,
    /// Label of the button.
    pub label: String,
    /// URL of the button.
    pub url: String,
}

impl Page for LinkDead {
    const TEMPLATE: &'static str = "auth/link_dead.html";
}

/// The second step of a sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct AskCode {
    /// POST action, with `code`.
    pub action: String,
    /// Whether an authenticator app is set up; otherwise only recovery codes are accepted.
    pub app: bool,
    /// The form for using a passkey; `None` if there is none.
    pub passkey: Option<PasskeyForm>,
    /// Why the last code was rejected.
    pub error: Option<String>,
    /// URL for starting the sign-in again.
    pub sign_in_url: String,
}

impl Page for AskCode {
    const TEMPLATE: &'static str = "auth/ask_code.html";
}

/// The page after a successful sign-in without access to the portal.
#[derive(Debug, Clone, Serialize)]
pub struct NotLetIn {
    /// The portal's name.
    pub portal: String,
    /// The reason, as a heading.
    pub title: String,
    /// Explanation and next step.
    pub explanation: String,
    /// URL for signing in as a different user.
    pub sign_in_url: String,
}

impl Page for NotLetIn {
    const TEMPLATE: &'static str = "auth/not_let_in.html";
}

/// The page of a portal that has no workspace yet.
#[derive(Debug, Clone, Serialize)]
pub struct Workspace {
    /// The portal's name.
    pub portal: String,
    /// The person's name.
    pub name: String,
    /// The person id.
    pub person_id: String,
    /// Why there is nothing to do.
    pub why: Emptiness,
    /// POST action for signing out.
    pub sign_out_action: String,
}

/// Why a portal is empty for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Emptiness {
    /// This version has nothing behind its door.
    NotBuilt,
    /// The work behind it is the operating company's, and the person is a customer's.
    NotTheirs,
}

impl Page for Workspace {
    const TEMPLATE: &'static str = "auth/workspace.html";
}

/// The portals of the signed-in user: those that are open, and the others with the reason.
#[derive(Debug, Clone, Serialize)]
pub struct Portals {
    /// The open portals.
    pub open: Vec<OpenPortal>,
    /// The closed portals.
    pub closed: Vec<ClosedPortal>,
}

impl Page for Portals {
    const TEMPLATE: &'static str = "portals/list.html";
}

/// A portal that is open to the user.
#[derive(Debug, Clone, Serialize)]
pub struct OpenPortal {
    /// The portal's name.
    pub title: String,
    /// URL of its home page.
    pub url: String,
    /// What it is for.
    pub about: String,
}

/// A portal that is closed to the user.
#[derive(Debug, Clone, Serialize)]
pub struct ClosedPortal {
    /// The portal's name.
    pub title: String,
    /// The reason.
    pub reason: String,
    /// What to do about it.
    pub next_step: String,
}

/// The registration form (P12).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Register {
    /// POST action.
    pub action: String,
    /// URL of the sign-in page.
    pub sign_in_url: String,
    /// The entered name.
    pub name: String,
    /// The entered e-mail address.
    pub email: String,
    /// The entered message.
    pub message: String,
    /// Error message of the rejected form.
    pub error: Option<String>,
    /// Whether the form was accepted. The page does not reveal whether the address is known.
    pub sent: bool,
}

impl Page for Register {
    const TEMPLATE: &'static str = "auth/register.html";
}

/// Confirming the e-mail address of a registration.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmAddress {
    /// POST action; `None` once the address is confirmed.
    pub action: Option<String>,
    /// The applicant's name.
    pub name: String,
    /// The address, masked.
    pub email: String,
}

impl Page for ConfirmAddress {
    const TEMPLATE: &'static str = "auth/confirm_address.html";
}

/// Ending the notifications of a person who is not signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Unsubscribe {
    /// POST action; `None` once the notifications are off.
    pub action: Option<String>,
    /// URL of the page where they are switched on again.
    pub profile_url: String,
}

impl Page for Unsubscribe {
    const TEMPLATE: &'static str = "auth/unsubscribe.html";
}

/// Re-authentication before an important change.
#[derive(Debug, Clone, Serialize)]
pub struct ProveAgain {
    /// POST action, with `password` or `code`.
    pub action: String,
    /// URL to return to afterwards.
    pub return_to: String,
    /// Whether a password is set.
    pub password: bool,
    /// Whether an authenticator app is set up.
    pub code: bool,
    /// The form for using a passkey; `None` if there is none.
    pub passkey: Option<PasskeyForm>,
    /// The person id.
    pub person_id: String,
    /// POST action for re-authentication at an identity provider, with `provider`.
    pub provider_action: String,
    /// The identity providers of the person's sign-in methods.
    pub providers: Vec<Provider>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl Page for ProveAgain {
    const TEMPLATE: &'static str = "auth/prove_again.html";
}

/// Setting or changing one's own password.
#[derive(Debug, Clone, Serialize)]
pub struct OwnPassword {
    /// POST action.
    pub action: String,
    /// The person id.
    pub person_id: String,
    /// Whether a password is set already.
    pub is_set: bool,
    /// POST action for removing the password; `None` if there is none, or if it is the only sign-in method.
    pub remove_action: Option<String>,
    /// Why the last password was rejected.
    pub error: Option<String>,
    /// URL of the list of sign-in methods.
    pub back_url: String,
}

impl Page for OwnPassword {
    const TEMPLATE: &'static str = "auth/own_password.html";
}

/// Adding, renewing or removing one's own second factor.
#[derive(Debug, Clone, Serialize)]
pub struct OwnFactor {
    /// The authenticator app that is set up.
    pub current: Option<CurrentFactor>,
    /// Number of passkeys, which also serve as second factors.
    pub passkeys: u32,
    /// Recovery codes, if there is a second factor.
    pub codes: Option<CodesPart>,
    /// The authenticator app to set up.
    pub offered: Option<OfferedFactor>,
    /// POST action for adding the authenticator app.
    pub add_action: String,
    /// Why the code was rejected.
    pub error: Option<String>,
    /// URL of the list of sign-in methods.
    pub back_url: String,
    /// URL for setting a password, without which there is no second factor.
    pub password_url: String,
}

impl Page for OwnFactor {
    const TEMPLATE: &'static str = "auth/own_factor.html";
}

/// An authenticator app that is set up.
#[derive(Debug, Clone, Serialize)]
pub struct CurrentFactor {
    /// When it was added.
    pub since: Timestamp,
    /// POST action for removing it.
    pub remove_action: String,
}

/// The remaining recovery codes.
#[derive(Debug, Clone, Serialize)]
pub struct CodesPart {
    /// Number of codes.
    pub left: u32,
    /// POST action for creating new codes.
    pub renew_action: String,
}

/// An authenticator app to set up.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedFactor {
    /// Id of the secret.
    pub key_id: String,
    /// The secret, in groups of four.
    pub secret: String,
    /// URL that opens an authenticator app on the same device.
    pub url: String,
    /// The QR code for an app on another device.
    pub square: Option<Square>,
}

/// A QR code as an SVG path.
#[derive(Debug, Clone, Serialize)]
pub struct Square {
    /// Units on each side, including the quiet zone.
    pub size: i32,
    /// SVG path of the dark modules.
    pub path: String,
}

impl Square {
    /// The QR code of a text; `None` if it does not fit.
    pub fn of(text: &str) -> Option<Self> {
        /// Width of the quiet zone that readers need.
        const BORDER: i32 = 4;
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let fields = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark = fields.filter(|&(x, y)| code.get_module(x, y));
        let path = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + BORDER, y + BORDER)).collect();
        Some(Self { size: code.size() + 2 * BORDER, path })
    }
}

/// Recovery codes, shown only once.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<String>,
    /// URL of the next page.
    pub back_url: String,
}

impl Page for RecoveryCodes {
    const TEMPLATE: &'static str = "auth/recovery_codes.html";
}

/// The list of the person's sessions.
#[derive(Debug, Clone, Serialize)]
pub struct Sessions {
    /// The sessions, most recently used first.
    pub sessions: Vec<SessionRow>,
    /// POST action for ending all sessions but this one.
    pub end_others_action: String,
    /// URL of the list of sign-in methods.
    pub back_url: String,
}

impl Page for Sessions {
    const TEMPLATE: &'static str = "auth/sessions.html";
}

/// A session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionRow {
    /// Browser and operating system.
    pub device: String,
    /// Sign-in method.
    pub how: String,
    /// When the session began.
    pub since: Timestamp,
    /// When the session was last used, to within a few minutes.
    pub last_used_at: Timestamp,
    /// The client's IP address.
    pub place: String,
    /// Whether this is the session of the request.
    pub current: bool,
    /// POST action for ending it.
    pub end_action: String,
}
