//! A job whose claim was committed while the answer to it was lost: the process does not know that it holds the job.

use std::sync::Arc;
use std::time::Duration;

use crate::host::Host;
use crate::outside::World;
use crate::scene::Scene;
use crate::story::Client;
use crate::weather::Weather;
use crate::{Template, company, runtime};

/// How long the e-mail of an invitation takes. `None`: it is not sent within a minute.
pub fn email_after_lost_claim(template: &Template) -> Option<Duration> {
    runtime().block_on(async {
        let scene = Arc::new(Scene::new(1, Weather::fair()));
        let world = Arc::new(World::new(scene.clone(), company::truth(scene.clocks.true_now())));
        let folder = template.folder();
        let host = Arc::new(Host::new(world.clone(), folder.path(), &template.path(), 0));
        let machine = tokio::spawn(host.clone().run());
        let client = Client::new(host.clone(), world.clone());
        host.spare().await;
        // The first sweeps come to their end.
        tokio::time::sleep(Duration::from_secs(10)).await;
        *scene.lose_answer_to.lock().ok()? = Some("JOBS_CLAIM_SQLITE");
        client.invite(1001, 0).await;
        let began = scene.clocks.elapsed();
        while world.truth().mail.is_empty() && scene.clocks.elapsed() < began + Duration::from_mins(1) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        machine.abort();
        (!world.truth().mail.is_empty()).then(|| scene.clocks.elapsed().saturating_sub(began))
    })
}
