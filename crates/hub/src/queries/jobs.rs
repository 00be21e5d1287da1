//! Jobs, as shown to staff: waiting and failed jobs, with the objects they refer to.

use std::collections::BTreeMap;

use tessera_core::activation::jobs::{MailActivated, RunActivation};
use tessera_core::credentials::jobs::{MailFailedSignIns, MailOneTimeLink, MailSecurityNotice, MailSignInChanged};
use tessera_core::devices::device_writes::DeviceWrite;
use tessera_core::devices::jobs::WriteDevice;
use tessera_core::invitations::Invitation;
use tessera_core::invitations::jobs::{MailInvitation, MailInvitationReminder};
use tessera_core::kernel::ids::{
    ActivationId, CustomerId, DeviceWriteId, EmailChangeId, InvitationId, OneTimeLinkId, PersonId, RegistrationId,
    ReturnId, ServiceRequestId,
};
use tessera_core::kernel::job::Task;
use tessera_core::persons::Person;
use tessera_core::persons::jobs::{
    MailEmailChange, MailEmailChanged, MailEmailCorrected, MailRegistration, MailRegistrationDecided,
};
use tessera_core::returns::jobs::MailReturn;
use tessera_core::service_requests::jobs::{MailRequest, SyncTicket};
use tessera_core::sync::jobs::{ConfirmAbsence, Refresh};
use tessera_store::{Reads, StoreError};

use super::Queries;

pub use tessera_store::{JobRow, JobState};

/// Maximum number of waiting jobs to scan for those that failed before.
pub(super) const LOOKED_AT: usize = 1000;

/// Names of the objects that jobs refer to. An object that has been deleted is missing.
#[derive(Debug, Default)]
pub struct JobNames {
    /// Names of customers.
    pub customers: BTreeMap<CustomerId, String>,
    /// People, without their places.
    pub people: BTreeMap<PersonId, Person>,
    /// The invitation of each activation.
    pub activations: BTreeMap<ActivationId, InvitationId>,
    /// Invitations.
    pub invitations: BTreeMap<InvitationId, Invitation>,
    /// The person of each one-time link.
    pub one_time_links: BTreeMap<OneTimeLinkId, PersonId>,
    /// Names of applicants.
    pub registrations: BTreeMap<RegistrationId, String>,
    /// The person of each change of an e-mail address.
    pub email_changes: BTreeMap<EmailChangeId, PersonId>,
    /// Subjects of service requests.
    pub requests: BTreeMap<ServiceRequestId, String>,
    /// Device writes.
    pub device_writes: BTreeMap<DeviceWriteId, DeviceWrite>,
    /// Numbers of returns.
    pub returns: BTreeMap<ReturnId, String>,
}

/// The ids that jobs refer to.
#[derive(Debug, Default)]
struct Named {
    customers: Vec<CustomerId>,
    people: Vec<PersonId>,
    activations: Vec<ActivationId>,
    invitations: Vec<InvitationId>,
    one_time_links: Vec<OneTimeLinkId>,
    registrations: Vec<RegistrationId>,
    email_changes: Vec<EmailChangeId>,
    requests: Vec<ServiceRequestId>,
    device_writes: Vec<DeviceWriteId>,
    returns: Vec<ReturnId>,
}

impl Queries<'_> {
    /// Jobs in one state, those of one kind if given: most urgent first; failed jobs, latest first.
    pub async fn jobs(&self, state: JobState, kind: Option<&str>, size: usize) -> Result<Vec<JobRow>, StoreError> {
        self.reads().jobs_of_kind(state, kind, size).await
    }
}

impl JobNames {
    pub(super) async fn of(store: &Reads, tasks: impl Iterator<Item = &Task>) -> Result<Self, StoreError> {
        let mut named = Named::default();
        tasks.for_each(|task| named.add(task));
        let activations = store.activations_listed(&named.activations).await?;
        named.invitations.extend(activations.iter().map(|it| it.invitation_id));
        let invitations = store.invitations_listed(&named.invitations).await?;
        let one_time_links = store.one_time_links_listed(&named.one_time_links).await?;
        named.people.extend(one_time_links.iter().map(|it| it.person));
        let email_changes = store.email_changes_listed(&named.email_changes).await?;
        named.people.extend(email_changes.iter().map(|it| it.person));
        let people = store.people_listed(&named.people).await?;
        let registrations = store.registrations_listed(&named.registrations).await?;
        let requests = store.requests_listed(&named.requests).await?;
        let device_writes = store.device_writes_listed(&named.device_writes).await?;
        let returns = store.returns_listed(&named.returns).await?;
        Ok(Self {
            customers: store.customer_names(&named.customers).await?,
            people: people.into_iter().map(|it| (it.id, it)).collect(),
            activations: activations.into_iter().map(|it| (it.id, it.invitation_id)).collect(),
            invitations: invitations.into_iter().map(|it| (it.id, it)).collect(),
            one_time_links: one_time_links.into_iter().map(|it| (it.id, it.person)).collect(),
            registrations: registrations.into_iter().map(|it| (it.id, it.name)).collect(),
            email_changes: email_changes.into_iter().map(|it| (it.id, it.person)).collect(),
            requests: requests.into_iter().map(|it| (it.id, it.subject)).collect(),
            device_writes: device_writes.into_iter().map(|it| (it.id, it)).collect(),
            returns: returns.into_iter().map(|it| (it.id, it.number)).collect(),
        })
    }
}

impl Named {
    fn add(&mut self, task: &Task) {
        match task {
            Task::MailInvitation(MailInvitation { invitation_id })
            | Task::MailInvitationReminder(MailInvitationReminder { invitation_id }) => {
                self.invitations.push(*invitation_id);
            }
            Task::MailActivated(MailActivated { activation_id })
            | Task::RunActivation(RunActivation { activation_id, .. }) => {
                self.activations.push(*activation_id);
            }
            Task::Refresh(Refresh { customer_id })
            | Task::ConfirmAbsence(ConfirmAbsence { customer_id })
            | Task::MailSignInChanged(MailSignInChanged { customer_id, .. }) => self.customers.push(*customer_id),
            Task::MailOneTimeLink(MailOneTimeLink { link_id }) => self.one_time_links.push(*link_id),
            Task::MailSecurityNotice(MailSecurityNotice { person_id, .. })
            | Task::MailEmailCorrected(MailEmailCorrected { person_id, .. }) => {
                self.people.push(*person_id);
            }
            Task::MailFailedSignIns(MailFailedSignIns { person_id, .. }) => self.people.extend(*person_id),
            Task::MailRegistration(MailRegistration { registration_id })
            | Task::MailRegistrationDecided(MailRegistrationDecided { registration_id, .. }) => {
                self.registrations.push(*registration_id);
            }
            Task::SyncTicket(SyncTicket { request_id }) | Task::MailRequest(MailRequest { request_id, .. }) => {
                self.requests.push(*request_id);
            }
            Task::MailEmailChange(MailEmailChange { change_id })
            | Task::MailEmailChanged(MailEmailChanged { change_id, .. }) => {
                self.email_changes.push(*change_id);
            }
            Task::WriteDevice(WriteDevice { write_id }) => self.device_writes.push(*write_id),
            Task::MailReturn(MailReturn { return_id, .. }) => self.returns.push(*return_id),
            _ => {}
        }
    }
}
