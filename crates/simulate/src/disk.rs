//! What becomes of calls of the database: it takes time, refuses, fails for a while, or loses the answer to a commit.

use std::sync::Arc;

use tessera_store::{Call, Cause, Decision, Faults, StoreError};

use crate::life::Life;
use crate::scene::Scene;
use crate::weather::System;

/// The database of one process of the hub.
#[derive(Debug)]
pub struct Disk {
    /// The process.
    pub life: Arc<Life>,
    /// The story.
    pub scene: Arc<Scene>,
}

impl Disk {
    async fn decide_before(&self, call: Call) -> Result<(), StoreError> {
        self.life.point().await;
        let scene = &self.scene;
        match scene.disk.below(100) {
            0..80 => {}
            80..92 => tokio::task::yield_now().await,
            _ => tokio::time::sleep(scene.disk.short(20)).await,
        }
        if scene.is_well() {
            return Ok(());
        }
        let out = scene.weather.outage(System::Disk, scene.clocks.elapsed()).is_some();
        if !out && !scene.disk.chance(scene.weather.disk) {
            return Ok(());
        }
        let cause = Cause::new("simulated");
        let error = match scene.disk.below(4) {
            0 if call.writes => StoreError::DiskFull(cause),
            1 if call.writes => StoreError::CommitUnknown(cause),
            _ => StoreError::Unavailable(cause),
        };
        scene.note(format_args!("disk {} refused: {error}", call.statement));
        Err(error)
    }

    async fn decide_after(&self, call: Call) -> Result<(), StoreError> {
        let scene = &self.scene;
        if call.writes {
            scene.note(format_args!("disk {}", call.statement));
        }
        self.life.point().await;
        let by_chance = call.writes && !scene.is_well() && scene.disk.chance(scene.weather.disk / 2);
        if by_chance {
            scene.note(format_args!("disk {} answer lost", call.statement));
            return Err(StoreError::CommitUnknown(Cause::new("simulated")));
        }
        Ok(())
    }
}

impl Faults for Disk {
    fn before(&self, call: Call) -> Decision<'_> {
        Box::pin(self.decide_before(call))
    }

    fn after(&self, call: Call) -> Decision<'_> {
        Box::pin(self.decide_after(call))
    }
}
