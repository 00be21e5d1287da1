//! A customer's own workflows, defined by the customer's administrator.

use tessera_core::access::Viewer;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::CustomerEdit;
use tessera_core::kernel::timeline::Personal;
use tessera_core::persons::Person;
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::service_requests::event::ServiceRequestEvent;
use tessera_core::service_requests::workflow::WorkflowChangeError;
use tessera_core::service_requests::workflow::{self, Step, Workflow};

use super::CHANNEL;
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// The workflow of a customer's requests of one kind, if any is defined.
    pub async fn workflow_of(&self, customer: CustomerId, kind: &str) -> Result<Option<Workflow>, HubError> {
        let all = self.reads().workflows(customer).await?;
        Ok(all.into_iter().find(|workflow| workflow.kind == kind))
    }

    /// People whom a step may name: the customer's active people.
    pub async fn approvers(&self, customer: CustomerId) -> Result<Vec<Person>, HubError> {
        let mut people = self.reads().people(customer).await?;
        people.retain(|person| person.inactive.is_none());
        Ok(people)
    }

    /// Replaces the steps for a kind of request. `version` is the version that was edited; 0 if there was none.
    /// Requests in progress keep their steps.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the steps are invalid, name people of another customer, or were changed meanwhile.
    pub async fn put_workflow(
        &self,
        viewer: &Viewer,
        kind: &str,
        version: i64,
        steps: Vec<Step>,
    ) -> Result<(), HubError> {
        let requests = &self.config.requests;
        if !viewer.may(&requests.workflow_admin) {
            return Err(WorkflowChangeError::NotAllowed(requests.workflow_admin.clone()).into());
        }
        if !requests.kinds.iter().any(|known| known.code == kind) {
            return Err(HubError::NotFound("there is no such kind of request".to_owned()));
        }
        workflow::check(&steps).map_err(WorkflowChangeError::Steps)?;
        commit!(self, &Ctx::new(viewer.actor(), CHANNEL), |tx| {
            let people = self.approvers(viewer.customer_id).await?;
            let mut named = steps.iter().filter_map(|step| match step {
                Step::Approval { person, .. } | Step::Notice { person, .. } => Some(person),
                Step::RequirePlace | Step::RequireField { .. } => None,
            });
            if named.any(|id| !people.iter().any(|person| person.id == *id)) {
                return Err(WorkflowChangeError::UnknownPerson.into());
            }
            let before = self.workflow_of(viewer.customer_id, kind).await?;
            if before.as_ref().map_or(0, |before| before.version) != version {
                return Err(WorkflowChangeError::Changed.into());
            }
            let customer = self.customer_of_request(viewer.customer_id).await?;
            let plan = {
                let named = steps.iter().cloned().map(Personal::from).collect();
                let mut draft = CustomerEdit::of(customer, tx.stamp);
                draft
                    .note(ServiceRequestEvent::WorkflowChanged { kind: requests.label(kind).to_owned(), steps: named });
                let workflow = Workflow {
                    customer_id: viewer.customer_id,
                    kind: kind.to_owned(),
                    version,
                    steps: steps.clone(),
                    changed_at: tx.stamp.now,
                    changed_by: viewer.name.clone(),
                };
                draft.push(ServiceRequestChange::PutWorkflow(workflow), "the customer's administrator defines it so");
                draft.finish()
            };
            tx.extend(plan);
            Ok(())
        })
    }
}
