//! The doors of the portals: signing in, choosing a password, the second factor, registering (P03, P12).

mod samples;

use jiff::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use crate::pages::passkeys::PasskeyForm;
use crate::pages::{Page, Provider};

/// Somebody cannot sign in.
#[derive(Debug, Clone, Serialize)]
pub struct Forgot {
    /// POST here with `login`.
    pub action: String,
    /// It was asked for: the same words whether anybody is known by it or not.
    pub sent: bool,
    /// The way back.
    pub sign_in_url: String,
    /// Too many were asked for from one place.
    pub too_many: bool,
}

impl Page for Forgot {
    const TEMPLATE: &'static str = "auth/forgot.html";
}

/// Choosing a password by a one-time link.
#[derive(Debug, Clone, Serialize)]
pub struct ChoosePassword {
    /// POST here.
    pub action: String,
    /// What they sign in with.
    pub person_id: String,
    /// Why the last one was not taken.
    pub error: Option<String>,
}

impl Page for ChoosePassword {
    const TEMPLATE: &'static str = "auth/choose_password.html";
}

/// A link that opens nothing any more.
#[derive(Debug, Clone, Serialize)]
pub struct LinkDead {
    /// What is the case, as in "This link was used already".
    pub title: String,
    /// Why, and what to do.
    pub explanation: String,
    /// What the button says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Page for LinkDead {
    const TEMPLATE: &'static str = "auth/link_dead.html";
}

/// The second step of a sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct AskCode {
    /// POST here with `code`.
    pub action: String,
    /// There is an app that shows codes; otherwise recovery codes alone are asked for.
    pub app: bool,
    /// Answering with a passkey; none: there is none.
    pub passkey: Option<PasskeyForm>,
    /// Why it is asked again.
    pub error: Option<String>,
    /// Begin anew.
    pub sign_in_url: String,
}

impl Page for AskCode {
    const TEMPLATE: &'static str = "auth/ask_code.html";
}

/// Whoever signs in rightly and is not let in.
#[derive(Debug, Clone, Serialize)]
pub struct NotLetIn {
    /// The portal's name.
    pub portal: String,
    /// What is the case.
    pub title: String,
    /// Why, and what to do.
    pub explanation: String,
    /// Where to sign in as somebody else.
    pub sign_in_url: String,
}

impl Page for NotLetIn {
    const TEMPLATE: &'static str = "auth/not_let_in.html";
}

/// A portal behind whose door no workspace is yet.
#[derive(Debug, Clone, Serialize)]
pub struct Workspace {
    /// The portal's name.
    pub portal: String,
    /// Whom it greets.
    pub name: String,
    /// What they sign in with.
    pub person_id: String,
    /// What they may use.
    pub licence: String,
    /// POST here signs out.
    pub sign_out_action: String,
    /// The customer portal, if it is open to them.
    pub customer_portal: Option<String>,
}

impl Page for Workspace {
    const TEMPLATE: &'static str = "auth/workspace.html";
}

/// Registering (P12).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Register {
    /// POST here.
    pub action: String,
    /// The way back.
    pub sign_in_url: String,
    /// As entered.
    pub name: String,
    /// As entered.
    pub email: String,
    /// As entered.
    pub message: String,
    /// What was entered wrongly.
    pub error: Option<String>,
    /// It was taken: the same words whether the address is known or not.
    pub sent: bool,
}

impl Page for Register {
    const TEMPLATE: &'static str = "auth/register.html";
}

/// Proving the address of a registration.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmAddress {
    /// POST here; none: it is done.
    pub action: Option<String>,
    /// Whom it greets.
    pub name: String,
    /// The address, masked.
    pub email: String,
}

impl Page for ConfirmAddress {
    const TEMPLATE: &'static str = "auth/confirm_address.html";
}

/// Proving anew who one is, before something important is changed.
#[derive(Debug, Clone, Serialize)]
pub struct ProveAgain {
    /// POST here with `password` or `code`.
    pub action: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// A password is set.
    pub password: bool,
    /// An app that shows codes is there.
    pub code: bool,
    /// Answering with a passkey; none: there is none.
    pub passkey: Option<PasskeyForm>,
    /// What they sign in with.
    pub person_id: String,
    /// POST here with `provider` signs in anew at a provider.
    pub provider_action: String,
    /// The providers they have sign-ins at.
    pub providers: Vec<Provider>,
    /// Why it is asked again.
    pub error: Option<String>,
}

impl Page for ProveAgain {
    const TEMPLATE: &'static str = "auth/prove_again.html";
}

/// Setting or changing one's own password.
#[derive(Debug, Clone, Serialize)]
pub struct OwnPassword {
    /// POST here.
    pub action: String,
    /// What they sign in with.
    pub person_id: String,
    /// One is set: it is changed.
    pub is_set: bool,
    /// POST here takes it away; none: it is the only way in, or there is none.
    pub remove_action: Option<String>,
    /// Why the last one was not taken.
    pub error: Option<String>,
    /// The list of sign-in methods.
    pub back_url: String,
}

impl Page for OwnPassword {
    const TEMPLATE: &'static str = "auth/own_password.html";
}

/// Adding, renewing or taking away one's own second factor.
#[derive(Debug, Clone, Serialize)]
pub struct OwnFactor {
    /// The app that is there.
    pub current: Option<CurrentFactor>,
    /// How many passkeys are asked for after the password, too.
    pub passkeys: u32,
    /// Recovery codes, where something is asked for after the password.
    pub codes: Option<CodesPart>,
    /// The one that is offered.
    pub offered: Option<OfferedFactor>,
    /// POST here adds the one that is offered.
    pub add_action: String,
    /// Why the code was not taken.
    pub error: Option<String>,
    /// The list of sign-in methods.
    pub back_url: String,
    /// Where a password is set, which a second factor follows.
    pub password_url: String,
}

impl Page for OwnFactor {
    const TEMPLATE: &'static str = "auth/own_factor.html";
}

/// A second factor that is there.
#[derive(Debug, Clone, Serialize)]
pub struct CurrentFactor {
    /// Since when.
    pub since: Timestamp,
    /// POST here takes it away.
    pub remove_action: String,
}

/// Recovery codes that are left.
#[derive(Debug, Clone, Serialize)]
pub struct CodesPart {
    /// How many.
    pub left: u32,
    /// POST here makes fresh ones.
    pub renew_action: String,
}

/// A second factor that is offered.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedFactor {
    /// Names the secret.
    pub key_id: String,
    /// The secret, in groups of four.
    pub secret: String,
    /// The address that opens an app on the same device.
    pub url: String,
    /// The square code that an app on another device reads.
    pub square: Option<Square>,
}

/// A square code as a drawing: a path over a field of so many units.
#[derive(Debug, Clone, Serialize)]
pub struct Square {
    /// Units on each side, the quiet border too.
    pub size: i32,
    /// The dark fields.
    pub path: String,
}

impl Square {
    /// The square code of a text; none: it does not fit.
    pub fn of(text: &str) -> Option<Self> {
        /// What readers need around it.
        const BORDER: i32 = 4;
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let fields = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let dark = fields.filter(|&(x, y)| code.get_module(x, y));
        let path = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + BORDER, y + BORDER)).collect();
        Some(Self { size: code.size() + 2 * BORDER, path })
    }
}

/// Recovery codes, shown once.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<String>,
    /// Where to go on.
    pub back_url: String,
}

impl Page for RecoveryCodes {
    const TEMPLATE: &'static str = "auth/recovery_codes.html";
}

/// Where somebody is signed in.
#[derive(Debug, Clone, Serialize)]
pub struct Sessions {
    /// The sessions, the one used last first.
    pub sessions: Vec<SessionRow>,
    /// POST here ends all but this one.
    pub end_others_action: String,
    /// The list of sign-in methods.
    pub back_url: String,
}

impl Page for Sessions {
    const TEMPLATE: &'static str = "auth/sessions.html";
}

/// A session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionRow {
    /// Browser and system.
    pub device: String,
    /// How they signed in.
    pub how: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used, to a few minutes.
    pub last_used_at: Timestamp,
    /// The address it came from.
    pub place: String,
    /// It is the one that asks.
    pub current: bool,
    /// POST here ends it.
    pub end_action: String,
}
