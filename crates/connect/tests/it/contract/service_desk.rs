//! Contract tests of the `ServiceDesk` port.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use tessera_connect::freshservice::{Config, Freshservice};
use tessera_core::devices::DeviceType;
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::devices::device_writes::NewAsset;
use tessera_core::kernel::record::{Attributes, Kind, Observation};
use tessera_hub::ports::{Condition, ConnectError, NewNote, NewTicket, Order, Page, Priority, ServiceDesk};
use tessera_sim::clock::Clock;
use tessera_sim::freshservice as sim;
use tessera_sim::server::Running;
use tessera_sim::world::{Person, World};

use super::{
    Trouble, assert_failing, assert_failing_since, assert_malformed, assert_refused, assert_sound, assert_unavailable,
    assert_unsupported, cause, keeps_the_contract,
};
use crate::stand_in::{start, virtual_time};

const NOW: Priority = Priority::Interactive;
/// An id that does not exist.
const NOTHING: &str = "999999999999";

/// A service desk with more requesters and assets than fit on a page.
#[async_trait]
trait Fixture {
    fn desk(&self) -> Arc<dyn ServiceDesk>;

    /// The ids of all requesters.
    fn requesters(&self) -> BTreeSet<String>;

    /// Number of assets.
    fn assets(&self) -> usize;

    /// A requester with one device and no other asset.
    fn holder(&self) -> Holder;

    /// A requester other than the holder, with an address.
    fn another(&self) -> Holder;

    /// Merges one requester into another.
    async fn merge(&self, from: &str, into: &str);

    /// Injects a fault. `false`: this product cannot have it.
    fn trouble(&self, trouble: Trouble) -> bool;
}

#[derive(Debug, Clone)]
struct Holder {
    id: String,
    email: String,
    /// Serial number of the device, if there is one.
    serial: String,
}

async fn reads_one_requester_and_one_asset(fixture: &impl Fixture) {
    let (desk, holder) = (fixture.desk(), fixture.holder());
    let requester = desk.requester(&holder.id, NOW).await.unwrap().unwrap();
    assert_eq!((requester.key.system.as_str(), requester.key.kind), (desk.name(), Kind::Requester));
    assert_eq!(requester.key.external_id, holder.id);
    assert_eq!(requester.attributes.primary_email(), Some(holder.email.as_str()));

    let device = device_of(fixture).await;
    let asset = desk.asset(&device.key.external_id, NOW).await.unwrap().unwrap();
    assert_eq!((asset.key.clone(), asset.key.kind), (device.key, Kind::Asset));
    assert_eq!((asset.holder(), serial(&asset)), (Some(holder.id.as_str()), Some(holder.serial.as_str())));
}

async fn returns_none_for_an_unknown_id(fixture: &impl Fixture) {
    let desk = fixture.desk();
    for id in [NOTHING, "", "..", "1/forget", "1?x"] {
        assert_eq!(desk.requester(id, NOW).await, Ok(None), "{id}");
        assert_eq!(desk.asset(id, NOW).await, Ok(None), "{id}");
        assert_eq!(desk.agent(id, NOW).await, Ok(None), "{id}");
    }
    assert_eq!(desk.trashed_asset(NOTHING, NOW).await, Ok(None));
    assert_eq!(desk.requesters_by_email("nobody@example.com", NOW).await, Ok(Vec::new()));
    assert_eq!(desk.assets_of(NOTHING, NOW).await, Ok(Vec::new()));
    assert_eq!(desk.assets_by_serial("NO-SUCH-SERIAL", NOW).await, Ok(Vec::new()));
    assert_eq!(desk.assets_by_tag("NO-SUCH-TAG", NOW).await, Ok(Vec::new()));
}

async fn finds_requesters_by_address(fixture: &impl Fixture) {
    let holder = fixture.holder();
    for typed in [holder.email.clone(), holder.email.to_uppercase()] {
        let found = fixture.desk().requesters_by_email(&typed, NOW).await.unwrap();
        assert_eq!(external_ids(&found), [holder.id.as_str()], "{typed}");
    }
}

async fn finds_assets_by_holder_serial_number_and_tag(fixture: &impl Fixture) {
    let (desk, holder, device) = (fixture.desk(), fixture.holder(), device_of(fixture).await);
    let id = [device.key.external_id.as_str()];
    assert_eq!(external_ids(&desk.assets_of(&holder.id, NOW).await.unwrap()), id);
    let typed = format!(" {} ", holder.serial);
    assert_eq!(external_ids(&desk.assets_by_serial(&typed, NOW).await.unwrap()), id);
    if let Attributes::Asset(asset) = &device.attributes
        && let Some(tag) = &asset.asset_tag
    {
        assert_eq!(external_ids(&desk.assets_by_tag(tag, NOW).await.unwrap()), id);
    }
}

async fn lists_everything_page_by_page_until_the_end(fixture: &impl Fixture) {
    let (listed, pages) = all(&*fixture.desk(), Kind::Requester, Order::Created).await.unwrap();
    let ids: BTreeSet<String> = listed.iter().map(|requester| requester.key.external_id.clone()).collect();
    assert!(pages > 1, "the list of requesters has a second page");
    assert_eq!((ids.len(), ids), (listed.len(), fixture.requesters()), "each once");

    let (listed, pages) = all(&*fixture.desk(), Kind::Asset, Order::Created).await.unwrap();
    let ids: BTreeSet<&str> = listed.iter().map(|asset| asset.key.external_id.as_str()).collect();
    assert!(pages > 1, "the list of assets has a second page");
    assert_eq!((ids.len(), listed.len()), (fixture.assets(), fixture.assets()), "each once");
}

async fn lists_the_latest_change_first_where_promised(fixture: &impl Fixture) {
    let can = fixture.desk().capabilities();
    for (kind, promised) in [(Kind::Requester, can.requesters_by_change), (Kind::Asset, can.assets_by_change)] {
        if promised {
            let (listed, _) = all(&*fixture.desk(), kind, Order::LatestChange).await.unwrap();
            assert!(listed.iter().all(|object| object.updated_at.is_some()));
            assert!(listed.is_sorted_by(|one, next| one.updated_at >= next.updated_at), "{kind}");
        }
    }
}

async fn finds_the_merge_target_of_a_requester_where_promised(fixture: &impl Fixture) {
    if !fixture.desk().capabilities().merged_requesters {
        return;
    }
    let (from, into) = (fixture.another(), fixture.holder());
    fixture.merge(&from.id, &into.id).await;
    assert_eq!(fixture.desk().requester(&from.id, NOW).await, Ok(None));
    let found = fixture.desk().requesters_by_email(&from.email, NOW).await.unwrap();
    assert_eq!(external_ids(&found), [into.id.as_str()]);
}

async fn writes_assets_where_promised(fixture: &impl Fixture) {
    let (desk, holder) = (fixture.desk(), fixture.holder());
    if !desk.capabilities().device_writes {
        let nothing = device(AssetForm::default(), None);
        assert_unsupported(desk.asset_form(NOW).await);
        assert_unsupported(desk.create_asset(&nothing, NOW).await);
        assert_unsupported(desk.reassign_asset(&device_of(fixture).await, None, NOW).await);
        return;
    }
    let new = device(desk.asset_form(NOW).await.unwrap(), Some(&holder.id));
    let id = desk.create_asset(&new, NOW).await.unwrap();
    let made = desk.asset(&id, NOW).await.unwrap().unwrap();
    assert_eq!((made.holder(), serial(&made)), (Some(holder.id.as_str()), Some(new.serial.as_str())));

    assert_eq!(desk.reassign_asset(&made, Some(&fixture.another().id), NOW).await, Ok(true));
    let moved = desk.asset(&id, NOW).await.unwrap().unwrap();
    assert_eq!(moved.holder(), Some(fixture.another().id.as_str()));
    assert_eq!(desk.reassign_asset(&moved, None, NOW).await, Ok(true));
    assert_eq!(desk.asset(&id, NOW).await.unwrap().unwrap().holder(), None);
    let mut unknown = moved;
    NOTHING.clone_into(&mut unknown.key.external_id);
    assert_eq!(desk.reassign_asset(&unknown, None, NOW).await, Ok(false));
}

async fn keeps_tickets_where_promised(fixture: &impl Fixture) {
    let (desk, holder, device) = (fixture.desk(), fixture.holder(), device_of(fixture).await);
    let since = start() - SignedDuration::from_hours(1);
    let (requester_id, asset) = (holder.id.as_str(), device.key.external_id.as_str());
    let new = NewTicket { requester_id, subject: "No sun", description: "<p>Dark</p>", asset: Some(asset) };
    if !desk.capabilities().tickets {
        let note = NewNote { ticket_id: NOTHING, requester_id: Some(requester_id), body: "Still" };
        assert_unsupported(desk.create_ticket(&new, NOW).await);
        assert_unsupported(desk.ticket(NOTHING, NOW).await);
        assert_unsupported(desk.tickets_of(requester_id, since, NOW).await);
        assert_unsupported(desk.tickets_changed(since, 1, NOW).await);
        assert_unsupported(desk.notes_of_ticket(NOTHING, NOW).await);
        assert_unsupported(desk.add_note(&note, NOW).await);
        assert_unsupported(desk.set_ticket_status(NOTHING, 5, NOW).await);
        return;
    }
    let id = desk.create_ticket(&new, NOW).await.unwrap();
    let ticket = desk.ticket(&id, NOW).await.unwrap().unwrap();
    assert_eq!((ticket.requester_id.as_deref(), ticket.subject.as_str()), (Some(requester_id), "No sun"));
    assert_eq!((ticket.assets, ticket.removed), (vec![asset.to_owned()], false));

    let note = NewNote { ticket_id: &id, requester_id: Some(requester_id), body: "<p>Still dark</p>" };
    let entry = desk.add_note(&note, NOW).await.unwrap().unwrap();
    let said = desk.notes_of_ticket(&id, NOW).await.unwrap();
    let said = said.iter().find(|said| said.id == entry).unwrap();
    assert!(said.text.contains("Still dark") && !said.private, "{said:?}");

    let ours = NewNote { ticket_id: &id, requester_id: None, body: "<p>Somebody comes</p>" };
    let entry = desk.add_note(&ours, NOW).await.unwrap().unwrap();
    let said = desk.notes_of_ticket(&id, NOW).await.unwrap();
    let said = said.iter().find(|said| said.id == entry).unwrap();
    assert!(said.text.contains("Somebody comes") && said.author_id.as_deref() != Some(requester_id), "{said:?}");

    assert_eq!(desk.set_ticket_status(&id, 5, NOW).await, Ok(true));
    assert_eq!(desk.ticket(&id, NOW).await.unwrap().unwrap().status, 5);
    let of_holder = desk.tickets_of(requester_id, since, NOW).await.unwrap();
    assert!(of_holder.iter().any(|ticket| ticket.id == id));
    assert!(of_holder.iter().all(|ticket| ticket.requester_id.as_deref() == Some(requester_id)));
    assert!(changed_tickets(&*desk, since).await.contains(&id));
}

async fn reports_a_missing_ticket(fixture: &impl Fixture) {
    let (desk, holder) = (fixture.desk(), fixture.holder());
    if desk.capabilities().tickets {
        let note = NewNote { ticket_id: NOTHING, requester_id: Some(&holder.id), body: "Still" };
        assert_eq!(desk.ticket(NOTHING, NOW).await, Ok(None));
        assert_eq!(desk.add_note(&note, NOW).await, Ok(None));
        assert_eq!(desk.set_ticket_status(NOTHING, 5, NOW).await, Ok(false));
    }
}

async fn reports_malformed_answers(fixture: &impl Fixture) {
    let (desk, holder) = (fixture.desk(), fixture.holder());
    if fixture.trouble(Trouble::Malformed) {
        assert_malformed(desk.requester(&holder.id, NOW).await);
        assert_malformed(desk.requesters_by_email(&holder.email, NOW).await);
        assert_malformed(desk.assets_of(&holder.id, NOW).await);
        assert_malformed(all(&*desk, Kind::Requester, Order::Created).await);
        assert_malformed(all(&*desk, Kind::Asset, Order::Created).await);
        assert_failing(&desk.check().await);
    }
}

async fn reports_a_rejected_key(fixture: &impl Fixture) {
    let (desk, holder) = (fixture.desk(), fixture.holder());
    if fixture.trouble(Trouble::KeyRefused) {
        assert_refused(desk.requester(&holder.id, NOW).await);
        assert_refused(desk.assets_of(&holder.id, NOW).await);
        assert_refused(all(&*desk, Kind::Requester, Order::Created).await);
        assert_failing(&desk.check().await);
    }
}

async fn is_unhealthy_while_its_answers_are_unusable(fixture: &impl Fixture) {
    let desk = fixture.desk();
    desk.requester(&fixture.holder().id, NOW).await.unwrap();
    assert_eq!(desk.health().condition, Condition::Healthy);
    for trouble in [Trouble::Malformed, Trouble::KeyRefused] {
        if fixture.trouble(trouble) {
            desk.requester(&fixture.holder().id, NOW).await.unwrap_err();
            assert_failing_since(&desk.health(), start());
        }
    }
}

async fn reads_an_object_identically_singly_and_in_every_list(fixture: &impl Fixture) {
    let (desk, holder, device) = (fixture.desk(), fixture.holder(), device_of(fixture).await);
    let (id, system) = (device.key.external_id.clone(), desk.name());
    let alone = desk.asset(&id, NOW).await.unwrap().unwrap();
    let Attributes::Asset(asset) = &alone.attributes else { panic!("{alone:?}") };
    let mut lists = vec![
        all(&*desk, Kind::Asset, Order::Created).await.unwrap().0,
        desk.assets_of(&holder.id, NOW).await.unwrap(),
        desk.assets_by_serial(&holder.serial, NOW).await.unwrap(),
    ];
    if let Some(tag) = &asset.asset_tag {
        lists.push(desk.assets_by_tag(tag, NOW).await.unwrap());
    }
    for list in &lists {
        let row = list.iter().find(|row| row.key.external_id == id).unwrap();
        assert_eq!((&row.attributes, row.content_hash()), (&alone.attributes, alone.content_hash()), "{system}");
    }
    let alone = desk.requester(&holder.id, NOW).await.unwrap().unwrap();
    let lists = [
        all(&*desk, Kind::Requester, Order::Created).await.unwrap().0,
        desk.requesters_by_email(&holder.email, NOW).await.unwrap(),
    ];
    for list in lists {
        let mut row = list.into_iter().find(|row| row.key.external_id == holder.id).unwrap();
        row.attributes.complete(&alone.attributes);
        assert_eq!((&row.attributes, row.content_hash()), (&alone.attributes, alone.content_hash()), "{system}");
    }
}

async fn reports_a_rejected_write(fixture: &impl Fixture) {
    let (desk, holder, asset) = (fixture.desk(), fixture.holder(), device_of(fixture).await);
    let can = desk.capabilities();
    let form = if can.device_writes { desk.asset_form(NOW).await.unwrap() } else { AssetForm::default() };
    if !fixture.trouble(Trouble::WriteRefused) {
        return;
    }
    if can.tickets {
        let new = NewTicket { requester_id: &holder.id, subject: "s", description: "d", asset: None };
        assert_refused(desk.create_ticket(&new, NOW).await);
    }
    if can.device_writes {
        assert_refused(desk.create_asset(&device(form, None), NOW).await);
        assert_refused(desk.reassign_asset(&asset, None, NOW).await);
    }
}

async fn reports_an_outage(fixture: &impl Fixture) {
    let (desk, holder) = (fixture.desk(), fixture.holder());
    assert!(fixture.trouble(Trouble::Unavailable));
    assert_unavailable(desk.requester(&holder.id, NOW).await);
    assert_unavailable(desk.assets_of(&holder.id, NOW).await);
    assert_unavailable(all(&*desk, Kind::Requester, Order::Created).await);
    assert_failing(&desk.check().await);
    assert!(desk.health().last_error.is_some());
}

async fn checks_succeed_when_everything_works(fixture: &impl Fixture) {
    let desk = fixture.desk();
    assert_sound(&desk.check().await, desk.name());
    assert_eq!(desk.health().system, desk.name());
    assert!(desk.forecast(Priority::Background, 1000, 1000) >= start());
}

/// The holder's device.
async fn device_of(fixture: &impl Fixture) -> Observation {
    let mut found = fixture.desk().assets_by_serial(&fixture.holder().serial, NOW).await.unwrap();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// A new device with all required fields of the form.
fn device(form: AssetForm, used_by: Option<&str>) -> NewAsset {
    let serial = "CONTRACT-1".to_owned();
    let needed = form.fields.iter().filter(|field| field.required);
    let mut values: BTreeMap<String, String> = needed
        .map(|field| (field.key.clone(), field.choices.first().map_or("any".to_owned(), |first| first.label.clone())))
        .collect();
    values.insert(form.serial.clone(), serial.clone());
    let type_fields = form.fill(&values).unwrap_or_default();
    let (name, used_by) = ("A new device".to_owned(), used_by.map(ToOwned::to_owned));
    NewAsset { name, asset_type_id: form.asset_type_id, serial, used_by, type_fields, unverified: false }
}

/// All requesters or assets, and the number of pages read.
async fn all(desk: &dyn ServiceDesk, kind: Kind, order: Order) -> Result<(Vec<Observation>, u32), ConnectError> {
    let mut listed = Vec::new();
    for number in 1..100 {
        let Page { items, next, .. } = match kind {
            Kind::Requester => desk.requesters_page(number, order, Priority::Background).await?,
            _ => desk.assets_page(number, order, Priority::Background).await?,
        };
        listed.extend(items);
        if !next {
            return Ok((listed, number));
        }
    }
    panic!("the list has no end");
}

async fn changed_tickets(desk: &dyn ServiceDesk, since: jiff::Timestamp) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 1..100 {
        let page = desk.tickets_changed(since, number, NOW).await.unwrap();
        ids.extend(page.items.into_iter().map(|ticket| ticket.id));
        if !page.next {
            return ids;
        }
    }
    panic!("the list has no end");
}

fn external_ids(found: &[Observation]) -> Vec<&str> {
    found.iter().map(|seen| seen.key.external_id.as_str()).collect()
}

fn serial(seen: &Observation) -> Option<&str> {
    let Attributes::Asset(asset) = &seen.attributes else { return None };
    asset.serial.as_deref()
}

macro_rules! service_desk_contract {
    ($client:ident, $fixture:ty) => {
        keeps_the_contract!(
            $client,
            $fixture,
            [
                reads_one_requester_and_one_asset,
                returns_none_for_an_unknown_id,
                finds_requesters_by_address,
                finds_assets_by_holder_serial_number_and_tag,
                lists_everything_page_by_page_until_the_end,
                lists_the_latest_change_first_where_promised,
                finds_the_merge_target_of_a_requester_where_promised,
                writes_assets_where_promised,
                keeps_tickets_where_promised,
                reports_a_missing_ticket,
                reports_malformed_answers,
                reports_a_rejected_key,
                is_unhealthy_while_its_answers_are_unusable,
                reads_an_object_identically_singly_and_in_every_list,
                reports_a_rejected_write,
                reports_an_outage,
                checks_succeed_when_everything_works,
            ]
        );
    };
}

service_desk_contract!(freshservice, FreshserviceAccount);

/// An account of the stand-in.
struct FreshserviceAccount {
    desk: Arc<Freshservice>,
    sim: sim::Freshservice,
    running: Running,
    world: World,
}

impl FreshserviceAccount {
    async fn start() -> Self {
        let clock = Clock::manual(start());
        let options = sim::Options { plan: sim::Plan::Unlimited, clock, ..sim::Options::default() };
        let (sim, world) = (sim::Freshservice::new(options).unwrap(), World::demo(150, 7));
        sim.load(&world);
        let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let running = Running::serve(listener, sim.router()).unwrap();
        let key = sim.api_key().to_owned().into();
        let config = Config::new("freshservice", running.url().parse().unwrap(), key, DeviceType::default().0);
        let desk = Arc::new(Freshservice::new(config, virtual_time().1).unwrap());
        Self { desk, sim, running, world }
    }

    /// The people with one device, no other assets, and an address.
    fn holders(&self) -> impl Iterator<Item = Holder> {
        let plain = |person: &&Person| person.devices.len() == 1 && person.other_assets.is_empty();
        self.world.people.iter().filter(plain).filter_map(|person| {
            let (id, email) = (person.requester_id.to_string(), person.email.clone()?);
            Some(Holder { id, email, serial: person.devices[0].clone() })
        })
    }
}

#[async_trait]
impl Fixture for FreshserviceAccount {
    fn desk(&self) -> Arc<dyn ServiceDesk> {
        self.desk.clone()
    }

    fn requesters(&self) -> BTreeSet<String> {
        self.world.people.iter().map(|person| person.requester_id.to_string()).collect()
    }

    fn assets(&self) -> usize {
        let theirs = self.world.people.iter().map(|person| person.devices.len() + person.other_assets.len());
        theirs.sum::<usize>() + self.world.stock.len()
    }

    fn holder(&self) -> Holder {
        self.holders().next().unwrap()
    }

    fn another(&self) -> Holder {
        self.holders().nth(1).unwrap()
    }

    async fn merge(&self, from: &str, into: &str) {
        let url = format!("{}/api/v2/requesters/{into}/merge?secondary_requesters={from}", self.running.url());
        let request = crate::client().put(url).basic_auth(self.sim.api_key(), Some("X"));
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    fn trouble(&self, trouble: Trouble) -> bool {
        cause(trouble, self.sim.faults());
        true
    }
}
