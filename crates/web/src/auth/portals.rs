//! The start page of all portals: which are open to the signed-in user, and why the others are not (`P05`, `P13`).

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use tessera_core::access::{Access, Portal};
use tessera_hub::PortalsOfPerson;

use super::home;
use crate::App;
use crate::auth::caller::Session;
use crate::locale::{portal_title, text};
use crate::pages::Chrome;
use crate::pages::auth::{ClosedPortal, OpenPortal, Portals};
use crate::portal::{access_denied, shown_as};
use crate::respond::page::{Answer, chrome, page, portal_links};

pub(super) async fn show(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.portals_explained(&session.sign_in.identity).await?;
    let Some(PortalsOfPerson { name, works_here, portals }) = found else {
        // Without a person, the customer portal says what to do; nothing else can be open.
        let around = chrome(&app, &headers, &uri, Some(shown_as(&session.sign_in)));
        return page(&app, &around, &Portals { open: vec![open(Portal::Customer, false)], closed: Vec::new() });
    };
    let (opened, shut): (Vec<_>, Vec<_>) = portals.into_iter().partition(|(_, access)| access.allowed);
    let names: Vec<Portal> = opened.into_iter().map(|(portal, _)| portal).collect();
    let content = Portals {
        open: names.iter().map(|portal| open(*portal, works_here)).collect(),
        closed: shut.iter().map(|(portal, access)| closed(*portal, access)).collect(),
    };
    let around = Chrome { portals: portal_links(&names, &uri), ..chrome(&app, &headers, &uri, Some(name)) };
    page(&app, &around, &content)
}

fn open(portal: Portal, works_here: bool) -> OpenPortal {
    OpenPortal { title: portal_title(portal), url: home(portal), about: about(portal, works_here) }
}

fn about(portal: Portal, works_here: bool) -> String {
    match portal {
        Portal::Customer => text!("portals-about-customer"),
        Portal::Warehouse if works_here => text!("portals-about-warehouse"),
        Portal::Warehouse => text!("portals-about-warehouse-guest"),
        Portal::SmartClient => text!("portals-about-console"),
        Portal::Tech if works_here => text!("portals-about-tech"),
        Portal::Tech => text!("portals-about-tech-guest"),
        Portal::Dealer | Portal::Repair | Portal::Mobile | Portal::Studio => {
            text!("portals-about-empty")
        }
    }
}

fn closed(portal: Portal, access: &Access) -> ClosedPortal {
    let words = access_denied::words(access, portal);
    ClosedPortal { title: words.portal, reason: words.title, next_step: words.next_step }
}
