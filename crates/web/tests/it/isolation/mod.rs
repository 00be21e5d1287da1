//! Isolation (`P08`, `P09`): a visible object is visible in every interface, and for everyone else it does not exist.
//!
//! People, places and objects of every kind are generated at random. The rule engine and the places of each person
//! alone determine the expected visibility, which is compared with the interfaces.

pub mod eyes;
pub mod ids;
mod things;

pub mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use eyes::Eyes;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tessera_core::access::licence::LicenceType;
use testkit::{ADA, BEN, CLEO, TestApp, preview_cookie};
use tokio::runtime::Handle;
use world::World;

/// A place of one of three customers, at their home or inside the place created before.
#[derive(Debug, Clone)]
pub struct PlaceSpec {
    pub owner: usize,
    pub inside: bool,
    pub active: bool,
}

/// A person. Places are indexes: the three homes first, then the created places.
#[derive(Debug, Clone)]
pub struct PersonSpec {
    pub customer: usize,
    pub licence: Option<LicenceType>,
    pub active: bool,
    pub mobile_user: bool,
    pub default_place: Option<usize>,
    pub places: Vec<usize>,
    pub keeps_contacts: bool,
    /// Whether the person's e-mail address was used as login. It has no effect on access.
    pub tried_by_email: bool,
}

/// The kind of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Device,
    Request,
    Return,
    Invoice,
    News,
    Topic,
    Contact,
}

/// An object and its places. News and topics without a place are visible to everyone.
#[derive(Debug, Clone)]
pub struct ThingSpec {
    pub kind: Kind,
    pub places: Vec<usize>,
}

/// The input of one run.
#[derive(Debug, Clone)]
pub struct Spec {
    pub places: Vec<PlaceSpec>,
    pub people: Vec<PersonSpec>,
    pub things: Vec<ThingSpec>,
    /// The place of each of the four devices, as an index into its owner's places.
    pub devices: [usize; 4],
}

fn specs() -> impl Strategy<Value = Spec> {
    let place = (0..3_usize, any::<bool>(), prop::bool::weighted(0.9)).prop_map(|(owner, inside, active)| PlaceSpec {
        owner,
        inside,
        active,
    });
    let licence = prop_oneof![
        6 => Just(Some(LicenceType::Custportal)),
        1 => Just(Some(LicenceType::Techportal)),
        1 => Just(Some(LicenceType::Message)),
        1 => Just(None),
    ];
    // Indexes are taken modulo the number of places.
    let person = (
        (0..3_usize, licence, prop::bool::weighted(0.9), any::<bool>(), any::<bool>()),
        (any::<bool>(), prop::option::weighted(0.8, 0..16_usize), any::<bool>()),
        prop::collection::vec(0..16_usize, 0..4),
    );
    let person = person.prop_map(|(about, (at_home, elsewhere, tried_by_email), places)| {
        let (customer, licence, active, mobile_user, keeps_contacts) = about;
        let default_place = if at_home { Some(customer) } else { elsewhere };
        PersonSpec { customer, licence, active, mobile_user, default_place, places, keeps_contacts, tried_by_email }
    });
    let kind =
        prop::sample::select(vec![Kind::Request, Kind::Return, Kind::Invoice, Kind::News, Kind::Topic, Kind::Contact]);
    let thing = (kind, prop::collection::vec(0..16_usize, 0..3)).prop_map(|(kind, places)| ThingSpec { kind, places });
    (
        prop::collection::vec(place, 0..4),
        prop::collection::vec(person, 1..4),
        prop::collection::vec(thing, 1..9),
        prop::array::uniform4(0..16_usize),
    )
        .prop_map(|(places, people, things, devices)| Spec { places, people, things, devices })
}

/// All objects are at a place other than the home place, and the person has only the home place, and with it the
/// organisation's timeline.
fn beside_home() -> Spec {
    let nook = PlaceSpec { owner: 0, inside: true, active: true };
    let somebody = PersonSpec {
        customer: 0,
        licence: Some(LicenceType::Custportal),
        active: true,
        mobile_user: false,
        default_place: Some(0),
        places: Vec::new(),
        keeps_contacts: true,
        tried_by_email: true,
    };
    let kinds = [Kind::Request, Kind::Return, Kind::Invoice, Kind::News, Kind::Topic, Kind::Contact];
    let things = kinds.map(|kind| ThingSpec { kind, places: vec![3] }).to_vec();
    Spec { places: vec![nook], people: vec![somebody], things, devices: [1, 0, 0, 0] }
}

#[testkit::both_databases]
async fn p08_p09_every_interface_shows_exactly_what_the_rules_allow(app: TestApp) {
    for known in [ADA, BEN, CLEO] {
        app.activated(known).await;
    }
    if let Err(wrong) = agrees(&app, 0, &beside_home()).await {
        panic!("{wrong}");
    }
    // `PROPTEST_CASES` increases the number of cases.
    let usual = if app.database.starts_with("postgres") { 3 } else { 8 };
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    let config = Config { cases, max_shrink_iters: 12, failure_persistence: None, ..Config::default() };
    let (mut runner, numbered) = (TestRunner::new(config), AtomicUsize::new(1));
    // Reports all deviations of the first failing world, even if a shrunk one has fewer.
    let first = std::sync::OnceLock::new();
    let outcome = tokio::task::block_in_place(|| {
        let outcome = runner.run(&specs(), |spec| {
            let run = numbered.fetch_add(1, Ordering::Relaxed);
            let outcome = Handle::current().block_on(agrees(&app, run, &spec));
            outcome.map_err(|wrong| TestCaseError::fail(first.get_or_init(|| wrong).clone()))
        });
        outcome.map_err(|error| error.to_string())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    app.leave_jobs();
}

/// Creates a world, visits it as each person, and reports deviations from the expected visibility.
async fn agrees(app: &TestApp, run: usize, spec: &Spec) -> Result<(), String> {
    let world = World::make(app, run, spec).await;
    let staff = eyes::staff(app).await;
    let mut wrong = Vec::new();
    for somebody in &world.people {
        let session = Eyes::of(app, format!("tessera={}", somebody.session));
        let looking = preview_cookie(app, &staff, &somebody.id.to_string());
        let preview = Eyes::of(app, format!("tessera-staff={staff}; {looking}"));
        for (whose, eyes) in [("session", &session), ("preview", &preview)] {
            let found = eyes.look(&world, somebody).await;
            wrong.extend(found.into_iter().map(|what| format!("{} ({whose}): {what}", somebody.person_id)));
        }
        let found = eyes::ask(app, &world, somebody).await;
        wrong.extend(found.into_iter().map(|what| format!("{} (API): {what}", somebody.person_id)));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
