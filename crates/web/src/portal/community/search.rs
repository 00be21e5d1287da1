//! The portal's search (`P09`): a list of sources, each of which finds only what the person may see.

use axum::extract::Query;
use serde::Deserialize;
use tessera_core::search::{self, Source};

use super::here::Here;
use crate::PageError;
use crate::page::Answer;
use crate::view::community::search::{Group, Hit, PortalSearch};

/// What each source shows.
const SOME: usize = 10;
/// The most letters that are looked at.
const LONGEST: usize = 200;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

pub(super) async fn search(here: Here, Query(Asked { q }): Query<Asked>) -> Answer {
    let q: String = q.trim().chars().take(LONGEST).collect();
    let words = search::asked(&q);
    let mut groups = Vec::new();
    if let Some(words) = &words {
        groups.push(devices(&here, words).await?);
        for source in Source::ALL {
            groups.push(indexed(&here, words, source).await?);
        }
        groups.retain(|group| !group.hits.is_empty());
    }
    here.page(&PortalSearch { q, groups, asked: words.is_some() })
}

/// The devices at the person's places.
async fn devices(here: &Here, asked: &[String]) -> Result<Group, PageError> {
    let devices = here.app.hub.store.devices_in_places(here.viewer.person).await?;
    let mut hits = Vec::new();
    for (_, device) in devices {
        let serials = [device.serial.as_deref(), device.inverter_serial.as_deref()];
        let texts = [Some(device.name.as_str()), device.product.as_deref(), device.vendor.as_deref()];
        let mut words = search::words(texts.into_iter().chain(serials).flatten());
        // A serial number is found however it is divided.
        words.extend(
            serials
                .into_iter()
                .flatten()
                .map(|serial| serial.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()),
        );
        if asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked.as_str()))) {
            hits.push(Hit {
                url: format!("/portal/customer/devices/{}", device.external_id),
                title: device.name,
                excerpt: device.serial.map(|serial| format!("Serial number {serial}")).unwrap_or_default(),
                at: None,
            });
        }
    }
    let more = hits.len() > SOME;
    hits.truncate(SOME);
    Ok(Group { label: "Devices".to_owned(), hits, more })
}

/// What is kept in the index of words.
async fn indexed(here: &Here, asked: &[String], source: Source) -> Result<Group, PageError> {
    let found = here.app.hub.store.search_portal(here.viewer.person, asked, Some(source), SOME + 1).await?;
    let more = found.len() > SOME;
    let hit =
        |hit: tessera_store::PortalHit| Hit { url: hit.path, title: hit.title, excerpt: hit.excerpt, at: Some(hit.at) };
    let label = match source {
        Source::Blog => "News",
        Source::Forum => "Forum",
    };
    Ok(Group { label: label.to_owned(), hits: found.into_iter().take(SOME).map(hit).collect(), more })
}
