//! The demo's warehouse: places for the stock, and a worker whose licence opens the Warehouse Portal. Created once per data
//! directory.

use std::borrow::Cow;

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::persons::PersonDraft;
use tessera_core::persons::place::PlaceDraft;
use tessera_hub::{Ctx, Hub};

/// A warehouse worker of the operating company, with a person id.
pub const WORKER: (&str, &str) = ("kim.keeper", "nine-pallets-by-the-door");

const STAFF: Ctx = Ctx::new(Actor::Staff(Cow::Borrowed("demo")), Channel::Console);
/// Where the stock is.
const PLACES: [(&str, &str); 2] = [("Main warehouse", "1 Example Way\nExample Town"), ("Van 3", "")];

/// Creates the worker and the places.
pub async fn settle(hub: &Hub) -> anyhow::Result<()> {
    if hub.queries().person_called(WORKER.0).await?.is_some() {
        return Ok(());
    }
    for (name, address) in PLACES {
        let address = Some(address.to_owned()).filter(|address| !address.is_empty());
        let place = PlaceDraft { name: name.to_owned(), parent_id: None, address, active: true };
        hub.create_place(place, None, &STAFF).await?;
    }
    let draft = PersonDraft {
        person_id: Some(WORKER.0.to_owned()),
        name: "Kim Example".to_owned(),
        email: Some("kim@example.com".to_owned()),
        licence: Some(LicenceType::Whseportal),
        active: true,
        mobile_user: false,
        default_place: None,
        places: Vec::new(),
        role_functions: Vec::new(),
        contact_id: None,
    };
    let worker = hub.create_person(draft, None, &STAFF).await?;
    Ok(hub.choose_password(worker.id, WORKER.1, None).await?)
}
