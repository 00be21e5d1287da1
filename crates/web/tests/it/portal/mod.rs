//! The customer portal.

mod device_documents;
mod forum;
mod invoices;
mod moderation;
mod news;
mod other_places;
mod photos;
mod profile;
pub mod returns;
pub mod service_requests;

use std::collections::BTreeSet;

use tessera_core::forum::Board;
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::ids::{BoardId, PlaceId};
use testkit::{JO, TestApp};
use uuid::Uuid;

/// Creates a board, as staff.
pub async fn board(app: &TestApp, name: &str, places: &[PlaceId]) -> BoardId {
    let chosen: BTreeSet<_> = places.iter().copied().collect();
    let audience = if places.is_empty() { Audience::Everybody } else { Audience::Places(chosen) };
    let wanted = Board {
        id: BoardId(Uuid::nil()),
        version: 0,
        name: name.to_owned(),
        description: String::new(),
        audience,
        closed: false,
        changed_by: String::new(),
        changed_at: app.hub.env.now(),
    };
    app.hub.put_board(None, &wanted, &JO).await.unwrap()
}
