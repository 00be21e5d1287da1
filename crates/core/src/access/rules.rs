//! The rules of every door, each with what was found and what to do.

use super::{Access, AccessCheck, AccessFacts, LicenceFact, Login, PersonFacts, Portal, Seats, Stranger};
use crate::access::licence::LicenceType;
use crate::explain::{Outcome, moment};

/// Looks at every rule of a door.
pub fn decide(facts: &AccessFacts, portal: Portal) -> Access {
    let checks = match &facts.person {
        Ok(person) => of_person(person, facts, portal),
        Err(stranger) => of_stranger(stranger, portal),
    };
    Access { allowed: checks.iter().all(|check| check.outcome == Outcome::Pass), checks }
}

fn pass(rule: &'static str, detail: impl Into<String>) -> AccessCheck {
    AccessCheck { rule, outcome: Outcome::Pass, detail: detail.into(), fix: None }
}

fn fail(rule: &'static str, detail: impl Into<String>, fix: impl Into<String>) -> AccessCheck {
    AccessCheck { rule, outcome: Outcome::Fail, detail: detail.into(), fix: Some(fix.into()) }
}

fn of_stranger(stranger: &Stranger, portal: Portal) -> Vec<AccessCheck> {
    let usual = portal.usual_licence().as_str();
    let asked = &stranger.asked;
    let person = match &stranger.contact {
        Some(contact) => fail(
            "person_exists",
            format!("{contact} is a contact without a person; a contact never signs in"),
            format!("Make a person with licence type {usual}, tied to this contact"),
        ),
        None => fail(
            "person_exists",
            format!("nobody signs in as {asked}"),
            format!("Check the spelling, or make a person with licence type {usual}"),
        ),
    };
    let mut checks = vec![person];
    if let Some((code, at)) = &stranger.refused_licence {
        let detail = format!(
            "somebody tried to make {asked} on {} with the licence type {code}, which does not exist",
            moment(*at)
        );
        checks.push(fail("licence_known", detail, did_you_mean(code)));
    }
    checks
}

fn of_person(person: &PersonFacts, facts: &AccessFacts, portal: Portal) -> Vec<AccessCheck> {
    let mut checks = vec![
        pass("person_exists", format!("{} is a person", person.person_id)),
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
    let Some(inactive) = &person.inactive else { return pass("person_active", "active") };
    let since = moment(inactive.since);
    match inactive.why.as_str() {
        "awaiting_approval" => fail(
            "person_active",
            format!("registered on {since} and waiting for approval"),
            "Approve or refuse the registration",
        ),
        "account_deleted" => fail(
            "person_active",
            format!("inactive since {since}: the marketplace deleted the customer's account"),
            "Undo the deletion on the customer's page, if they are a customer still",
        ),
        _ => fail("person_active", format!("inactive since {since}"), "Make the person active"),
    }
}

fn licence_known(person: &PersonFacts, portal: Portal) -> AccessCheck {
    match &person.licence {
        LicenceFact::Known(licence) => pass("licence_known", format!("licence type {}", licence.as_str())),
        LicenceFact::None => fail(
            "licence_known",
            "no licence: nothing may be used",
            format!("Give the person licence type {}", portal.usual_licence().as_str()),
        ),
        LicenceFact::Unknown(code) => fail("licence_known", format!("unknown licence type {code}"), did_you_mean(code)),
    }
}

fn did_you_mean(code: &str) -> String {
    format!("Did you mean {}? Set that licence type", LicenceType::nearest(code).as_str())
}

fn licence_opens(licence: LicenceType, portal: Portal) -> AccessCheck {
    let (name, title) = (licence.as_str(), portal.title());
    if licence.opens(portal) {
        return pass("licence_admits_portal", format!("{name} opens {title}"));
    }
    let fitting = LicenceType::ALL.into_iter().filter(|it| it.opens(portal)).map(LicenceType::as_str);
    let fix = format!("Give the person one of {}", fitting.collect::<Vec<_>>().join(", "));
    fail("licence_admits_portal", format!("{name} does not open {title}"), fix)
}

fn mobile_user(person: &PersonFacts) -> AccessCheck {
    if person.mobile_user {
        pass("mobile_user", "is a mobile user")
    } else {
        fail("mobile_user", "not a mobile user", "Set the mobile-user flag of the person")
    }
}

fn places(person: &PersonFacts) -> [AccessCheck; 2] {
    let default = match &person.default_place {
        Some(place) if place.active => pass("default_place", place.name.clone()),
        Some(place) => fail(
            "default_place",
            format!("the default place {} is not in use", place.name),
            "Put the place into use again, or choose another default place for portal access",
        ),
        None => fail("default_place", "no default place for portal access", "Choose a default place for portal access"),
    };
    let listed = match person.places {
        0 => fail("places_listed", "no places for portal access", "List at least one place for portal access"),
        1 => pass("places_listed", "1 place"),
        count => pass("places_listed", format!("{count} places")),
    };
    [default, listed]
}

fn credential(person: &PersonFacts) -> AccessCheck {
    match (person.has_password, person.identities) {
        (false, 0) => fail(
            "credential_set",
            "neither a password nor a linked sign-in",
            "Send a link to set a password, or an invitation to activate",
        ),
        (true, 0) => pass("credential_set", "a password is set"),
        (false, count) => pass("credential_set", format!("{count} linked sign-in(s)")),
        (true, count) => pass("credential_set", format!("a password and {count} linked sign-in(s)")),
    }
}

fn login(person: &PersonFacts, login: &Login) -> AccessCheck {
    match login {
        Login::Email { at } => fail(
            "login_is_person_id",
            format!("on {} an e-mail address was used to sign in", moment(*at)),
            format!("Sign in with the person id {}, not with the e-mail address", person.person_id),
        ),
        Login::Right => pass("login_is_person_id", "signs in the right way"),
        Login::NotTried => pass("login_is_person_id", format!("signs in as {}", person.person_id)),
    }
}

fn seat(seats: Seats, licence: &LicenceFact) -> AccessCheck {
    let of = match licence {
        LicenceFact::Known(licence) => licence.as_str(),
        LicenceFact::None | LicenceFact::Unknown(_) => "this licence",
    };
    let Seats { count, taken_by_others, held } = seats;
    if held {
        pass("seat_free", format!("has one of the {count} seats of {of}"))
    } else if taken_by_others < count {
        pass("seat_free", format!("{} of the {count} seats of {of} are free", count - taken_by_others))
    } else {
        fail(
            "seat_free",
            format!("no seat free: all {count} seats of {of} are taken"),
            "Wait until somebody signs out, free a seat on the licences page, or raise the number of seats",
        )
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::super::DefaultPlace;
    use super::*;
    use crate::persons::Inactive;

    /// The whole matrix as the documentation of the original has it, written down a second time, by licence.
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
    fn p05_p06_the_licence_decides_the_doors() {
        for (licence, doors) in MATRIX {
            for portal in Portal::ALL {
                let access = decide(&fine(LicenceFact::Known(licence)), portal);
                assert_eq!(access.allowed, doors.contains(&portal), "{licence:?} at {portal:?}");
            }
        }
    }

    #[test]
    fn p11_without_a_licence_no_door_opens() {
        for portal in Portal::ALL {
            let access = decide(&fine(LicenceFact::None), portal);
            assert_eq!(access.refusal().map(|check| check.rule), Some("licence_known"), "{portal:?}");
        }
    }

    #[test]
    fn p13_an_unknown_licence_is_named_with_the_nearest() {
        let access = decide(&fine(LicenceFact::Unknown("CUST_PORTAL".into())), Portal::Customer);
        let refusal = access.refusal().unwrap();
        assert_eq!(refusal.rule, "licence_known");
        assert!(refusal.fix.as_deref().unwrap().contains("Did you mean CUSTPORTAL"), "{refusal:?}");
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

    /// The requirements in one expression each, beside the rules that explain themselves.
    fn by_the_book(facts: &AccessFacts, portal: Portal) -> bool {
        let Ok(person) = &facts.person else { return false };
        let LicenceFact::Known(licence) = person.licence else { return false };
        let at_home = person.default_place.as_ref().is_some_and(|place| place.active) && person.places > 0;
        person.inactive.is_none()
            && MATRIX.iter().any(|(it, doors)| *it == licence && doors.contains(&portal))
            && (portal != Portal::Mobile || person.mobile_user)
            && (portal != Portal::Customer || at_home)
            && (person.has_password || person.identities > 0)
            && !matches!(facts.login, Login::Email { .. })
            && facts.seats.is_none_or(|seats| seats.held || seats.taken_by_others < seats.count)
    }

    proptest! {
        #[test]
        fn p07_p08_p13_doors_open_by_the_book_and_every_refusal_says_what_to_do(facts in any_facts(), at in 0..8_usize) {
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
