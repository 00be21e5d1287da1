//! Webhook deliveries: stored durably before the sender gets its answer.

use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::job::Task;
use tessera_core::sync::change::{HookChange, UnusableDelivery};
use tessera_core::sync::jobs::{FetchRecord, Hint};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Records a delivery that named objects which may have changed. They are read again. Equal waiting jobs are
    /// merged.
    pub async fn hook_named(&self, hook: &str, hints: Vec<Hint>) -> Result<(), HubError> {
        let tasks = hints.into_iter().map(|hint| FetchRecord { hint, tries: 0 }.into());
        self.delivered(hook, tasks.collect(), None).await
    }

    /// Records a delivery that requested an invitation.
    pub async fn hook_asked_invitation(&self, hook: &str, requester_id: &str) -> Result<(), HubError> {
        let asked_by = self.desk_actor();
        let invite = Invite { requester_id: requester_id.to_owned(), asked_by, missing_since: None };
        self.delivered(hook, vec![invite.into()], None).await
    }

    /// Records a delivery that could not be used.
    pub async fn hook_unusable(&self, hook: &str, unusable: UnusableDelivery) -> Result<(), HubError> {
        self.delivered(hook, Vec::new(), Some(unusable)).await
    }

    async fn delivered(
        &self,
        hook: &str,
        tasks: Vec<Task>,
        unusable: Option<UnusableDelivery>,
    ) -> Result<(), HubError> {
        commit!(self, &Ctx::new(self.desk_actor(), Channel::Hook), |tx| {
            for task in tasks.clone() {
                tx.enqueue(task, "the service desk's workflow says so");
            }
            let (hook, at, unusable) = (hook.to_owned(), tx.stamp.now, unusable.clone());
            tx.push(HookChange::NoteDelivery { hook, at, unusable }, "staff see whether the hook is in use");
            Ok(())
        })
    }

    /// The service desk, as an actor.
    pub(crate) fn desk_actor(&self) -> Actor {
        Actor::system(self.desk.name().to_owned())
    }
}
