//! Converts actors, channels, systems and states into the text of the console's pages.

use tessera_core::kernel::customer::{Evidence, Origin};
use tessera_core::kernel::record::{Attributes, Contact, Requester};
use tessera_core::marketplace::{AccountContact, Address};
use tessera_hub::ports::{Condition, Health};
use tessera_hub::queries::customers::StoredRecord;

use crate::App;
use crate::pages::console::{Badge, Done, SystemName};
use crate::pages::{Fact, Stale, Tone};

/// Maximum length of a message about an action.
const MAX_LENGTH: usize = 600;

/// Formats a message as a sentence: with a capital letter, and cut to the maximum length.
pub(crate) fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    first.chars().chain(rest).take(MAX_LENGTH).collect()
}

/// The display name of a configured system.
pub(super) fn system(app: &App, name: &str) -> SystemName {
    let label = match (app.hub.provider(name), app.hub.marketplace(name)) {
        (Some(provider), _) => provider.display_name().to_owned(),
        (None, Some(marketplace)) => marketplace.display_name.clone(),
        (None, None) => sentence(name),
    };
    SystemName::new(name, label)
}

/// The display name of an actor.
pub(crate) fn actor(app: &App, actor: &str) -> String {
    match actor.split_once(':') {
        Some(("staff", login)) => login.to_owned(),
        Some(("person", person_id)) => person_id.to_owned(),
        Some(("user", _)) => "the customer".to_owned(),
        Some(("api_key", name)) => format!("API key {name}"),
        Some(("system" | "marketplace", name)) => system(app, name).label,
        _ if matches!(actor, "hub" | "customer") => format!("the {actor}"),
        _ => actor.to_owned(),
    }
}

/// The time and the actor of an action.
pub(crate) fn done(app: &App, at: jiff::Timestamp, by: &str) -> Done {
    Done { at, by: actor(app, by) }
}

/// The display name of a channel.
pub(super) fn channel(channel: &str) -> String {
    match channel {
        "api" => "API".to_owned(),
        "b2c" => "B2C policy".to_owned(),
        "cli" => "Command line".to_owned(),
        "hook" => "Webhook".to_owned(),
        "job" => "Background".to_owned(),
        other => sentence(other),
    }
}

/// How a link was created.
pub(super) const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Activation => "Activation",
        Origin::Email => "E-mail",
        Origin::Staff => "Staff",
        Origin::Marketplace => "Marketplace",
        Origin::Customer => "The customer",
        Origin::Merge => "Merge",
    }
}

/// The evidence for a link (`H01`).
pub(super) fn evidence(evidence: &Evidence) -> Vec<Fact> {
    match evidence {
        Evidence::InvitationToken { invitation_id, sent_to } => {
            vec![
                Fact::new("Opened the invitation sent to", sent_to),
                Fact::new("Invitation", invitation_id.to_string()),
            ]
        }
        Evidence::SignIn { issuer, email, email_verified } => {
            let mut facts = vec![Fact::new("Signed in at", issuer)];
            if let Some(email) = email {
                facts.push(Fact::new("As", email));
                facts.push(Fact::new("Verified by the provider", if *email_verified { "yes" } else { "no" }));
            }
            facts
        }
        Evidence::Marketplace { matched_by: None } => vec![Fact::new("Made for", "this account of the marketplace")],
        Evidence::Marketplace { matched_by: Some(by) } => vec![Fact::new("Named by the marketplace", by)],
        Evidence::PrimaryEmail { email } => vec![Fact::new("Same primary e-mail, one contact", email)],
        Evidence::VerifiedEmail { issuer, email } => {
            vec![Fact::new("Signed in at", issuer), Fact::new("Verified address, one of the requester’s", email)]
        }
        Evidence::Decision { review_id } => vec![Fact::new("Decided in review", review_id.to_string())],
        Evidence::WorkOrder { number } => vec![Fact::new("Work order", number.clone())],
        Evidence::Merged { from, email } => {
            vec![Fact::new("Took the place of", from.to_string()), Fact::new("Carries the address", email)]
        }
    }
}

/// Whether a record still exists in its system.
pub(super) fn record_state(record: &StoredRecord) -> Badge {
    match &record.attributes {
        _ if record.merged_into.is_some() => Badge::new("Merged into another one", Tone::Bad),
        _ if record.gone_at.is_some() => Badge::new("Gone from its system", Tone::Bad),
        _ if record.missing_since.is_some() => Badge::new("Missing from its system", Tone::Warn),
        Attributes::Requester(Requester { active: false, .. }) => Badge::new("Deactivated", Tone::Warn),
        _ => Badge::new("Active", Tone::Good),
    }
}

/// An asset's state, as named in the service desk. Only well-known states get a colour.
pub(crate) fn asset_state(state: Option<&str>) -> Badge {
    let state = state.unwrap_or("Registered");
    let tone = match state.to_ascii_lowercase().as_str() {
        "in use" => Tone::Good,
        "missing" | "retired" => Tone::Warn,
        _ => Tone::Plain,
    };
    Badge::new(state, tone)
}

/// Facts about a requester or a contact in addition to its name and primary address.
pub(super) fn facts(attributes: &Attributes) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<&str>| {
        facts.extend(value.filter(|value| !value.is_empty()).map(|value| Fact::new(label, value)));
    };
    match attributes {
        Attributes::Requester(Requester { secondary_emails, mobile_phone, work_phone, is_agent, .. }) => {
            for email in secondary_emails {
                add("Further e-mail", Some(email));
            }
            add("Mobile", mobile_phone.as_deref());
            add("Work phone", work_phone.as_deref());
            add("Converted", is_agent.then_some("is an agent now"));
        }
        Attributes::Contact(Contact { other_emails, mobile_phone, work_phone, fax, website, .. }) => {
            for email in other_emails {
                add("Further e-mail", Some(email));
            }
            add("Mobile", mobile_phone.as_deref());
            add("Work phone", work_phone.as_deref());
            add("Fax", fax.as_deref());
            add("Web site", website.as_deref());
        }
        Attributes::Account(account) => {
            add("Code", account.code.as_deref());
            add("Phone", account.phone.as_deref());
            add("Fax", account.fax.as_deref());
            add("Web site", account.website.as_deref());
            add("Contact", account.contact.as_ref().and_then(AccountContact::name).as_deref());
            add("Contact e-mail", account.contact.as_ref().and_then(|contact| contact.email.as_deref()));
            add("Contact phone", account.contact.as_ref().and_then(|contact| contact.phone.as_deref()));
            add("Contact fax", account.contact.as_ref().and_then(|contact| contact.fax.as_deref()));
            add("Address", account.address.as_ref().map(Address::line).as_deref());
            add("Reseller", account.reseller.as_deref());
            add("Description", account.description.as_deref());
            for (id, value) in &account.options {
                add(&format!("Option {id}"), Some(value));
            }
        }
        Attributes::Asset(_) | Attributes::User(_) => {}
    }
    facts
}

/// Whether one of these systems is not called for now after repeated failures, so that the data shown may be stale.
pub(crate) fn stale(app: &App, systems: &[&str]) -> Option<Stale> {
    let silent = |health: &Health| {
        systems.contains(&health.system.as_str()) && matches!(health.condition, Condition::Open { .. })
    };
    let health = app.hub.health().into_iter().find(silent)?;
    let since = health.last_ok_at.or(health.last_error_at).unwrap_or_else(|| app.hub.env.now());
    Some(Stale { system: system(app, &health.system).label, since })
}
