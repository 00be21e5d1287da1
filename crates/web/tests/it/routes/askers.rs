//! All types of callers, with their credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, header};
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::persons::PersonDraft;
use tessera_hub::{StaffSignInOutcome, Visit};
use testkit::passwords::employee;
use testkit::portal::PortalUser;
use testkit::{ADA, B2C_KEY, BEN, CLI, HOOK_SECRET, JO, Known, MARKETPLACE, TestApp, preview_cookie};

const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";
const STAFF: (&str, &str) = ("jo", "walnut-finch-11");

/// A type of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Nonsense,
    /// Ada, signed in to the customer portal.
    Customer,
    /// Ben, whose licence is for the Dealer Portal.
    Dealer,
    /// A person of the operating company, whose licence is for the Warehouse Portal.
    Worker,
    /// A person of the operating company, whose licence is for the Tech Portal.
    Technician,
    /// Signed in at the identity provider, but not linked.
    Stranger,
    Staff,
    /// Staff in a preview as Ada.
    Preview,
    Machine,
    /// A machine that sends messages.
    Messenger,
    App,
    Desk,
    Policy,
    Platform,
}

/// The callers that need not be created again for each route.
pub struct Everybody {
    ada: SignIn,
    ben: SignIn,
    worker: SignIn,
    technician: SignIn,
    ada_id: String,
    staff: String,
    app: String,
    message_key: String,
}

impl Everybody {
    pub async fn of(app: &TestApp) -> Self {
        let ada = PortalUser::activated(app, ADA).await;
        let ben = PortalUser::activated(app, BEN).await;
        ben.change(app, |draft| PersonDraft { licence: Some(LicenceType::Dealportal), ..draft }).await;
        let worker = employee(app, "worker", LicenceType::Whseportal).await;
        let worker = app.store.identities_of_person(worker.id).await.unwrap().remove(0).sign_in;
        let technician = employee(app, "technician", LicenceType::Techportal).await;
        let technician = app.store.identities_of_person(technician.id).await.unwrap().remove(0).sign_in;
        app.hub.put_staff(STAFF.0, "Jo Example", STAFF.1, &CLI).await.unwrap();
        Self {
            ada: sign_in(app, ADA),
            ben: sign_in(app, BEN),
            worker,
            technician,
            ada_id: ada.person.to_string(),
            staff: String::new(),
            app: app.access_token(ADA.email).await,
            message_key: message_key(app, ada.customer).await,
        }
    }

    /// The credentials of a caller. Creates a new session wherever an earlier route may have ended it. Each session is
    /// tried as every kind of session.
    pub async fn credentials(&mut self, app: &TestApp, who: Who) -> Vec<(&'static str, String)> {
        let session = async |sign_in: &SignIn| app.hub.open_session(sign_in, &Visit::default()).await.unwrap();
        let as_any =
            |token: &str| vec![("cookie", format!("tessera={token}; tessera-staff={token}; tessera-half={token}"))];
        let bearer = |token: &str| vec![("authorization", format!("Bearer {token}")), ("x-api-key", token.to_owned())];
        match who {
            Who::Nobody => Vec::new(),
            Who::Nonsense => {
                [as_any("x"), bearer("x"), vec![("cookie", format!("tessera-preview={}", self.ada_id))]].concat()
            }
            Who::Customer => as_any(&session(&self.ada).await),
            Who::Dealer => as_any(&session(&self.ben).await),
            Who::Worker => as_any(&session(&self.worker).await),
            Who::Technician => as_any(&session(&self.technician).await),
            Who::Stranger => {
                let nobody = IdentityKey { subject: "nobody".to_owned(), ..self.ada.identity.clone() };
                as_any(&session(&SignIn { identity: nobody, ..self.ada.clone() }).await)
            }
            Who::Staff => as_any(self.staff(app).await),
            Who::Preview => {
                let token = self.staff(app).await.to_owned();
                vec![("cookie", format!("tessera-staff={token}; {}", preview_cookie(app, &token, &self.ada_id)))]
            }
            Who::Machine => bearer(&app.api_key),
            Who::Messenger => bearer(&self.message_key),
            Who::App => bearer(&self.app),
            Who::Desk => bearer(HOOK_SECRET),
            Who::Policy => bearer(B2C_KEY),
            Who::Platform => vec![
                ("x-cloudplatform-applicationid", MARKETPLACE.0.to_owned()),
                ("x-cloudplatform-apikey", STANDARD.encode(MARKETPLACE.1)),
            ],
        }
    }

    async fn staff(&mut self, app: &TestApp) -> &str {
        if app.hub.staff_session(&self.staff).await.unwrap().is_none() {
            let StaffSignInOutcome::In(token) = app.hub.sign_in_staff(STAFF.0, STAFF.1, false).await.unwrap() else {
                panic!()
            };
            self.staff = token;
        }
        &self.staff
    }
}

fn sign_in(app: &TestApp, who: Known) -> SignIn {
    let account = app.idp.accounts().into_iter().find(|account| account.email == who.email).unwrap();
    let identity = IdentityKey { issuer: app.idp_url.clone(), subject: account.sub };
    SignIn { identity, provider: "idp".into(), email: Some(who.email.into()), email_verified: true, name: None }
}

/// The relevant parts of an answer.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub to: String,
    pub body: String,
}

/// The message key of a person of this customer.
async fn message_key(app: &TestApp, customer: CustomerId) -> String {
    let person = app.person("GATEWAY").of(customer).with_licence(LicenceType::Message).create().await;
    app.hub.issue_message_key(person.id, "gateway", &JO).await.unwrap().1
}

pub async fn ask(http: &Client, method: &Method, url: &str, credentials: &[(&'static str, String)]) -> Answered {
    let mut request = http.request(method.clone(), url);
    for (name, value) in credentials {
        request = request.header(*name, value);
    }
    let answer = request.send().await.unwrap();
    let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    Answered { status: answer.status().as_u16(), to, body: answer.text().await.unwrap() }
}

/// A path with sample values for its parameters.
pub fn filled(app: &TestApp, path: &str) -> String {
    let value = |segment: &str| match segment {
        "{portal}" => "dealer".to_owned(),
        "{provider}" => "idp".to_owned(),
        _ if segment.starts_with('{') => SOME_ID.to_owned(),
        _ => segment.to_owned(),
    };
    format!("{}{}", app.url, path.split('/').map(value).collect::<Vec<_>>().join("/"))
}
