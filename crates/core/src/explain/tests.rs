use super::*;
use crate::invitations::InvitationState;
use crate::kernel::ids::CustomerId;
use crate::kernel::record::{Kind, RecordKey};

fn now() -> Timestamp {
    "2026-06-01T08:00:00Z".parse().unwrap()
}

fn requester(invited: Option<InvitationState>) -> Requester {
    Requester {
        key: RecordKey::new("freshservice", Kind::Requester, "1001"),
        name: "Ada Example".to_owned(),
        has_email: true,
        active: true,
        merged_into: None,
        missing_since: None,
        gone_at: None,
        read_at: now(),
        invitation: invited.map(|state| Invitation {
            state,
            created_at: now(),
            expires_at: now(),
            revoked: None,
            activation: None,
            mail: None,
        }),
    }
}

fn customer() -> Customer {
    Customer {
        id: CustomerId(uuid::Uuid::nil()),
        name: "Ada Example".to_owned(),
        identities: 1,
        activated: true,
        operator: None,
        unlinked: None,
        requester_unlinked: None,
        account: None,
        requester_gone: None,
        devices: 1,
        other_assets: 0,
        lost: Vec::new(),
        duplicates: Vec::new(),
        assets_read_at: Some(now()),
        contact: Contact::Linked(RecordKey::new("freshsales", Kind::Contact, "5001")),
        held: 0,
        coming: 0,
        reviews: Vec::new(),
        troubles: Vec::new(),
    }
}

fn sign_in(email: EmailProof) -> SignIn {
    SignIn {
        shown_as: "ada".to_owned(),
        email,
        linked: false,
        unlinked: None,
        activation: None,
        activated: false,
        review: None,
    }
}

fn facts() -> Facts {
    Facts { now: now(), device: None, sign_in: None, customer: Some(customer()), requester: Some(requester(None)) }
}

fn unlinked() -> Unlinked {
    let record = RecordKey::new("freshservice", Kind::Requester, "1001");
    Unlinked { at: now(), record, why: crate::kernel::customer::EndReason::Removed }
}

#[test]
fn a21_no_check_passes_for_a_step_that_never_took_place() {
    let linked = |activated| SignIn { linked: true, activated, ..sign_in(EmailProof::Verified) };
    let cases = [
        (Facts { sign_in: Some(linked(false)), ..facts() }, Outcome::Note),
        (Facts { sign_in: Some(linked(true)), ..facts() }, Outcome::Pass),
        (Facts { customer: Some(Customer { activated: false, ..customer() }), ..facts() }, Outcome::Note),
        (facts(), Outcome::Pass),
    ];
    for (facts, expected) in cases {
        let why = why(&facts);
        for rule in ["invitation", "activation"] {
            let check = why.checks.iter().find(|check| check.rule == rule).unwrap();
            assert_eq!(check.outcome, expected, "{rule}: {:#?}", facts.sign_in);
        }
        assert_eq!(why.reason, None, "a note is no reason");
    }
}

#[test]
fn a21_nothing_is_missing_when_every_check_passes() {
    let why = why(&facts());
    assert_eq!(why.reason, None);
    assert!(why.checks.iter().all(|check| check.outcome == Outcome::Pass), "{:#?}", why.checks);
}

#[test]
fn a21_the_reason_is_that_of_the_first_check_that_fails() {
    let stranger = Facts { customer: None, requester: None, sign_in: Some(sign_in(EmailProof::Verified)), ..facts() };
    let known = |invited| Facts { requester: Some(requester(invited)), ..stranger.clone() };
    let mine = |change: fn(&mut Customer)| {
        let mut changed = customer();
        change(&mut changed);
        Facts { customer: Some(changed), ..facts() }
    };
    let cases = vec![
        (stranger.clone(), Reason::NotACustomer),
        (Facts { sign_in: Some(sign_in(EmailProof::Unverified)), ..stranger.clone() }, Reason::EmailUnverified),
        (known(None), Reason::NeverActivated),
        (known(Some(InvitationState::Open)), Reason::InvitationUnused),
        (known(Some(InvitationState::Expired)), Reason::InvitationExpired),
        (known(Some(InvitationState::Revoked)), Reason::InvitationRevoked),
        (known(Some(InvitationState::Claimed)), Reason::OtherIdentity),
        (known(Some(InvitationState::Used)), Reason::RequesterUnlinked),
        (Facts { customer: Some(customer()), ..known(None) }, Reason::OtherIdentity),
        (mine(|it| it.devices = 0), Reason::NothingAssigned),
        (mine(|it| (it.devices, it.other_assets) = (0, 1)), Reason::OtherAssetType),
        (mine(|it| (it.devices, it.assets_read_at) = (0, None)), Reason::DataStale),
        (mine(|it| it.held = 1), Reason::ChangesHeld),
        (mine(|it| it.contact = Contact::None), Reason::ContactMissing),
        (mine(|it| (it.devices, it.held) = (0, 1)), Reason::NothingAssigned),
        (mine(|it| (it.devices, it.coming) = (0, 1)), Reason::ChangesHeld),
        (Facts { requester: None, ..facts() }, Reason::NeverLinked),
        (Facts { requester: None, ..mine(|it| it.requester_unlinked = Some(unlinked())) }, Reason::RequesterUnlinked),
        (
            Facts { requester: None, ..mine(|it| it.operator = Some(OperatorPerson::Colleague)) },
            Reason::OperatingCompany,
        ),
        (Facts { requester: None, ..mine(|it| it.operator = Some(OperatorPerson::Guest)) }, Reason::NeverLinked),
        (Facts { requester: None, ..mine(|it| it.account = Some(AccountStanding::Open)) }, Reason::NotInServiceDesk),
        (Facts { requester: None, ..mine(|it| it.account = Some(AccountStanding::Closed)) }, Reason::AccountClosed),
    ];
    for (facts, expected) in cases {
        let why = why(&facts);
        assert_eq!(why.reason, Some(expected), "{facts:#?}\n{:#?}", why.checks);
        let first = why.checks.iter().find(|check| check.reason.is_some()).unwrap();
        assert_eq!((first.reason, first.outcome), (Some(expected), Outcome::Fail));
        assert!(first.fix.is_some(), "every reason has a way out");
    }
}

#[test]
fn h04_stale_data_is_reported_as_unknown() {
    let stale = Customer { devices: 0, assets_read_at: Some(now() - SignedDuration::from_hours(25)), ..customer() };
    let why = why(&Facts { customer: Some(stale), ..facts() });
    let assigned = why.checks.iter().find(|check| check.rule == "assets_assigned").unwrap();
    assert_eq!(assigned.outcome, Outcome::Unknown);
    let since = "2026-05-31T07:00:00Z".parse().unwrap();
    assert_eq!(assigned.finding, AssetsFinding::NotReadSince(Some(since)).into());
    assert_eq!(why.reason, Some(Reason::DataStale));
}
