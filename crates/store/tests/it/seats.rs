//! Seats of a licence (`P12`).

use tessera_core::access::change::AccessChange;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;
use tessera_store::Conflict;
use testkit::Database;
use testkit::store::{at, conflict, plan};
use uuid::Uuid;

#[testkit::both_databases]
async fn p12_a_session_takes_one_seat_and_a_person_one_named_seat(Database { store, .. }: Database) {
    let (jane, john) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
    let take = async |licence, number, person, session| {
        store.technical().take_seat(licence, number, person, session, None, at(1)).await.unwrap()
    };
    // Two requests of one browser at once both find that it has no seat, and two free ones.
    assert!(take(LicenceType::Studio, 1, jane, Some([1; 32])).await);
    assert!(!take(LicenceType::Studio, 2, jane, Some([1; 32])).await);
    assert!(take(LicenceType::Studio, 2, jane, Some([2; 32])).await);
    assert!(take(LicenceType::Named, 1, jane, None).await);
    assert!(!take(LicenceType::Named, 2, jane, None).await);
    assert!(take(LicenceType::Named, 2, john, None).await);
    assert!(take(LicenceType::Mobile, 1, jane, Some([1; 32])).await, "of another licence");
}

#[testkit::both_databases]
async fn p12_a_seat_is_freed_only_for_the_person_who_was_seen_on_it(Database { store, .. }: Database) {
    let (jane, john) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
    let licence = LicenceType::Named;
    let free = |person| plan([AccessChange::FreeSeat { licence, number: 1, person }]);
    store.technical().take_seat(licence, 1, john, None, None, at(1)).await.unwrap();
    assert_eq!(conflict(store.apply(&free(jane)).await), Conflict::Seat);
    assert!(store.has_named_seat(john, licence).await.unwrap());
    store.apply(&free(john)).await.unwrap();
    assert!(!store.has_named_seat(john, licence).await.unwrap());
}
