//! The demo's warehouse: places for the stock, and a worker whose licence opens the Warehouse Portal. Created once per data
//! directory.

use tessera_core::persons::place::PlaceDraft;
use tessera_hub::Hub;

use super::employees::{KEEPER, STAFF};

/// Where the stock is.
const PLACES: [(&str, &str); 2] = [("Main warehouse", "1 Example Way\nExample Town"), ("Van 3", "")];

/// Creates the worker and the places.
pub async fn settle(hub: &Hub) -> anyhow::Result<()> {
    if KEEPER.exists(hub).await? {
        return Ok(());
    }
    for (name, address) in PLACES {
        let address = Some(address.to_owned()).filter(|address| !address.is_empty());
        let place = PlaceDraft { name: name.to_owned(), parent_id: None, address, active: true };
        hub.create_place(place, None, &STAFF).await?;
    }
    KEEPER.create(hub, Vec::new()).await?;
    Ok(())
}
