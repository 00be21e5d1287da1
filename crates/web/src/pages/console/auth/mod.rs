//! A person's credentials and registration requests, as staff see them (P03, P12). Passwords are neither shown nor
//! entered here.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::Done;

/// The security tab of a person.
#[derive(Debug, Clone, Serialize)]
pub struct Security {
    /// The person's name.
    pub name: String,
    /// The person id; `None` until the person sets their first password.
    pub person_id: Option<String>,
    /// Whether the person is inactive and cannot sign in.
    pub inactive: bool,
    /// The address for links and notices, if known.
    pub address: Option<String>,
    /// When the password was set.
    pub password_since: Option<Timestamp>,
    /// POST action for sending a link to set a password; `None` if it could not arrive or would be of no use.
    pub send_action: Option<String>,
    /// The links sent, newest first.
    pub links: Vec<LinkRow>,
    /// The authenticator app of the second factor.
    pub factor: Option<FactorRow>,
    /// Number of passkeys, which also serve as second factors.
    pub passkeys: u32,
    /// Number of recovery codes left.
    pub codes_left: u32,
    /// The person's sign-in methods.
    pub methods: Vec<MethodRow>,
    /// The person's sessions.
    pub sessions: Vec<StaffSessionRow>,
    /// POST action for ending all sessions.
    pub end_all_action: String,
    /// URL of the person.
    pub person_url: String,
    /// URL of the customer.
    pub customer_url: String,
    /// The customer's name.
    pub customer: String,
    /// When a sign-in last failed because the e-mail address was entered as the person id.
    pub email_as_login: Option<Timestamp>,
}

impl Page for Security {
    const TEMPLATE: &'static str = "console/persons/security.html";
}

/// A link for setting a password.
#[derive(Debug, Clone, Serialize)]
pub struct LinkRow {
    /// The recipient, masked.
    pub sent_to: String,
    /// When and by whom it was sent.
    pub sent: Done,
    /// When the link expires.
    pub expires_at: Timestamp,
    /// The state, in a word.
    pub state: &'static str,
}

/// An authenticator app.
#[derive(Debug, Clone, Serialize)]
pub struct FactorRow {
    /// When it was added.
    pub since: Timestamp,
    /// POST action for removing it.
    pub remove_action: String,
}

/// A sign-in method.
#[derive(Debug, Clone, Serialize)]
pub struct MethodRow {
    /// The kind of method.
    pub how: String,
    /// When it was added.
    pub since: Timestamp,
    /// When it was last used here.
    pub last_used_at: Option<Timestamp>,
    /// POST action for removing it; `None` if it is not a passkey.
    pub remove_action: Option<String>,
}

/// A session of a person.
#[derive(Debug, Clone, Serialize)]
pub struct StaffSessionRow {
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
    /// POST action for ending it.
    pub end_action: String,
}

/// The queue of registration requests.
#[derive(Debug, Clone, Serialize)]
pub struct Registrations {
    /// The requests with a confirmed address, oldest first.
    pub waiting: Vec<RegistrationRow>,
    /// Whether self-registration is disabled.
    pub closed: bool,
}

impl Page for Registrations {
    const TEMPLATE: &'static str = "console/persons/registrations.html";
}

/// A registration request in the queue.
#[derive(Debug, Clone, Serialize)]
pub struct RegistrationRow {
    /// URL of the request.
    pub url: String,
    /// The applicant's name.
    pub name: String,
    /// The confirmed e-mail address.
    pub email: String,
    /// When the applicant registered.
    pub since: Timestamp,
}

/// The page of a registration request.
#[derive(Debug, Clone, Serialize)]
pub struct Registration {
    /// The applicant's name.
    pub name: String,
    /// The confirmed e-mail address.
    pub email: String,
    /// The applicant's message.
    pub message: Option<String>,
    /// When the applicant registered.
    pub since: Timestamp,
    /// The person id that the applicant will get.
    pub person_id: String,
    /// The decision; `None` if it is open.
    pub decided: Option<DecidedPart>,
    /// POST action for approving the request.
    pub approve_action: String,
    /// POST action for rejecting the request.
    pub refuse_action: String,
    /// The licence types to choose from.
    pub licences: Vec<&'static str>,
    /// The search text for a customer; empty before the first search.
    pub query: String,
    /// URL of this page, for the search.
    pub find_url: String,
    /// The places to choose from: of customers with the same address, and of those found by the search.
    pub places: Vec<PlaceChoice>,
    /// The contacts of the same customers.
    pub contacts: Vec<ContactChoice>,
    /// Whether there are more customers than are shown.
    pub more: bool,
}

impl Page for Registration {
    const TEMPLATE: &'static str = "console/persons/registration.html";
}

/// The decision on a registration request.
#[derive(Debug, Clone, Serialize)]
pub struct DecidedPart {
    /// Whether it was approved.
    pub approved: bool,
    /// When and by whom it was decided.
    pub done: Done,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// URL of the person's security tab.
    pub security_url: String,
}

/// A place to choose.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceChoice {
    /// The place's id.
    pub id: String,
    /// The place's name.
    pub name: String,
    /// The customer that owns it.
    pub owner: String,
    /// Whether it is preselected, because it is the only one.
    pub chosen: bool,
}

/// A contact to choose.
#[derive(Debug, Clone, Serialize)]
pub struct ContactChoice {
    /// The contact's id.
    pub id: String,
    /// The contact and its customer.
    pub label: String,
    /// Whether it is preselected, because it has the applicant's address.
    pub chosen: bool,
}
