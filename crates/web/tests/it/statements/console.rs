//! The lists of the console.

use std::collections::BTreeMap;

use tessera_core::access::licence::LicenceType;
use tessera_core::devices::load::LoadKind;
use tessera_core::kernel::ids::{
    AccountImportId, DeviceLoadId, MarketplaceAccountId, RegistrationId, ServiceManagerId,
};
use tessera_core::marketplace_platform::AccountProfile;
use tessera_core::persons::change::RegistrationChange;
use tessera_core::persons::registration::{Registration, RegistrationState};
use tessera_hub::{Counting, SeatRule};
use testkit::marketplace::{Platform, account};
use testkit::portal::viewer;
use testkit::store::plan;
use testkit::{ADA, Colleague, Databases, JO, TestApp};

use crate::marketplace_platform::account as platform_account;

use super::{IDS, List, MANY, Visitor, asked, compare, failed_jobs, rows};
use crate::marketplace_platform::{RunningVendor, connect};

async fn opened(app: &TestApp, agnes: &mut Colleague, lists: &[List], rows: usize) -> Vec<u64> {
    asked(app, Visitor::Staff(agnes), lists, rows).await
}

#[testkit::both_databases]
async fn console_pages_of_a_customer_take_no_query_per_row(app: TestApp) {
    app.activated(ADA).await;
    let customer = app.customer_id(ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let url = format!("/customers/{customer}");
    let lists = [
        // One statement looks up the changes held for each device.
        List::new(&url, "/console/devices/", MANY).naming(1),
        // The same page, for its people; their devices are looked up as well.
        List::new(&url, "/console/persons/", 20).naming(MANY.div_ceil(IDS)),
        List::new(format!("{url}/places"), "Row ", MANY),
    ];
    rows::places_and_contacts(&app, customer, 0..1).await;
    rows::links(&app, customer, 0..1).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;

    app.add_devices(Some(ADA.requester.parse().unwrap()), 99);
    rows::sweep_of_assets(&app, false).await;
    rows::people(&app, customer, 1..20).await;
    rows::places_and_contacts(&app, customer, 1..MANY).await;
    rows::links(&app, customer, 1..20).await;
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn console_lists_of_every_customer_take_no_query_per_row(app: TestApp) {
    app.activated(ADA).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let lists = [
        List::new("/reviews", "/console/reviews/", 50).naming(1),
        List::new(format!("/invoices?q={}", rows::NUMBER), "/console/customers/", 50).naming(1),
        List::new("/returns", "/console/returns/", 50).naming(1),
        // The customers found, and the invitations of unlinked requesters.
        List::new("?q=row", "Row ", 50).naming(2),
    ];
    let customers = rows::customers(&app, 0..1).await;
    rows::reviews(&app, &customers).await;
    rows::invoices(&app, &customers).await;
    rows::returns(&app, &customers).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;

    let customers = rows::customers(&app, 1..MANY).await;
    rows::reviews(&app, &customers).await;
    rows::invoices(&app, &customers).await;
    rows::returns(&app, &customers).await;
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);
}

#[testkit::both_databases]
async fn console_lists_of_devices_take_no_query_per_row(app: TestApp) {
    app.activated(ADA).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let lists = [
        List::new("/devices", "/console/devices/", 50),
        List::new("/devices/inventory.csv", "\r\n", MANY),
        List::new("/device-loads", "/console/device-loads/", 50),
    ];
    let table = |lines: usize| {
        let line = |n| format!("NONE-{n},{}\n", ADA.requester);
        format!("device,requester\n{}", (0..lines).map(line).collect::<String>())
    };
    let plan =
        async |lines| app.hub.plan_device_load(LoadKind::Assignments, table(lines).as_bytes(), &JO).await.unwrap().id;
    let small = plan(1).await;
    let of = |load: DeviceLoadId| [List::new(format!("/device-loads/{load}"), "known here is called", 50)];
    let mut one = opened(&app, &mut agnes, &lists, 1).await;
    one.extend(opened(&app, &mut agnes, &of(small), 1).await);

    app.add_devices(None, 99);
    rows::sweep_of_assets(&app, false).await;
    let large = plan(MANY).await;
    for _ in 2..MANY {
        plan(1).await;
    }
    let many = opened(&app, &mut agnes, &lists, MANY).await;
    compare(&lists, &one[..3], &many);
    compare(&of(large), &one[3..], &opened(&app, &mut agnes, &of(large), MANY).await);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn console_lists_of_people_and_their_requests_take_no_query_per_row(app: TestApp) {
    app.activated(ADA).await;
    let ada = app.person_of(ADA.email).await;
    let (ada, customer) = (viewer(&app, ada.id).await, ada.customer_id);
    let mut agnes = Colleague::signed_in(&app).await;
    let lists = [
        List::new("/persons", "/console/persons/", 50),
        List::new("/registrations", "/console/registrations/", 50),
        List::new("/requests", "/console/requests/", 50),
        List::new("/boards", "/console/boards/", 50),
        List::new(format!("/persons/{}/security", ada.person), "/sessions/", MANY),
    ];
    registrations(&app, 1).await;
    rows::requests(&app, &ada, 0..1).await;
    let topic = rows::topic(&app, &ada).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;

    rows::people(&app, customer, 1..MANY).await;
    registrations(&app, MANY - 1).await;
    rows::requests(&app, &ada, 1..MANY).await;
    rows::more_of_forum(&app, &topic, 1..MANY).await;
    rows::identities_and_sessions(&app, ada.person, 1..MANY).await;
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);
    app.hub.run_pending().await;
}

async fn registrations(app: &TestApp, count: usize) {
    let now = app.hub.env.now();
    let registration = || {
        let id = app.hub.env.uuid();
        let mut token_hash = [0; 32];
        token_hash[..16].copy_from_slice(id.as_bytes());
        let registration = Registration {
            id: RegistrationId(id),
            name: "Zoe Example".to_owned(),
            email: "zoe@example.net".to_owned(),
            message: None,
            for_shop: false,
            token_hash,
            created_at: now,
            expires_at: now,
            state: RegistrationState::Waiting,
            person: None,
            decided_by: None,
            decided_at: None,
            reason: None,
        };
        RegistrationChange::Create(Box::new(registration))
    };
    app.store.apply(&plan((0..count).map(|_| registration()))).await.unwrap();
}

#[testkit::both_databases]
async fn console_systems_and_sweeps_take_no_query_per_row(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    // A job that refers to a link or an address refers to a person through it.
    let systems = List::new("/systems", "It cannot be done", 50).naming(failed_jobs::KINDS + 1);
    let home = List::new("", "/console/sweeps/", 12);
    let lists = [List::new("/sweeps", "/console/sweeps/", 50), systems, home];
    rows::sweeps(&app, 0..1).await;
    failed_jobs::failed_jobs(&app, 0..1).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;
    rows::sweeps(&app, 1..MANY).await;
    failed_jobs::failed_jobs(&app, 1..MANY).await;
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);

    app.add_devices(None, 1);
    let changes = |sweep: &str| [List::new(format!("/sweeps/{sweep}"), "Roof ", 50)];
    let small = rows::sweep_of_assets(&app, true).await;
    let one = opened(&app, &mut agnes, &changes(&small), 1).await;
    app.add_devices(None, 99);
    let lists = changes(&rows::sweep_of_assets(&app, true).await);
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);
    failed_jobs::expect_failed_jobs(&app);
}

#[testkit::both_databases]
async fn console_accounts_of_a_marketplace_take_no_query_per_row(app: TestApp) {
    let (platform, mut agnes) = (Platform::of(&app), Colleague::signed_in(&app).await);
    let lists = [List::new("/marketplaces/market", "/console/marketplaces/market/accounts/", 50).naming(1)];
    let shop = |n: usize| account(&format!("row-{n}"), &format!("Row {n}"));
    platform.synchronized(&shop(0)).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;
    for n in 1..MANY {
        platform.synchronized(&shop(n)).await;
    }
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn console_products_and_orders_take_no_query_per_row(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    // The lines of the orders are looked up by the orders' ids, and the operations by theirs.
    let lists = [List::new("/products", "Row ", 50), List::new("/orders", "1 × Row ", 50).naming(2)];
    let buyer = platform_account("Rows", "rows@example.com");
    let buyer = crate::marketplace_platform::create(&app, buyer).await;
    rows::products_and_orders(&app, &buyer, 0..1).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;
    rows::products_and_orders(&app, &buyer, 1..MANY).await;
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);
}

#[testkit::both_databases]
async fn console_lists_of_the_platform_of_a_marketplace_take_no_query_per_row(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor: ServiceManagerId = connect(&app, "Example Cloud", &running.url()).await.parse().unwrap();
    let mut agnes = Colleague::signed_in(&app).await;
    let lists = [
        // Links, operations and resellers are looked up.
        List::new("/marketplace-accounts?show=all", "office@row-", 50).naming(3),
        List::new("/operations", "/console/operations/", 50).naming(1),
        List::new(format!("/service-managers/{vendor}/calls"), "/calls/", 50).naming(1),
    ];
    let reseller = accounts(&app, vendor, None, 0..1).await;
    let one = opened(&app, &mut agnes, &lists, 1).await;
    accounts(&app, vendor, reseller, 1..MANY).await;
    for _ in 1..60 {
        app.hub.preview_refresh(vendor).await.unwrap();
    }
    compare(&lists, &one, &opened(&app, &mut agnes, &lists, MANY).await);

    let table = |rows: usize| {
        let line = |number| format!("Line {number},line-{number}@example.com\n");
        format!("name,email\n{}", (0..rows).map(line).collect::<String>())
    };
    let plan = async |rows| app.hub.plan_account_import(table(rows).as_bytes(), &JO).await.unwrap().id;
    let of = |import: AccountImportId| {
        let lines = List::new(format!("/marketplace-accounts/import/{import}"), "line-", 50);
        [lines, List::new("/marketplace-accounts/import", "/marketplace-accounts/import/", 50)]
    };
    let small = plan(1).await;
    let one = opened(&app, &mut agnes, &of(small), 1).await;
    let large = plan(MANY).await;
    for _ in 2..MANY {
        plan(1).await;
    }
    compare(&of(large), &one, &opened(&app, &mut agnes, &of(large), MANY).await);
    app.leave_jobs();
}

/// Creates accounts, each with an operation that waits. The first one.
async fn accounts(
    app: &TestApp,
    vendor: ServiceManagerId,
    reseller: Option<MarketplaceAccountId>,
    numbers: std::ops::Range<usize>,
) -> Option<MarketplaceAccountId> {
    let mut first = None;
    for number in numbers {
        let email = Some(format!("office@row-{number}.example"));
        let profile = AccountProfile { name: format!("Row {number}"), email, ..AccountProfile::default() };
        let account = app.hub.create_marketplace_account(profile, reseller, &JO).await.unwrap().id;
        app.hub.synchronize_account(account, vendor, &BTreeMap::new(), &JO).await.unwrap();
        first = first.or(Some(account));
    }
    first
}

#[testkit::both_databases]
async fn console_licences_take_no_query_per_licence_or_seat(databases: Databases) {
    let one = licences(&databases, &[LicenceType::Studio], 1).await;
    let many = licences(&databases, &LicenceType::ALL, MANY).await;
    compare(&[all_licences()], &one, &many);
}

fn all_licences() -> List {
    List::new("/licences", "/free", MANY)
}

/// Opens the page in an application that limits these licences, with so many occupied seats.
async fn licences(databases: &Databases, limited: &'static [LicenceType], rows: usize) -> Vec<u64> {
    let rule = SeatRule { count: u32::try_from(rows).unwrap(), counting: Counting::Named };
    let rules = limited.iter().map(|licence| (licence.as_str(), rule)).collect();
    let app = TestApp::builder().config(|config| config.seats.rules = rules).start(databases).await;
    rows::seats(&app, limited, rows).await;
    let mut agnes = Colleague::signed_in(&app).await;
    opened(&app, &mut agnes, &[all_licences()], rows).await
}
