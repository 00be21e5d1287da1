//! Invitations that are issued while others of the same requester are issued, or while the requester ends (`A11`).

use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{InvitationState, Revocation};
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::record::change::RecordChange;
use tessera_store::Store;
use testkit::store::{DESK, at, invitation, plan, requester, requester_key};
use testkit::{Database, while_held_up};

fn revoking(why: Revocation) -> Change {
    InvitationChange::Revoke { system: DESK.to_owned(), external_id: "777".to_owned(), at: at(20), why }.into()
}

fn issuing() -> (InvitationId, Plan) {
    let new = invitation("777");
    (new.id, plan([revoking(Revocation::Superseded), InvitationChange::Create(Box::new(new)).into()]))
}

async fn with_requester(store: &Store) {
    let read = requester("777", "Jane", "jane@example.com", 10);
    store.apply(&plan([RecordChange::Put(Box::new(read))])).await.unwrap();
}

async fn state(store: &Store, id: InvitationId) -> InvitationState {
    store.invitation(id).await.unwrap().unwrap().state(at(30))
}

#[testkit::only_postgres]
async fn a11_of_two_invitations_issued_at_once_one_stays_open(database: Database) {
    with_requester(&database.store).await;
    let ((first, theirs), (second, ours)) = (issuing(), issuing());
    let store = database.store.clone();
    while_held_up(&database, theirs, async move { store.apply(&ours).await }).await.unwrap();
    assert_eq!(state(&database.store, first).await, InvitationState::Revoked);
    assert_eq!(state(&database.store, second).await, InvitationState::Open);
}

#[testkit::only_postgres]
async fn a11_an_invitation_that_is_just_issued_is_revoked_when_its_requester_is_gone(database: Database) {
    with_requester(&database.store).await;
    let (id, issues) = issuing();
    let bury = RecordChange::Bury { key: requester_key("777"), at: at(20) };
    let gone = plan([bury.into(), revoking(Revocation::RequesterGone)]);
    let store = database.store.clone();
    while_held_up(&database, issues, async move { store.apply(&gone).await }).await.unwrap();
    assert_eq!(state(&database.store, id).await, InvitationState::Revoked);
}
