//! What came through a hook: kept durably, before whoever sent it hears that it was accepted.

use tessera_core::job::{Hint, Task};
use tessera_core::plan::{Change, Plan, Unusable};

use crate::{Hub, HubError};

impl Hub {
    /// A delivery named objects that may have changed: they will be read again. Equal ones that wait already are one.
    pub async fn hook_named(&self, hook: &str, hints: Vec<Hint>) -> Result<(), HubError> {
        let tasks = hints.into_iter().map(|hint| Task::Reread { hint, tries: 0 });
        self.delivered(hook, tasks.collect(), None).await
    }

    /// A delivery asked for an invitation.
    pub async fn hook_asked_invitation(&self, hook: &str, requester_id: &str) -> Result<(), HubError> {
        let asked_by = format!("system:{}", self.desk.name());
        self.delivered(hook, vec![Task::Invite { requester_id: requester_id.to_owned(), asked_by }], None).await
    }

    /// A delivery could not be used.
    pub async fn hook_unusable(&self, hook: &str, unusable: Unusable) -> Result<(), HubError> {
        self.delivered(hook, Vec::new(), Some(unusable)).await
    }

    async fn delivered(&self, hook: &str, tasks: Vec<Task>, unusable: Option<Unusable>) -> Result<(), HubError> {
        let actor = format!("system:{}", self.desk.name());
        let plan = self.stamped(&actor, "hook", |stamp| {
            let mut plan = Plan::default();
            for task in tasks {
                plan.push(Change::Enqueue(stamp.job(task)), "the service desk's workflow says so");
            }
            let hook = hook.to_owned();
            plan.push(Change::NoteDelivery { hook, at: stamp.now, unusable }, "staff see whether the hook is in use");
            plan
        });
        Ok(self.store.apply(&plan).await?)
    }
}
