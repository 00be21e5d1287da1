//! Changes of a person while something that rests on them is committed.

use tessera_core::credentials::OneTimeLink;
use tessera_core::credentials::change::{CredentialChange, IdentityChange};
use tessera_core::kernel::customer::Identity;
use tessera_core::kernel::customer::change::CustomerChange;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::persons::Person;
use tessera_core::persons::change::PersonChange;
use tessera_store::{Conflict, Store};
use testkit::store::{at, conflict, identity, introducing, new_customer, plan};
use testkit::{Database, while_held_up};
use uuid::Uuid;

#[testkit::both_databases]
async fn m15_a_change_planned_before_a_person_lost_access_does_not_undo_that(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let hers = identity(jane.id, "subject-1");
    store.apply(&introducing(&hers)).await.unwrap();
    let renaming = |person: &Person| {
        let renamed = Person { name: "Janet".to_owned(), ..person.clone() };
        plan([PersonChange::Update(Box::new(renamed))])
    };
    let planned = renaming(&hers.0);
    store.apply(&plan([CustomerChange::EndAccess { customer_id: jane.id, at: at(1) }])).await.unwrap();
    assert_eq!(conflict(store.apply(&planned).await), Conflict::PersonId);
    let ended = store.person(hers.0.id).await.unwrap().unwrap();
    assert!(ended.inactive.is_some());

    let planned = renaming(&ended);
    store.apply(&plan([CustomerChange::GiveAccessBack { customer_id: jane.id }])).await.unwrap();
    assert_eq!(conflict(store.apply(&planned).await), Conflict::PersonId);
    assert_eq!(store.person(hers.0.id).await.unwrap().unwrap().inactive, None);
}

/// A person of a customer who has no identity yet, with a link to set a password; and the plan that uses it.
async fn with_link(store: &Store, customer: CustomerId) -> (Person, Plan) {
    let (person, first) = identity(customer, "subject-1");
    let link = OneTimeLink {
        id: Uuid::now_v7().into(),
        person: person.id,
        person_version: 1,
        email: "jane@example.com".to_owned(),
        token_hash: [7; 32],
        created_at: at(0),
        created_by: "staff:jo".to_owned(),
        expires_at: at(3600),
        used_at: None,
        revoked_at: None,
    };
    let using = CredentialChange::UseOneTimeLink { id: link.id, at: at(2) };
    let sent = CredentialChange::CreateOneTimeLink(Box::new(link));
    store.apply(&plan([Change::from(PersonChange::Create(Box::new(person.clone()))), sent.into()])).await.unwrap();
    let introduced = IdentityChange::Create(Box::new(Identity { customer_id: customer, ..first }));
    (person, plan([Change::from(using), introduced.into()]))
}

/// The plan of an approval, which moves a person to another customer.
fn moving(person: &Person, to: CustomerId) -> Plan {
    let moved = PersonChange::Move { person: person.id, to };
    let update = PersonChange::Update(Box::new(Person { customer_id: to, ..person.clone() }));
    plan([moved, update])
}

#[testkit::only_postgres]
async fn p12_a_person_who_is_being_moved_gets_no_identity_at_the_customer_before(database: Database) {
    let (jane, john) = (new_customer(&database.store, "Jane").await, new_customer(&database.store, "John").await);
    let (person, signs_in) = with_link(&database.store, jane.id).await;
    let store = database.store.clone();
    let refused = while_held_up(&database, moving(&person, john.id), async move { store.apply(&signs_in).await }).await;
    assert_eq!(conflict(refused), Conflict::OneTimeLink);
}

#[testkit::only_postgres]
async fn p12_a_person_who_just_gets_an_identity_is_not_moved(database: Database) {
    let (jane, john) = (new_customer(&database.store, "Jane").await, new_customer(&database.store, "John").await);
    let (person, signs_in) = with_link(&database.store, jane.id).await;
    let (store, moves) = (database.store.clone(), moving(&person, john.id));
    let refused = while_held_up(&database, signs_in, async move { store.apply(&moves).await }).await;
    assert_eq!(conflict(refused), Conflict::PersonId);
    assert_eq!(database.store.person(person.id).await.unwrap().unwrap().customer_id, jane.id);
}
