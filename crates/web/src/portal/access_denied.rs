//! The page shown to a person without access to a portal, with the reason and whom to ask (`P13`).

use tessera_core::access::{Access, AccessFinding, Portal};

use crate::locale::{portal_title, text};
use crate::pages::portal::KeptOut;

/// The text for the first rule that fails. What staff have to do is not shown here, only whom to ask.
pub(crate) fn words(access: &Access, portal: Portal) -> KeptOut {
    let rule = access.refusal().map_or("person_exists", |check| check.rule);
    let waiting = access.refusal().is_some_and(|check| matches!(check.finding, AccessFinding::AwaitsApproval(_)));
    let (title, explanation, next_step) = match rule {
        "person_active" if waiting => {
            (text!("access-registration"), text!("access-registration-why"), text!("access-registration-next"))
        }
        "person_active" => (text!("access-off"), text!("access-off-why"), text!("access-off-next")),
        "licence_known" | "licence_admits_portal" | "mobile_user" => {
            (text!("access-not-included"), text!("access-not-included-why"), text!("access-not-included-next"))
        }
        "default_place" | "places_listed" => {
            (text!("access-no-place"), text!("access-no-place-why"), text!("access-no-place-next"))
        }
        "seat_free" => (text!("access-no-seat"), text!("access-no-seat-why"), text!("problem-try-again-in-a-few")),
        _ => (text!("access-shut"), text!("access-shut-why"), text!("access-shut-next")),
    };
    KeptOut { portal: portal_title(portal), code: rule.to_owned(), title, explanation, next_step }
}
