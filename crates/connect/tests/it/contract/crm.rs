//! Contract tests of the `Crm` port.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tempfile::TempDir;
use tessera_connect::contacts_csv::{self, ContactsCsv};
use tessera_connect::feed::Location;
use tessera_connect::freshsales::{Config, Freshsales};
use tessera_core::kernel::record::{Kind, Observation};
use tessera_hub::ports::{Condition, ConnectError, Crm, Order, Priority};
use tessera_sim::clock::Clock;
use tessera_sim::freshsales as sim;
use tessera_sim::server::Running;
use tessera_sim::world::World;

use super::{
    Trouble, assert_failing, assert_failing_since, assert_malformed, assert_refused, assert_sound, assert_unavailable,
    cause, keeps_the_contract,
};
use crate::stand_in::{Reply, StandIn, start, virtual_time};

const NOW: Priority = Priority::Interactive;

/// A CRM with more contacts than fit on a page.
#[async_trait]
trait Fixture {
    fn crm(&self) -> Arc<dyn Crm>;

    /// The ids of all contacts.
    fn ids(&self) -> BTreeSet<String>;

    /// A contact with its unique primary address.
    fn somebody(&self) -> (String, String);

    /// Adds an address to a contact, as a merge does.
    async fn add_address(&self, id: &str, email: &str);

    /// Injects a fault. `false`: this product cannot have it.
    fn trouble(&self, trouble: Trouble) -> bool;
}

async fn reads_one_contact(fixture: &impl Fixture) {
    let (id, email) = fixture.somebody();
    let contact = fixture.crm().contact(&id, NOW).await.unwrap().unwrap();
    assert_eq!((contact.key.system.as_str(), contact.key.kind), (fixture.crm().name(), Kind::Contact));
    assert_eq!(contact.key.external_id, id);
    assert_eq!(contact.attributes.primary_email(), Some(email.as_str()));
}

async fn returns_none_for_an_unknown_id(fixture: &impl Fixture) {
    for id in ["999999999999", "", "..", "1/forget", "1?x"] {
        assert_eq!(fixture.crm().contact(id, NOW).await, Ok(None), "{id}");
    }
    for email in ["nobody@example.com", "not an address", ""] {
        assert_eq!(fixture.crm().contacts_by_email(email, NOW).await, Ok(Vec::new()), "{email}");
        assert_eq!(fixture.crm().contacts_with_email(email, NOW).await, Ok(Vec::new()), "{email}");
    }
}

async fn finds_contacts_by_their_primary_address(fixture: &impl Fixture) {
    let (id, email) = fixture.somebody();
    for typed in [email.clone(), email.to_uppercase()] {
        let found = fixture.crm().contacts_by_email(&typed, NOW).await.unwrap();
        assert_eq!(external_ids(&found), [id.as_str()], "{typed}");
    }
}

async fn finds_contacts_by_another_address(fixture: &impl Fixture) {
    let (id, _) = fixture.somebody();
    fixture.add_address(&id, "former@example.com").await;
    let with = fixture.crm().contacts_with_email("former@example.com", NOW).await.unwrap();
    assert_eq!(external_ids(&with), [id.as_str()]);
    assert_eq!(fixture.crm().contacts_by_email("former@example.com", NOW).await, Ok(Vec::new()), "not the primary one");
}

async fn lists_every_contact_page_by_page_until_the_end(fixture: &impl Fixture) {
    let (listed, pages) = all(&*fixture.crm(), Order::Created).await.unwrap();
    assert!(pages > 1, "the list has a second page");
    let ids: BTreeSet<String> = listed.iter().map(|contact| contact.key.external_id.clone()).collect();
    assert_eq!((ids.len(), ids), (listed.len(), fixture.ids()), "each once");
}

async fn lists_the_latest_change_first_where_promised(fixture: &impl Fixture) {
    if !fixture.crm().capabilities().contacts_by_change {
        return;
    }
    let (listed, _) = all(&*fixture.crm(), Order::LatestChange).await.unwrap();
    assert!(listed.iter().all(|contact| contact.updated_at.is_some()));
    assert!(listed.is_sorted_by(|one, next| one.updated_at >= next.updated_at));
}

async fn reports_malformed_answers(fixture: &impl Fixture) {
    if fixture.trouble(Trouble::Malformed) {
        let (id, email) = fixture.somebody();
        assert_malformed(fixture.crm().contact(&id, NOW).await);
        assert_malformed(fixture.crm().contacts_by_email(&email, NOW).await);
        assert_malformed(all(&*fixture.crm(), Order::Created).await);
        assert_failing(&fixture.crm().check().await);
    }
}

async fn reports_a_rejected_key(fixture: &impl Fixture) {
    if fixture.trouble(Trouble::KeyRefused) {
        let (id, email) = fixture.somebody();
        assert_refused(fixture.crm().contact(&id, NOW).await);
        assert_refused(fixture.crm().contacts_by_email(&email, NOW).await);
        assert_refused(all(&*fixture.crm(), Order::Created).await);
        assert_failing(&fixture.crm().check().await);
    }
}

async fn is_unhealthy_while_its_answers_are_unusable(fixture: &impl Fixture) {
    let (crm, (id, _)) = (fixture.crm(), fixture.somebody());
    crm.contact(&id, NOW).await.unwrap();
    assert_eq!(crm.health().condition, Condition::Healthy);
    for trouble in [Trouble::Malformed, Trouble::KeyRefused] {
        if fixture.trouble(trouble) {
            all(&*crm, Order::Created).await.unwrap_err();
            assert_failing_since(&crm.health(), start());
        }
    }
}

async fn reads_a_contact_identically_singly_and_in_every_list(fixture: &impl Fixture) {
    let (crm, (id, email)) = (fixture.crm(), fixture.somebody());
    let alone = crm.contact(&id, NOW).await.unwrap().unwrap();
    let lists = [all(&*crm, Order::Created).await.unwrap().0, crm.contacts_by_email(&email, NOW).await.unwrap()];
    for list in lists {
        let mut row = list.into_iter().find(|row| row.key.external_id == id).unwrap();
        row.attributes.complete(&alone.attributes);
        assert_eq!((&row.attributes, row.content_hash()), (&alone.attributes, alone.content_hash()), "{}", crm.name());
    }
}

async fn reports_an_outage(fixture: &impl Fixture) {
    assert!(fixture.trouble(Trouble::Unavailable));
    let (id, email) = fixture.somebody();
    assert_unavailable(fixture.crm().contact(&id, NOW).await);
    assert_unavailable(fixture.crm().contacts_by_email(&email, NOW).await);
    assert_unavailable(all(&*fixture.crm(), Order::Created).await);
    assert_failing(&fixture.crm().check().await);
    assert!(fixture.crm().health().last_error.is_some());
}

async fn checks_succeed_when_everything_works(fixture: &impl Fixture) {
    let crm = fixture.crm();
    assert_sound(&crm.check().await, crm.name());
    assert_eq!(crm.health().system, crm.name());
    assert!(crm.forecast(Priority::Background, 1000) >= start());
}

/// All contacts, and the number of pages read.
async fn all(crm: &dyn Crm, order: Order) -> Result<(Vec<Observation>, u32), ConnectError> {
    let mut listed = Vec::new();
    for number in 1..100 {
        let page = crm.contacts_page(number, order, Priority::Background).await?;
        listed.extend(page.items);
        if !page.next {
            return Ok((listed, number));
        }
    }
    panic!("the list has no end");
}

fn external_ids(found: &[Observation]) -> Vec<&str> {
    found.iter().map(|contact| contact.key.external_id.as_str()).collect()
}

macro_rules! crm_contract {
    ($client:ident, $fixture:ty) => {
        keeps_the_contract!(
            $client,
            $fixture,
            [
                reads_one_contact,
                returns_none_for_an_unknown_id,
                finds_contacts_by_their_primary_address,
                finds_contacts_by_another_address,
                lists_every_contact_page_by_page_until_the_end,
                lists_the_latest_change_first_where_promised,
                reports_malformed_answers,
                reports_a_rejected_key,
                is_unhealthy_while_its_answers_are_unusable,
                reads_a_contact_identically_singly_and_in_every_list,
                reports_an_outage,
                checks_succeed_when_everything_works,
            ]
        );
    };
}

crm_contract!(freshsales, FreshsalesAccount);
crm_contract!(contacts_csv_on_disk, ContactsOnDisk);
crm_contract!(contacts_csv_over_http, ContactsOverHttp);

/// An account of the stand-in.
pub struct FreshsalesAccount {
    pub crm: Arc<Freshsales>,
    pub sim: sim::Freshsales,
    pub running: Running,
    world: World,
}

/// API key of its only user.
pub const KEY: &str = "the key of the CRM";

impl FreshsalesAccount {
    pub async fn start() -> Self {
        let options = sim::Options {
            api_key: KEY.to_owned(),
            plan: sim::Plan::Unlimited,
            lookup_lag: std::time::Duration::ZERO,
            clock: Clock::manual(start()),
            ..sim::Options::default()
        };
        let (sim, world) = (sim::Freshsales::new(options).unwrap(), World::demo(150, 7));
        sim.load(&world);
        let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let running = Running::serve(listener, sim.router()).unwrap();
        let base = format!("{}/crm/sales/api", running.url()).parse().unwrap();
        let config = Config::new("freshsales", base, KEY.to_owned().into());
        let crm = Arc::new(Freshsales::new(&config, virtual_time().1).unwrap());
        Self { crm, sim, running, world }
    }

    /// Number of won deals. Customers with a contact bought their devices.
    pub fn deals_won(&self) -> usize {
        let customers = self.world.people.iter().filter(|person| !person.contact_ids.is_empty());
        customers.map(|person| person.devices.len()).sum()
    }
}

#[async_trait]
impl Fixture for FreshsalesAccount {
    fn crm(&self) -> Arc<dyn Crm> {
        self.crm.clone()
    }

    fn ids(&self) -> BTreeSet<String> {
        self.world.people.iter().flat_map(|person| &person.contact_ids).map(u64::to_string).collect()
    }

    fn somebody(&self) -> (String, String) {
        let (person, email, _) = self.world.known_users().next().unwrap();
        (person.contact_ids[0].to_string(), email.to_owned())
    }

    async fn add_address(&self, id: &str, email: &str) {
        let url = format!("{}/crm/sales/api/contacts/{id}", self.running.url());
        let body = serde_json::json!({ "contact": { "emails": [{ "value": email, "is_primary": false }] } });
        let request = crate::client().put(url).header("authorization", format!("Token token={KEY}"));
        let answer = request.json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        cause(trouble, self.sim.faults());
        true
    }
}

/// More contacts than fit on a page.
const CONTACTS: usize = 450;

/// A table. One contact may get an additional address.
fn contacts(with: Option<(&str, &str)>) -> String {
    let row = |n: usize| {
        let other = with.filter(|(id, _)| *id == format!("C-{n}")).map_or("", |(_, email)| email);
        format!("C-{n},Contact {n},contact{n}@example.com,{other}\n")
    };
    format!("id,display_name,email,other_emails\n{}", (1..=CONTACTS).map(row).collect::<String>())
}

fn contact_ids() -> BTreeSet<String> {
    (1..=CONTACTS).map(|n| format!("C-{n}")).collect()
}

fn contacts_csv(location: Location) -> Arc<dyn Crm> {
    Arc::new(ContactsCsv::new(contacts_csv::Config::new("contacts", location), virtual_time().1).unwrap())
}

struct ContactsOnDisk {
    crm: Arc<dyn Crm>,
    file: PathBuf,
    _folder: TempDir,
}

impl ContactsOnDisk {
    fn start() -> impl Future<Output = Self> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contacts.csv");
        std::fs::write(&file, contacts(None)).unwrap();
        std::future::ready(Self { crm: contacts_csv(Location::File(file.clone())), file, _folder: folder })
    }
}

#[async_trait]
impl Fixture for ContactsOnDisk {
    fn crm(&self) -> Arc<dyn Crm> {
        self.crm.clone()
    }

    fn ids(&self) -> BTreeSet<String> {
        contact_ids()
    }

    fn somebody(&self) -> (String, String) {
        ("C-7".to_owned(), "contact7@example.com".to_owned())
    }

    async fn add_address(&self, id: &str, email: &str) {
        std::fs::write(&self.file, contacts(Some((id, email)))).unwrap();
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        match trouble {
            Trouble::Malformed => std::fs::write(&self.file, broken_off()).is_ok(),
            Trouble::Unavailable => std::fs::remove_file(&self.file).is_ok(),
            Trouble::KeyRefused | Trouble::WriteRefused => false,
        }
    }
}

/// A table truncated within a line.
fn broken_off() -> String {
    let whole = contacts(None);
    whole[..=whole.find("C-225").unwrap()].to_owned()
}

struct ContactsOverHttp {
    crm: Arc<dyn Crm>,
    body: Arc<Mutex<String>>,
    trouble: Arc<Mutex<Option<Trouble>>>,
    _stand_in: StandIn,
}

impl ContactsOverHttp {
    async fn start() -> Self {
        let (body, trouble) = (Arc::new(Mutex::new(contacts(None))), Arc::new(Mutex::new(None)));
        let (content, now) = (body.clone(), trouble.clone());
        let stand_in = StandIn::start(move |_| match *now.lock().unwrap() {
            None => Reply { body: content.lock().unwrap().clone(), ..Reply::status(200) },
            Some(Trouble::Malformed) => Reply { body: broken_off(), ..Reply::status(200) },
            Some(Trouble::KeyRefused | Trouble::WriteRefused) => Reply::status(401),
            Some(Trouble::Unavailable) => Reply::status(503),
        })
        .await;
        let crm = contacts_csv(Location::Http(stand_in.url.clone(), None));
        Self { crm, body, trouble, _stand_in: stand_in }
    }
}

#[async_trait]
impl Fixture for ContactsOverHttp {
    fn crm(&self) -> Arc<dyn Crm> {
        self.crm.clone()
    }

    fn ids(&self) -> BTreeSet<String> {
        contact_ids()
    }

    fn somebody(&self) -> (String, String) {
        ("C-7".to_owned(), "contact7@example.com".to_owned())
    }

    async fn add_address(&self, id: &str, email: &str) {
        *self.body.lock().unwrap() = contacts(Some((id, email)));
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        *self.trouble.lock().unwrap() = Some(trouble);
        true
    }
}
