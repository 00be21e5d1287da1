//! How a person signs in, as staff see it (P03), and who asks to be let in (P12). No password is ever shown or typed here.

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
    /// What they sign in with; none: they get one with their first password.
    pub person_id: Option<String>,
    /// They cannot sign in at all.
    pub inactive: bool,
    /// Where links and notices go; none: nowhere.
    pub address: Option<String>,
    /// Since when a password is set.
    pub password_since: Option<Timestamp>,
    /// POST here sends a link to set one; none: it could not arrive, or would open nothing.
    pub send_action: Option<String>,
    /// The links that were sent, the newest first.
    pub links: Vec<LinkRow>,
    /// The app of the second factor.
    pub factor: Option<FactorRow>,
    /// How many passkeys there are, which follow a password too.
    pub passkeys: u32,
    /// Recovery codes left.
    pub codes_left: u32,
    /// How they sign in.
    pub methods: Vec<MethodRow>,
    /// Where they are signed in.
    pub sessions: Vec<StaffSessionRow>,
    /// POST here signs them out everywhere.
    pub end_all_action: String,
    /// The person's page.
    pub person_url: String,
    /// The customer's page.
    pub customer_url: String,
    /// The customer's name.
    pub customer: String,
    /// When somebody last typed the e-mail address in the place of the person id, in vain.
    pub email_as_login: Option<Timestamp>,
}

impl Page for Security {
    const TEMPLATE: &'static str = "console/persons/security.html";
}

/// A link to set a password.
#[derive(Debug, Clone, Serialize)]
pub struct LinkRow {
    /// Where it was sent, masked.
    pub sent_to: String,
    /// When and by whom.
    pub sent: Done,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Where it stands, in a word.
    pub state: &'static str,
}

/// A second factor.
#[derive(Debug, Clone, Serialize)]
pub struct FactorRow {
    /// Since when.
    pub since: Timestamp,
    /// POST here takes it away.
    pub remove_action: String,
}

/// A way to sign in.
#[derive(Debug, Clone, Serialize)]
pub struct MethodRow {
    /// How.
    pub how: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used here.
    pub last_used_at: Option<Timestamp>,
    /// POST here takes it away; none: it is no passkey.
    pub remove_action: Option<String>,
}

/// A session of a person.
#[derive(Debug, Clone, Serialize)]
pub struct StaffSessionRow {
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
    /// POST here ends it.
    pub end_action: String,
}

/// Who waits to be let in.
#[derive(Debug, Clone, Serialize)]
pub struct Registrations {
    /// Those whose address is proved, the oldest first.
    pub waiting: Vec<RegistrationRow>,
    /// Nobody can register: it is switched off.
    pub closed: bool,
}

impl Page for Registrations {
    const TEMPLATE: &'static str = "console/persons/registrations.html";
}

/// One who waits.
#[derive(Debug, Clone, Serialize)]
pub struct RegistrationRow {
    /// The page to decide on.
    pub url: String,
    /// The name.
    pub name: String,
    /// The address, which is proved.
    pub email: String,
    /// Since when.
    pub since: Timestamp,
}

/// Deciding on one.
#[derive(Debug, Clone, Serialize)]
pub struct Registration {
    /// The name.
    pub name: String,
    /// The address, which is proved.
    pub email: String,
    /// In their own words.
    pub message: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// What they will sign in with.
    pub person_id: String,
    /// How it was decided; none: not yet.
    pub decided: Option<DecidedPart>,
    /// POST here lets them in.
    pub approve_action: String,
    /// POST here refuses them.
    pub refuse_action: String,
    /// Licence types to choose from.
    pub licences: Vec<&'static str>,
    /// What customer was looked for; empty: nobody yet.
    pub query: String,
    /// The page itself, where a search goes.
    pub find_url: String,
    /// Places to choose from: of customers known by the same address, and of those that were looked for.
    pub places: Vec<PlaceChoice>,
    /// Contacts of the same customers.
    pub contacts: Vec<ContactChoice>,
    /// There are more customers than are shown.
    pub more: bool,
}

impl Page for Registration {
    const TEMPLATE: &'static str = "console/persons/registration.html";
}

/// How a registration was decided.
#[derive(Debug, Clone, Serialize)]
pub struct DecidedPart {
    /// Whether they were let in.
    pub approved: bool,
    /// When and by whom.
    pub done: Done,
    /// Why they were refused.
    pub reason: Option<String>,
    /// The person's security tab.
    pub security_url: String,
}

/// A place to choose.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceChoice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// It is the only one.
    pub chosen: bool,
}

/// A contact to choose.
#[derive(Debug, Clone, Serialize)]
pub struct ContactChoice {
    /// Its id.
    pub id: String,
    /// The contact and whose it is.
    pub label: String,
    /// It has the applicant's address.
    pub chosen: bool,
}
