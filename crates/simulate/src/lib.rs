//! Deterministic simulation of the hub: one short story for each seed, in virtual time, with everything that can go wrong, and the promises
//! checked at the end. The same seed is the same story, to the last line of its log.

mod check;
mod clock;
mod company;
mod crowd;
mod dice;
mod disk;
mod host;
mod journal;
mod life;
mod outside;
mod panics;
mod quiet;
mod report;
mod scene;
mod story;
mod template;
mod weather;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use dice::{Dice, Stream};
use host::Host;
use outside::World;
use scene::Scene;
use story::Client;
use weather::Weather;

pub use check::Findings;
pub use crowd::{Crowd, activation_in_a_crowd};
pub use report::{Totals, run_many};
pub use template::Template;

/// What came of one story.
#[derive(Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// How many requests the hub acknowledged.
    pub acknowledged: u64,
    /// The promises that were broken.
    pub findings: Findings,
    /// How often the hub died.
    pub deaths: u32,
    /// The longest time from a sign-in until the devices were there.
    pub longest_wait: Duration,
    /// How long it took until the hub was quiet, after the faults.
    pub quiet_after: Duration,
    /// Everything that happened.
    pub journal: String,
}

impl Outcome {
    /// A story that could not be told to its end.
    fn unfinished(seed: u64) -> Self {
        Self {
            seed,
            acknowledged: 0,
            findings: Findings::default(),
            deaths: 0,
            longest_wait: Duration::ZERO,
            quiet_after: Duration::ZERO,
            journal: String::new(),
        }
    }

    /// Whether all promises were kept.
    pub fn is_good(&self) -> bool {
        let Findings { lost, doubled, wrong, .. } = &self.findings;
        lost.is_empty() && doubled.is_empty() && wrong.is_empty()
    }
}

/// Plays the story of a seed.
///
/// # Panics
/// When no temporary folder can be made.
pub fn play(seed: u64, template: &Template) -> Outcome {
    let (told, panics) = panics::noted(|| runtime().block_on(tell(seed, template)));
    let mut outcome = told.unwrap_or_else(|| Outcome::unfinished(seed));
    outcome.findings.wrong.extend(panics.into_iter().map(|panic| format!("a panic: {panic}")));
    outcome
}

/// One thread, and a clock that jumps ahead when everyone waits.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime starts")
}

async fn tell(seed: u64, template: &Template) -> Outcome {
    let folder = template.folder();
    let dice = Dice::new(seed, Stream::Story);
    let length = dice.between(Duration::from_secs(20), Duration::from_secs(150));
    let mut scene = Scene::new(seed, Weather::forecast(&dice, length));
    scene.desk_budget = dice.pick(&[None, None, Some(60), Some(200)]);
    scene.search_lag = dice.between(Duration::ZERO, Duration::from_mins(3));
    let deaths = u32::try_from(dice.below(5)).unwrap_or_default();
    let scene = Arc::new(scene);
    scene.note(format_args!("seed {seed}: {length:?} with {deaths} deaths, {:?}", scene.weather));

    let truth = company::truth(scene.clocks.true_now());
    let world = Arc::new(World::new(scene.clone(), truth));
    let host = Arc::new(Host::new(world.clone(), folder.path(), &template.path(), deaths));
    let machine = tokio::spawn(host.clone().run());
    let client = Client::new(host.clone(), world.clone());
    story::play(&client, &dice, length).await;

    scene.get_well();
    let process = host.spare().await;
    let quiet_after = quiet::come_to_rest(&process, &scene).await;
    host.stop().await;
    machine.abort();
    let acknowledged = std::mem::take(&mut *client.acknowledged());
    let mut findings = check::check(&process.store, &world, &acknowledged).await;
    findings.wrong.extend(scene.all_broken());
    let waits = acknowledged.activations.iter().filter_map(|(_, took)| *took);
    Outcome {
        seed,
        acknowledged: acknowledged.count(),
        findings,
        deaths: host.deaths(),
        longest_wait: waits.max().unwrap_or_default(),
        quiet_after,
        journal: scene.journal.take(),
    }
}
