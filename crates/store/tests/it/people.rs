//! Identities, and questions put to staff.

use tessera_core::credentials::change::{CredentialChange, IdentityChange};
use tessera_core::credentials::session::NewSession;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::review::{Decision, Question, Review};
use tessera_store::Conflict;
use testkit::Database;
use testkit::store::{at, conflict, identity, identity_key, introducing, new_customer, plan, session, sign_in};
use uuid::Uuid;

#[testkit::both_databases]
async fn a23_an_identity_belongs_to_one_customer(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    let hers = identity(jane.id, "subject-1");
    store.apply(&introducing(&hers)).await.unwrap();
    store.apply(&introducing(&identity(jane.id, "subject-2"))).await.unwrap();

    assert_eq!(conflict(store.apply(&introducing(&identity(john.id, "subject-1"))).await), Conflict::Identity);

    assert_eq!(store.identity(&identity_key("subject-1")).await.unwrap(), Some(hers.1));
    assert_eq!(store.identities(jane.id).await.unwrap().len(), 2);
    assert_eq!(store.identities(john.id).await.unwrap(), []);
    let mut elsewhere = identity_key("subject-1");
    elsewhere.issuer = "https://elsewhere.example".into();
    assert_eq!(store.identity(&elsewhere).await.unwrap(), None, "a subject is unique at its issuer only");
}

#[testkit::both_databases]
async fn a23_removing_an_identity_ends_its_sessions_and_frees_it(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    let hers = identity(jane.id, "subject-1");
    store.apply(&introducing(&hers)).await.unwrap();
    let owner = format!("{} {}", hers.1.sign_in.identity.issuer, hers.1.sign_in.identity.subject);
    store.technical().open_session(&session(1, "hers", &owner, 3600)).await.unwrap();
    store.technical().open_session(&session(2, "other", "staff:jo", 3600)).await.unwrap();

    let removal = plan([IdentityChange::Remove(hers.1.id)]);
    store.apply(&removal).await.unwrap();

    assert_eq!(store.session::<String>(&[1; 32], at(1)).await.unwrap(), None);
    assert_eq!(store.session::<String>(&[2; 32], at(1)).await.unwrap().as_deref(), Some("other"));
    assert_eq!(conflict(store.apply(&removal).await), Conflict::Identity);
    store.apply(&introducing(&identity(john.id, "subject-1"))).await.expect("it is free again");
}

fn asking(customer: CustomerId) -> (Review, Plan) {
    let candidates = ["1", "2"].map(|id| RecordKey::new("freshsales", Kind::Contact, id)).to_vec();
    let question = Question::WhichContact { email: "jane@example.com".into(), candidates };
    let review = Review {
        id: Uuid::now_v7().into(),
        customer_id: Some(customer),
        question,
        created_at: at(0),
        decided: None,
        note: None,
    };
    let plan = plan([ReviewChange::Create(Box::new(review.clone()))]);
    (review, plan)
}

fn deciding(review: &Review) -> Plan {
    plan([ReviewChange::Decide {
        id: review.id,
        at: at(5),
        by: "staff:jo".into(),
        decision: Decision::NoneOfThese,
        note: Some("asked".into()),
    }])
}

#[testkit::both_databases]
async fn h03_a_question_is_not_put_twice_while_it_is_open(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    let (first, ask) = asking(jane.id);
    store.apply(&ask).await.unwrap();
    store.apply(&asking(jane.id).1).await.expect("asking again is no conflict");
    store.apply(&asking(john.id).1).await.unwrap();
    assert_eq!(store.reviews_of(jane.id).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(store.open_reviews(10).await.unwrap().len(), 2);

    store.apply(&deciding(&first)).await.unwrap();
    store.apply(&asking(jane.id).1).await.unwrap();
    assert_eq!(store.reviews_of(jane.id).await.unwrap().len(), 2, "once answered, it may be put again");
}

#[testkit::both_databases]
async fn h03_a_question_is_answered_once(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let (review, ask) = asking(jane.id);
    store.apply(&ask).await.unwrap();
    store.apply(&deciding(&review)).await.unwrap();
    assert_eq!(conflict(store.apply(&deciding(&review)).await), Conflict::Review);
    let answered = store.review(review.id).await.unwrap().unwrap();
    assert_eq!(answered.decided, Some((at(5), "staff:jo".into(), Decision::NoneOfThese)));
    assert_eq!(answered.note.as_deref(), Some("asked"));
    assert_eq!(store.open_reviews(10).await.unwrap(), []);
}

#[testkit::both_databases]
async fn a20_a_question_about_a_sign_in_needs_no_customer(Database { store, .. }: Database) {
    let ask = |subject: &str| {
        let requester = RecordKey::new("freshservice", Kind::Requester, "777");
        let question = Question::WhoseSignIn { sign_in: Box::new(sign_in(subject)), requester };
        let id = Uuid::now_v7().into();
        Review { id, customer_id: None, question, created_at: at(0), decided: None, note: None }
    };
    let asking = |review: &Review| plan([ReviewChange::Create(Box::new(review.clone()))]);
    let hers = ask("subject-1");
    store.apply(&asking(&hers)).await.unwrap();
    store.apply(&asking(&ask("subject-1"))).await.expect("asking again is no conflict");
    store.apply(&asking(&ask("subject-2"))).await.unwrap();
    assert_eq!(store.open_reviews(10).await.unwrap().len(), 2);
    assert_eq!(store.reviews_about(&identity_key("subject-1")).await.unwrap(), std::slice::from_ref(&hers));

    store.apply(&deciding(&hers)).await.unwrap();
    let answered = store.reviews_about(&identity_key("subject-1")).await.unwrap().remove(0);
    assert_eq!(answered.decided, Some((at(5), "staff:jo".into(), Decision::NoneOfThese)));
    assert_eq!(answered.note.as_deref(), Some("asked"));
    assert_eq!(store.reviews_about(&identity_key("subject-3")).await.unwrap(), []);
}

#[testkit::both_databases]
async fn a23_the_last_identity_cannot_be_removed(Database { store, .. }: Database) {
    let jane = new_customer(&store, "Jane").await;
    let (first, mut second) = (identity(jane.id, "subject-1"), identity(jane.id, "subject-2"));
    second.1.person_id = first.0.id;
    store.apply(&introducing(&first)).await.unwrap();
    store.apply(&introducing(&identity(jane.id, "subject-3"))).await.unwrap();
    let removing = |id| plan([IdentityChange::RemoveSpare(id)]);
    assert_eq!(conflict(store.apply(&removing(first.1.id)).await), Conflict::Identity, "the only one of this person");

    store.apply(&plan([IdentityChange::Create(Box::new(second.1.clone()))])).await.unwrap();
    store.apply(&removing(first.1.id)).await.unwrap();
    assert_eq!(conflict(store.apply(&removing(second.1.id)).await), Conflict::Identity, "the only one now");
    assert_eq!(store.identities_of_person(first.0.id).await.unwrap(), [second.1]);
}

#[testkit::both_databases]
async fn a23_other_sessions_of_the_person_end(Database { store, .. }: Database) {
    let (jane, john) = (new_customer(&store, "Jane").await, new_customer(&store, "John").await);
    let (hers, his) = (identity(jane.id, "subject-1"), identity(john.id, "subject-3"));
    let mut also_hers = identity(jane.id, "subject-2");
    also_hers.1.person_id = hers.0.id;
    store.apply(&introducing(&hers)).await.unwrap();
    store.apply(&plan([IdentityChange::Create(Box::new(also_hers.1.clone()))])).await.unwrap();
    store.apply(&introducing(&his)).await.unwrap();
    for (number, (subject, introduced)) in
        [("subject-1", &hers), ("subject-2", &also_hers), ("subject-3", &his)].into_iter().enumerate()
    {
        let owner = format!("{} {subject}", introduced.1.sign_in.identity.issuer);
        let hash = u8::try_from(number).unwrap() + 1;
        store.technical().open_session(&session(hash, subject, &owner, 3600)).await.unwrap();
    }
    store.apply(&plan([CredentialChange::EndSessions { person: hers.0.id, except: Some([1; 32]) }])).await.unwrap();
    let left = async |hash: u8| store.session::<String>(&[hash; 32], at(1)).await.unwrap().is_some();
    assert_eq!((left(1).await, left(2).await, left(3).await), (true, false, true));
    store.apply(&plan([CredentialChange::EndSessions { person: hers.0.id, except: None }])).await.unwrap();
    assert_eq!((left(1).await, left(3).await), (false, true));

    let key = identity_key("subject-1");
    assert_eq!(store.identity(&key).await.unwrap().unwrap().last_used_at, None);
    let signs_in = NewSession {
        identity: Some(key.clone()),
        created_at: at(7),
        replaces: Some([3; 32]),
        ..session(4, "subject-1", "subject-1", 3600)
    };
    store.apply(&plan([CredentialChange::OpenSession(Box::new(signs_in))])).await.unwrap();
    assert_eq!(store.identity(&key).await.unwrap().unwrap().last_used_at, Some(at(7)));
    assert_eq!((left(3).await, left(4).await), (false, true), "the browser's session before ends");
    store.apply(&plan([CredentialChange::EndSessions { person: hers.0.id, except: None }])).await.unwrap();
    assert!(!left(4).await, "the session is the person's who has the identity");
}
