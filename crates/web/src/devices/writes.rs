//! Requests to the service desk: their states, and the page of one.

use tessera_core::devices::device_writes::{AssetChange, DeviceWrite, WriteState};

use crate::App;
use crate::console::{actor, done, sentence, stale};
use crate::devices::Urls;
use crate::pages::Tone;
use crate::pages::console::{Badge, DeviceWrite as DeviceWritePage, WriteLine};
use crate::timeline::events;

/// A state.
pub(crate) fn badge(state: &WriteState) -> Badge {
    match state {
        WriteState::Waiting => Badge::new("Waiting", Tone::Warn),
        WriteState::Done { .. } => Badge::new("Done", Tone::Good),
        WriteState::Failed { .. } => Badge::new("Failed", Tone::Bad),
        WriteState::Superseded { .. } => Badge::new("Overtaken", Tone::Warn),
        WriteState::Cancelled { .. } => Badge::new("Cancelled", Tone::Plain),
    }
}

/// A request in the list on its device's page.
pub(crate) fn line(app: &App, urls: Urls, write: &DeviceWrite) -> WriteLine {
    WriteLine {
        url: urls.write(write.id),
        what: sentence(&write.change.sentence()),
        state: badge(&write.state),
        asked: done(app, write.created_at, &write.asked_by.to_string()),
    }
}

/// The page of a request.
pub(crate) fn page(app: &App, urls: Urls, write: &DeviceWrite) -> DeviceWritePage {
    let device = match (&write.state, &write.change) {
        (WriteState::Done { display_id }, _) => Some(display_id.as_str()),
        (_, AssetChange::Hand(handing)) => Some(handing.display_id.as_str()),
        (_, AssetChange::Create(_)) => None,
    };
    let detail = match &write.state {
        WriteState::Cancelled { by } => Some(actor(app, by)),
        WriteState::Superseded { holder } => Some(sentence(&events::superseded(holder.as_deref()))),
        state => state.note().map(sentence),
    };
    DeviceWritePage {
        what: sentence(&write.change.sentence()),
        state: write.state.as_str().to_owned(),
        standing: badge(&write.state),
        detail,
        asked: done(app, write.created_at, &write.asked_by.to_string()),
        finished_at: write.finished_at,
        device_url: device.map(|device| urls.device(device)),
        cancel_action: (write.state == WriteState::Waiting).then(|| format!("{}/cancel", urls.write(write.id))),
        stale: stale(app, &[app.hub.desk.name()]),
    }
}
