//! Rows are deleted when their retention period is over (`H04`).

use tessera_core::access::change::AccessChange;
use tessera_core::activation::{self, ActivationState};
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::ids::{MessageCredentialId, MessageId, PersonId, SweepId};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::retention::Retention;
use tessera_core::messages::change::MessageChange;
use tessera_core::messages::{DeviceReading, Message, MessageCredential, Outcome, Reference, Referred};
use tessera_core::sync::hold::{HeldChange, HoldChange, PutAside, SweepEnd, SweepRequest};
use tessera_core::sync::observe::ReadRecord;
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_store::Store;
use testkit::Database;
use testkit::store::{
    DESK, activated, at, bundle, claimed, identity_key, invitation, invited, keep_answer, plan, seeing, stamp,
};
use uuid::Uuid;

pub const DAY: i64 = 24 * 3600;
/// More rows than one statement deletes.
const MANY: usize = 700;

async fn forget(store: &Store, day: i64) {
    store.technical().forget_expired(at(day * DAY), &Retention::default()).await.unwrap();
}

/// An undecided dry run with this many planned changes.
pub async fn dry_run(store: &Store, changes: usize) -> SweepId {
    let id = SweepId(Uuid::now_v7());
    let (system, kind, asked_by) = (DESK.to_owned(), "assets".to_owned(), "hub".to_owned());
    let request =
        SweepRequest { id, system: system.clone(), kind, mode: SweepMode::Full, dry: true, asked_by, at: at(0) };
    let planned = (0..changes).map(|n| {
        let change = HeldChange {
            id: Uuid::now_v7().into(),
            run: id,
            title: "PACE".to_owned(),
            before: String::new(),
            after: String::new(),
            takes: 0,
            seen: ReadRecord::There(Box::new(bundle(&n.to_string(), None, 20))),
            held_at: at(20),
            chosen: false,
        };
        HoldChange::PutAside(Box::new(PutAside { change, on: None, read_by: None, dry: true }))
    });
    let end =
        SweepEnd { run: id, system, state: SweepState::Planned, at: at(30), missing: 0, takes_away: 0, error: None };
    let requested = std::iter::once(HoldChange::Request(Box::new(request)));
    store.apply(&plan(requested.chain(planned).chain([HoldChange::End(Box::new(end))]))).await.unwrap();
    id
}

#[testkit::both_databases]
async fn h04_an_undecided_dry_run_is_deleted_with_its_planned_changes(Database { store, .. }: Database) {
    let old = dry_run(&store, MANY).await;
    forget(&store, 14).await;
    assert_eq!(store.held_count(old).await.unwrap().0, 700, "its retention period is not over");
    forget(&store, 15).await;
    assert_eq!(store.held_count(old).await.unwrap().0, 0);
    assert_eq!(store.sweep(old).await.unwrap(), None);
}

#[testkit::both_databases]
async fn h04_completed_activations_and_expired_invitations_are_deleted(Database { store, .. }: Database) {
    let refused = invited(&store, "1").await;
    let activation = claimed(&store, &refused, "ann").await;
    let refuse = activation::refuse(activation.clone(), &refused, ActivationError::RequesterGone, stamp(40));
    store.apply(&refuse).await.unwrap();
    let never_used = invited(&store, "2").await;
    let waiting = invited(&store, "3").await;
    let pending = claimed(&store, &waiting, "ben").await;
    activated(&store, "4", "cleo", Vec::new()).await;

    forget(&store, 399).await;
    assert!(store.invitation(never_used.id).await.unwrap().is_some());
    forget(&store, 402).await;
    assert_eq!(store.activation(activation.id).await.unwrap(), None);
    assert_eq!(store.invitation(refused.id).await.unwrap(), None);
    assert_eq!(store.invitation(never_used.id).await.unwrap(), None);
    let pending = store.activation(pending.id).await.unwrap().unwrap();
    assert_eq!(pending.state, ActivationState::Pending, "a pending activation stays");
    assert!(store.invitation(waiting.id).await.unwrap().is_some());
    let last = store.activation_of_identity(&identity_key("cleo")).await.unwrap();
    assert_eq!(last.map(|it| it.state), Some(ActivationState::Done), "the last activation of a sign-in stays");
    assert!(store.invitation(invitation("5").id).await.unwrap().is_none());
}

#[testkit::both_databases]
async fn h04_raw_bodies_of_gone_records_are_deleted_and_attributes_stay(Database { store, .. }: Database) {
    let (gone, there) = (bundle("1", None, 10), bundle("2", None, 10));
    store.apply(&seeing(&gone)).await.unwrap();
    store.apply(&seeing(&there)).await.unwrap();
    store.apply(&plan([RecordChange::Bury { key: gone.key.clone(), at: at(20) }])).await.unwrap();

    forget(&store, 90).await;
    assert_eq!(store.record(&gone.key).await.unwrap().unwrap().raw, gone.raw);
    forget(&store, 91).await;
    let kept = store.record(&gone.key).await.unwrap().unwrap();
    assert_eq!((kept.raw, kept.attributes), (serde_json::Value::Null, gone.attributes));
    assert_eq!(store.record(&there.key).await.unwrap().unwrap().raw, there.raw);
}

#[testkit::both_databases]
async fn h04_answers_and_refused_licences_are_deleted_after_their_retention_period(Database { store, .. }: Database) {
    keep_answer(&store, "first", 1, "{}", 0).await.unwrap();
    let (person_key, code) = ("ann".to_owned(), "GOLD".to_owned());
    store.apply(&plan([AccessChange::NoteRefusedLicence { person_key, code, at: at(0) }])).await.unwrap();
    forget(&store, 1).await;
    assert!(store.kept_answer("first").await.unwrap().is_some());
    forget(&store, 2).await;
    assert_eq!(store.kept_answer("first").await.unwrap(), None);
    assert!(store.refused_licence("ann").await.unwrap().is_some());
    forget(&store, 31).await;
    assert_eq!(store.refused_licence("ann").await.unwrap(), None);
}

#[testkit::both_databases]
async fn p17_messages_and_readings_are_deleted_after_their_retention_period(Database { store, .. }: Database) {
    let (person, credential) = (PersonId(Uuid::now_v7()), MessageCredentialId(Uuid::now_v7()));
    let issued = MessageCredential {
        id: credential,
        person,
        name: "gateway".to_owned(),
        created_at: at(0),
        created_by: "staff:jo".to_owned(),
        last_used_at: None,
        revoked: None,
    };
    let message = |id: &str| Message {
        id: MessageId(Uuid::now_v7()),
        person,
        external_id: id.to_owned(),
        credential,
        kind: "report_device_reading".to_owned(),
        body: "{}".to_owned(),
        digest: [1; 32],
        received_at: at(0),
        outcome: None,
    };
    let (done, waiting) = (message("done"), message("waiting"));
    let reading = DeviceReading {
        system: DESK.to_owned(),
        external_id: "9".to_owned(),
        measure: "power".to_owned(),
        measured_at: at(0),
        value: "1.5".to_owned(),
        unit: None,
        message: done.id,
    };
    let outcome = Outcome::CarriedOut(Reference { kind: Referred::Device, id: "9".to_owned() });
    let again = MessageChange::Receive(Box::new(Message { id: MessageId(Uuid::now_v7()), ..done.clone() }));
    let changes = [
        MessageChange::PutCredential { credential: Box::new(issued), hash: [7; 32] },
        MessageChange::Receive(Box::new(done.clone())),
        MessageChange::Receive(Box::new(waiting.clone())),
        MessageChange::KeepReading(Box::new(reading.clone())),
        MessageChange::KeepReading(Box::new(DeviceReading { message: waiting.id, value: "2".to_owned(), ..reading })),
        MessageChange::Settle { id: done.id, at: at(0), outcome: outcome.clone() },
    ];
    store.apply(&plan(changes)).await.unwrap();
    store.apply(&plan([again])).await.expect_err("the sender's id is unique");
    let settled = store.message(done.id).await.unwrap().unwrap();
    assert_eq!(settled.outcome, Some((at(0), outcome)));
    assert_eq!(store.message_credential(credential).await.unwrap().unwrap().last_used_at, Some(at(0)));
    let readings = store.readings_of_device(DESK, "9", 10).await.unwrap();
    assert_eq!(readings.iter().map(|it| it.value.as_str()).collect::<Vec<_>>(), ["2"], "reported again, replaced");

    forget(&store, 90).await;
    assert_eq!(store.messages_of_person(person, 10).await.unwrap().len(), 2);
    forget(&store, 91).await;
    assert_eq!(store.messages_of_person(person, 10).await.unwrap(), [waiting], "one that waits stays");
    assert!(store.readings_of_device(DESK, "9", 10).await.unwrap().is_empty());
    let revoke = MessageChange::RevokeCredential { id: credential, at: at(1), by: "staff:jo".to_owned() };
    store.apply(&plan([revoke])).await.unwrap();
    assert_eq!(store.message_credential_by_hash(&[7; 32]).await.unwrap(), None);
    let late = MessageChange::Receive(Box::new(Message { id: MessageId(Uuid::now_v7()), ..message("late") }));
    store.apply(&plan([late])).await.expect_err("a revoked key brings no message");
}
