//! The contacts of the person's organisation (`P01`, `P09`): for persons with the role function, at their own places.

use axum::extract::Path;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::{ContactId, PlaceId};
use tessera_core::persons::contact::{Contact, ContactDraft};
use tessera_core::persons::place::Place;
use tessera_hub::Ctx;

use crate::PageError;
use crate::auth::route_access::{Routes, Rule, get};
use crate::extract::form::Fields;
use crate::locale::text;
use crate::pages::community::{Choice, Complaint};
use crate::pages::profile::{Contact as Shown, ContactForm, Contacts};
use crate::portal::visitor::{PortalVisitor, id, mendable};
use crate::respond::page::Answer;

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/contacts", get(list))
        .route("/contacts/new", get(fresh).post(create))
        .route("/contacts/{id}", get(form).post(update))
}

const PAGE: &str = "/portal/customer/contacts";

fn check(here: &PortalVisitor) -> Result<(), PageError> {
    here.app.hub.may_edit_contacts(&here.viewer).then_some(()).ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn list(here: PortalVisitor) -> Answer {
    check(&here)?;
    let (found, places) = here.app.hub.queries().contacts_visible_to(&here.viewer).await?;
    let shown = |contact: Contact| Shown {
        url: format!("{PAGE}/{}", contact.id),
        name: contact.name,
        email: contact.email,
        phone: contact.phone,
        place: contact.place_id.and_then(|id| places.iter().find(|place| place.id == id)).map(|it| it.name.clone()),
    };
    here.page(&Contacts {
        contacts: found.into_iter().map(shown).collect(),
        new_url: format!("{PAGE}/new"),
        back_url: "/portal/customer/profile".to_owned(),
    })
}

pub(crate) async fn fresh(here: PortalVisitor) -> Answer {
    check(&here)?;
    let wanted = ContactDraft { place_id: Some(here.viewer.default_place), ..ContactDraft::default() };
    let content = form_of(&here, None, &wanted, None).await?;
    here.page(&content)
}

pub(crate) async fn create(here: PortalVisitor, fields: Fields) -> Answer {
    check(&here)?;
    let wanted = typed(&here, &fields).await?;
    let by = &Ctx::new(here.viewer.actor(), Channel::Portal);
    let customer = Some(here.viewer.customer_id);
    match mendable(here.app.hub.create_contact(wanted.clone(), customer, by).await)? {
        Ok(_) => Ok(here.done(PAGE, text!("contact-added"))),
        Err(error) => here.refused(&form_of(&here, None, &wanted, Some(error)).await?),
    }
}

pub(crate) async fn form(here: PortalVisitor, Path(contact): Path<String>) -> Answer {
    check(&here)?;
    let contact = contact_of(&here, id(&contact)?).await?;
    let wanted = ContactDraft {
        name: contact.name,
        email: contact.email,
        phone: contact.phone,
        place_id: contact.place_id.or(Some(PlaceId::home_of(contact.customer_id))),
    };
    let content = form_of(&here, Some(contact.id), &wanted, None).await?;
    here.page(&content)
}

pub(crate) async fn update(here: PortalVisitor, Path(contact): Path<String>, fields: Fields) -> Answer {
    check(&here)?;
    let contact = contact_of(&here, id(&contact)?).await?;
    let wanted = typed(&here, &fields).await?;
    let by = &Ctx::new(here.viewer.actor(), Channel::Portal);
    match mendable(here.app.hub.change_contact(contact.id, wanted.clone(), by).await)? {
        Ok(_) => Ok(here.done(PAGE, text!("common-saved"))),
        Err(error) => here.refused(&form_of(&here, Some(contact.id), &wanted, Some(error)).await?),
    }
}

async fn contact_of(here: &PortalVisitor, id: ContactId) -> Result<Contact, PageError> {
    here.app.hub.queries().contact_visible_to(&here.viewer, id).await?.ok_or(PageError::NOT_FOUND)
}

/// The contact in the form. A place that the person may not see is reported as not found.
async fn typed(here: &PortalVisitor, fields: &Fields) -> Result<ContactDraft, PageError> {
    let place: PlaceId = id(fields.get("place"))?;
    if !here.app.hub.queries().has_place(here.viewer.person, place).await? {
        return Err(PageError::NOT_FOUND);
    }
    let filled = |name: &str| Some(fields.get(name).chars().take(254).collect::<String>());
    Ok(ContactDraft {
        name: fields.get("name").to_owned(),
        email: filled("email"),
        phone: filled("phone"),
        place_id: Some(place),
    })
}

async fn form_of(
    here: &PortalVisitor,
    id: Option<ContactId>,
    wanted: &ContactDraft,
    error: Option<Complaint>,
) -> Result<ContactForm, PageError> {
    let places = here.app.hub.queries().places_of_person(here.viewer.person).await?;
    let choice = |place: &Place| Choice {
        value: place.id.to_string(),
        label: place.name.clone(),
        chosen: wanted.place_id == Some(place.id),
    };
    Ok(ContactForm {
        action: id.map_or_else(|| format!("{PAGE}/new"), |id| format!("{PAGE}/{id}")),
        fresh: id.is_none(),
        name: wanted.name.clone(),
        email: wanted.email.clone().unwrap_or_default(),
        phone: wanted.phone.clone().unwrap_or_default(),
        places: places.iter().map(choice).collect(),
        error,
        back_url: PAGE.to_owned(),
    })
}
