//! One activation beside everything else: hooks, a silent mail server, a service desk that allows no more calls, and a sweep.

use std::sync::Arc;
use std::time::Duration;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::sync::jobs::{Hint, SweepOf};
use tessera_core::sync::sweep::SweepMode;
use tessera_hub::{Ctx, SweepOrder};
use tessera_store::JobState;

use crate::host::Host;
use crate::outside::{Asset, World};
use crate::scene::Scene;
use crate::story::Client;
use crate::weather::{Fault, System, Weather};
use crate::{Template, company, runtime};

/// How many hooks arrive at once.
const HOOKS: u64 = 400;
/// Calls per minute that the service desk allows.
const BUDGET: usize = 120;

/// What an activation met, and how long it took.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// From the sign-in to the devices, in virtual time.
    pub took: Duration,
    /// How many hooks waited for calls by then.
    pub hooks_waiting: usize,
    /// How many e-mails waited for the mail server.
    pub emails_waiting: usize,
    /// Whether the sweep was still reading.
    pub sweep_open: bool,
}

/// Activates a customer beside everything else.
///
/// # Panics
/// When the simulation cannot be set up.
pub fn activation_in_a_crowd(template: &Template) -> Crowd {
    runtime().block_on(async {
        let mut scene = Scene::new(1, Weather::fair().with_outage(System::Mail, Fault::Silent));
        scene.desk_budget = Some(BUDGET);
        let scene = Arc::new(scene);
        let mut truth = company::truth(scene.clocks.true_now());
        for id in 0..HOOKS {
            let serial = format!("HIB-H{id}");
            let (name, updated_at) = (serial.clone(), scene.clocks.true_now());
            truth.desk.assets.insert(10_000 + id, Asset { name, serial, holder: None, trashed: false, updated_at });
        }
        let world = Arc::new(World::new(scene.clone(), truth));
        let folder = template.folder();
        let host = Arc::new(Host::new(world.clone(), folder.path(), &template.path(), 0));
        let machine = tokio::spawn(host.clone().run());
        let client = Client::new(host.clone(), world);
        let process = host.spare().await;
        for number in 0..40 {
            client.invite(1002 + number % 4, usize::try_from(number).unwrap_or_default()).await;
        }
        let hints = (0..HOOKS).map(|id| Hint::Asset { display_id: (10_000 + id).to_string() }).collect();
        process.hub.hook_named(System::Desk.name(), hints).await.expect("the hooks are accepted");
        let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry: false };
        let ctx = Ctx::new(Actor::Staff("jo".into()), Channel::Console);
        let sweep = process.hub.request_sweep(order, &ctx).await.expect("the sweep is accepted");
        // Until all calls that background work may make are made.
        tokio::time::sleep(Duration::from_secs(20)).await;

        client.activate(1001, 1000).await;
        let took = client.acknowledged().activations[0].1.expect("the activation came to its end");
        let waiting = process.store.jobs(JobState::Waiting, 1000).await.expect("the database answers");
        let running = process.store.jobs(JobState::Running, 1000).await.expect("the database answers");
        let of = |kind: &str| waiting.iter().chain(&running).filter(|job| job.task.kind() == kind).count();
        let sweep = process.store.sweep(sweep.id).await.expect("the database answers");
        let crowd = Crowd {
            took,
            hooks_waiting: of("fetch_record"),
            emails_waiting: of("mail_invitation"),
            sweep_open: sweep.is_some_and(|sweep| sweep.state.is_open()),
        };
        machine.abort();
        crowd
    })
}
