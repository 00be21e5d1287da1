//! Opening a service request.

use super::file::RequestFile;
use super::{DeviceNamed, MAX_SUBJECT_LENGTH, MAX_TEXT_LENGTH, ServiceRequest, Status, TicketLink};
use crate::kernel::attachment::File;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{PersonId, PlaceId, ServiceRequestId};
use crate::kernel::input;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::service_requests::change::ServiceRequestChange;
use crate::service_requests::event::ServiceRequestEvent;
use crate::service_requests::jobs::{MailRequest, RequestMail, SyncTicket};
use crate::service_requests::workflow::{Effect, Run, Standing};

/// Validated input for a new request.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    /// Id of the new request.
    pub id: ServiceRequestId,
    /// The customer.
    pub customer: Customer,
    /// The place.
    pub place_id: PlaceId,
    /// The person who opens it, with their name.
    pub person: (PersonId, &'a str),
    /// Configured code of the kind of request.
    pub kind: &'a str,
    /// Subject line.
    pub subject: &'a str,
    /// Description of the problem.
    pub description: &'a str,
    /// The device concerned.
    pub device: Option<DeviceNamed>,
    /// Additional fields of the customer's workflow, with the answers.
    pub answers: Vec<(String, String)>,
    /// The started workflow.
    pub run: Run,
    /// Effects of the workflow's first steps.
    pub effects: Vec<Effect>,
    /// Attached files.
    pub files: Vec<&'a File>,
}

impl Opening<'_> {
    /// Validation errors of the texts, by field.
    pub fn problems(subject: &str, description: &str) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        if input::line(subject, MAX_SUBJECT_LENGTH).is_err() {
            wrong.push(("subject", format!("Say in 1 to {MAX_SUBJECT_LENGTH} characters what it is about.")));
        }
        if input::text(description, MAX_TEXT_LENGTH).is_err() {
            wrong.push(("description", format!("Describe it, in at most {MAX_TEXT_LENGTH} characters.")));
        }
        wrong
    }
}

/// Creates a request with its effects: the workflow's notifications, or the job that sends it to the service desk.
pub fn open(opening: Opening<'_>, stamp: Stamp<'_>) -> (ServiceRequest, Plan) {
    let passed = opening.run.standing() == Standing::Passed;
    let request = ServiceRequest {
        id: opening.id,
        version: 1,
        customer_id: opening.customer.id,
        place_id: opening.place_id,
        person_id: Some(opening.person.0),
        person_name: opening.person.1.to_owned(),
        kind: opening.kind.to_owned(),
        subject: input::line(opening.subject, MAX_SUBJECT_LENGTH).unwrap_or_default(),
        description: input::text(opening.description.trim(), MAX_TEXT_LENGTH).unwrap_or_default(),
        device: opening.device,
        answers: opening.answers,
        status: if passed { Status::Received } else { Status::Approval },
        mirror: if passed { TicketLink::Waiting } else { TicketLink::Held },
        sent_at: None,
        read_at: None,
        missing_since: None,
        run: opening.run,
        created_at: stamp.now,
        updated_at: stamp.now,
    };
    let mut draft = CustomerEdit::of(opening.customer, stamp);
    draft.note(ServiceRequestEvent::RequestOpened { request_id: request.id, subject: (&request.subject).into() });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Create(Box::new(request.clone())), "somebody asks for it");
    for file in opening.files {
        let kept = RequestFile::new(file, request.id, None, stamp);
        plan.push(ServiceRequestChange::KeepFile(Box::new((kept, file.bytes.clone()))), "it was sent with the request");
    }
    follow(&request, &opening.effects, &mut plan, stamp);
    (request, plan)
}

/// Adds the effects of workflow steps, and the job that sends the request to the service desk after the last step.
pub(crate) fn follow(request: &ServiceRequest, effects: &[Effect], plan: &mut Plan, stamp: Stamp<'_>) {
    for effect in effects {
        let (person, mail) = match *effect {
            Effect::Ask(person) => (person, RequestMail::Approval),
            Effect::Tell(person) => (person, RequestMail::Notice),
        };
        let task = MailRequest { request_id: request.id, person, mail, at: stamp.now };
        plan.push(JobChange::Enqueue(stamp.job(task)), "a step of the customer's workflow");
    }
    if request.mirror == TicketLink::Waiting {
        let task = SyncTicket { request_id: request.id };
        plan.push(JobChange::Enqueue(stamp.job(task)), "the service desk is told by a job");
    }
}
