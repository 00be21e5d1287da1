//! Persons: people who sign in (`P02`).

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::persons::{Person as Kept, PersonDraft};
use tessera_hub::Ctx;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use tessera_hub::HubError;

use crate::api::{BASE, problems};
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::extract::if_match::if_match;
use crate::extract::patch::Patch;
use crate::{App, Problem};

const LIST: &str = "persons";

/// A person who signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Person {
    /// The hub's own id.
    id: Uuid,
    /// The person id: the name used to sign in (`P03`).
    #[schema(example = "ada.example")]
    person_id: String,
    /// The customer the person signs in for.
    customer_id: Uuid,
    /// The person's name.
    #[schema(example = "Ada Example")]
    name: String,
    /// The known e-mail address.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// The licence type, which determines what the person may use; `null` for no licence.
    #[schema(required, example = "CUSTPORTAL")]
    licence_type: Option<&'static str>,
    /// Whether the person may sign in. Persons are deactivated, or erased; their id is never deleted.
    active: bool,
    /// When the person was deactivated.
    #[schema(required)]
    inactive_since: Option<Timestamp>,
    /// Whether the person may also use the mobile client.
    mobile_user: bool,
    /// The default place for portal access.
    #[schema(required)]
    default_place_id: Option<Uuid>,
    /// The places for portal access.
    place_ids: Vec<Uuid>,
    /// The role functions: permissions in addition to the licence.
    #[schema(example = json!(["PORTALBLOGEDITACCESS"]))]
    role_functions: Vec<String>,
    /// The person's contact.
    #[schema(required)]
    contact_id: Option<Uuid>,
    /// When the person was created.
    created_at: Timestamp,
    /// Version number, incremented by every change.
    #[schema(example = 1)]
    version: i64,
}

impl From<Kept> for Person {
    fn from(person: Kept) -> Self {
        Self {
            id: person.id.0,
            person_id: person.person_id,
            customer_id: person.customer_id.0,
            name: person.name,
            email: person.email,
            licence_type: person.licence.map(LicenceType::as_str),
            active: person.inactive.is_none(),
            inactive_since: person.inactive.map(|inactive| inactive.since),
            mobile_user: person.mobile_user,
            default_place_id: person.default_place.map(|place| place.0),
            place_ids: person.places.into_iter().map(|place| place.0).collect(),
            role_functions: person.role_functions,
            contact_id: person.contact_id.map(|contact| contact.0),
            created_at: person.created_at,
            version: person.version,
        }
    }
}

/// A page of persons.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Persons {
    /// The persons, in the order of their creation. Their places are returned only for a single person.
    items: Vec<PersonSummary>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A person who signs in, as listed.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PersonSummary {
    /// The hub's own id.
    id: Uuid,
    /// The person id: the name used to sign in.
    #[schema(example = "ada.example")]
    person_id: String,
    /// The customer the person signs in for.
    customer_id: Uuid,
    /// The person's name.
    name: String,
    /// The known e-mail address.
    #[schema(required)]
    email: Option<String>,
    /// The licence type, which determines what the person may use; `null` for no licence.
    #[schema(required, example = "CUSTPORTAL")]
    licence_type: Option<&'static str>,
    /// Whether the person may sign in.
    active: bool,
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewPerson {
    /// The person id: the name used to sign in. Generated if left out.
    #[serde(default)]
    #[schema(example = "ada.example", min_length = 2)]
    person_id: Option<String>,
    /// The person's name.
    #[schema(example = "Ada Example", min_length = 1)]
    name: String,
    /// The known e-mail address.
    #[serde(default)]
    email: Option<String>,
    /// The licence type, which determines what the person may use: `STUDIO`, `NAMED`, `CUSTPORTAL`, `TECHPORTAL`,
    /// `MOBILE`, `WHSEPORTAL`, `DEALPORTAL`, `REPRPORTAL` or `MESSAGE`. Defaults to no licence.
    #[serde(default)]
    #[schema(
        example = "CUSTPORTAL",
        pattern = "^(STUDIO|NAMED|CUSTPORTAL|TECHPORTAL|MOBILE|WHSEPORTAL|DEALPORTAL|REPRPORTAL|MESSAGE)$"
    )]
    licence_type: Option<String>,
    /// Whether the person may sign in.
    #[serde(default = "yes")]
    active: bool,
    /// Whether the person may also use the mobile client.
    #[serde(default)]
    mobile_user: bool,
    /// The default place for portal access. It is added to `place_ids` automatically.
    #[serde(default)]
    default_place_id: Option<Uuid>,
    /// The places for portal access.
    #[serde(default)]
    place_ids: Vec<Uuid>,
    /// The role functions: permissions in addition to the licence.
    #[serde(default)]
    role_functions: Vec<String>,
    /// The person's contact.
    #[serde(default)]
    contact_id: Option<Uuid>,
    /// The customer the person signs in for. Defaults to the contact's customer, or else the customer that owns the
    /// default place, or else the operating company.
    #[serde(default)]
    customer_id: Option<Uuid>,
}

const fn yes() -> bool {
    true
}

/// Changes of a person. Fields that are left out keep their value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct PersonChange {
    /// The person id: the name used to sign in.
    #[serde(default)]
    #[schema(min_length = 2)]
    person_id: Option<String>,
    /// The person's name.
    #[serde(default)]
    #[schema(min_length = 1)]
    name: Option<String>,
    /// The known e-mail address; `null` to remove it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Patch<String>,
    /// The licence type; `null` to remove it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    licence_type: Patch<String>,
    /// Whether the person may sign in. Deactivating a person ends their sessions immediately.
    #[serde(default)]
    active: Option<bool>,
    /// Whether the person may also use the mobile client.
    #[serde(default)]
    mobile_user: Option<bool>,
    /// The default place for portal access; `null` to remove it.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    default_place_id: Patch<Uuid>,
    /// The complete list of places for portal access.
    #[serde(default)]
    place_ids: Option<Vec<Uuid>>,
    /// The complete list of role functions.
    #[serde(default)]
    role_functions: Option<Vec<String>>,
    /// The person's contact; `null` to remove it.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    contact_id: Patch<Uuid>,
}

/// The person in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ById {
    /// The person id, or the hub's own id.
    #[param(example = "ada.example")]
    pub(crate) id: String,
}

/// Paging.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Page {
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items per page, at most 200.
    limit: Option<u16>,
}

/// Create a person
///
/// An unknown licence type is rejected, and the error names the most similar one. The rejection is stored, so that the
/// explanation of the person's access can mention it.
#[utoipa::path(
    post, path = "/persons", operation_id = "createPerson", tag = "Admin", security(("apiKey" = [])), request_body = NewPerson,
    responses(
        (status = 201, description = "The person", body = Person,
            headers(("location" = String, description = "Address of the person"), ("etag" = String, description = "The person's version"))),
        problems::Any, problems::Refused,
    ),
)]
pub(in crate::api) async fn create(
    State(app): State<App>,
    machine: Machine,
    Json(new): Json<NewPerson>,
) -> Result<Response, Problem> {
    let licence = licence(&app, new.person_id.as_deref(), new.licence_type.as_deref(), &machine.ctx()).await?;
    let wanted = PersonDraft {
        person_id: new.person_id,
        name: new.name,
        email: new.email,
        licence,
        active: new.active,
        mobile_user: new.mobile_user,
        default_place: new.default_place_id.map(PlaceId),
        places: new.place_ids.into_iter().map(PlaceId).collect(),
        role_functions: new.role_functions,
        contact_id: new.contact_id.map(ContactId),
    };
    let by = &machine.ctx();
    let made = app.hub.create_person(wanted, new.customer_id.map(CustomerId), by).await.map_err(refused)?;
    let location = HeaderValue::from_str(&format!("{BASE}/persons/{}", made.id));
    let mut response = (StatusCode::CREATED, answer(made)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// List persons
#[utoipa::path(
    get, path = "/persons", operation_id = "listPersons", tag = "Admin", security(("apiKey" = [])), params(Page),
    responses((status = 200, description = "A page of persons", body = Persons), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(wanted): Query<Page>,
) -> Result<Json<Persons>, Problem> {
    let after = cursor::read::<PersonId>(LIST, wanted.cursor.as_deref())?;
    let size = cursor::page_size(wanted.limit)?;
    let found = app.hub.queries().people_after(after, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    let items = found.into_iter().map(|person| PersonSummary {
        id: person.id.0,
        person_id: person.person_id,
        customer_id: person.customer_id.0,
        name: person.name,
        email: person.email,
        licence_type: person.licence.map(LicenceType::as_str),
        active: person.inactive.is_none(),
    });
    Ok(Json(Persons { items: items.collect(), next_cursor }))
}

/// Get a person
#[utoipa::path(
    get, path = "/persons/{id}", operation_id = "getPerson", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses(
        (status = 200, description = "The person", body = Person, headers(("etag" = String, description = "The person's version"))),
        problems::Any, problems::NotFound,
    ),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Response, Problem> {
    Ok(answer(find(&app, &id).await?))
}

/// Change a person
///
/// With `If-Match`, the change is applied only if the person has not been changed since.
#[utoipa::path(
    patch, path = "/persons/{id}", operation_id = "changePerson", tag = "Admin", security(("apiKey" = [])), params(ById),
    request_body = PersonChange,
    responses(
        (status = 200, description = "The person", body = Person, headers(("etag" = String, description = "The person's version"))),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn change(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    headers: HeaderMap,
    Json(change): Json<PersonChange>,
) -> Result<Response, Problem> {
    let version = if_match(&headers)?;
    let before = find(&app, &id).await?;
    let licence = match &change.licence_type {
        Patch::Nothing => None,
        Patch::Be(code) => Some(licence(&app, Some(&before.person_id), code.as_deref(), &machine.ctx()).await?),
    };
    let by = &machine.ctx();
    // Fields that are left out keep the value they have when the change is applied, not when it was requested.
    let wanted = |now: &Kept| change.applied_to(now, licence.unwrap_or(now.licence));
    let changed = app.hub.change_person(before.id, version, wanted, by).await;
    Ok(answer(changed.map_err(refused)?))
}

/// Send a password link
///
/// Sends the person a link to set a password, to their known e-mail address. The link works once, and is not in the
/// answer.
#[utoipa::path(
    post, path = "/persons/{id}/password-link", operation_id = "sendPasswordLink", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 202, description = "The e-mail is on its way"),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn send_password_link(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    let person = find(&app, &id).await?;
    app.hub.send_password_link(person.id, &machine.ctx()).await?;
    Ok(StatusCode::ACCEPTED)
}

impl PersonChange {
    /// The person's data after the change.
    fn applied_to(&self, before: &Kept, licence: Option<LicenceType>) -> PersonDraft {
        let places = self.place_ids.as_ref();
        PersonDraft {
            person_id: self.person_id.clone(),
            name: self.name.clone().unwrap_or_else(|| before.name.clone()),
            email: self.email.over(before.email.clone()),
            licence,
            active: self.active.unwrap_or(before.inactive.is_none()),
            mobile_user: self.mobile_user.unwrap_or(before.mobile_user),
            default_place: self.default_place_id.over(before.default_place),
            places: places.map_or_else(|| before.places.clone(), |ids| ids.iter().copied().map(PlaceId).collect()),
            role_functions: self.role_functions.clone().unwrap_or_else(|| before.role_functions.clone()),
            contact_id: self.contact_id.over(before.contact_id),
        }
    }
}

fn answer(person: Kept) -> Response {
    let tag = HeaderValue::from_str(&format!("W/\"{}\"", person.version));
    let mut response = Json(Person::from(person)).into_response();
    if let Ok(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Parses a licence type. An unknown one is rejected with the most similar one.
async fn licence(
    app: &App,
    person_id: Option<&str>,
    code: Option<&str>,
    ctx: &Ctx,
) -> Result<Option<LicenceType>, Problem> {
    let Some(code) = code else { return Ok(None) };
    match LicenceType::parse(code) {
        Some(licence) => Ok(Some(licence)),
        None => Err(refused(app.hub.refuse_licence(person_id, code, ctx).await?)),
    }
}

/// Finds a person by person id or by the hub's own id. Returns a problem if there is none.
pub(crate) async fn find(app: &App, id: &str) -> Result<Kept, Problem> {
    let found = app.hub.queries().person_called(id).await?;
    found.ok_or_else(|| Problem::not_found(format!("there is no person {id}")))
}

/// Maps `NotFound` to 422: a reference in the body to something unknown is an error of the body.
pub(super) fn refused(error: HubError) -> Problem {
    match error {
        HubError::NotFound(detail) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_reference", detail),
        other => other.into(),
    }
}
