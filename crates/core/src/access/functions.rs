//! What people may do inside the customer portal beyond their licence (`P10`): role functions, each with its explanation.

use super::{Access, AccessCheck, AccessFinding, AccessFix, Right};
use crate::access::licence::LicenceType;
use crate::explain::Outcome;

/// The names of the role functions. Configuration, because organisations have names of their own for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleFunctions {
    /// Write news (`P10`).
    pub news_edit: String,
    /// Moderate the forum (`P10`).
    pub forum_moderate: String,
    /// Keep the organisation's contacts (`P01`, `P09`).
    pub contact_edit: String,
}

impl Default for RoleFunctions {
    fn default() -> Self {
        Self {
            news_edit: "PORTALBLOGEDITACCESS".to_owned(),
            forum_moderate: "PORTALFORUMMODERATE".to_owned(),
            contact_edit: "PORTALCONTACTEDIT".to_owned(),
        }
    }
}

/// Whether somebody may write news: with licence STUDIO, or with the role function.
pub fn may_edit_news(licence: Option<LicenceType>, held: &[String], names: &RoleFunctions) -> Access {
    may(Right::EditNews, licence, held, &names.news_edit)
}

/// Whether somebody may moderate the forum.
pub fn may_moderate_forum(licence: Option<LicenceType>, held: &[String], names: &RoleFunctions) -> Access {
    may(Right::ModerateForum, licence, held, &names.forum_moderate)
}

/// Whether somebody may keep the contacts of their organisation.
pub fn may_edit_contacts(licence: Option<LicenceType>, held: &[String], names: &RoleFunctions) -> Access {
    may(Right::EditContacts, licence, held, &names.contact_edit)
}

fn may(right: Right, licence: Option<LicenceType>, held: &[String], needed: &str) -> Access {
    let function = needed.to_owned();
    let finding = if licence == Some(LicenceType::Studio) {
        AccessFinding::MayByLicence(right)
    } else if held.iter().any(|it| it.eq_ignore_ascii_case(needed)) {
        AccessFinding::MayByFunction(right, function)
    } else {
        AccessFinding::MayNot { right, licence, function }
    };
    let allowed = !matches!(finding, AccessFinding::MayNot { .. });
    let fix = (!allowed).then(|| AccessFix::GiveFunction(needed.to_owned()));
    let outcome = if allowed { Outcome::Pass } else { Outcome::Fail };
    Access { allowed, checks: vec![AccessCheck { rule: right.rule(), outcome, finding, fix }] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_news_is_written_with_studio_or_the_role_function() {
        let names = RoleFunctions::default();
        for licence in LicenceType::ALL {
            let bare = may_edit_news(Some(licence), &[], &names);
            assert_eq!(bare.allowed, licence == LicenceType::Studio, "{licence:?}");
            assert!(may_edit_news(Some(licence), &["PORTALBLOGEDITACCESS".to_owned()], &names).allowed);
            assert!(bare.allowed || may_edit_news(Some(licence), &["PORTALFORUMMODERATE".to_owned()], &names) == bare);
        }
        let refused = may_edit_news(Some(LicenceType::Named), &[], &names);
        let fix = refused.refusal().and_then(|check| check.fix.clone());
        assert_eq!(fix, Some(AccessFix::GiveFunction("PORTALBLOGEDITACCESS".to_owned())));
        let own = RoleFunctions { news_edit: "NEWSDESK".to_owned(), ..names };
        assert!(may_edit_news(None, &["NEWSDESK".to_owned()], &own).allowed, "the name is configuration");
    }
}
