//! Persons (`P02`–`P08`): who signs in, what they may use, and an explanation of their access.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::Form;
use serde::Deserialize;
use tessera_core::access::licence::LicenceType;
use tessera_core::access::{Access, AccessCheck, AmbiguousPersonError, Portal};
use tessera_core::explain::Outcome;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::kernel::searched;
use tessera_core::kernel::timeline::Entry;
use tessera_core::persons::place::Place;
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::HubError;
use tessera_hub::queries::persons::PersonChoices;

use super::messages;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::form_errors::PersonFormError;
use crate::console::{PAGE_SIZE, chrome, customer_url, id, presenter};
use crate::explain::{access_fix, access_sentence};
use crate::pages::console::{
    Badge, HistoryEntry, NewPerson, PersonForm, PersonPage, PersonRow, Persons, Pickable, PortalAccessRow, WhyCheck,
};
use crate::pages::{Fact, Flash, Tone};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};
use crate::timeline::staff;

const URL: &str = "/console/persons";

pub(crate) fn url(person: PersonId) -> String {
    format!("{URL}/{person}")
}

/// Search and paging.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    q: String,
    after: Option<String>,
}

pub(crate) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let query = wanted.q.trim().to_owned();
    let mut found = if query.is_empty() {
        let after = wanted.after.as_deref().map(id).transpose()?;
        app.hub.queries().people_after(after, PAGE_SIZE + 1).await?
    } else {
        named(&app, &query).await?
    };
    if let ([only], false) = (found.as_slice(), query.is_empty()) {
        return Ok(Redirect::to(&url(only.id)).into_response());
    }
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let more_url = found.last().filter(|_| more).map(|last| format!("{URL}?after={}", last.id));
    let items = found.into_iter().map(row).collect();
    page(&app, &chrome, &Persons { query, items, more_url, new_url: format!("{URL}/new") })
}

/// The persons who match a query: one, or all with the e-mail address.
async fn named(app: &App, query: &str) -> Result<Vec<Person>, PageError> {
    let address = searched::address(query);
    let query = address.as_deref().unwrap_or(query);
    match app.hub.find_person(query).await {
        Ok(found) => Ok(found.into_iter().collect()),
        Err(error) if error.rejection::<AmbiguousPersonError>().is_some() => {
            let email = tessera_core::kernel::normalise::email(query).unwrap_or_default();
            Ok(app.hub.queries().people_by_email(&email).await?)
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn row(person: Person) -> PersonRow {
    PersonRow {
        url: url(person.id),
        state: state(&person),
        person_id: person.person_id,
        name: person.name,
        email: person.email,
        licence: person.licence.map(|licence| licence.as_str().to_owned()),
    }
}

fn state(person: &Person) -> Badge {
    match &person.inactive {
        None => Badge::new("Active", Tone::Good),
        Some(inactive) if inactive.why == "awaiting_approval" => Badge::new("Waiting for approval", Tone::Warn),
        Some(_) => Badge::new("Inactive", Tone::Plain),
    }
}

/// Query: the customer of a new person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct For {
    customer: Option<String>,
}

pub(crate) async fn new(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<For>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let customer = match wanted.customer.as_deref() {
        Some(text) => Some(known(&app, text).await?),
        None => None,
    };
    let typed = PersonFields {
        active: Some("yes".to_owned()),
        licence_type: LicenceType::Custportal.as_str().to_owned(),
        default_place: customer.as_ref().map(|customer| customer.id.to_string()).unwrap_or_default(),
        place: customer.iter().map(|customer| customer.id.to_string()).collect(),
        ..PersonFields::default()
    };
    let choices = choices_for(&app, customer.as_ref()).await?;
    let form = form(customer.as_ref(), None, choices, typed, None);
    page(&app, &chrome, &NewPerson { customer: customer.map(|customer| customer.name), form })
}

/// The choices for a new person of a customer, or of the operating company.
async fn choices_for(app: &App, customer: Option<&Customer>) -> Result<PersonChoices, PageError> {
    let of = customer.map_or(CustomerId::OPERATOR, |customer| customer.id);
    Ok(app.hub.queries().new_person_choices(of).await?)
}

async fn known(app: &App, text: &str) -> Result<Customer, PageError> {
    app.hub.queries().customer(id(text)?).await?.ok_or(PageError::NOT_FOUND)
}

/// The submitted form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PersonFields {
    version: Option<i64>,
    customer_id: Option<String>,
    person_id: String,
    name: String,
    email: String,
    licence_type: String,
    active: Option<String>,
    mobile_user: Option<String>,
    place: Vec<String>,
    other_places: String,
    default_place: String,
    role_functions: String,
    contact: String,
}

impl PersonFields {
    fn of(person: &Person) -> Self {
        let yes = |it: bool| it.then(|| "yes".to_owned());
        Self {
            version: Some(person.version),
            customer_id: None,
            person_id: person.person_id.clone(),
            name: person.name.clone(),
            email: person.email.clone().unwrap_or_default(),
            licence_type: person.licence.map(LicenceType::as_str).unwrap_or_default().to_owned(),
            active: yes(person.inactive.is_none()),
            mobile_user: yes(person.mobile_user),
            place: person.places.iter().map(ToString::to_string).collect(),
            other_places: String::new(),
            default_place: person.default_place.map(|place| place.to_string()).unwrap_or_default(),
            role_functions: person.role_functions.join(" "),
            contact: person.contact_id.map(|contact| contact.to_string()).unwrap_or_default(),
        }
    }

    /// Parses the form into a draft.
    fn draft(&self) -> Result<PersonDraft, PersonFormError> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let place = |text: &str| text.parse::<PlaceId>().map_err(|_| PersonFormError::Place(text.to_owned()));
        let licence = match self.licence_type.as_str() {
            "" => None,
            code => Some(LicenceType::parse(code).ok_or_else(|| {
                let nearest = LicenceType::nearest(code).as_str();
                PersonFormError::Licence { code: code.to_owned(), nearest }
            })?),
        };
        let others = self.other_places.split([' ', ',', ';']).filter(|text| !text.is_empty());
        let places = self.place.iter().map(String::as_str).chain(others).map(place).collect::<Result<_, _>>()?;
        let contact = filled(&self.contact).map(|text| text.parse::<ContactId>());
        Ok(PersonDraft {
            person_id: filled(&self.person_id),
            name: self.name.clone(),
            email: filled(&self.email),
            licence,
            active: self.active.is_some(),
            mobile_user: self.mobile_user.is_some(),
            default_place: filled(&self.default_place).as_deref().map(place).transpose()?,
            places,
            role_functions: self.role_functions.split([' ', ',', ';']).filter_map(filled).collect(),
            contact_id: contact.transpose().map_err(|_| PersonFormError::Contact)?,
        })
    }
}

pub(crate) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(typed): Form<PersonFields>,
) -> Answer {
    let customer = match typed.customer_id.as_deref() {
        Some(text) => Some(known(&app, text).await?),
        None => None,
    };
    let made = match typed.draft() {
        Ok(draft) => {
            let by = &staff.ctx();
            app.hub.create_person(draft, customer.as_ref().map(|customer| customer.id), by).await
        }
        Err(problem) => Err(problem.into()),
    };
    match made {
        Ok(person) => {
            let flash = Flash::done(format!("{} can be given a password or a sign-in now.", person.person_id));
            Ok(redirect_with(&app, &url(person.id), Some(&flash)))
        }
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let problem = presenter::sentence(&error.to_string());
            let chrome = chrome(&app, &headers, &uri, &staff).await?;
            let choices = choices_for(&app, customer.as_ref()).await?;
            let form = form(customer.as_ref(), None, choices, typed, Some(problem));
            let content = NewPerson { customer: customer.map(|customer| customer.name), form };
            page_with(&app, &chrome, &content, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Query: the portal whose access rules are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct At {
    portal: Option<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    Query(at): Query<At>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let person = find(&app, &person).await?;
    let portal = at.portal.as_deref().and_then(Portal::parse).unwrap_or_else(|| usual(&person));
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let typed = PersonFields::of(&person);
    page(&app, &chrome, &shown(&app, person, portal, typed, None).await?)
}

/// The portal to show by default: the one that the person's licence is for.
fn usual(person: &Person) -> Portal {
    let meant = |portal: &Portal| person.licence == Some(portal.usual_licence());
    Portal::ALL.into_iter().find(meant).unwrap_or(Portal::Customer)
}

pub(crate) async fn find(app: &App, text: &str) -> Result<Person, PageError> {
    app.hub.queries().person(id(text)?).await?.ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(typed): Form<PersonFields>,
) -> Answer {
    let person = find(&app, &person).await?;
    // Forms of the hub always have a version. Without it, missing fields would be taken for removed values.
    let version = typed.version.ok_or(PageError(StatusCode::BAD_REQUEST))?;
    let changed = match typed.draft() {
        Ok(draft) => {
            let by = &staff.ctx();
            app.hub.change_person(person.id, Some(version), |_| draft.clone(), by).await
        }
        Err(problem) => Err(problem.into()),
    };
    match changed {
        Ok(_) => Ok(redirect_with(&app, &url(person.id), Some(&Flash::done("Saved.")))),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let problem = presenter::sentence(&error.to_string());
            let chrome = chrome(&app, &headers, &uri, &staff).await?;
            let portal = usual(&person);
            let content = shown(&app, person, portal, typed, Some(problem)).await?;
            page_with(&app, &chrome, &content, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// The page of a person with the form as stored.
pub(super) async fn content(app: &App, person: Person) -> Result<PersonPage, PageError> {
    let (portal, typed) = (usual(&person), PersonFields::of(&person));
    shown(app, person, portal, typed, None).await
}

async fn shown(
    app: &App,
    person: Person,
    portal: Portal,
    typed: PersonFields,
    problem: Option<String>,
) -> Result<PersonPage, PageError> {
    let access = app.hub.explain_portals(&person).await?;
    let door = |(door, access): &(Portal, Access)| PortalAccessRow {
        name: door.title().to_owned(),
        url: format!("{}?portal={}", url(person.id), door.as_str()),
        state: if access.allowed { Badge::new("Open", Tone::Good) } else { Badge::new("Shut", Tone::Plain) },
        why: access.refusal().map(|check| access_sentence(&check.finding)),
        current: *door == portal,
    };
    let doors = access.iter().map(door).collect();
    let rules = access.into_iter().find(|(door, _)| *door == portal).map(|(_, access)| access);
    let rules = rules.ok_or(PageError::NOT_FOUND)?;
    let read = app.hub.queries().person_page(&person, PAGE_SIZE).await?;
    let (facts, history) = (facts(&person, &read.places), history(app, &read.history));
    let form = form(read.customer.as_ref(), Some(&person), read.choices, typed, problem);
    let messages = messages::section(app, &person, read.sent);
    Ok(PersonPage {
        messages,
        state: state(&person),
        customer: read.customer.map_or_else(|| "unknown".to_owned(), |customer| customer.name),
        customer_url: customer_url(person.customer_id),
        facts,
        doors,
        door: portal.title().to_owned(),
        allowed: rules.allowed,
        rules: rules.checks.into_iter().map(rule).collect(),
        preview_action: format!("{}/preview", url(person.id)),
        security_url: format!("{}/security", url(person.id)),
        privacy_url: super::privacy::url(person.id),
        story: history,
        person_id: person.person_id,
        name: person.name,
        form,
    })
}

fn rule(check: AccessCheck) -> WhyCheck {
    WhyCheck {
        what: what(check.rule).to_owned(),
        outcome: match check.outcome {
            Outcome::Pass => Badge::new("Pass", Tone::Good),
            Outcome::Fail => Badge::new("Fail", Tone::Bad),
            Outcome::Unknown => Badge::new("Unknown", Tone::Plain),
            Outcome::Note => Badge::new("Note", Tone::Plain),
        },
        detail: access_sentence(&check.finding),
        fix: check.fix.as_ref().map(access_fix),
        button: None,
    }
}

/// The name of a rule.
fn what(rule: &str) -> &str {
    match rule {
        "person_exists" => "There is a person",
        "person_active" => "The person is active",
        "licence_known" => "The licence type exists",
        "licence_admits_portal" => "The licence opens this door",
        "mobile_user" => "The mobile-user flag is set",
        "default_place" => "A default place is chosen and in use",
        "places_listed" => "Places are listed",
        "credential_set" => "They have a way to sign in",
        "login_is_person_id" => "They sign in with the person ID",
        "seat_free" => "A seat is free",
        other => other,
    }
}

fn facts(person: &Person, places: &[Place]) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.push(Fact::new("Licence type", person.licence.map_or("none", LicenceType::as_str)));
    facts.extend(person.email.as_ref().map(|email| Fact::new("E-mail", email)));
    let named = places.iter().map(|place| {
        let default = if Some(place.id) == person.default_place { " (default)" } else { "" };
        format!("{}{default}", place.name)
    });
    let named: Vec<String> = named.collect();
    facts.push(Fact::new("Sees", if named.is_empty() { "no place".to_owned() } else { named.join(", ") }));
    if !person.role_functions.is_empty() {
        facts.push(Fact::new("Role functions", person.role_functions.join(", ")));
    }
    facts
}

/// The entries about this person on the customer's timeline.
fn history(app: &App, entries: &[Entry]) -> Vec<HistoryEntry> {
    let told =
        |entry: &Entry| HistoryEntry { done: presenter::done(app, entry.at, &entry.actor), text: staff::entry(entry) };
    entries.iter().map(told).collect()
}

fn form(
    customer: Option<&Customer>,
    person: Option<&Person>,
    choices: PersonChoices,
    typed: PersonFields,
    problem: Option<String>,
) -> PersonForm {
    let PersonChoices { places, contacts } = choices;
    let place = |place: &Place, picked: bool| {
        let unused = if place.active { "" } else { " (not in use)" };
        Pickable { value: place.id.to_string(), label: format!("{}{unused}", place.name), picked }
    };
    let listed = places.iter().map(|it| place(it, typed.place.contains(&it.id.to_string()))).collect();
    let defaults = places.iter().map(|it| place(it, typed.default_place == it.id.to_string())).collect();
    let contacts = contacts.into_iter().map(|contact| Pickable {
        picked: typed.contact == contact.id.to_string(),
        value: contact.id.to_string(),
        label: contact.name,
    });
    let licences = LicenceType::ALL.into_iter().map(|licence| Pickable {
        value: licence.as_str().to_owned(),
        label: licence.as_str().to_owned(),
        picked: typed.licence_type == licence.as_str(),
    });
    PersonForm {
        action: person.map_or_else(|| URL.to_owned(), |person| url(person.id)),
        problem,
        version: person.and(typed.version),
        customer_id: person.is_none().then(|| customer.map(|customer| customer.id.to_string())).flatten(),
        person_id: typed.person_id,
        name: typed.name,
        email: typed.email,
        licences: licences.collect(),
        active: typed.active.is_some(),
        mobile_user: typed.mobile_user.is_some(),
        places: listed,
        default_places: defaults,
        other_places: typed.other_places,
        role_functions: typed.role_functions,
        contacts: contacts.collect(),
    }
}
