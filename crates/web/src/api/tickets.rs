//! Tickets of a requester (`A02`), linked to a customer or not.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::service_requests::Status;
use tessera_hub::RequesterTickets;
use tessera_hub::ports::Ticket as Read;
use utoipa::{IntoParams, ToSchema};

use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// The tickets of a requester.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Tickets {
    /// The tickets, newest first; at most 200.
    items: Vec<Ticket>,
    /// Only tickets that changed since are listed.
    since: Timestamp,
}

/// A ticket of the service desk.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ticket {
    /// The ticket's number.
    #[schema(example = "264")]
    id: String,
    /// The subject.
    #[schema(example = "No sun")]
    subject: String,
    /// `open`, `pending`, `resolved`, `closed`, or `other` for a status of the account's own.
    #[schema(example = "open")]
    status: &'static str,
    /// When the ticket was opened.
    #[schema(required)]
    created_at: Option<Timestamp>,
    /// When the ticket last changed.
    #[schema(required)]
    updated_at: Option<Timestamp>,
    /// The ticket's address in the service desk, if the hub's configuration has the pattern.
    #[schema(required)]
    url: Option<String>,
}

/// The requester in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The requester's id in the service desk.
    #[param(example = "21000418006")]
    id: String,
}

/// List the tickets of a requester
///
/// Reads them from the service desk now, whether or not the requester is linked to a customer. Only the tickets of linked
/// requesters are also kept as requests.
#[utoipa::path(
    get, path = "/requesters/{id}/tickets", operation_id = "listTicketsOfRequester", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The tickets", body = Tickets), problems::Any, problems::Upstream),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Tickets>, Problem> {
    let RequesterTickets { tickets, since } = app.hub.tickets_of_requester(&id).await?;
    let item = |ticket: Read| Ticket {
        url: app.hub.config.addresses.ticket(&ticket.id),
        status: Status::of_desk(ticket.status).as_str(),
        id: ticket.id,
        subject: ticket.subject,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
    };
    Ok(Json(Tickets { items: tickets.into_iter().map(item).collect(), since }))
}
