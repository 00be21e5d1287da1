//! Mails that a customer's own workflow sends.

use serde::Serialize;
use tessera_core::kernel::ids::{PersonId, RequestId};
use tessera_core::kernel::job::{Leased, RequestMail};
use tessera_core::kernel::normalise;
use tessera_core::service_requests::workflow::{Standing, State};

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::JobOutcome;
use crate::{Hub, HubError};

/// Tells somebody of a service request, or asks them to approve it (`P09`).
#[derive(Clone, Serialize)]
struct RequestEmail {
    name: String,
    notice: RequestMail,
    /// The request's subject.
    about: String,
    opened_by: String,
    /// Who took the last step.
    decided_by: Option<String>,
    /// Why it was declined.
    reason: Option<String>,
    url: String,
}

impl Email for RequestEmail {
    const NAME: &'static str = "request";

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

impl Hub {
    pub(crate) async fn mail_request(
        &self,
        id: RequestId,
        person: PersonId,
        mail: RequestMail,
        job: &Leased,
    ) -> JobOutcome {
        let found = async {
            // Only somebody who sees the request by now reads of it.
            let Some(request) = self.store.request_visible_to(person, id).await? else { return Ok(None) };
            let Some(person) = self.store.person(person).await?.filter(|person| person.inactive.is_none()) else {
                return Ok(None);
            };
            Ok::<_, HubError>(Some((request, person)))
        };
        let (request, person) = match found.await {
            Ok(Some(found)) => found,
            Ok(None) => return JobOutcome::GivenUp(
                "whom the step names is inactive, or does not see the request’s place: an administrator of the customer decides in their place, or changes the workflow".to_owned(),
            ),
            Err(error) => return self.after(error, job),
        };
        if mail == RequestMail::Approval && request.run.awaited() != Some(person.id) {
            return JobOutcome::Done;
        }
        let email = match person.email.clone() {
            Some(email) => Some(email),
            // Who activated is known by the customer's own address.
            None => match self.store.customer(person.customer_id).await {
                Ok(customer) => customer.and_then(|customer| customer.email),
                Err(error) => return self.after(error.into(), job),
            },
        };
        let Some(address) = email.filter(|address| normalise::email(address).is_some()) else {
            return JobOutcome::GivenUp(format!("{} has no e-mail address; add one, then try again", person.name));
        };
        let decided = request.run.steps.iter().rev().find_map(|taken| match &taken.state {
            State::Done { by, .. } | State::Declined { by, .. } => Some(by.clone()),
            State::Later | State::Now => None,
        });
        let reason = match request.run.standing() {
            Standing::Declined { reason, .. } => Some(reason.to_owned()),
            Standing::Passed | Standing::Approval { .. } => None,
        };
        let email = RequestEmail {
            name: person.name,
            notice: mail,
            about: request.subject.clone(),
            opened_by: request.person_name.clone(),
            decided_by: decided,
            reason,
            url: self.config.url(&format!("/portal/customer/requests/{id}")),
        };
        self.send(&address, &email, job).await
    }
}
