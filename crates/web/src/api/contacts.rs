//! Contacts: people on record who never sign in (`P01`).

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{ContactId, CustomerId, PlaceId};
use tessera_core::persons::contact::{Contact as Kept, ContactDraft};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::persons::refused;
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "contacts";

/// A person on record who does not sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Contact {
    /// The contact's id.
    id: Uuid,
    /// The customer the contact belongs to.
    customer_id: Uuid,
    /// The contact's name.
    #[schema(example = "Ada Example")]
    name: String,
    /// The e-mail address.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// The telephone number.
    #[schema(required)]
    phone: Option<String>,
    /// The place where the contact can be found.
    #[schema(required)]
    place_id: Option<Uuid>,
    /// When the contact was created.
    created_at: Timestamp,
    /// Version number, incremented by every change.
    #[schema(example = 1)]
    version: i64,
}

impl From<Kept> for Contact {
    fn from(contact: Kept) -> Self {
        Self {
            id: contact.id.0,
            customer_id: contact.customer_id.0,
            name: contact.name,
            email: contact.email,
            phone: contact.phone,
            place_id: contact.place_id.map(|place| place.0),
            created_at: contact.created_at,
            version: contact.version,
        }
    }
}

/// A page of contacts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Contacts {
    /// The contacts, in the order of their creation.
    items: Vec<Contact>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A new contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewContact {
    /// The contact's name.
    #[schema(example = "Ada Example", min_length = 1)]
    name: String,
    /// The e-mail address.
    #[serde(default)]
    email: Option<String>,
    /// The telephone number.
    #[serde(default)]
    phone: Option<String>,
    /// The place where the contact can be found.
    #[serde(default)]
    place_id: Option<Uuid>,
    /// The customer the contact belongs to. Defaults to the operating company.
    #[serde(default)]
    customer_id: Option<Uuid>,
}

/// The contact in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ById {
    /// The contact's id.
    id: Uuid,
}

/// Filter and paging of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ListQuery {
    /// Only contacts of this customer.
    customer_id: Option<Uuid>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items per page, at most 200.
    limit: Option<u16>,
}

/// Create a contact
#[utoipa::path(
    post, path = "/contacts", operation_id = "createContact", tag = "Admin", security(("apiKey" = [])),
    request_body = NewContact,
    responses((status = 201, description = "The contact", body = Contact), problems::Any, problems::Refused),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    Json(new): Json<NewContact>,
) -> Result<(StatusCode, Json<Contact>), Problem> {
    let place_id = new.place_id.map(PlaceId);
    let wanted = ContactDraft { name: new.name, email: new.email, phone: new.phone, place_id };
    let by = &machine.ctx();
    let made = app.hub.create_contact(wanted, new.customer_id.map(CustomerId), by).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// List contacts
#[utoipa::path(
    get, path = "/contacts", operation_id = "listContacts", tag = "Admin", security(("apiKey" = [])), params(ListQuery),
    responses((status = 200, description = "A page of contacts", body = Contacts), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(wanted): Query<ListQuery>,
) -> Result<Json<Contacts>, Problem> {
    if let Some(customer) = wanted.customer_id {
        let found = app.hub.queries().contacts_of(CustomerId(customer)).await?;
        return Ok(Json(Contacts { items: found.into_iter().map(Contact::from).collect(), next_cursor: None }));
    }
    let after = cursor::read::<ContactId>(LIST, wanted.cursor.as_deref())?;
    let size = cursor::page_size(wanted.limit)?;
    let found = app.hub.queries().contacts_after(after, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(Contacts { items: found.into_iter().map(Contact::from).collect(), next_cursor }))
}

/// Get a contact
#[utoipa::path(
    get, path = "/contacts/{id}", operation_id = "getContact", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The contact", body = Contact), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Contact>, Problem> {
    let found = app.hub.queries().contact(ContactId(id)).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found(format!("there is no contact {id}")))?.into()))
}
