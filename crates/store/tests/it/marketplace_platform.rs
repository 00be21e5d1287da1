//! Accounts of the marketplace and calls of vendors, while something that they rest on changes.

use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::retention::Retention;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::service_manager::ServiceManagerSettings;
use tessera_core::marketplace_platform::{
    AccountOperation, AccountProfile, AccountState, MarketplaceAccount, OperationKind, OperationState, Outcome,
    ServiceManager, VendorLink,
};
use tessera_store::{Conflict, Store};
use testkit::store::{at, conflict, plan};
use testkit::{Database, while_held_up};
use uuid::Uuid;

const DAY: i64 = 24 * 3600;

/// An account that is being brought to a vendor.
#[derive(Clone)]
struct Scene {
    store: Store,
    account: MarketplaceAccountId,
    vendor: ServiceManagerId,
    operation: AccountOperationId,
}

impl Scene {
    async fn set(store: &Store) -> Self {
        let vendor = ServiceManagerId(Uuid::now_v7());
        let create = PlatformChange::CreateServiceManager {
            service_manager: Box::new(service_manager(vendor)),
            name_key: vendor.to_string(),
        };
        store.apply(&plan([create])).await.unwrap();
        let account = create_account(store, None).await;
        let scene = Self { store: store.clone(), account, vendor, operation: AccountOperationId(Uuid::now_v7()) };
        store.apply(&scene.request()).await.unwrap();
        scene
    }

    fn request(&self) -> Plan {
        let Self { account, vendor, operation: id, .. } = *self;
        plan([PlatformChange::RequestOperation(Box::new(AccountOperation {
            id,
            kind: OperationKind::Synchronize,
            account,
            service_manager: Some(vendor),
            state: OperationState::Waiting,
            cancelled: false,
            attempts: 0,
            external_id: None,
            code: None,
            message: None,
            customer_message: None,
            requested_by: "staff:jo".to_owned(),
            created_at: at(0),
            finished_at: None,
        }))])
    }

    /// What is committed before a call is sent.
    fn send(&self) -> Plan {
        let Self { account, vendor: service_manager, operation, .. } = *self;
        plan([
            PlatformChange::GoOn { operation, account, state: AccountState::Active },
            PlatformChange::MarkSent { account, service_manager, was: None, at: Some(at(5)) },
        ])
    }

    fn end(&self, seconds: i64) -> Plan {
        let outcome = Box::new(Outcome::failure(None, "cancelled"));
        let (id, state, at) = (self.operation, OperationState::Failed, at(seconds));
        plan([PlatformChange::EndOperation { id, state, outcome, at }])
    }

    /// The account is in another state, one version later.
    fn become_state(&self, version: i64, from: AccountState, to: AccountState) -> Plan {
        let (id, at) = (self.account, at(9));
        plan([PlatformChange::SetAccountState { id, version, from, to, attached: 0, at }])
    }

    fn delete_vendor(&self) -> Plan {
        plan([PlatformChange::DeleteServiceManager { id: self.vendor, version: 1 }])
    }

    fn link(&self, external_id: &str) -> VendorLink {
        let link = VendorLink::new(self.account, self.vendor);
        VendorLink { external_id: Some(external_id.to_owned()), linked_at: Some(at(6)), ..link }
    }
}

fn service_manager(id: ServiceManagerId) -> ServiceManager {
    ServiceManager {
        id,
        name: id.to_string(),
        settings: ServiceManagerSettings::default(),
        sealed: String::new(),
        fields: Vec::new(),
        fetched_at: None,
        fetched_version: 0,
        fetch_error: None,
        version: 1,
        created_at: at(0),
        changed_at: at(0),
        changed_by: "staff:jo".to_owned(),
    }
}

async fn create_account(store: &Store, reseller: Option<MarketplaceAccountId>) -> MarketplaceAccountId {
    let id = MarketplaceAccountId(Uuid::now_v7());
    let account = MarketplaceAccount {
        id,
        reseller,
        is_reseller: false,
        attached: 0,
        profile: AccountProfile { name: "Acme".to_owned(), ..AccountProfile::default() },
        state: AccountState::Active,
        version: 1,
        created_at: at(0),
        created_by: "staff:jo".to_owned(),
    };
    store.apply(&plan([PlatformChange::CreateAccount(Box::new(account))])).await.unwrap();
    id
}

#[testkit::both_databases]
async fn m15_m20_no_call_is_sent_once_its_operation_was_cancelled(Database { store, .. }: Database) {
    let first_cancelled = Scene::set(&store).await;
    store.apply(&first_cancelled.end(3)).await.unwrap();
    assert_eq!(conflict(store.apply(&first_cancelled.send()).await), Conflict::MarketplaceAccount);
    assert_eq!(store.vendor_link(first_cancelled.account, first_cancelled.vendor).await.unwrap(), None);

    let first_sent = Scene::set(&store).await;
    store.apply(&first_sent.send()).await.unwrap();
    store.apply(&first_sent.end(3)).await.unwrap();
    let link = store.vendor_link(first_sent.account, first_sent.vendor).await.unwrap().unwrap();
    assert_eq!(link.sent_at, Some(at(5)), "its answer still counts, or the vendor is asked");
}

#[testkit::both_databases]
async fn m15_m20_no_call_is_sent_for_an_account_that_is_being_deleted(Database { store, .. }: Database) {
    let scene = Scene::set(&store).await;
    let (active, deleting) = (AccountState::Active, AccountState::Deleting);
    store.apply(&scene.become_state(1, active, deleting)).await.unwrap();
    assert_eq!(conflict(store.apply(&scene.send()).await), Conflict::MarketplaceAccount);
    store.apply(&scene.become_state(2, deleting, active)).await.unwrap();
    store.apply(&scene.send()).await.unwrap();
}

#[testkit::only_postgres]
async fn m15_m20_a_call_waits_for_a_cancellation_that_is_not_committed_yet(database: Database) {
    let scene = Scene::set(&database.store).await;
    let (cancel, ours) = (scene.end(3), scene.clone());
    let refused = while_held_up(&database, cancel, async move { ours.store.apply(&ours.send()).await }).await;
    assert_eq!(conflict(refused), Conflict::MarketplaceAccount);
    assert_eq!(scene.store.vendor_link(scene.account, scene.vendor).await.unwrap(), None, "nothing was sent");
}

#[testkit::only_postgres]
async fn m15_m20_a_cancellation_waits_for_a_call_that_is_just_being_sent(database: Database) {
    let scene = Scene::set(&database.store).await;
    let (send, ours) = (scene.send(), scene.clone());
    while_held_up(&database, send, async move { ours.store.apply(&ours.end(3)).await }).await.unwrap();
    let link = scene.store.vendor_link(scene.account, scene.vendor).await.unwrap().unwrap();
    assert_eq!(link.sent_at, Some(at(5)), "what is planned from now on knows of the call");
}

#[testkit::only_postgres]
async fn m15_m20_a_deletion_and_a_call_that_is_just_being_sent_exclude_each_other(database: Database) {
    let (active, deleting) = (AccountState::Active, AccountState::Deleting);
    let scene = Scene::set(&database.store).await;
    let (delete, ours) = (scene.become_state(1, active, deleting), scene.clone());
    let refused = while_held_up(&database, delete, async move { ours.store.apply(&ours.send()).await }).await;
    assert_eq!(conflict(refused), Conflict::MarketplaceAccount);

    let scene = Scene::set(&database.store).await;
    let (send, ours) = (scene.send(), scene.clone());
    let delete = async move { ours.store.apply(&ours.become_state(1, active, deleting)).await };
    while_held_up(&database, send, delete).await.unwrap();
    let link = scene.store.vendor_link(scene.account, scene.vendor).await.unwrap().unwrap();
    assert_eq!(link.sent_at, Some(at(5)), "the deletion finds what was sent");
}

#[testkit::both_databases]
async fn m20_an_answer_counts_only_for_the_call_that_is_marked(Database { store, .. }: Database) {
    let scene = Scene::set(&store).await;
    store.apply(&scene.send()).await.unwrap();
    let put = |was| plan([PlatformChange::PutLink { link: Box::new(scene.link("c-1")), was }]);
    assert_eq!(conflict(store.apply(&put(None)).await), Conflict::MarketplaceAccount);
    assert_eq!(conflict(store.apply(&put(Some(at(4)))).await), Conflict::MarketplaceAccount);
    store.apply(&put(Some(at(5)))).await.unwrap();

    let (account, service_manager, at) = (scene.account, scene.vendor, at(20));
    let end = |was| plan([PlatformChange::EndLink { account, service_manager, was, at }]);
    assert_eq!(conflict(store.apply(&end(Some(at))).await), Conflict::MarketplaceAccount);
    store.apply(&end(None)).await.unwrap();
    assert!(!store.vendor_link(account, service_manager).await.unwrap().unwrap().may_be_there());
}

#[testkit::both_databases]
async fn m04_a_service_manager_that_is_needed_is_not_deleted(Database { store, .. }: Database) {
    let scene = Scene::set(&store).await;
    assert_eq!(conflict(store.apply(&scene.delete_vendor()).await), Conflict::ServiceManager, "an operation waits");
    store.apply(&scene.end(3)).await.unwrap();
    store.apply(&plan([PlatformChange::PutLink { link: Box::new(scene.link("c-1")), was: None }])).await.unwrap();
    assert_eq!(conflict(store.apply(&scene.delete_vendor()).await), Conflict::ServiceManager, "an account is there");
    assert!(store.account_operation(scene.operation).await.unwrap().is_some(), "nothing was changed");

    let (account, service_manager, was) = (scene.account, scene.vendor, None);
    let ended = PlatformChange::EndLink { account, service_manager, was, at: at(20) };
    store.apply(&plan([ended])).await.unwrap();
    store.apply(&scene.delete_vendor()).await.unwrap();
    assert_eq!(store.service_manager(scene.vendor).await.unwrap(), None);
    assert_eq!(store.account_operation(scene.operation).await.unwrap(), None);
    assert_eq!(conflict(store.apply(&scene.request()).await), Conflict::ServiceManager);
}

#[testkit::only_postgres]
async fn m04_a_deletion_of_a_service_manager_and_a_new_operation_exclude_each_other(database: Database) {
    let scene = Scene::set(&database.store).await;
    scene.store.apply(&scene.end(3)).await.unwrap();
    let later = Scene { operation: AccountOperationId(Uuid::now_v7()), ..scene.clone() };
    let (request, ours) = (later.request(), scene.clone());
    let refused = while_held_up(&database, request, async move { ours.store.apply(&ours.delete_vendor()).await }).await;
    assert_eq!(conflict(refused), Conflict::ServiceManager);

    scene.store.apply(&later.end(4)).await.unwrap();
    let latest = Scene { operation: AccountOperationId(Uuid::now_v7()), ..scene.clone() };
    let delete = scene.delete_vendor();
    let refused = while_held_up(&database, delete, async move { latest.store.apply(&latest.request()).await }).await;
    assert_eq!(conflict(refused), Conflict::ServiceManager);
}

#[testkit::both_databases]
async fn h04_finished_operations_and_deleted_accounts_are_deleted_after_their_retention(
    Database { store, .. }: Database,
) {
    let kept = Retention { account_operations: jiff::SignedDuration::from_hours(24 * 30), ..Retention::default() };
    let forget = async |day: i64| store.technical().forget_expired(at(day * DAY), &kept).await.unwrap();
    let scene = Scene::set(&store).await;
    let waits = Scene::set(&store).await;
    let reseller = create_account(&store, None).await;
    let customer = create_account(&store, Some(reseller)).await;
    let link = PlatformChange::PutLink { link: Box::new(scene.link("c-1")), was: None };
    store.apply(&plan([link])).await.unwrap();
    store.apply(&scene.end(3)).await.unwrap();
    let (active, deleted) = (AccountState::Active, AccountState::Deleted);
    for account in [scene.account, reseller] {
        let scene = Scene { account, ..scene.clone() };
        store.apply(&scene.become_state(1, active, deleted)).await.unwrap();
    }

    forget(29).await;
    assert!(store.account_operation(scene.operation).await.unwrap().is_some());
    forget(31).await;
    assert_eq!(store.account_operation(scene.operation).await.unwrap(), None);
    assert!(store.account_operation(waits.operation).await.unwrap().is_some(), "it has not ended");
    assert!(store.marketplace_account(scene.account).await.unwrap().is_some());
    forget(401).await;
    assert_eq!(store.marketplace_account(scene.account).await.unwrap(), None);
    assert_eq!(store.vendor_links(scene.account).await.unwrap(), []);
    assert!(store.marketplace_account(reseller).await.unwrap().is_some(), "its customer names it");

    let customer = Scene { account: customer, ..scene.clone() };
    store.apply(&customer.become_state(1, active, deleted)).await.unwrap();
    forget(402).await;
    forget(403).await;
    assert_eq!(store.marketplace_account(customer.account).await.unwrap(), None);
    assert_eq!(store.marketplace_account(reseller).await.unwrap(), None);
    assert!(store.marketplace_account(waits.account).await.unwrap().is_some(), "it is in use");
}
