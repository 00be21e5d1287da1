//! Timelines (`H05`): a customer's, for staff and API, and the organisation's, for one of its people.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tessera_core::access::{Named, TimelineSight, Viewer};
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::kernel::timeline::{Event, TimelinePage};
use tessera_store::{Reads, StoreError};
use uuid::Uuid;

use super::Queries;

/// A page of the organisation's timeline, as visible to one of its people.
#[derive(Debug, Clone)]
pub struct VisibleTimeline {
    /// The events with their times, newest first.
    pub events: Vec<(Timestamp, Event)>,
    /// Cursor of the next page, which has older entries. `None`: this is the last page.
    pub older: Option<i64>,
    /// Whether it is hidden from the person, who does not have the organisation's home place.
    pub withheld: bool,
}

impl Queries<'_> {
    /// A page of a customer's timeline. `None`: there is no such customer.
    pub async fn timeline(
        &self,
        of: CustomerId,
        before: Option<i64>,
        size: usize,
    ) -> Result<Option<TimelinePage>, StoreError> {
        timeline_page(&self.snapshot().await?, of, before, size).await
    }

    /// What a person can see of the newest `size` entries older than `before`.
    pub async fn timeline_visible_to(
        &self,
        viewer: &Viewer,
        before: Option<i64>,
        size: usize,
    ) -> Result<VisibleTimeline, StoreError> {
        let store = self.snapshot().await?;
        let entries = store.timeline_visible_to(viewer, before, size).await?;
        let older = entries.last().filter(|last| entries.len() == size && last.seq > 1).map(|last| last.seq);
        let events = entries.iter().filter_map(|entry| Some((entry.at, entry.event()?)));
        let mut events: Vec<(Timestamp, Event)> = events.collect();
        let home = PlaceId::home_of(viewer.customer_id);
        let sight = sight(&store, viewer, home, &events, self.hub.may_edit_contacts(viewer)).await?;
        events.retain(|(_, event)| sight.shows(event));
        Ok(VisibleTimeline { events, older, withheld: !sight.seen.contains(&home.0) })
    }
}

/// A page of a customer's timeline. `None`: there is no such customer.
pub(super) async fn timeline_page(
    store: &Reads,
    of: CustomerId,
    before: Option<i64>,
    size: usize,
) -> Result<Option<TimelinePage>, StoreError> {
    let Some(head) = store.timeline_head(of).await? else { return Ok(None) };
    let end = TimelinePage::end(head, before);
    let entries = store.timeline(of, Some(end + 1), size + 1).await?;
    Ok(Some(TimelinePage::new(head, end, entries, size)))
}

/// Which of the objects named by the events, and of the home place, the viewer can see.
async fn sight(
    store: &Reads,
    viewer: &Viewer,
    home: PlaceId,
    events: &[(Timestamp, Event)],
    keeps_contacts: bool,
) -> Result<TimelineSight, StoreError> {
    let mut things: Vec<Uuid> = vec![home.0];
    let mut devices: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for named in events.iter().filter_map(|(_, event)| Named::by(event)) {
        match named {
            Named::Thing(id) | Named::Contact(id) => things.push(id),
            Named::Device(device) => devices.entry(device.system).or_default().push(device.external_id),
        }
    }
    things.sort_unstable();
    things.dedup();
    let mut sight = TimelineSight {
        seen: store.named_visible_to(viewer, &things).await?,
        keeps_contacts,
        ..TimelineSight::default()
    };
    for (system, mut ids) in devices {
        ids.sort_unstable();
        ids.dedup();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        sight.elsewhere.extend(store.devices_put_elsewhere(viewer.person, &system, &ids).await?);
    }
    Ok(sight)
}
