//! The access rules of each portal, with findings and remedies.

use super::{
    Access, AccessCheck, AccessFacts, AccessFinding, AccessFix, LicenceFact, Login, PersonFacts, Portal, Seats,
    Stranger,
};
use crate::access::licence::LicenceType;
use crate::explain::Outcome;

/// Evaluates every rule of a portal.
pub fn decide(facts: &AccessFacts, portal: Portal) -> Access {
    let checks = match &facts.person {
        Ok(person) => of_person(person, facts, portal),
        Err(stranger) => of_stranger(stranger, portal),
    };
    Access { allowed: checks.iter().all(|check| check.outcome != Outcome::Fail), checks }
}

const fn pass(rule: &'static str, finding: AccessFinding) -> AccessCheck {
    AccessCheck { rule, outcome: Outcome::Pass, finding, fix: None }
}

/// Something worth knowing that decides nothing.
const fn note(rule: &'static str, finding: AccessFinding) -> AccessCheck {
    AccessCheck { rule, outcome: Outcome::Note, finding, fix: None }
}

const fn fail(rule: &'static str, finding: AccessFinding, fix: AccessFix) -> AccessCheck {
    AccessCheck { rule, outcome: Outcome::Fail, finding, fix: Some(fix) }
}

fn of_stranger(stranger: &Stranger, portal: Portal) -> Vec<AccessCheck> {
    let usual = portal.usual_licence();
    let asked = stranger.asked.clone();
    let person = match &stranger.contact {
        Some(contact) => {
            fail("person_exists", AccessFinding::OnlyContact(contact.clone()), AccessFix::MakePersonOfContact(usual))
        }
        None => fail("person_exists", AccessFinding::Nobody(asked.clone()), AccessFix::CheckSpelling(usual)),
    };
    let mut checks = vec![person];
    if let Some((code, at)) = &stranger.refused_licence {
        let refused = AccessFinding::RefusedLicence { asked, at: *at, code: code.clone() };
        checks.push(fail("licence_known", refused, did_you_mean(code)));
    }
    checks
}

fn of_person(person: &PersonFacts, facts: &AccessFacts, portal: Portal) -> Vec<AccessCheck> {
    let mut checks = vec![
        pass("person_exists", AccessFinding::IsPerson(person.person_id.clone())),
        active(person),
        licence_known(person, portal),
    ];
    if let LicenceFact::Known(licence) = person.licence {
        checks.push(licence_opens(licence, portal));
    }
    if portal == Portal::Mobile {
        checks.push(mobile_user(person));
    }
    if portal == Portal::Customer {
        checks.extend(places(person));
    }
    checks.push(credential(person));
    checks.push(login(person, &facts.login));
    if let Some(seats) = facts.seats {
        checks.push(seat(seats, &person.licence));
    }
    checks
}

fn active(person: &PersonFacts) -> AccessCheck {
    const RULE: &str = "person_active";
    let Some(inactive) = &person.inactive else { return pass(RULE, AccessFinding::Active) };
    match inactive.why.as_str() {
        "awaiting_approval" => fail(RULE, AccessFinding::AwaitsApproval(inactive.since), AccessFix::DecideRegistration),
        "account_deleted" => fail(RULE, AccessFinding::AccountDeleted(inactive.since), AccessFix::UndoDeletion),
        _ => fail(RULE, AccessFinding::Inactive(inactive.since), AccessFix::MakeActive),
    }
}

fn licence_known(person: &PersonFacts, portal: Portal) -> AccessCheck {
    const RULE: &str = "licence_known";
    match &person.licence {
        LicenceFact::Known(licence) => pass(RULE, AccessFinding::HasLicence(*licence)),
        LicenceFact::None => fail(RULE, AccessFinding::NoLicence, AccessFix::GiveLicence(portal.usual_licence())),
        LicenceFact::Unknown(code) => fail(RULE, AccessFinding::UnknownLicence(code.clone()), did_you_mean(code)),
    }
}

fn did_you_mean(code: &str) -> AccessFix {
    AccessFix::DidYouMean(LicenceType::nearest(code))
}

fn licence_opens(licence: LicenceType, portal: Portal) -> AccessCheck {
    const RULE: &str = "licence_admits_portal";
    if licence.opens(portal) {
        return pass(RULE, AccessFinding::Opens(licence, portal));
    }
    let fitting = LicenceType::ALL.into_iter().filter(|it| it.opens(portal)).collect();
    fail(RULE, AccessFinding::DoesNotOpen(licence, portal), AccessFix::GiveOneOf(fitting))
}

fn mobile_user(person: &PersonFacts) -> AccessCheck {
    let finding = AccessFinding::MobileUser(person.mobile_user);
    if person.mobile_user {
        pass("mobile_user", finding)
    } else {
        fail("mobile_user", finding, AccessFix::SetMobileUser)
    }
}

fn places(person: &PersonFacts) -> [AccessCheck; 2] {
    const DEFAULT: &str = "default_place";
    let default = match &person.default_place {
        Some(place) if place.active => pass(DEFAULT, AccessFinding::DefaultPlace(place.name.clone())),
        Some(place) => {
            fail(DEFAULT, AccessFinding::DefaultPlaceUnused(place.name.clone()), AccessFix::MendDefaultPlace)
        }
        None => fail(DEFAULT, AccessFinding::NoDefaultPlace, AccessFix::ChooseDefaultPlace),
    };
    let listed = match person.places {
        0 => fail("places_listed", AccessFinding::Places(0), AccessFix::ListPlace),
        count => pass("places_listed", AccessFinding::Places(count)),
    };
    [default, listed]
}

fn credential(person: &PersonFacts) -> AccessCheck {
    const RULE: &str = "credential_set";
    let (password, identities) = (person.has_password, person.identities);
    let finding = AccessFinding::Credentials { password, identities };
    if password || identities > 0 { pass(RULE, finding) } else { fail(RULE, finding, AccessFix::SendLink) }
}

fn login(person: &PersonFacts, login: &Login) -> AccessCheck {
    const RULE: &str = "login_is_person_id";
    let person_id = person.person_id.clone();
    match login {
        // The attempt may be another person's, and signing in with the person id works at any time, so the
        // attempt says nothing about access.
        Login::Email { at } => note(RULE, AccessFinding::SignedInByEmail { at: *at, person_id }),
        Login::Right => pass(RULE, AccessFinding::SignsInRight),
        Login::NotTried => pass(RULE, AccessFinding::SignsInAs(person_id)),
    }
}

fn seat(seats: Seats, licence: &LicenceFact) -> AccessCheck {
    const RULE: &str = "seat_free";
    let of = match licence {
        LicenceFact::Known(licence) => Some(*licence),
        LicenceFact::None | LicenceFact::Unknown(_) => None,
    };
    let finding = AccessFinding::Seat { seats, of };
    if seats.held || seats.taken_by_others < seats.count {
        pass(RULE, finding)
    } else {
        fail(RULE, finding, AccessFix::FreeSeat)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::DefaultPlace;
    use super::*;
    use crate::persons::Inactive;

    /// The matrix of licences and portals from the original product's documentation, repeated independently of the
    /// code.
    const MATRIX: [(LicenceType, &[Portal]); 9] = [
        (LicenceType::Studio, &Portal::ALL),
        (
            LicenceType::Named,
            &[
                Portal::Customer,
                Portal::Tech,
                Portal::Warehouse,
                Portal::Dealer,
                Portal::Repair,
                Portal::Mobile,
                Portal::SmartClient,
            ],
        ),
        (LicenceType::Custportal, &[Portal::Customer]),
        (LicenceType::Techportal, &[Portal::Tech]),
        (LicenceType::Mobile, &[Portal::Mobile]),
        (LicenceType::Whseportal, &[Portal::Warehouse]),
        (LicenceType::Dealportal, &[Portal::Dealer]),
        (LicenceType::Reprportal, &[Portal::Repair]),
        (LicenceType::Message, &[]),
    ];

    fn fine(licence: LicenceFact) -> AccessFacts {
        AccessFacts {
            person: Ok(PersonFacts {
                person_id: "ada".into(),
                inactive: None,
                licence,
                mobile_user: true,
                default_place: Some(DefaultPlace { name: "Home".into(), active: true }),
                places: 1,
                has_password: true,
                identities: 0,
            }),
            login: Login::Right,
            seats: None,
        }
    }

    #[test]
    fn p05_p06_licence_decides_access_to_each_portal() {
        for (licence, doors) in MATRIX {
            for portal in Portal::ALL {
                let access = decide(&fine(LicenceFact::Known(licence)), portal);
                assert_eq!(access.allowed, doors.contains(&portal), "{licence:?} at {portal:?}");
                // A person who lacks nothing else is refused by this rule alone, and the remedy names every licence that
                // opens the portal.
                let failed: Vec<_> = access.checks.iter().filter(|check| check.outcome == Outcome::Fail).collect();
                let opening: Vec<_> = LicenceType::ALL
                    .into_iter()
                    .filter(|it| MATRIX.iter().any(|(known, doors)| known == it && doors.contains(&portal)))
                    .collect();
                match failed.as_slice() {
                    [] => assert!(access.allowed),
                    [check] => {
                        assert_eq!(check.rule, "licence_admits_portal");
                        assert_eq!(check.fix, Some(AccessFix::GiveOneOf(opening)));
                    }
                    more => panic!("{licence:?} at {portal:?}: {more:?}"),
                }
            }
        }
    }

    #[test]
    fn p05_message_is_a_licence_that_opens_no_portal() {
        let person = fine(LicenceFact::Known(LicenceType::Message));
        for portal in Portal::ALL {
            let access = decide(&person, portal);
            let by_rule = |rule| access.checks.iter().find(|check| check.rule == rule).map(|check| check.outcome);
            // It is a licence, and the person can sign in: only the portals are shut.
            for rule in ["person_exists", "person_active", "licence_known", "credential_set", "login_is_person_id"] {
                assert_eq!(by_rule(rule), Some(Outcome::Pass), "{rule} at {portal:?}");
            }
            assert_eq!(by_rule("licence_admits_portal"), Some(Outcome::Fail), "{portal:?}");
        }
    }

    #[test]
    fn p11_person_without_licence_has_no_access() {
        for portal in Portal::ALL {
            let access = decide(&fine(LicenceFact::None), portal);
            assert_eq!(access.refusal().map(|check| check.rule), Some("licence_known"), "{portal:?}");
        }
    }

    #[test]
    fn p13_unknown_licence_suggests_the_nearest_type() {
        let access = decide(&fine(LicenceFact::Unknown("CUST_PORTAL".into())), Portal::Customer);
        let refusal = access.refusal().unwrap();
        assert_eq!(refusal.rule, "licence_known");
        assert_eq!(refusal.fix, Some(AccessFix::DidYouMean(LicenceType::Custportal)));
    }

    #[test]
    fn p13_an_email_as_login_is_a_note_with_its_time_and_refuses_nothing() {
        let at = Timestamp::UNIX_EPOCH;
        let tried = AccessFacts { login: Login::Email { at }, ..fine(LicenceFact::Known(LicenceType::Custportal)) };
        let access = decide(&tried, Portal::Customer);
        let check = access.checks.iter().find(|check| check.rule == "login_is_person_id").unwrap();
        assert_eq!(check.outcome, Outcome::Note);
        assert_eq!(check.finding, AccessFinding::SignedInByEmail { at, person_id: "ada".into() });
        assert!(access.allowed && access.refusal().is_none());
    }

    fn any_facts() -> impl Strategy<Value = AccessFacts> {
        let licence = prop_oneof![
            Just(LicenceFact::None),
            Just(LicenceFact::Unknown("X".into())),
            (0..9_usize).prop_map(|at| LicenceFact::Known(LicenceType::ALL[at])),
        ];
        let place = prop::option::of(any::<bool>().prop_map(|active| DefaultPlace { name: "Home".into(), active }));
        let seats =
            prop::option::of((0..3_u32, 0..3_u32, any::<bool>()).prop_map(|(count, taken_by_others, held)| Seats {
                count,
                taken_by_others,
                held,
            }));
        let login =
            prop_oneof![Just(Login::NotTried), Just(Login::Right), Just(Login::Email { at: Timestamp::UNIX_EPOCH }),];
        (licence, any::<(bool, bool, bool)>(), place, 0..3_usize, 0..2_usize, login, seats).prop_map(
            |(licence, (active, mobile_user, has_password), default_place, places, identities, login, seats)| {
                let inactive = (!active).then(|| Inactive { since: Timestamp::UNIX_EPOCH, why: "staff".into() });
                let person_id = "ada".to_owned();
                let person = PersonFacts {
                    person_id,
                    inactive,
                    licence,
                    mobile_user,
                    default_place,
                    places,
                    has_password,
                    identities,
                };
                AccessFacts { person: Ok(person), login, seats }
            },
        )
    }

    /// The requirements as a single expression, to compare with the rules.
    fn by_the_book(facts: &AccessFacts, portal: Portal) -> bool {
        let Ok(person) = &facts.person else { return false };
        let LicenceFact::Known(licence) = person.licence else { return false };
        let at_home = person.default_place.as_ref().is_some_and(|place| place.active) && person.places > 0;
        person.inactive.is_none()
            && MATRIX.iter().any(|(it, doors)| *it == licence && doors.contains(&portal))
            && (portal != Portal::Mobile || person.mobile_user)
            && (portal != Portal::Customer || at_home)
            && (person.has_password || person.identities > 0)
            && facts.seats.is_none_or(|seats| seats.held || seats.taken_by_others < seats.count)
    }

    proptest! {
        #[test]
        fn p07_p08_p13_access_matches_the_requirements_and_every_failed_rule_has_a_remedy(facts in any_facts(), at in 0..8_usize) {
            let portal = Portal::ALL[at];
            let access = decide(&facts, portal);
            prop_assert_eq!(access.allowed, by_the_book(&facts, portal));
            prop_assert_eq!(access.allowed, access.refusal().is_none());
            for check in access.checks {
                prop_assert_eq!(check.outcome == Outcome::Fail, check.fix.is_some());
            }
        }
    }
}
