//! Known objects missing from a complete list. A list is not proof, so each object is read by its id, a limited number
//! at a time.

use tessera_core::sync::jobs::{Hint, SweepOf};
use tessera_store::Sweep;

use crate::{Ctx, Hub, HubError};

/// Page size for reading ids.
const AT_ONCE: usize = 500;
/// Maximum number of objects read after one sweep. The next sweep finds the others.
const MAX_LOOKED_AT: usize = 500;

/// Objects missing from the list.
#[derive(Debug, Default)]
pub(crate) struct Unseen {
    pub count: i64,
    /// Ids of some of them.
    pub some: Vec<String>,
}

impl Hub {
    pub(crate) async fn unseen(&self, what: SweepOf, sweep: &Sweep) -> Result<Unseen, HubError> {
        let (mut unseen, mut after) = (Unseen::default(), String::new());
        let since = sweep.read_from.unwrap_or(sweep.started_at);
        loop {
            let kind = what.record_kind();
            let ids = self.reads().records_not_in_sweep(&sweep.system, kind, &after, since, AT_ONCE).await?;
            unseen.count += i64::try_from(ids.len()).unwrap_or(0);
            let Some(last) = ids.last() else { return Ok(unseen) };
            after.clone_from(last);
            let room = MAX_LOOKED_AT - unseen.some.len();
            unseen.some.extend(ids.into_iter().take(room));
        }
    }

    /// Requests a lookup of each object by its id. Only an object that is not found then counts as missing, by a rule
    /// of its own.
    pub(crate) async fn check_unseen(&self, what: SweepOf, ids: Vec<String>) -> Result<(), HubError> {
        let hint = |id: String| match what {
            SweepOf::Requesters => Hint::Requester { id },
            SweepOf::Contacts => Hint::Contact { id },
            SweepOf::Assets => Hint::Asset { display_id: id },
        };
        self.request_fetch(ids.into_iter().map(hint).collect(), &Ctx::background()).await
    }
}
