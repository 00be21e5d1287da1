//! Invitations and activations.

use tessera_core::activation::{self, ActivationState};
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{ActivationError, InvitationState, Revocation};
use tessera_core::kernel::customer::Origin;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::Kind;
use tessera_core::kernel::timeline;
use tessera_store::{Conflict, JobState};
use testkit::Database;
use testkit::store::{
    DESK, activated, at, bundle, claimed, claiming, completing, conflict, identity_key, invited, plan, requester_key,
    stamp,
};

fn consuming(id: tessera_core::kernel::ids::InvitationId, seconds: i64) -> Plan {
    plan([InvitationChange::Consume { id, at: at(seconds) }])
}

fn revoking(external_id: &str, seconds: i64) -> Plan {
    let (system, external_id) = (DESK.into(), external_id.into());
    plan([InvitationChange::Revoke { system, external_id, at: at(seconds), why: Revocation::Superseded }])
}

#[testkit::both_databases]
async fn a11_an_invitation_reads_back_as_written(Database { store, .. }: Database) {
    let invitation = invited(&store, "777").await;
    assert_eq!(store.invitation(invitation.id).await.unwrap(), Some(invitation.clone()));
    assert_eq!(store.invitation_by_token(&invitation.token_hash).await.unwrap(), Some(invitation.clone()));
    assert_eq!(store.invitation_by_token(&[9; 32]).await.unwrap(), None);

    store.technical().invitation_opened(invitation.id, at(7)).await.unwrap();
    store.technical().invitation_opened(invitation.id, at(8)).await.unwrap();
    let opened = store.invitation(invitation.id).await.unwrap().unwrap();
    assert_eq!(opened.opened_at, Some(at(7)), "looking uses nothing up, and the first look is kept");
    assert_eq!(opened.state(at(9)), InvitationState::Open);

    let again = InvitationChange::Create(Box::new(invitation.clone()));
    assert_eq!(conflict(store.apply(&plan([again])).await), Conflict::Exists);
    let newer = invited(&store, "777").await;
    let ids: Vec<_> = store.invitations(DESK, "777").await.unwrap().iter().map(|it| it.id).collect();
    assert_eq!(ids, [newer.id, invitation.id]);
}

#[testkit::both_databases]
async fn a20_of_64_racing_claims_one_wins(Database { store, .. }: Database) {
    let invitation = invited(&store, "777").await;
    let racing = (0..64).map(|n| {
        let (store, id) = (store.clone(), invitation.id);
        tokio::spawn(async move { store.apply(&claiming(id, &format!("subject-{n}"), 1)).await })
    });
    let outcomes = futures_util::future::join_all(racing.collect::<Vec<_>>()).await;

    let mut winners = Vec::new();
    for (n, outcome) in outcomes.into_iter().enumerate() {
        match outcome.unwrap() {
            Ok(()) => winners.push(format!("subject-{n}")),
            refused => assert_eq!(conflict(refused), Conflict::Invitation),
        }
    }
    let claim = store.invitation(invitation.id).await.unwrap().unwrap().claim.unwrap();
    assert_eq!(winners, [claim.identity.subject]);
}

#[testkit::both_databases]
async fn a20_only_the_open_can_be_claimed(Database { store, .. }: Database) {
    let (expired, revoked) = (invited(&store, "1").await, invited(&store, "2").await);
    assert_eq!(conflict(store.apply(&claiming(expired.id, "a", 3600)).await), Conflict::Invitation);
    store.apply(&claiming(expired.id, "a", 3599)).await.expect("until the last moment");
    store.apply(&revoking("2", 5)).await.unwrap();
    assert_eq!(conflict(store.apply(&claiming(revoked.id, "a", 6)).await), Conflict::Invitation);
}

#[testkit::both_databases]
async fn a20_a_claim_is_consumed_once_and_released_only_before(Database { store, .. }: Database) {
    let invitation = invited(&store, "777").await;
    let release = plan([InvitationChange::Release { id: invitation.id }]);
    assert_eq!(conflict(store.apply(&consuming(invitation.id, 1)).await), Conflict::Invitation, "nobody claimed it");

    store.apply(&claiming(invitation.id, "a", 1)).await.unwrap();
    store.apply(&release).await.unwrap();
    assert_eq!(store.invitation(invitation.id).await.unwrap().unwrap().state(at(2)), InvitationState::Open);

    store.apply(&claiming(invitation.id, "b", 2)).await.unwrap();
    store.apply(&consuming(invitation.id, 3)).await.unwrap();
    assert_eq!(conflict(store.apply(&consuming(invitation.id, 4)).await), Conflict::Invitation);
    assert_eq!(conflict(store.apply(&release).await), Conflict::Invitation);
    let used = store.invitation(invitation.id).await.unwrap().unwrap();
    assert_eq!((used.consumed_at, used.claim.map(|claim| claim.identity)), (Some(at(3)), Some(identity_key("b"))));
}

#[testkit::both_databases]
async fn a20_revoking_keeps_claimed_invitations(Database { store, .. }: Database) {
    let (open, claimed, other) =
        (invited(&store, "777").await, invited(&store, "777").await, invited(&store, "778").await);
    store.apply(&claiming(claimed.id, "a", 1)).await.unwrap();

    store.apply(&revoking("777", 2)).await.unwrap();
    store.apply(&revoking("777", 3)).await.expect("finding nothing is fine");

    let revoked = store.invitation(open.id).await.unwrap().unwrap();
    assert_eq!(revoked.revoked, Some((at(2), Revocation::Superseded)));
    assert_eq!(store.invitation(claimed.id).await.unwrap().unwrap().revoked, None);
    assert_eq!(store.invitation(other.id).await.unwrap().unwrap().revoked, None);
    store.apply(&consuming(claimed.id, 4)).await.unwrap();
}

#[testkit::both_databases]
async fn a13_a_whole_activation_is_one_plan(Database { store, .. }: Database) {
    let customer = activated(&store, "777", "subject-1", vec![bundle("4", Some("777"), 15)]).await;

    let links = store.links(customer.id).await.unwrap();
    let kinds: Vec<_> = links.iter().map(|link| (link.record.kind, link.origin)).collect();
    assert_eq!(kinds, [(Kind::Requester, Origin::Activation), (Kind::User, Origin::Activation)]);
    assert_eq!(customer.devices_as_of, Some(at(20)));
    assert_eq!(store.devices_of(customer.id).await.unwrap().len(), 1);

    let invitation = store.invitations(DESK, "777").await.unwrap().remove(0);
    assert_eq!(invitation.state(at(30)), InvitationState::Used);
    let activation = store.activation_of_identity(&identity_key("subject-1")).await.unwrap().unwrap();
    assert_eq!((activation.state, activation.customer_id), (ActivationState::Done, Some(customer.id)));
    assert_eq!(store.activations_of(invitation.id).await.unwrap(), std::slice::from_ref(&activation));
    let waiting: Vec<_> = store.jobs(JobState::Waiting, 9).await.unwrap().iter().map(|job| job.task.kind()).collect();
    assert_eq!(waiting, ["run_activation", "mail_activated", "confirm_absence"]);
    let entries = store.whole_timeline(customer.id).await.unwrap();
    assert_eq!(timeline::verify(&entries, store.timeline_head(customer.id).await.unwrap().unwrap()), Ok(()));
}

#[testkit::both_databases]
async fn a13_two_activations_of_one_requester_leave_one_customer(Database { store, .. }: Database) {
    let (first, second) = (invited(&store, "777").await, invited(&store, "777").await);
    let (jane, john) = (claimed(&store, &first, "jane").await, claimed(&store, &second, "john").await);
    // Both were planned before either was applied.
    let (hers, his) = (completing(&jane, &first, vec![]), completing(&john, &second, vec![]));

    store.apply(&hers).await.unwrap();
    assert_eq!(conflict(store.apply(&his).await), Conflict::Link);

    assert_eq!(store.customers(None, 9).await.unwrap().len(), 1);
    assert_eq!(store.identity(&identity_key("john")).await.unwrap(), None);
    assert_eq!(store.activation(john.id).await.unwrap().unwrap().state, ActivationState::Pending);
    store
        .apply(&activation::refuse(john.clone(), &second, ActivationError::AlreadyActivatedByOther, stamp(30)))
        .await
        .unwrap();
    let refused = store.activation(john.id).await.unwrap().unwrap();
    assert_eq!(refused.state, ActivationState::Refused(ActivationError::AlreadyActivatedByOther));
    assert_eq!(store.invitation(second.id).await.unwrap().unwrap().claim, None);
}

#[testkit::both_databases]
async fn a13_an_activation_ends_once(Database { store, .. }: Database) {
    let invitation = invited(&store, "777").await;
    let pending = claimed(&store, &invitation, "jane").await;
    let complete = completing(&pending, &invitation, vec![]);
    let mut progress = pending.progress.clone();
    progress.requester = activation::StepState::Running;
    store.technical().activation_progress(pending.id, &progress).await.unwrap();
    assert_eq!(store.activation(pending.id).await.unwrap().unwrap().progress, progress);

    store.apply(&complete).await.unwrap();
    conflict(store.apply(&complete).await);
    let refuse = activation::refuse(pending.clone(), &invitation, ActivationError::RequesterGone, stamp(40));
    conflict(store.apply(&refuse).await);
    store.technical().activation_progress(pending.id, &progress).await.expect("late news are ignored");

    let done = store.activation(pending.id).await.unwrap().unwrap();
    assert_eq!((done.state, done.progress.record), (ActivationState::Done, activation::StepState::Done));
    assert!(store.customer_of(&requester_key("777")).await.unwrap().is_some());
}
