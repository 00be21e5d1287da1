//! The storefront: who races for an order, an operation or an account finds out.

use tessera_core::kernel::attachment::{File, MediaType};
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, OrderId, PersonId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::{
    AccountOperation, AccountProfile, AccountState, MarketplaceAccount, OperationKind, OperationState, Outcome,
};
use tessera_core::storefront::change::StorefrontChange;
use tessera_core::storefront::{Buyer, Fulfilment, Order, OrderLine, Product, ProductDraft, ProductPicture};
use tessera_store::{Conflict, Store};
use testkit::Database;
use testkit::store::{at, conflict, plan};
use uuid::Uuid;

const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const OPERATION: AccountOperationId = AccountOperationId(Uuid::from_u128(2));

fn account(number: u128) -> MarketplaceAccountId {
    MarketplaceAccountId(Uuid::from_u128(number))
}

async fn create_account(store: &Store, number: u128) {
    let account = MarketplaceAccount {
        id: account(number),
        reseller: None,
        is_reseller: false,
        attached: 0,
        profile: AccountProfile { name: "Jo Meyer".to_owned(), ..AccountProfile::default() },
        state: AccountState::Active,
        version: 1,
        created_at: at(0),
        created_by: "person:P-1".to_owned(),
    };
    store.apply(&plan([PlatformChange::CreateAccount(Box::new(account))])).await.unwrap();
}

async fn request_operation(store: &Store) {
    let operation = AccountOperation {
        id: OPERATION,
        kind: OperationKind::Synchronize,
        account: account(1),
        service_manager: None,
        state: OperationState::Waiting,
        cancelled: false,
        attempts: 0,
        external_id: None,
        code: None,
        message: None,
        customer_message: None,
        requested_by: "person:P-1".to_owned(),
        created_at: at(0),
        finished_at: None,
    };
    store.apply(&plan([PlatformChange::RequestOperation(Box::new(operation))])).await.unwrap();
}

async fn place_order(store: &Store) {
    let price = Money::new(1250, Currency::parse("EUR").unwrap());
    let line = OrderLine {
        product: Uuid::from_u128(3).into(),
        service_manager: Uuid::from_u128(4).into(),
        name: "Backup".to_owned(),
        quantity: 2,
        price,
        fulfilment: Fulfilment::Waiting,
        progress: None,
    };
    let order = Order {
        id: ORDER,
        account: account(1),
        total: Money::new(2500, price.currency),
        placed_at: at(0),
        placed_by: "person:P-1".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        lines: vec![line],
    };
    store.apply(&plan([StorefrontChange::PlaceOrder(Box::new(order.clone()))])).await.unwrap();
    assert_eq!(store.order(ORDER).await.unwrap(), Some(order), "it is read as it was written");
}

#[testkit::both_databases]
async fn m06_an_operation_that_has_begun_is_not_cancelled_with_its_order(Database { store, .. }: Database) {
    create_account(&store, 1).await;
    request_operation(&store).await;
    let outcome = Box::new(Outcome::failure(None, "cancelled"));
    let cancel = plan([StorefrontChange::CancelUnsent { operation: OPERATION, outcome, at: at(9) }]);
    store.apply(&plan([PlatformChange::BeginAttempt(OPERATION)])).await.unwrap();
    assert_eq!(conflict(store.apply(&cancel).await), Conflict::MarketplaceAccount);
    let waits = PlatformChange::AwaitRetry { id: OPERATION, outcome: Box::default() };
    store.apply(&plan([waits])).await.unwrap();
    assert_eq!(conflict(store.apply(&cancel).await), Conflict::MarketplaceAccount, "something may have been sent");
}

#[testkit::both_databases]
async fn m06_a_line_of_an_order_is_executed_once(Database { store, .. }: Database) {
    create_account(&store, 1).await;
    request_operation(&store).await;
    place_order(&store).await;
    let fulfil = |fulfilment| plan([StorefrontChange::Fulfil { order: ORDER, line: 0, fulfilment }]);
    store.apply(&fulfil(Fulfilment::Operation(OPERATION))).await.unwrap();
    let second = store.apply(&fulfil(Fulfilment::Linked)).await;
    assert_eq!(conflict(second), Conflict::MarketplaceAccount);
    let line = store.order(ORDER).await.unwrap().unwrap().lines.remove(0);
    assert_eq!(line.fulfilment, Fulfilment::Operation(OPERATION));
    assert_eq!(line.progress.map(|progress| progress.state), Some(OperationState::Waiting));
    let cancel =
        |seconds| plan([StorefrontChange::CancelOrder { order: ORDER, at: at(seconds), by: "staff:jo".to_owned() }]);
    store.apply(&cancel(1)).await.unwrap();
    assert_eq!(conflict(store.apply(&cancel(2)).await), Conflict::MarketplaceAccount, "cancelled once");
}

#[testkit::both_databases]
async fn m06_a_picture_is_stored_with_the_version_that_staff_saw(Database { store, .. }: Database) {
    let product = Product {
        id: Uuid::from_u128(3).into(),
        draft: ProductDraft {
            service_manager: Uuid::from_u128(4).into(),
            name: "Backup".to_owned(),
            description: String::new(),
            price: Money::new(1250, Currency::parse("EUR").unwrap()),
            visible: true,
        },
        picture: None,
        version: 1,
        created_at: at(0),
        changed_at: at(0),
        changed_by: "staff:jo".to_owned(),
    };
    store.apply(&plan([StorefrontChange::CreateProduct(Box::new(product.clone()))])).await.unwrap();
    let put = |alt: &str, bytes: &[u8]| {
        let picture = Some(ProductPicture { alt: alt.to_owned(), since: 2 });
        let product = Box::new(Product { picture, version: 2, ..product.clone() });
        let file = Box::new(File::read("cloud.gif", bytes.to_vec()).unwrap());
        plan([StorefrontChange::PutPicture { product, file }])
    };
    store.apply(&put("A cloud", b"GIF89a;")).await.unwrap();
    assert_eq!(conflict(store.apply(&put("Another cloud", b"GIF87a;")).await), Conflict::Product);
    let stored = store.product(product.id).await.unwrap().unwrap();
    assert_eq!(stored.picture.as_ref().map(|picture| picture.alt.as_str()), Some("A cloud"));
    let (media_type, bytes) = store.product_picture(product.id).await.unwrap().unwrap();
    assert_eq!((media_type, &bytes[..]), (MediaType::Gif, &b"GIF89a;"[..]));
    store.apply(&plan([StorefrontChange::DeleteProduct(product.id)])).await.unwrap();
    assert_eq!(store.product_picture(product.id).await.unwrap(), None, "with its picture");
}

#[testkit::both_databases]
async fn m06_two_concurrent_first_orders_create_one_account(Database { store, .. }: Database) {
    create_account(&store, 1).await;
    create_account(&store, 2).await;
    let put = |subject: &str, person: Option<u128>, number| {
        let identity = IdentityKey { issuer: "https://id.example".to_owned(), subject: subject.to_owned() };
        let buyer = Buyer { identity, person: person.map(|person| PersonId(Uuid::from_u128(person))) };
        plan([StorefrontChange::PutBuyer { buyer, account: account(number), replaces: None, at: at(0) }])
    };
    store.apply(&put("one", Some(7), 1)).await.unwrap();
    let other_sign_in = store.apply(&put("another", Some(7), 2)).await;
    assert_eq!(conflict(other_sign_in), Conflict::MarketplaceAccount, "one for a person");
    store.apply(&put("nobody", None, 2)).await.unwrap();
    create_account(&store, 3).await;
    assert_eq!(conflict(store.apply(&put("nobody", None, 3)).await), Conflict::MarketplaceAccount);
    assert_eq!(store.account_of_buyer(PersonId(Uuid::from_u128(7))).await.unwrap(), Some(account(1)));
}
