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

/// Somebody who signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Person {
    /// The hub's own id.
    id: Uuid,
    /// What they sign in with (`P03`).
    #[schema(example = "ada.example")]
    person_id: String,
    /// The customer they sign in for.
    customer_id: Uuid,
    /// The name.
    #[schema(example = "Ada Example")]
    name: String,
    /// The known address.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// What they may use; `null`: nothing.
    #[schema(required, example = "CUSTPORTAL")]
    licence_type: Option<&'static str>,
    /// Whether they may sign in. People are made inactive, never deleted.
    active: bool,
    /// Since when they are inactive.
    #[schema(required)]
    inactive_since: Option<Timestamp>,
    /// Whether the mobile client is for them too.
    mobile_user: bool,
    /// The default place for portal access.
    #[schema(required)]
    default_place_id: Option<Uuid>,
    /// The places for portal access.
    place_ids: Vec<Uuid>,
    /// What they may do beyond their licence.
    #[schema(example = json!(["PORTALBLOGEDITACCESS"]))]
    role_functions: Vec<String>,
    /// The contact they are.
    #[schema(required)]
    contact_id: Option<Uuid>,
    /// When they came into being.
    created_at: Timestamp,
    /// Counts changes.
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
    /// The persons, in the order they came. Their places are told with each alone.
    items: Vec<PersonSummary>,
    /// Where the next page begins; `null` when this is the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Somebody who signs in, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct PersonSummary {
    /// The hub's own id.
    id: Uuid,
    /// What they sign in with.
    #[schema(example = "ada.example")]
    person_id: String,
    /// The customer they sign in for.
    customer_id: Uuid,
    /// The name.
    name: String,
    /// The known address.
    #[schema(required)]
    email: Option<String>,
    /// What they may use; `null`: nothing.
    #[schema(required, example = "CUSTPORTAL")]
    licence_type: Option<&'static str>,
    /// Whether they may sign in.
    active: bool,
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewPerson {
    /// What they shall sign in with; left out, one is made.
    #[serde(default)]
    #[schema(example = "ada.example")]
    person_id: Option<String>,
    /// The name.
    #[schema(example = "Ada Example")]
    name: String,
    /// The known address.
    #[serde(default)]
    email: Option<String>,
    /// What they may use: `STUDIO`, `NAMED`, `CUSTPORTAL`, `TECHPORTAL`, `MOBILE`, `WHSEPORTAL`, `DEALPORTAL`, `REPRPORTAL` or `MESSAGE`.
    #[serde(default)]
    #[schema(example = "CUSTPORTAL")]
    licence_type: Option<String>,
    /// Whether they may sign in.
    #[serde(default = "yes")]
    active: bool,
    /// Whether the mobile client is for them too.
    #[serde(default)]
    mobile_user: bool,
    /// The default place for portal access. It is among the places by itself.
    #[serde(default)]
    default_place_id: Option<Uuid>,
    /// The places for portal access.
    #[serde(default)]
    place_ids: Vec<Uuid>,
    /// What they may do beyond their licence.
    #[serde(default)]
    role_functions: Vec<String>,
    /// The contact they are.
    #[serde(default)]
    contact_id: Option<Uuid>,
    /// The customer they sign in for. Left out, it is the contact's, else the one whose default place it is, else the operating company.
    #[serde(default)]
    customer_id: Option<Uuid>,
}

const fn yes() -> bool {
    true
}

/// What shall change of a person; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct PersonChange {
    /// What they shall sign in with.
    #[serde(default)]
    person_id: Option<String>,
    /// The name.
    #[serde(default)]
    name: Option<String>,
    /// The known address; `null`: none.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Patch<String>,
    /// What they may use; `null`: nothing.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    licence_type: Patch<String>,
    /// Whether they may sign in. Whoever becomes inactive is signed out at once.
    #[serde(default)]
    active: Option<bool>,
    /// Whether the mobile client is for them too.
    #[serde(default)]
    mobile_user: Option<bool>,
    /// The default place for portal access; `null`: none.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    default_place_id: Patch<Uuid>,
    /// The places for portal access, all of them.
    #[serde(default)]
    place_ids: Option<Vec<Uuid>>,
    /// What they may do beyond their licence, all of it.
    #[serde(default)]
    role_functions: Option<Vec<String>>,
    /// The contact they are; `null`: none.
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

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Page {
    /// Where the page begins, from the page before.
    cursor: Option<String>,
    /// How many there shall be, at most 200.
    limit: Option<u16>,
}

/// Make a person
///
/// Licence types that do not exist are refused, and the nearest that does is named. The refusal is remembered, so that the explanation of the
/// person's access can name it.
#[utoipa::path(
    post, path = "/persons", operation_id = "createPerson", tag = "Admin", security(("apiKey" = [])), request_body = NewPerson,
    responses(
        (status = 201, description = "The person", body = Person,
            headers(("location" = String, description = "Where the person is"), ("etag" = String, description = "Its version"))),
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

/// One person
#[utoipa::path(
    get, path = "/persons/{id}", operation_id = "getPerson", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses(
        (status = 200, description = "The person", body = Person, headers(("etag" = String, description = "Its version"))),
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
/// With `If-Match`, only when nobody changed the person meanwhile.
#[utoipa::path(
    patch, path = "/persons/{id}", operation_id = "changePerson", tag = "Admin", security(("apiKey" = [])), params(ById),
    request_body = PersonChange,
    responses(
        (status = 200, description = "The person", body = Person, headers(("etag" = String, description = "Its version"))),
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
    // What is left out stays as it is when the change is made, not as it was when it was asked for.
    let wanted = |now: &Kept| change.applied_to(now, licence.unwrap_or(now.licence));
    let changed = app.hub.change_person(before.id, version, wanted, by).await;
    Ok(answer(changed.map_err(refused)?))
}

impl PersonChange {
    /// What the person shall be, when this is done to what they are.
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

/// The licence type of that name. One that does not exist is refused, with the nearest that does.
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

/// One person by person id or the hub's own id, or the problem that there is none.
pub(crate) async fn find(app: &App, id: &str) -> Result<Kept, Problem> {
    let found = app.hub.queries().person_called(id).await?;
    found.ok_or_else(|| Problem::not_found(format!("there is no person {id}")))
}

/// What a body names and does not exist is the body's fault.
pub(super) fn refused(error: HubError) -> Problem {
    match error {
        HubError::NotFound(detail) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_reference", detail),
        other => other.into(),
    }
}
