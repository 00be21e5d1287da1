//! The demo's technician: a person whose licence opens the Tech Portal, a van with parts, and two work orders. Created once
//! per data directory.

use jiff::SignedDuration;
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::work_orders::Window;
use tessera_hub::{Hub, NewWorkOrder};

use super::employees::{STAFF, TECHNICIAN};

/// The technician's van, which the warehouse has made.
const VAN: &str = "Van 3";
/// The parts in the van.
const PARTS: [(&str, i32); 3] = [("cable", 20), ("connector", 12), ("fuse", 6)];

/// Creates the technician, the van's parts, and work at a customer: of this requester, if they have activated.
pub async fn settle(hub: &Hub, requester: Option<&str>) -> anyhow::Result<()> {
    if TECHNICIAN.exists(hub).await? {
        return Ok(());
    }
    let places = hub.queries().stock_places().await?;
    let van: Option<PlaceId> = places.into_iter().find(|place| place.name == VAN).map(|place| place.id);
    TECHNICIAN.create(hub, van.into_iter().collect()).await?;
    if let Some(van) = van {
        for (part, quantity) in PARTS {
            hub.count_parts(van, part, quantity, &STAFF).await?;
        }
    }
    let Some(requester) = requester else { return Ok(()) };
    let key = RecordKey::new(hub.desk.name(), Kind::Requester, requester);
    let Some(customer) = hub.queries().customer_of(&key).await? else { return Ok(()) };
    plan_work(hub, customer.id).await
}

/// A repair with an appointment, and an installation that is not planned yet.
async fn plan_work(hub: &Hub, customer: CustomerId) -> anyhow::Result<()> {
    let from = hub.env.now() + SignedDuration::from_hours(2);
    let repair = NewWorkOrder {
        kind: "repair".to_owned(),
        customer: Some(customer),
        subject: "The inverter hums in the evening".to_owned(),
        description: "Left wall of the garage. Please ring twice.".to_owned(),
        window: Some(Window { from, to: from + SignedDuration::from_hours(2) }),
        assignee: Some(TECHNICIAN.login.to_owned()),
        ..NewWorkOrder::default()
    };
    let installation = NewWorkOrder {
        kind: "installation".to_owned(),
        customer: Some(customer),
        subject: "A second inverter".to_owned(),
        model: Some("PACE".to_owned()),
        assignee: Some(TECHNICIAN.login.to_owned()),
        ..NewWorkOrder::default()
    };
    for order in [repair, installation] {
        hub.create_work_order(&order, "Demo Staff", &STAFF).await?;
    }
    Ok(())
}
