//! Explanations of a person's portal access, as sentences for staff and as a table for the terminal.

use std::fmt::{Display, Formatter, Result};

use tessera_core::access::licence::LicenceType;
use tessera_core::access::{AccessFinding, AccessFix, Right, Seats};
use tessera_core::explain::Outcome;
use tessera_core::kernel::printed::OneLine;
use tessera_hub::AccessAnswer;

use crate::pages::dates::moment;

/// The finding of a rule as a sentence.
pub(crate) fn access_sentence(finding: &AccessFinding) -> String {
    match finding {
        AccessFinding::OnlyContact(contact) => {
            format!("{contact} is a contact without a person; a contact never signs in")
        }
        AccessFinding::Nobody(asked) => format!("no person is called {asked}"),
        AccessFinding::RefusedLicence { asked, at, code } => format!(
            "somebody tried to make {asked} on {} with the licence type {code}, which does not exist",
            moment(*at)
        ),
        AccessFinding::IsPerson(person_id) => format!("{person_id} is a person"),
        AccessFinding::Active => "active".to_owned(),
        AccessFinding::AwaitsApproval(since) => {
            format!("registered on {} and waiting for approval", moment(*since))
        }
        AccessFinding::AccountDeleted(since) => {
            format!("inactive since {}: the marketplace deleted the customer's account", moment(*since))
        }
        AccessFinding::Inactive(since) => format!("inactive since {}", moment(*since)),
        AccessFinding::HasLicence(licence) => format!("licence type {}", licence.as_str()),
        AccessFinding::NoLicence => "no licence: nothing may be used".to_owned(),
        AccessFinding::UnknownLicence(code) => format!("unknown licence type {code}"),
        AccessFinding::Opens(licence, portal) => format!("{} opens {}", licence.as_str(), portal.title()),
        AccessFinding::DoesNotOpen(licence, portal) => {
            format!("{} does not open {}", licence.as_str(), portal.title())
        }
        AccessFinding::MobileUser(true) => "is a mobile user".to_owned(),
        AccessFinding::MobileUser(false) => "not a mobile user".to_owned(),
        AccessFinding::DefaultPlace(place) => place.clone(),
        AccessFinding::DefaultPlaceUnused(place) => format!("the default place {place} is not in use"),
        AccessFinding::NoDefaultPlace => "no default place for portal access".to_owned(),
        AccessFinding::Places(0) => "no places for portal access".to_owned(),
        AccessFinding::Places(1) => "1 place".to_owned(),
        AccessFinding::Places(count) => format!("{count} places"),
        AccessFinding::Credentials { password, identities } => credentials(*password, *identities),
        AccessFinding::SignedInByEmail { at, person_id } => {
            format!("on {} someone tried to sign in with the e-mail address; the person ID is {person_id}", moment(*at))
        }
        AccessFinding::SignsInRight => "signs in the right way".to_owned(),
        AccessFinding::SignsInAs(person_id) => format!("signs in as {person_id}"),
        AccessFinding::Seat { seats, of } => seat(*seats, of.map_or("this licence", LicenceType::as_str)),
        AccessFinding::MayByLicence(right) => format!("may {}: licence STUDIO may do everything", act(*right)),
        AccessFinding::MayByFunction(right, function) => {
            format!("may {}: has the role function {function}", act(*right))
        }
        AccessFinding::MayNot { right, licence, function } => format!(
            "may not {}: has licence {} and not the role function {function}",
            act(*right),
            licence.map_or("none", LicenceType::as_str)
        ),
    }
}

fn credentials(password: bool, identities: usize) -> String {
    match (password, identities) {
        (false, 0) => "neither a password nor a linked sign-in".to_owned(),
        (true, 0) => "a password is set".to_owned(),
        (false, count) => format!("{count} linked sign-in(s)"),
        (true, count) => format!("a password and {count} linked sign-in(s)"),
    }
}

fn seat(Seats { count, taken_by_others, held }: Seats, of: &str) -> String {
    if held {
        format!("has one of the {count} seats of {of}")
    } else if taken_by_others < count {
        format!("{} of the {count} seats of {of} are free", count - taken_by_others)
    } else {
        format!("no seat free: all {count} seats of {of} are taken")
    }
}

const fn act(right: Right) -> &'static str {
    match right {
        Right::EditNews => "write news",
        Right::ModerateForum => "moderate the forum",
        Right::EditContacts => "keep the contacts of the organisation",
    }
}

/// How to fix a rule that fails.
pub fn access_fix(fix: &AccessFix) -> String {
    let text = match fix {
        AccessFix::MakePersonOfContact(licence) => {
            return format!("Make a person with licence type {}, tied to this contact", licence.as_str());
        }
        AccessFix::CheckSpelling(licence) => {
            return format!("Check the spelling, or make a person with licence type {}", licence.as_str());
        }
        AccessFix::DidYouMean(licence) => {
            return format!("Did you mean {}? Set that licence type", licence.as_str());
        }
        AccessFix::GiveLicence(licence) => return format!("Give the person licence type {}", licence.as_str()),
        AccessFix::GiveOneOf(licences) => {
            let names: Vec<_> = licences.iter().map(|licence| licence.as_str()).collect();
            return format!("Give the person one of {}", names.join(", "));
        }
        AccessFix::GiveFunction(function) => return format!("Give the role function {function}, or licence STUDIO"),
        AccessFix::DecideRegistration => "Approve or refuse the registration",
        AccessFix::UndoDeletion => "Undo the deletion on the customer's page, if they are a customer still",
        AccessFix::MakeActive => "Make the person active",
        AccessFix::SetMobileUser => "Set the mobile-user flag of the person",
        AccessFix::MendDefaultPlace => {
            "Put the place into use again, or choose another default place for portal access"
        }
        AccessFix::ChooseDefaultPlace => "Choose a default place for portal access",
        AccessFix::ListPlace => "List at least one place for portal access",
        AccessFix::SendLink => "Send a link to set a password, or an invitation to activate",
        AccessFix::FreeSeat => {
            "Wait until someone signs out, free a seat on the licences page, or raise the number of seats"
        }
    };
    text.to_owned()
}

/// Formats the explanation as a table.
#[derive(Debug, Clone, Copy)]
pub struct AccessTable<'a>(pub &'a AccessAnswer);

impl Display for AccessTable<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let AccessAnswer { label, portal, access, .. } = self.0;
        let may = if access.allowed { "may use" } else { "may not use" };
        writeln!(f, "{} {may} {}\n", OneLine(label), portal.title())?;
        let width = access.checks.iter().map(|check| check.rule.len()).max().unwrap_or(0);
        for check in &access.checks {
            let mark = match check.outcome {
                Outcome::Pass => "pass",
                Outcome::Note | Outcome::Unknown => "note",
                Outcome::Fail => "FAIL",
            };
            writeln!(f, "{mark}  {:width$}  {}", check.rule, OneLine(access_sentence(&check.finding)))?;
            if let Some(fix) = &check.fix {
                writeln!(f, "{:4}  {:width$}  → {}", "", "", OneLine(access_fix(fix)))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_a_refusal_names_the_role_function() {
        let fix = access_fix(&AccessFix::GiveFunction("PORTALBLOGEDITACCESS".to_owned()));
        assert_eq!(fix, "Give the role function PORTALBLOGEDITACCESS, or licence STUDIO");
    }

    #[test]
    fn p13_the_licence_that_was_meant_is_named() {
        assert!(access_fix(&AccessFix::DidYouMean(LicenceType::Custportal)).contains("Did you mean CUSTPORTAL"));
    }
}
