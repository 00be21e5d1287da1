//! E-mails that a customer's approval workflow sends.

use serde::Serialize;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::persons::Person;
use tessera_core::service_requests::ServiceRequest;
use tessera_core::service_requests::jobs::{MailRequest, RequestMail};
use tessera_core::service_requests::workflow::{Standing, State};

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// Notification of a service request, or a request to approve it (`P09`).
#[derive(Clone, Serialize)]
struct RequestEmail {
    name: String,
    notice: RequestMail,
    /// The request's subject.
    about: String,
    opened_by: String,
    /// The person who took the last step.
    decided_by: Option<String>,
    /// Reason for declining.
    reason: Option<String>,
    url: String,
}

impl Email for RequestEmail {
    const NAME: &'static str = "request";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let asked = Self {
            name: "Robin Meyer".to_owned(),
            notice: RequestMail::Approval,
            about: "New battery for the workshop".to_owned(),
            opened_by: "Jo Meyer".to_owned(),
            decided_by: None,
            reason: None,
            url: sample::url("/portal/customer/requests/0197"),
        };
        let approved =
            Self { notice: RequestMail::Approved, decided_by: Some("Robin Meyer".to_owned()), ..asked.clone() };
        let declined =
            Self { notice: RequestMail::Declined, reason: Some("Not in this quarter.".to_owned()), ..approved.clone() };
        let told = Self { name: String::new(), notice: RequestMail::Notice, ..asked.clone() };
        vec![("asked", asked), ("approved", approved), ("declined", declined), ("told", told)]
    }
}

inventory::submit! { EmailSamples::of::<RequestEmail>() }

impl Run for MailRequest {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some((request, person)) = hub.request_and_reader(self).await? else {
            return Ok(JobOutcome::GivenUp(
                "whom the step names is inactive, or does not see the request’s place: an administrator of the customer decides in their place, or changes the workflow".to_owned(),
            ));
        };
        if self.mail == RequestMail::Approval && request.run.awaited() != Some(person.id) {
            return Ok(JobOutcome::Done);
        }
        let email = match person.email.clone() {
            Some(email) => Some(email),
            // The person who activated may have no address of their own: the customer's address is theirs.
            None => hub.reads().customer(person.customer_id).await?.and_then(|customer| customer.email),
        };
        let Some(address) = email.filter(|address| normalise::email(address).is_some()) else {
            let why = format!("{} has no e-mail address; add one, then try again", person.name);
            return Ok(JobOutcome::GivenUp(why));
        };
        let url = hub.config.url(&format!("/portal/customer/requests/{}", self.request_id));
        hub.send_to(person.id, &address, &RequestEmail::of(request, person.name, self.mail, url), job).await
    }
}

impl RequestEmail {
    fn of(request: ServiceRequest, name: String, notice: RequestMail, url: String) -> Self {
        let decided_by = request.run.steps.iter().rev().find_map(|taken| match &taken.state {
            State::Done { by, .. } | State::Declined { by, .. } => Some(by.clone()),
            State::Later | State::Now => None,
        });
        let reason = match request.run.standing() {
            Standing::Declined { reason, .. } => Some(reason.to_owned()),
            Standing::Passed | Standing::Approval { .. } => None,
        };
        Self { name, notice, about: request.subject, opened_by: request.person_name, decided_by, reason, url }
    }
}

impl Hub {
    /// The request and the recipient. `None` if the recipient is inactive or can no longer see the request.
    async fn request_and_reader(&self, mail: &MailRequest) -> Result<Option<(ServiceRequest, Person)>, HubError> {
        let Some(request) = self.reads().request_visible_to(mail.person, mail.request_id).await? else {
            return Ok(None);
        };
        let person = self.reads().person(mail.person).await?.filter(|person| person.inactive.is_none());
        Ok(person.map(|person| (request, person)))
    }
}
