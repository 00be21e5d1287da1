//! Sessions that begin while the sessions of their person end, or while what they rest on changes (`P03`, `P04`).

use tessera_core::credentials::change::{CredentialChange, IdentityChange};
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::credentials::{PASSKEY_ISSUER, PASSKEY_PROVIDER, Passkey, sign_in_of};
use tessera_core::kernel::customer::change::CustomerChange;
use tessera_core::kernel::customer::{Identity, IdentityKey, SignIn};
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::persons::change::PersonChange;
use tessera_core::persons::{Inactive, Person};
use tessera_store::{ApplyError, Conflict, Store};
use testkit::store::{at, conflict, identity, introducing, new_customer, plan, session};
use testkit::{Database, while_held_up};
use uuid::Uuid;

const HASH: &str = "$argon2id$";

/// A person with a password, and its identity.
async fn with_password(store: &Store) -> (Person, Identity) {
    let jane = new_customer(store, "Jane").await;
    let (person, mut local) = identity(jane.id, "subject-1");
    local.sign_in = sign_in_of(&person);
    store.apply(&introducing(&(person.clone(), local.clone()))).await.unwrap();
    let password = CredentialChange::PutPassword { person: person.id, hash: HASH.to_owned(), at: at(1) };
    store.apply(&plan([password])).await.unwrap();
    (person, local)
}

fn new_session(identity: &Identity, proof: Option<Proof>) -> NewSession {
    let IdentityKey { issuer, subject } = &identity.sign_in.identity;
    let identity = Some(identity.sign_in.identity.clone());
    NewSession { identity, proof, ..session(1, "jane", &format!("{issuer} {subject}"), 3600) }
}

fn opening(session: NewSession) -> Plan {
    plan([CredentialChange::OpenSession(Box::new(session))])
}

fn by_password(person: &Person) -> Proof {
    Proof::Password { person: person.id, hash: HASH.to_owned() }
}

fn ending(person: &Person) -> Change {
    CredentialChange::EndSessions { person: person.id, except: None }.into()
}

async fn has_session(store: &Store) -> bool {
    store.session::<String>(&[1; 32], at(2)).await.unwrap().is_some()
}

/// Opens a session while another plan is not committed yet.
async fn opened_while(database: &Database, theirs: Plan, ours: NewSession) -> Result<(), ApplyError> {
    let store = database.store.clone();
    while_held_up(database, theirs, async move { store.technical().open_session(&ours).await }).await
}

/// A passkey of a person.
fn passkey(person: &Person) -> (Identity, Passkey) {
    let id = Uuid::now_v7().into();
    let sign_in = SignIn {
        identity: IdentityKey { issuer: PASSKEY_ISSUER.to_owned(), subject: format!("{id}") },
        provider: PASSKEY_PROVIDER.to_owned(),
        email: None,
        email_verified: false,
        name: None,
    };
    let (_, identity) = identity(person.customer_id, "passkey");
    let identity = Identity { id, person_id: person.id, sign_in, ..identity };
    (identity, Passkey { id, person: person.id, credential_id: vec![7], key: "{}".to_owned(), counter: 0 })
}

fn adding((identity, passkey): &(Identity, Passkey)) -> [Change; 2] {
    let created = CredentialChange::CreatePasskey(Box::new(passkey.clone()));
    [IdentityChange::Create(Box::new(identity.clone())).into(), created.into()]
}

#[testkit::only_postgres]
async fn p03_a_session_that_just_begins_ends_with_the_others_of_its_person(database: Database) {
    let (person, local) = with_password(&database.store).await;
    let begins = opening(new_session(&local, Some(by_password(&person))));
    let store = database.store.clone();
    while_held_up(&database, begins, async move { store.apply(&plan([ending(&person)])).await }).await.unwrap();
    assert!(!has_session(&database.store).await);
}

#[testkit::only_postgres]
async fn a23_a_session_that_just_begins_ends_with_its_identity(database: Database) {
    let (_, local) = with_password(&database.store).await;
    let begins = opening(new_session(&local, None));
    let store = database.store.clone();
    let removed = async move { store.apply(&plan([IdentityChange::Remove(local.id)])).await };
    while_held_up(&database, begins, removed).await.unwrap();
    assert!(!has_session(&database.store).await);
}

#[testkit::only_postgres]
async fn m15_a_session_that_just_begins_ends_with_its_customer(database: Database) {
    let (person, local) = with_password(&database.store).await;
    let begins = opening(new_session(&local, None));
    let store = database.store.clone();
    let end = CustomerChange::EndAccess { customer_id: person.customer_id, at: at(2) };
    while_held_up(&database, begins, async move { store.apply(&plan([end])).await }).await.unwrap();
    assert!(!has_session(&database.store).await);
}

#[testkit::only_postgres]
async fn p04_no_session_begins_while_its_person_is_deactivated(database: Database) {
    let (person, local) = with_password(&database.store).await;
    let inactive = Some(Inactive { since: at(2), why: "staff".to_owned() });
    let update = PersonChange::Update(Box::new(Person { inactive, ..person.clone() }));
    let deactivates = plan([ending(&person), update.into()]);
    let refused = opened_while(&database, deactivates, new_session(&local, Some(by_password(&person)))).await;
    assert_eq!(conflict(refused), Conflict::Credentials);
    assert!(!has_session(&database.store).await);
}

#[testkit::only_postgres]
async fn p03_no_session_begins_by_a_password_alone_while_an_app_is_added(database: Database) {
    let (person, local) = with_password(&database.store).await;
    let key_id = Uuid::now_v7();
    let app =
        CredentialChange::PutSecondFactor { person: person.id, key_id, sealed: "k0.x".to_owned(), step: 1, at: at(2) };
    let adds = plan([app.into(), ending(&person)]);
    let refused = opened_while(&database, adds, new_session(&local, Some(by_password(&person)))).await;
    assert_eq!(conflict(refused), Conflict::Credentials);
}

#[testkit::only_postgres]
async fn p03_no_session_begins_by_a_password_alone_while_a_passkey_is_added(database: Database) {
    let (person, local) = with_password(&database.store).await;
    let adds = plan(adding(&passkey(&person)).into_iter().chain([ending(&person)]));
    let refused = opened_while(&database, adds, new_session(&local, Some(by_password(&person)))).await;
    assert_eq!(conflict(refused), Conflict::Credentials);
}

#[testkit::only_postgres]
async fn p03_no_session_begins_by_a_passkey_that_is_being_removed(database: Database) {
    let (person, _) = with_password(&database.store).await;
    let (identity, key) = passkey(&person);
    database.store.apply(&plan(adding(&(identity.clone(), key)))).await.unwrap();
    let removes = plan([ending(&person), IdentityChange::Remove(identity.id).into()]);
    let refused = opened_while(&database, removes, new_session(&identity, None)).await;
    assert_eq!(conflict(refused), Conflict::Credentials);
}

#[testkit::both_databases]
async fn p03_a_password_alone_opens_no_session_of_a_person_with_a_second_step(Database { store, .. }: Database) {
    let (person, local) = with_password(&store).await;
    let opens = async |proof| store.technical().open_session(&new_session(&local, proof)).await;
    opens(Some(by_password(&person))).await.unwrap();
    store.technical().end_session(&[1; 32]).await.unwrap();
    store.apply(&plan(adding(&passkey(&person)))).await.unwrap();
    assert_eq!(conflict(opens(Some(by_password(&person))).await), Conflict::Credentials);
    opens(None).await.unwrap();
}
