//! The demo's history: one customer who activated some time ago, and posts for everyone.
//!
//! Everything is created through the normal journeys, once per data directory.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, bail};
use tessera_core::access::Viewer;
use tessera_core::forum::Board;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::customer::{Customer, IdentityKey, SignIn};
use tessera_core::kernel::ids::{PersonId, PlaceId};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::news::{PostAction, PostForm};
use tessera_core::persons::{Person, PersonDraft};
use tessera_core::returns;
use tessera_hub::{Ctx, Entry, Hub, NewServiceRequest, NewServiceRequestError, Sight};
use tessera_sim::world;

use super::employees::{EDITOR, STAFF};

/// The customer's role functions, so that every part of the portal can be tried.
const FUNCTIONS: [&str; 2] = ["WORKFLOW_ADMIN", "PORTALCONTACTEDIT"];
/// Maximum number of checks whether the activation is done.
const LOOKS: u32 = 200;
/// Interval between the checks.
const BETWEEN: Duration = Duration::from_millis(50);

/// A customer who activated some time ago.
#[derive(Debug, Clone)]
pub struct Resident {
    pub person: world::Person,
    pub email: String,
    pub password: &'static str,
    pub identity: IdentityKey,
    /// The identity provider's name in the hub.
    pub provider: &'static str,
}

impl Resident {
    /// Selects the customer: the last one with a device who is unambiguous in every system and has no account. The
    /// customers with an account are left as newcomers for users of the demo.
    pub fn among(world: &world::World) -> Option<usize> {
        world.people.iter().rposition(|person| {
            person.email.is_some()
                && person.password.is_none()
                && person.contact_ids.len() == 1
                && !person.devices.is_empty()
        })
    }

    /// Creates the customer's history.
    pub async fn settle(&self, hub: &Hub) -> anyhow::Result<()> {
        let requester = self.person.requester_id.to_string();
        let record = RecordKey::new("freshservice", Kind::Requester, &requester);
        if hub.queries().customer_of(&record).await?.is_some() {
            return Ok(());
        }
        let invited = hub.invite_without_mail(&requester, &STAFF).await?;
        hub.claim_invitation(invited.id, &self.sign_in(), Channel::Activation).await?;
        let customer = linked(hub, &record).await?;
        let person =
            hub.queries().people_of(customer.id).await?.into_iter().next().context("the activation made no person")?;
        let functions = |person: &Person| PersonDraft {
            role_functions: FUNCTIONS.map(ToOwned::to_owned).into(),
            ..PersonDraft::from(person)
        };
        hub.change_person(person.id, None, functions, &STAFF).await?;
        let viewer = inside(hub, person.id).await?;
        ask_for_service(hub, &viewer).await?;
        send_back(hub, &viewer, &self.email).await?;
        write(hub, &viewer).await?;
        Ok(hub.request_invoice_reading(&STAFF).await?)
    }

    fn sign_in(&self) -> SignIn {
        SignIn {
            identity: self.identity.clone(),
            provider: self.provider.to_owned(),
            email: Some(self.email.clone()),
            email_verified: true,
            name: Some(self.person.full_name()),
        }
    }
}

/// Waits for the background steps of the activation.
async fn linked(hub: &Hub, record: &RecordKey) -> anyhow::Result<Customer> {
    for _ in 0..LOOKS {
        if let Some(customer) = hub.queries().customer_of(record).await? {
            return Ok(customer);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    bail!("the activation of the demo's first customer takes too long")
}

/// The viewer of a person, as in the person's own requests.
async fn inside(hub: &Hub, person: PersonId) -> anyhow::Result<Viewer> {
    match hub.preview_as(person, "staff:demo").await? {
        Entry::In(viewer) => Ok(Viewer { preview: None, ..viewer }),
        Entry::Refused { access, .. } => bail!("the demo's own people have no access: {access:?}"),
        Entry::Nobody => bail!("the demo's own people are gone"),
    }
}

async fn ask_for_service(hub: &Hub, viewer: &Viewer) -> anyhow::Result<()> {
    let devices = hub.queries().devices_at_places_of(viewer.person).await?;
    let wish = NewServiceRequest {
        once: "demo".to_owned(),
        kind: "fault".to_owned(),
        subject: "The display stays dark in the morning".to_owned(),
        description: "Since Monday the display shows nothing until about nine.\nThe green light is on all the time."
            .to_owned(),
        device: devices.first().map(|device| device.external_id.clone()),
        ..NewServiceRequest::default()
    };
    match hub.open_request(viewer, &wish).await {
        Ok(_) => Ok(()),
        Err(NewServiceRequestError::Wrong(wrong)) => bail!("the demo's request is not valid: {wrong:?}"),
        Err(NewServiceRequestError::Hub(error)) => Err(error.into()),
    }
}

async fn send_back(hub: &Hub, viewer: &Viewer, email: &str) -> anyhow::Result<()> {
    let reason = hub.config.returns.reasons.first().map(|reason| reason.code.clone()).unwrap_or_default();
    let clamps = returns::ReturnDraftLine {
        model: "Current clamp".to_owned(),
        quantity: 2,
        reason,
        problem: "One of the two shows no current.".to_owned(),
        ..returns::ReturnDraftLine::default()
    };
    let draft = returns::ReturnDraft {
        customer_id: viewer.customer_id,
        place_id: viewer.default_place,
        person_id: Some(viewer.person),
        email: Some(email.to_owned()),
        lines: vec![clamps],
    };
    let actor = viewer.actor();
    hub.open_return(&draft, Sight::Of(viewer.person), &Ctx::new(actor, Channel::Portal)).await?;
    Ok(())
}

/// Creates news by an editor of the operating company, and a topic that the editor answers.
async fn write(hub: &Hub, viewer: &Viewer) -> anyhow::Result<()> {
    let made = EDITOR.create(hub, Vec::new()).await?;
    let home = PlaceId::home_of(made.customer_id);
    let at_home = |person: &Person| PersonDraft { default_place: Some(home), ..PersonDraft::from(person) };
    let editor = inside(hub, hub.change_person(made.id, None, at_home, &STAFF).await?.id).await?;
    let news = PostForm {
        title: "Clean panels produce more".to_owned(),
        body: "Rain washes panels. **Dust** under trees does not go by itself.\n\n# When\n\n- in spring, after the pollen\n- in autumn, \
               after the leaves\n\nUse water and a soft brush, early in the morning, and stay off the roof: open a service \
               request, and a trained technician will come."
            .to_owned(),
        everybody: true,
        places: BTreeSet::new(),
    };
    hub.write_news(&editor, None, &news, PostAction::Publish).await?;
    let board = Board {
        id: "00000000-0000-0000-0000-000000000000".parse().context("no id")?,
        version: 0,
        name: "Inverters and batteries".to_owned(),
        description: "What works for you, and what does not.".to_owned(),
        audience: Audience::Everybody,
        closed: false,
        changed_by: String::new(),
        changed_at: hub.env.now(),
    };
    let board = hub.put_board(None, &board, &STAFF).await?;
    let asked = "I want to add a second battery, three metres away. Which cross-section do I need?";
    let topic = hub.start_topic(viewer, board, "Which cable for a second battery?", asked, &[]).await?;
    let answered =
        "For up to five metres take **25 mm²**. Only a trained technician may connect it: open a service request.";
    hub.reply(&editor, topic, answered, &[]).await?;
    Ok(())
}
