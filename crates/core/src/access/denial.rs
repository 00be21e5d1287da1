//! The rejection of a client, such as a customer's app, by the rules of a portal (`P18`).

use super::{AccessCheck, AccessFinding, Portal};
use crate::kernel::rejection::{Rejection, RejectionKind};

/// Rejection by the rules of a portal. Its code is the name of the first rule that fails, as on the portal's own page and
/// in the explanation for staff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.detail())]
pub struct PortalDeniedError {
    portal: Portal,
    rule: &'static str,
    awaits_approval: bool,
}

impl PortalDeniedError {
    /// The rejection by this rule of a portal.
    pub(crate) fn by(check: &AccessCheck, portal: Portal) -> Self {
        let awaits_approval = matches!(check.finding, AccessFinding::AwaitsApproval(_));
        Self { portal, rule: check.rule, awaits_approval }
    }

    /// Says what the person can do, and nothing of how staff keep their records.
    fn detail(&self) -> String {
        let portal = self.portal.title();
        match self.rule {
            "person_active" if self.awaits_approval => {
                "the registration is waiting for approval; an e-mail follows when it is approved".to_owned()
            }
            "person_active" => "this access was switched off; ask support to switch it on again".to_owned(),
            "licence_known" | "licence_admits_portal" | "mobile_user" => {
                format!("this access does not include the {portal}; ask support to add it")
            }
            "default_place" | "places_listed" => {
                "no place is set up for this person yet; ask support to set it up".to_owned()
            }
            _ => format!("this access does not open the {portal}; ask support for help"),
        }
    }
}

impl Rejection for PortalDeniedError {
    fn code(&self) -> &'static str {
        self.rule
    }

    fn kind(&self) -> RejectionKind {
        RejectionKind::Forbidden
    }
}
