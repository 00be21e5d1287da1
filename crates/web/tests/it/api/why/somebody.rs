//! A test person, changed in the outside systems through their own APIs and in the hub through its interfaces.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::jobs::SweepOf;
use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::freshservice::type_ids;
use tessera_sim::mail;
use testkit::{BEN, Browser, CLEO, CRM_KEY, JO, PASSWORD, Page, TestApp, client};

use super::situations::Ask;

/// Selects one of the person's two requesters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    First,
    Second,
}

/// A step of a situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Creates an account at the identity provider with a verified address.
    Account,
    /// Creates an account with an unverified address.
    UnverifiedAccount,
    /// Creates a second account with another address.
    OtherAccount,
    /// Creates a requester with the account's address.
    Requester,
    /// Creates a requester without an address.
    SilentRequester,
    /// Creates a second requester with the same name and telephone number and another address.
    SecondRequester_,
    /// Creates a second requester for a different person.
    Stranger,
    /// Creates a CRM contact with the address.
    Contact,
    /// Makes the person Cleo, whose address two contacts have. The CRM's own API does not create such a pair.
    Cleo,
    /// Gives the address to Ben's contact, which is linked to Ben.
    ContactOfBen,
    /// Creates a device of the requester.
    Device(Whose),
    /// Creates a router of the requester.
    Router,
    /// Creates an unassigned device.
    Stock,
    /// Opens the requester's page as staff, which reads the requester.
    Look(Whose),
    /// Opens the contact's page as staff.
    LookAtContact,
    /// Reads all assets.
    ReadAssets,
    /// Sends an invitation.
    Invite,
    /// Withdraws the invitation.
    Withdraw,
    /// Makes the mail server reject the address.
    MailRefused,
    /// Signs in to the portal.
    SignIn,
    /// Signs in through the link, without running the background jobs.
    Claim,
    /// Activates, and runs all background jobs.
    Activate,
    /// Activates with the other account.
    ActivateAsOther,
    /// Runs the pending background jobs.
    WorkOff,
    /// Refreshes the customer's records.
    Read,
    /// Unlinks the sign-in, as staff.
    UnlinkUser,
    /// Unlinks the requester, as staff.
    UnlinkRequester,
    /// Deactivates the requester in the service desk.
    Deactivate,
    /// Changes the requester's address in the service desk.
    ChangeEmail,
    /// Restores the requester's address.
    ChangeEmailBack,
    /// Moves the newest asset to the trash.
    Trash,
    /// Deletes the newest asset permanently.
    DeleteForever,
    /// Unassigns the newest asset.
    Unassign,
    /// Changes the newest asset's type to router.
    Retype,
    /// Assigns the newest asset to the second requester.
    Move,
    /// Deletes the requester in the service desk.
    Forget,
    /// Merges the requester into the second one.
    MergeIntoSecond,
    /// Merges the requester into Ben's, after Ben has activated.
    MergeIntoBen,
    /// Passes the requester id from a sign-in policy.
    PolicyNumber,
    /// Takes the CRM down.
    CrmDown,
    /// Takes the service desk down.
    DeskDown,
    /// Makes the service desk reject the API key.
    DeskRefuses,
    /// Advances the clock by this number of hours.
    Wait(u64),
}

/// The test person.
pub struct Somebody<'a> {
    app: &'a TestApp,
    number: usize,
    email: String,
    requesters: [Option<u64>; 2],
    contact: Option<u64>,
    asset: Option<(u64, Option<String>)>,
    link: Option<String>,
    browser: Browser,
}

impl<'a> Somebody<'a> {
    pub fn new(app: &'a TestApp, number: usize) -> Self {
        let email = format!("p{number}@example.com");
        let browser = Browser::new();
        Self { app, number, email, requesters: [None; 2], contact: None, asset: None, link: None, browser }
    }

    fn other_email(&self) -> String {
        format!("p{}.other@example.com", self.number)
    }

    fn first(&self) -> u64 {
        self.requesters[0].expect("there is a requester")
    }

    async fn desk(&self, method: Method, path: &str, body: Value) -> Value {
        let address = self.app.hub.desk.address().as_str().trim_end_matches('/').to_owned();
        let request =
            client().request(method, format!("{address}{path}")).basic_auth(self.app.desk.api_key(), Some("X"));
        let answer = request.json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn crm(&self, method: Method, path: &str, body: Value) -> Value {
        let address = self.app.hub.crm.address().as_str().trim_end_matches('/').to_owned();
        let request = client().request(method, format!("{address}{path}"));
        let request = request.header("authorization", format!("Token token={CRM_KEY}")).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    async fn account(&self, email: &str, verified: bool) {
        let order = json!({ "email": email, "password": PASSWORD, "name": "Pat Example", "email_verified": verified });
        let answer = client().post(format!("{}/_sim/accounts", self.app.idp_url)).json(&order).send().await.unwrap();
        assert_eq!(answer.status(), 201);
    }

    async fn requester(&self, last_name: &str, email: Option<&str>, phone: &str) -> u64 {
        let body = json!({ "first_name": "Pat", "last_name": last_name, "primary_email": email, "mobile_phone_number": phone });
        self.desk(Method::POST, "/requesters", body).await["requester"]["id"].as_u64().unwrap()
    }

    async fn asset(&self, type_id: u64, user: Option<u64>) -> (u64, Option<String>) {
        let serial = (type_id == type_ids::BUNDLE).then(|| format!("SN-9{:03}", self.number));
        let hardware = |name: &str| format!("{name}_{}", type_ids::HARDWARE);
        let product = if serial.is_some() { 21_000_056_801_u64 } else { 21_000_056_802 };
        let mut fields = json!({
            hardware("product"): product, hardware("vendor"): 21_000_033_101_u64,
            hardware("asset_state"): "In Use", hardware("serial_number"): serial,
        });
        if let Some(serial) = &serial {
            fields[format!("inverter_serial_number_{}", type_ids::BUNDLE)] = json!(serial);
            fields[format!("inverter_vendor_{}", type_ids::BUNDLE)] = json!("GoodWe");
        }
        let body = json!({ "name": format!("Asset of {}", self.number), "asset_type_id": type_id, "user_id": user, "type_fields": fields });
        let made = self.desk(Method::POST, "/assets", body).await;
        (made["asset"]["display_id"].as_u64().unwrap(), serial)
    }

    /// Performs a step.
    pub async fn live(&mut self, step: Step) {
        let app = self.app;
        match step {
            Step::Account => self.account(&self.email, true).await,
            Step::UnverifiedAccount => self.account(&self.email, false).await,
            Step::OtherAccount => self.account(&self.other_email(), true).await,
            Step::Requester | Step::SilentRequester => {
                let email = (step == Step::Requester).then_some(self.email.as_str());
                let (name, phone) = self.name_and_phone();
                self.requesters[0] = Some(self.requester(&name, email, &phone).await);
            }
            Step::SecondRequester_ => {
                let (name, phone) = self.name_and_phone();
                self.requesters[1] = Some(self.requester(&name, Some(&self.other_email()), &phone).await);
            }
            Step::Stranger => {
                let phone = format!("+1 202 556 {:04}", self.number);
                self.requesters[1] = Some(self.requester("Stranger", Some(&self.other_email()), &phone).await);
            }
            Step::Contact => self.contact = Some(self.new_contact().await),
            Step::Cleo => {
                CLEO.email.clone_into(&mut self.email);
                self.requesters[0] = CLEO.requester.parse().ok();
            }
            Step::ContactOfBen => self.take_bens_contact().await,
            Step::Device(whose) => {
                let user = self.requesters[whose as usize];
                self.asset = Some(self.asset(type_ids::BUNDLE, user).await);
            }
            Step::Router => self.asset = Some(self.asset(type_ids::ROUTER, self.requesters[0]).await),
            Step::Stock => self.asset = Some(self.asset(type_ids::BUNDLE, None).await),
            Step::Look(whose) => {
                let id = self.requesters[whose as usize].unwrap();
                let key = RecordKey::new("freshservice", Kind::Requester, id.to_string());
                app.hub.read_through(&key, &JO).await.unwrap();
            }
            Step::LookAtContact => {
                let key = RecordKey::new("freshsales", Kind::Contact, self.contact.unwrap().to_string());
                app.hub.read_through(&key, &JO).await.unwrap();
            }
            Step::ReadAssets => app.hub.sweep(SweepOf::Assets).await.unwrap(),
            Step::Invite => self.link = Some(app.link(&self.first().to_string()).await),
            Step::Withdraw => {
                let path = format!("/invitations?requester_id={}", self.first());
                assert_eq!(app.api.delete(&path, &app.api_key, None).await.status, 204);
            }
            Step::MailRefused => app.mail.add_fault(mail::Fault {
                kind: mail::FaultKind::Permanent,
                to: Some(self.email.clone()),
                times: None,
            }),
            Step::SignIn => drop(self.portal().await),
            Step::Claim => {
                let link = self.link.clone().expect("there is a link");
                app.activate(&mut self.browser, &link, &self.email).await;
            }
            Step::Activate => self.activate(&self.email.clone()).await,
            Step::ActivateAsOther => self.activate(&self.other_email()).await,
            Step::WorkOff => drop(app.hub.run_pending().await),
            Step::Read => {
                let customer = app.customer_of(&self.first().to_string()).await;
                app.api.order(&format!("/customers/{customer}/refresh"), &app.api_key).await;
                app.hub.run_pending().await;
            }
            Step::MergeIntoBen => {
                app.activated(BEN).await;
                let path = format!("/requesters/{}/merge?secondary_requesters={}", BEN.requester, self.first());
                self.desk(Method::PUT, &path, Value::Null).await;
            }
            Step::PolicyNumber => {
                let sub = app.idp.accounts().into_iter().find(|it| it.email == self.email).unwrap().sub;
                let sign_in = SignIn {
                    identity: IdentityKey { issuer: app.idp_url.clone(), subject: sub },
                    provider: "idp".to_owned(),
                    email: Some(self.email.clone()),
                    email_verified: false,
                    name: None,
                };
                app.hub.link_by_policy(&sign_in, &self.first().to_string(), true).await.unwrap();
                app.hub.run_pending().await;
            }
            Step::UnlinkUser => self.unlink("user").await,
            Step::UnlinkRequester => self.unlink("requester").await,
            Step::Wait(hours) => app.advance(Duration::from_hours(hours)),
            Step::CrmDown => app.crm.faults().add(failing(503)),
            Step::DeskDown => app.desk.faults().add(failing(503)),
            Step::DeskRefuses => app.desk.faults().add(failing(401)),
            _ => self.change_at_the_desk(step).await,
        }
    }

    async fn change_at_the_desk(&self, step: Step) {
        let requester = || format!("/requesters/{}", self.first());
        let asset = || format!("/assets/{}", self.asset.as_ref().expect("there is an asset").0);
        let (method, path, body) = match step {
            Step::Deactivate => (Method::DELETE, requester(), Value::Null),
            Step::Forget => (Method::DELETE, format!("{}/forget", requester()), Value::Null),
            Step::MergeIntoSecond => {
                let into = self.requesters[1].expect("there is a second requester");
                let path = format!("/requesters/{into}/merge?secondary_requesters={}", self.first());
                (Method::PUT, path, Value::Null)
            }
            Step::ChangeEmail => (Method::PUT, requester(), json!({ "primary_email": self.other_email() })),
            Step::ChangeEmailBack => (Method::PUT, requester(), json!({ "primary_email": self.email })),
            Step::Trash => (Method::DELETE, asset(), Value::Null),
            Step::DeleteForever => (Method::PUT, format!("{}/delete_forever", asset()), Value::Null),
            Step::Unassign => (Method::PUT, asset(), json!({ "user_id": null })),
            Step::Move => (Method::PUT, asset(), json!({ "user_id": self.requesters[1] })),
            Step::Retype => (
                Method::PUT,
                asset(),
                json!({
                    "asset_type_id": type_ids::ROUTER,
                    "type_fields": { format!("product_{}", type_ids::HARDWARE): 21_000_056_802_u64 },
                }),
            ),
            other => panic!("{other:?} does not happen at the desk"),
        };
        self.desk(method, &path, body).await;
    }

    fn name_and_phone(&self) -> (String, String) {
        (format!("Example{}", self.number), format!("+1 202 555 {:04}", self.number))
    }

    async fn new_contact(&self) -> u64 {
        let name = format!("Example{}", self.number);
        let body = json!({ "contact": { "first_name": "Pat", "last_name": name, "emails": self.email } });
        self.crm(Method::POST, "/contacts", body).await["contact"]["id"].as_u64().unwrap()
    }

    /// Activates Ben, then changes his contact's address to this person's.
    async fn take_bens_contact(&self) {
        self.app.activated(BEN).await;
        let body = json!({ "contact": { "email": self.email } });
        self.crm(Method::PUT, "/contacts/5002", body).await;
    }

    async fn activate(&mut self, email: &str) {
        let link = self.app.link(&self.first().to_string()).await;
        self.app.activate(&mut self.browser, &link, email).await;
        self.app.hub.run_pending().await;
    }

    async fn unlink(&self, kind: &str) {
        let path = format!("/customers/{}", self.app.customer_of(&self.first().to_string()).await);
        let shown = self.app.api.get(&path, &self.app.api_key).await.json();
        let link = shown["links"].as_array().unwrap().iter().find(|link| link["kind"] == kind).unwrap();
        let path = format!("{path}/links/{}", link["id"].as_str().unwrap());
        let answer = self.app.api.delete(&path, &self.app.api_key, Some(json!({ "reason": "a mistake" }))).await;
        assert_eq!(answer.status, 204);
    }

    /// The portal in a new browser, as this person.
    pub async fn portal(&self) -> Page {
        let mut browser = Browser::new();
        let page = browser.open(&format!("{}/portal/customer", self.app.url)).await;
        let page = browser.submit(&page, &[("provider", "idp")]).await;
        browser.submit(&page, &[("email", &self.email), ("password", PASSWORD)]).await
    }

    /// The API's answer for this person's app.
    pub async fn app(&self) -> Value {
        let token = self.app.access_token(&self.email).await;
        self.app.api.get("/me/devices", &token).await.json()
    }

    /// The query that staff enter.
    pub async fn asked(&self, ask: Ask) -> String {
        let subject = || self.app.idp.accounts().into_iter().find(|it| it.email == self.email).unwrap().sub;
        match ask {
            Ask::Email => self.email.to_uppercase(),
            Ask::Customer => {
                let key = RecordKey::new("freshservice", Kind::Requester, self.first().to_string());
                match self.app.store.customer_of(&key).await.unwrap() {
                    Some(customer) => customer.id.to_string(),
                    // Unlinked in the meantime, so the customer is looked up through the sign-in.
                    None => self.app_customer().await,
                }
            }
            Ask::Requester => self.first().to_string(),
            Ask::SecondRequester => format!("freshservice:requester:{}", self.requesters[1].unwrap()),
            Ask::Contact => self.contact.unwrap().to_string(),
            Ask::Serial => self.asset.as_ref().unwrap().1.as_ref().unwrap().to_lowercase().replace('-', " "),
            Ask::Tag => format!("ASSET-{}", self.asset.as_ref().unwrap().0),
            Ask::Identity => format!("{} {}", self.app.idp_url, subject()),
            Ask::Subject => subject(),
        }
    }

    async fn app_customer(&self) -> String {
        let token = self.app.access_token(&self.email).await;
        self.app.api.get("/me", &token).await.json()["customer"]["id"].as_str().unwrap().to_owned()
    }

    /// Makes all outside systems work again.
    pub async fn recover(&self) {
        self.app.desk.faults().clear();
        self.app.crm.faults().clear();
        self.app.mail.clear_faults();
        self.app.advance(Duration::from_mins(10));
        self.app.hub.run_pending().await;
    }
}

fn failing(status: u16) -> Fault {
    let kind = FaultKind::Status { status, retry_after: None, body: None };
    Fault { path: "*".to_owned(), method: None, kind, times: None, skip: 0, probability: None }
}
