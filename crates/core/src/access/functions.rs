//! Role functions: rights in the customer portal beyond the licence (`P10`), with explanations.

use super::{Access, AccessCheck, AccessFinding, AccessFix, Right};
use crate::access::licence::LicenceType;
use crate::explain::Outcome;

/// Names of the role functions. They are configurable, because organisations use their own names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleFunctions {
    /// Write news (`P10`).
    pub news_edit: String,
    /// Moderate the forum (`P10`).
    pub forum_moderate: String,
    /// Edit the organisation's contacts (`P01`, `P09`).
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

/// Whether a person may write news: with licence STUDIO or the role function.
pub fn may_edit_news(licence: Option<LicenceType>, held: &[String], names: &RoleFunctions) -> Access {
    may(Right::EditNews, licence, held, &names.news_edit)
}

/// Whether a person may moderate the forum: with licence STUDIO or the role function.
pub fn may_moderate_forum(licence: Option<LicenceType>, held: &[String], names: &RoleFunctions) -> Access {
    may(Right::ModerateForum, licence, held, &names.forum_moderate)
}

/// Whether a person may edit the contacts of their organisation: with licence STUDIO or the role function.
pub fn may_edit_contacts(licence: Option<LicenceType>, held: &[String], names: &RoleFunctions) -> Access {
    may(Right::EditContacts, licence, held, &names.contact_edit)
}

/// Whether a person may create and change boards of the forum: with licence STUDIO only, because a board decides who
/// reads what is written there.
pub fn may_keep_boards(licence: LicenceType) -> bool {
    licence == LicenceType::Studio
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
    fn p10_boards_are_kept_with_licence_studio_only() {
        for licence in LicenceType::ALL {
            assert_eq!(may_keep_boards(licence), licence == LicenceType::Studio, "{licence:?}");
        }
    }

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
