//! Signed-in browsers and sign-ins under way.

use tessera_core::credentials::change::CredentialChange;
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::Job;
use tessera_core::kernel::plan::Change;
use tessera_core::kernel::retention::Retention;
use tessera_core::staff::{Role, StaffAccount, StaffChange};
use tessera_store::{Conflict, PendingMfa, SignInPending, Store};
use testkit::Database;
use testkit::store::{
    at, claim, conflict, enqueue, identity, introducing, keep_answer, new_customer, plan, session, worker,
};
use uuid::Uuid;

const HOUR: i64 = 3600;
/// SHA-256 of the secret of the browser that begins the sign-ins.
const BROWSER: [u8; 32] = [7; 32];
/// More sign-ins than a test begins.
const MOST: u32 = 100;

fn pending(purpose: &str, expires: i64) -> SignInPending {
    SignInPending {
        browser_hash: BROWSER,
        provider: "idp".into(),
        nonce: "nonce".into(),
        verifier: "verifier".into(),
        purpose: purpose.into(),
        expires_at: at(expires),
        used_at: None,
    }
}

#[testkit::both_databases]
async fn a03_a_session_ends_by_time_by_itself_and_by_owner(Database { store, .. }: Database) {
    for n in 0..4_u8 {
        let owner = if n < 2 { "jane" } else { "john" };
        store.technical().open_session(&session(n, &format!("browser {n}"), owner, HOUR)).await.unwrap();
    }
    let again = store.technical().open_session(&session(0, "thief", "eve", HOUR)).await;
    assert_eq!(conflict(again), Conflict::Exists);
    let who = async |n: u8, now| store.session::<String>(&[n; 32], at(now)).await.unwrap();

    assert_eq!(who(0, HOUR - 1).await.as_deref(), Some("browser 0"));
    assert_eq!(who(0, HOUR).await, None);
    store.technical().end_session(&[0; 32]).await.unwrap();
    assert_eq!((who(0, 1).await, who(1, 1).await.is_some()), (None, true));
    store.technical().end_sessions("john").await.unwrap();
    assert_eq!((who(1, 1).await.is_some(), who(2, 1).await, who(3, 1).await), (true, None, None));
}

/// Takes a sign-in from the browser that began it.
async fn take(store: &Store, n: u8, second: i64) -> Option<SignInPending> {
    store.technical().take_sign_in(&[n; 32], &BROWSER, "idp", at(second)).await.unwrap()
}

#[testkit::both_databases]
async fn a03_a_pending_sign_in_is_consumed_once(Database { store, .. }: Database) {
    store.technical().begin_sign_in(&[1; 32], &pending("activate", 600), MOST).await.unwrap();
    store.technical().begin_sign_in(&[2; 32], &pending("portal", 600), MOST).await.unwrap();
    let evil = store.technical().begin_sign_in(&[1; 32], &pending("evil", 600), MOST).await;
    assert_eq!(conflict(evil), Conflict::Exists);
    let takers = (0..16).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { take(&store, 1, 60).await })
    });
    let taken = futures_util::future::join_all(takers.collect::<Vec<_>>()).await;
    let taken: Vec<_> = taken.into_iter().filter_map(Result::unwrap).collect();
    let used = |purpose| SignInPending { used_at: Some(at(60)), ..pending(purpose, 600) };
    assert_eq!(taken, [used("activate")]);
    assert_eq!(take(&store, 2, 60).await, Some(used("portal")));
    assert_eq!(store.sign_in_begun(&[1; 32]).await.unwrap(), Some(used("activate")), "it is known until it expires");
}

#[testkit::both_databases]
async fn a20_only_the_browser_that_began_a_sign_in_uses_it_up(Database { store, .. }: Database) {
    store.technical().begin_sign_in(&[1; 32], &pending("portal", 600), MOST).await.unwrap();
    let technical = store.technical();
    assert_eq!(technical.take_sign_in(&[1; 32], &[99; 32], "idp", at(1)).await.unwrap(), None, "another browser");
    assert_eq!(technical.take_sign_in(&[1; 32], &BROWSER, "other", at(1)).await.unwrap(), None, "another provider");
    assert_eq!(technical.take_sign_in(&[3; 32], &BROWSER, "idp", at(1)).await.unwrap(), None, "another state");
    assert_eq!(take(&store, 1, 600).await, None, "too late");
    assert_eq!(store.sign_in_begun(&[1; 32]).await.unwrap(), Some(pending("portal", 600)), "nothing was used up");
    assert!(take(&store, 1, 599).await.is_some());
}

#[testkit::both_databases]
async fn h04_the_oldest_sign_ins_are_dropped_beyond_the_cap(Database { store, .. }: Database) {
    for n in 1..=5 {
        store.technical().begin_sign_in(&[n; 32], &pending("portal", 600 + i64::from(n)), 3).await.unwrap();
    }
    let mut left = Vec::new();
    for n in 1..=5 {
        left.push(store.sign_in_begun(&[n; 32]).await.unwrap().is_some());
    }
    assert_eq!(left, [false, false, true, true, true]);
}

#[testkit::both_databases]
async fn a03_what_expired_is_forgotten(Database { store, .. }: Database) {
    let week = 7 * 24 * HOUR;
    for (n, expires) in [(1, HOUR), (2, 2 * week)] {
        store.technical().open_session(&session(n, "who", "jane", expires)).await.unwrap();
        store.technical().begin_sign_in(&[n; 32], &pending("portal", expires), MOST).await.unwrap();
    }
    keep_answer(&store, "old", 1, "{}", 0).await.unwrap();
    keep_answer(&store, "new", 1, "{}", week).await.unwrap();
    let invite = |id: JobId, requester_id: &str| {
        let task = Invite { requester_id: requester_id.into(), asked_by: Actor::Hub, missing_since: None };
        Job { id, task: task.into(), run_at: at(0), created_at: at(0) }
    };
    let mut done = Vec::new();
    for ends in [1, week] {
        enqueue(&store, &invite(Uuid::now_v7().into(), "777")).await.unwrap();
        let leased = claim(&store, worker(&store, at(0)).await, at(0), 1).await.remove(0);
        store.technical().finish_job(&leased, at(ends)).await.unwrap();
        done.push(leased);
    }

    store.technical().forget_expired(at(week + HOUR), &Retention::default()).await.unwrap();

    // Asking with a time before the end tells whether the row is still there.
    assert_eq!(store.session::<String>(&[1; 32], at(1)).await.unwrap(), None);
    assert!(store.session::<String>(&[2; 32], at(1)).await.unwrap().is_some());
    assert_eq!(take(&store, 1, 1).await, None);
    assert!(take(&store, 2, 1).await.is_some());
    assert_eq!(store.kept_answer("old").await.unwrap(), None);
    assert!(store.kept_answer("new").await.unwrap().is_some());
    // The id of a forgotten job is free, that of a kept one is not.
    enqueue(&store, &invite(done[0].id, "778")).await.unwrap();
    assert!(enqueue(&store, &invite(done[1].id, "779")).await.is_err());
}

#[testkit::both_databases]
async fn p03_no_session_begins_by_a_password_that_was_changed_meanwhile(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let (person, introduced) = identity(jane.id, "subject-1");
    store.apply(&introducing(&(person.clone(), introduced))).await.unwrap();
    let password = |hash: &str| CredentialChange::PutPassword { person: person.id, hash: hash.into(), at: at(1) };
    let account = |hash: &str| StaffAccount {
        id: Uuid::from_u128(7).into(),
        login: "jo".into(),
        name: "Jo".into(),
        password_hash: hash.into(),
        roles: vec![Role::Support],
        created_at: at(0),
        last_sign_in_at: None,
        person: None,
        identity: None,
    };
    let create = StaffChange::Create(account("$first"));
    store.apply(&plan([Change::from(password("$first")), create.into()])).await.unwrap();

    let persons = |hash: &str| Proof::Password { person: person.id, hash: hash.into() };
    let staffs = |hash: &str| Proof::StaffPassword { login: "jo".into(), hash: hash.into() };
    let half = PendingMfa { person: person.id, return_to: "/".into() };
    let opens = async |n: u8, proof: Proof| {
        store.technical().open_session(&NewSession { proof: Some(proof), ..session(n, "who", "owner", HOUR) }).await
    };
    opens(1, persons("$first")).await.unwrap();
    opens(2, staffs("$first")).await.unwrap();
    let technical = store.technical();
    technical.begin_half_sign_in(&[8; 32], &half, &persons("$first"), at(HOUR)).await.unwrap();
    technical.begin_half_sign_in(&[9; 32], &half, &persons("$first"), at(HOUR)).await.unwrap();
    opens(3, Proof::SecondStep([8; 32])).await.unwrap();
    assert_eq!(conflict(opens(4, Proof::SecondStep([8; 32])).await), Conflict::Credentials, "it works once");

    let ends = CredentialChange::EndSessions { person: person.id, except: None };
    let reset = StaffChange::SetPassword(account("$second"));
    store.apply(&plan([Change::from(password("$second")), ends.into(), reset.into()])).await.unwrap();
    for (n, proof) in [(5, persons("$first")), (6, staffs("$first")), (7, Proof::SecondStep([9; 32]))] {
        assert_eq!(conflict(opens(n, proof).await), Conflict::Credentials);
        assert_eq!(store.session::<String>(&[n; 32], at(1)).await.unwrap(), None);
    }
    let late = technical.begin_half_sign_in(&[10; 32], &half, &persons("$first"), at(HOUR)).await;
    assert_eq!(conflict(late), Conflict::Credentials);
    opens(5, persons("$second")).await.unwrap();
    opens(6, staffs("$second")).await.unwrap();
}
