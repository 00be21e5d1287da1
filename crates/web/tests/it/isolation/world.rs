//! A random world: places, people and objects, with the expected visibility by the rules alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tessera_core::access::licence::LicenceType;
use tessera_core::access::{AccessFacts, DefaultPlace, LicenceFact, Login, PersonFacts, Portal, decide};
use tessera_core::credentials::change::IdentityChange;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::customer::{Identity, IdentityKey, SignIn};
use tessera_core::kernel::ids::{CustomerId, IdentityId, PersonId, PlaceId};
use tessera_core::kernel::plan::Plan;
use tessera_core::persons::place::PlaceDraft;
use tessera_core::persons::{Inactive, Person, PersonDraft};
use tessera_hub::{Ctx, Visit};
use testkit::portal::viewer;
use testkit::{ADA, BEN, CLEO, TestApp};

use super::{Kind, PersonSpec, Spec};

pub const STAFF: Ctx = Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);

/// A person with their expected permissions.
pub struct Somebody {
    pub id: PersonId,
    pub person_id: String,
    pub email: String,
    pub customer: CustomerId,
    pub places: BTreeSet<PlaceId>,
    pub keeps_contacts: bool,
    pub tried_by_email: bool,
    /// Whether the person may use the customer portal.
    pub allowed: bool,
    /// The code with which the app is refused; `None` if the person may use the customer portal.
    pub denied: Option<&'static str>,
    /// The sign-in and the token of a session.
    pub sign_in: SignIn,
    pub session: String,
}

impl Somebody {
    /// A new session.
    pub async fn signs_in_again(&self, app: &TestApp) -> String {
        app.hub.open_session(&self.sign_in, &Visit::default()).await.unwrap()
    }
}

/// An object with its expected visibility.
pub struct Thing {
    pub kind: Kind,
    /// A mark that appears only in links to it.
    pub mark: String,
    /// A word that appears only in its text.
    pub word: String,
    /// The path of its page, relative to the portal.
    pub page: String,
    /// Its files and documents.
    pub files: Vec<String>,
    /// The lists that contain it.
    pub lists: Vec<String>,
    /// Its audience, by places.
    pub audience: Audience,
    /// The customer of a contact.
    pub customer: Option<CustomerId>,
}

impl Thing {
    /// Whether it should be visible to a person by the rules and the person's places.
    pub fn is_for(&self, somebody: &Somebody) -> bool {
        let organisation =
            self.customer.is_none_or(|customer| customer == somebody.customer && somebody.keeps_contacts);
        somebody.allowed && organisation && self.audience.admits(&somebody.places)
    }

    /// Whether it should be in a person's app: the devices that the person sees in the customer portal (`P18`).
    pub fn is_in_the_app_of(&self, somebody: &Somebody) -> bool {
        self.kind == Kind::Device && self.is_for(somebody)
    }
}

/// A world with everything created in it.
pub struct World {
    pub people: Vec<Somebody>,
    pub things: Vec<Thing>,
    /// Names of places by id.
    pub places: BTreeMap<PlaceId, String>,
}

/// The state needed to create objects.
pub struct Maker<'a> {
    pub app: &'a TestApp,
    pub run: usize,
    pub customers: Vec<CustomerId>,
    /// The homes, then the created places: id, name and owner.
    pub places: Vec<(PlaceId, String, usize)>,
}

impl World {
    pub async fn make(app: &TestApp, run: usize, spec: &Spec) -> Self {
        let mut customers: Vec<CustomerId> = Vec::new();
        for known in [ADA, BEN, CLEO] {
            customers.push(app.customer_of(known.requester).await.parse().unwrap());
        }
        let homes = customers.iter().enumerate();
        let homes = homes.map(|(owner, id)| (PlaceId::home_of(*id), format!("home{owner}of{run}"), owner)).collect();
        let mut maker = Maker { app, run, customers, places: homes };
        maker.make_places(spec).await;

        // A person who can see every place and creates the objects.
        let everywhere = PersonSpec {
            customer: 0,
            licence: Some(LicenceType::Custportal),
            active: true,
            mobile_user: false,
            default_place: Some(0),
            places: (0..maker.places.len()).collect(),
            keeps_contacts: true,
            tried_by_email: false,
        };
        let mut people = vec![maker.person(&everywhere, 0, &["PORTALBLOGEDITACCESS"]).await];
        for (number, person) in (1..).zip(&spec.people) {
            people.push(maker.person(person, number, &[]).await);
        }
        maker.close_places(spec, &mut people).await;
        let clerk = viewer(app, people[0].id).await;
        let mut things = maker.devices(spec).await;
        for (number, thing) in spec.things.iter().enumerate() {
            let is_open = |at: usize| at.checked_sub(3).is_none_or(|at| spec.places[at].active);
            let mut at: Vec<usize> = thing.places.iter().map(|at| at % maker.places.len()).collect();
            // A request cannot be opened at a closed place.
            at.retain(|at| thing.kind != Kind::Request || is_open(*at));
            let chosen: Vec<_> = at.into_iter().map(|at| maker.places[at].clone()).collect();
            things.push(maker.thing(&clerk, number, thing.kind, &chosen).await);
        }
        let eyes = super::eyes::Eyes::of(app, format!("tessera={}", people[0].session));
        for thing in &mut things {
            if thing.customer.is_none_or(|customer| customer == people[0].customer) {
                thing.files = eyes.files(&thing.page).await;
            }
        }
        let places = maker.places.iter().skip(3).map(|(id, name, _)| (*id, name.clone())).collect();
        Self { people, things, places }
    }
}

impl Maker<'_> {
    async fn make_places(&mut self, spec: &Spec) {
        for (number, place) in spec.places.iter().enumerate() {
            let of_theirs = self.places.iter().rev().find(|(.., owner)| *owner == place.owner).map(|(id, ..)| *id);
            let parent = if place.inside { of_theirs } else { Some(PlaceId::home_of(self.customers[place.owner])) };
            let name = format!("Nook{number}of{}", self.run);
            let wanted = PlaceDraft { name: name.clone(), parent_id: parent, address: None, active: true };
            let owner = Some(self.customers[place.owner]);
            let made = self.app.hub.create_place(wanted, owner, &STAFF).await.unwrap();
            self.places.push((made.id, name, place.owner));
        }
    }

    /// Closes places. The rules require an open place only for default places.
    async fn close_places(&self, spec: &Spec, people: &mut [Somebody]) {
        for (place, (id, ..)) in spec.places.iter().zip(self.places.iter().skip(3)).filter(|(place, _)| !place.active) {
            let closed = |before: &tessera_core::persons::place::Place| PlaceDraft {
                name: before.name.clone(),
                parent_id: before.parent_id,
                address: None,
                active: place.active,
            };
            self.app.hub.change_place(*id, closed, &STAFF).await.unwrap();
            for somebody in people.iter_mut() {
                let default_place = self.app.store.person(somebody.id).await.unwrap().unwrap().default_place;
                if default_place == Some(*id) {
                    somebody.allowed = false;
                    somebody.denied = somebody.denied.or(Some("default_place"));
                }
            }
        }
    }

    async fn person(&self, spec: &PersonSpec, number: usize, functions: &[&str]) -> Somebody {
        let place = |at: usize| self.places[at % self.places.len()].0;
        let places: BTreeSet<PlaceId> = spec.places.iter().map(|at| place(*at)).collect();
        let contacts = spec.keeps_contacts.then_some("PORTALCONTACTEDIT");
        let person_id = format!("p{number}of{}", self.run);
        let email = format!("{person_id}@example.org");
        let wanted = PersonDraft {
            person_id: Some(person_id.clone()),
            name: format!("Person {person_id}"),
            email: Some(email.clone()),
            licence: spec.licence,
            active: spec.active,
            mobile_user: spec.mobile_user,
            default_place: spec.default_place.map(place),
            places: places.iter().copied().collect(),
            role_functions: contacts.into_iter().chain(functions.iter().copied()).map(ToOwned::to_owned).collect(),
            contact_id: None,
        };
        let customer = self.customers[spec.customer];
        let person = self.app.hub.create_person(wanted, Some(customer), &STAFF).await.unwrap();
        let (sign_in, session) = self.signs_in(&person, &email).await;
        if spec.tried_by_email {
            self.app.advance(std::time::Duration::from_secs(1));
            let visit = Visit::default();
            self.app.hub.sign_in_person(&email, "not the password", "/portal/customer", &visit).await.unwrap();
        }
        let places = places.into_iter().chain(spec.default_place.map(place)).collect();
        let denied = denied(spec, &person_id, &places, self.app.hub.env.now());
        Somebody {
            id: person.id,
            allowed: denied.is_none(),
            denied,
            person_id,
            email,
            customer,
            places,
            keeps_contacts: spec.keeps_contacts,
            tried_by_email: spec.tried_by_email,
            sign_in,
            session,
        }
    }

    /// Creates an account at the identity provider and a session for a person.
    async fn signs_in(&self, person: &Person, email: &str) -> (SignIn, String) {
        let (app, now) = (self.app, self.app.hub.env.now());
        app.sign_up(email).await;
        let account = app.idp.accounts().into_iter().find(|account| account.email == email).unwrap();
        let identity = IdentityKey { issuer: app.idp_url.clone(), subject: account.sub };
        let email = Some(email.to_owned());
        let sign_in = SignIn { identity, provider: "idp".into(), email, email_verified: true, name: None };
        let mut plan = Plan::default();
        let identity = Identity {
            id: IdentityId(app.hub.env.uuid()),
            person_id: person.id,
            customer_id: person.customer_id,
            sign_in: sign_in.clone(),
            created_at: now,
            last_used_at: None,
        };
        plan.push(IdentityChange::Create(Box::new(identity)), "they signed in before");
        app.store.apply(&plan).await.unwrap();
        let session = app.hub.open_session(&sign_in, &Visit::default()).await.unwrap();
        (sign_in, session)
    }
}

/// The first rule that refuses a person, computed from the specification instead of the stored data. The tokens of an
/// inactive person are refused everywhere.
fn denied(spec: &PersonSpec, person_id: &str, places: &BTreeSet<PlaceId>, now: Timestamp) -> Option<&'static str> {
    let inactive = (!spec.active).then(|| Inactive { since: Timestamp::UNIX_EPOCH, why: "staff".to_owned() });
    let person = PersonFacts {
        person_id: person_id.to_owned(),
        inactive,
        licence: spec.licence.map_or(LicenceFact::None, LicenceFact::Known),
        mobile_user: spec.mobile_user,
        default_place: spec.default_place.map(|_| DefaultPlace { name: "there".to_owned(), active: true }),
        places: places.len(),
        has_password: false,
        identities: 1,
    };
    let login = if spec.tried_by_email { Login::Email { at: now } } else { Login::NotTried };
    let access = decide(&AccessFacts { person: Ok(person), login, seats: None }, Portal::Customer);
    let rule = access.refusal().map(|check| check.rule);
    if rule == Some("person_active") { Some("access_ended") } else { rule }
}
