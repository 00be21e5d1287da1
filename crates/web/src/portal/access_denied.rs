//! The page shown to a person without access to a portal, with the reason and whom to ask (`P13`).

use tessera_core::access::{Access, AccessFinding, Portal};

use crate::pages::portal::KeptOut;

/// The text for the first rule that fails. What staff have to do is not shown here, only whom to ask.
pub(crate) fn words(access: &Access, portal: Portal) -> KeptOut {
    let rule = access.refusal().map_or("person_exists", |check| check.rule);
    let waiting = access.refusal().is_some_and(|check| matches!(check.finding, AccessFinding::AwaitsApproval(_)));
    let (title, explanation, next_step) = match rule {
        "person_active" if waiting => (
            "Your registration is waiting",
            "We received your registration. Somebody looks at it before it can be used.",
            "You will get an e-mail when it is approved. There is nothing else to do.",
        ),
        "person_active" => (
            "Your access is switched off",
            "You are signed in, but this access was switched off.",
            "Ask us to switch it on again.",
        ),
        "licence_known" | "licence_admits_portal" | "mobile_user" => (
            "This is not part of your access",
            "You are signed in, but your access does not include this.",
            "Ask us to add it to your access.",
        ),
        "default_place" | "places_listed" => (
            "No place is set up for you yet",
            "You are signed in, but we have not yet noted which of your places you look after.",
            "Ask us to set up your place; then you see what belongs to it.",
        ),
        "seat_free" => (
            "Everybody's seat is taken",
            "You are signed in, but as many people as may be here at once are here already.",
            "Try again in a few minutes.",
        ),
        _ => ("You cannot come in here", "You are signed in, but this is not open to you.", "Ask us for help."),
    };
    KeptOut {
        portal: portal.title().to_owned(),
        code: rule.to_owned(),
        title: title.to_owned(),
        explanation: explanation.to_owned(),
        next_step: next_step.to_owned(),
    }
}
