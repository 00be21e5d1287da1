//! What staff ask for: devices, other holders of devices, and sweeps.

use std::collections::BTreeMap;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::SweepMode;
use tessera_hub::{Ctx, DeviceDraft, Expected, Hub, HubError, SweepOrder};

use super::{Client, Said, machine};

impl Client {
    pub(super) async fn sweep(&self, what: SweepOf) {
        let order = SweepOrder { what, mode: SweepMode::Full, dry: false };
        let ctx = Ctx::new(Actor::Staff("jo".into()), Channel::Console);
        let asks = move |hub: Hub| async move { hub.request_sweep(order, &ctx).await };
        if let Said::Done(_) = self.order(&format!("sweep of {}", what.as_str()), asks).await {
            self.acknowledged().others += 1;
        }
    }

    pub(super) async fn create_device(&self, requester: Option<u64>, number: usize) {
        let serial = format!("NEW-{number}");
        let draft = DeviceDraft {
            name: format!("Bundle {serial}"),
            fields: BTreeMap::from([("serial_number".to_owned(), serial.clone())]),
            requester_id: requester.map(|id| id.to_string()),
        };
        self.write(format!("device {serial}"), move |hub, ctx| {
            let draft = draft.clone();
            async move { hub.create_device(&draft, &ctx).await }
        })
        .await;
    }

    pub(super) async fn hand_device(&self, requester: Option<u64>, number: usize) {
        let ids: Vec<u64> = self.world.truth().desk.assets.keys().copied().collect();
        let (id, to) = (self.world.scene.clients.pick(&ids).to_string(), requester.map(|id| id.to_string()));
        self.write(format!("hand {number}: {id} to {requester:?}"), move |hub, ctx| {
            let (id, to) = (id.clone(), to.clone());
            async move { hub.hand_device(&id, to.as_deref(), Expected::Anyone, &ctx).await }
        })
        .await;
    }

    async fn write<F>(&self, key: String, does: impl Fn(Hub, Ctx) -> F + Send + Sync + Clone + 'static)
    where
        F: Future<Output = Result<tessera_core::devices::device_writes::DeviceWrite, HubError>> + Send + 'static,
    {
        for tries in 0.. {
            let (ctx, does) = (machine(&key), does.clone());
            match self.order(&key, move |hub| does(hub, ctx)).await {
                Said::Done(write) => {
                    self.acknowledged().writes.push(write.id);
                    return;
                }
                Said::Nothing if self.again(tries).await => {}
                Said::Refused | Said::Nothing => return,
            }
        }
    }
}
