//! Opening a request.

use super::file::RequestFile;
use super::{DeviceNamed, MAX_SUBJECT_LENGTH, MAX_TEXT_LENGTH, ServiceRequest, Status, TicketLink};
use crate::kernel::attachment::File;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{PersonId, PlaceId, ServiceRequestId};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::timeline::Event;
use crate::service_requests::change::ServiceRequestChange;
use crate::service_requests::jobs::{MailRequest, RequestMail, SyncTicket};
use crate::service_requests::workflow::{Effect, Run, Standing};

/// What somebody asks for, checked.
#[derive(Debug, Clone)]
pub struct Opening<'a> {
    /// The id it gets.
    pub id: ServiceRequestId,
    /// Whose it is.
    pub customer: Customer,
    /// Where.
    pub place_id: PlaceId,
    /// Who opens it.
    pub person: (PersonId, &'a str),
    /// The kind, by its code.
    pub kind: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// What is the matter.
    pub description: &'a str,
    /// The device it is about.
    pub device: Option<DeviceNamed>,
    /// What the customer's own workflow asked, and the answers.
    pub answers: Vec<(String, String)>,
    /// Its way through that workflow, begun.
    pub run: Run,
    /// What the beginning asks for.
    pub effects: Vec<Effect>,
    /// Files that came with it.
    pub files: Vec<&'a File>,
}

impl Opening<'_> {
    /// What is wrong with the texts, by field.
    pub fn problems(subject: &str, description: &str) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        if subject.trim().is_empty() || subject.trim().chars().count() > MAX_SUBJECT_LENGTH {
            wrong.push(("subject", format!("Say in 1 to {MAX_SUBJECT_LENGTH} characters what it is about.")));
        }
        if description.trim().is_empty() || description.chars().count() > MAX_TEXT_LENGTH {
            wrong.push(("description", format!("Describe it, in at most {MAX_TEXT_LENGTH} characters.")));
        }
        wrong
    }
}

/// Writes a request and everything that follows from it: what its own workflow asks for, or the job that takes it to the service desk.
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
        subject: opening.subject.trim().to_owned(),
        description: opening.description.trim().to_owned(),
        device: opening.device,
        answers: opening.answers,
        status: if passed { Status::Received } else { Status::Approval },
        mirror: if passed { TicketLink::Waiting } else { TicketLink::Held },
        sent_at: None,
        read_at: None,
        run: opening.run,
        created_at: stamp.now,
        updated_at: stamp.now,
    };
    let mut draft = CustomerEdit::of(opening.customer, stamp);
    draft.note(&Event::RequestOpened { request_id: request.id, subject: (&request.subject).into() });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Create(Box::new(request.clone())), "somebody asks for it");
    for file in opening.files {
        let kept = RequestFile::new(file, request.id, None, stamp);
        plan.push(ServiceRequestChange::KeepFile(Box::new((kept, file.bytes.clone()))), "it was sent with the request");
    }
    follow(&request, &opening.effects, &mut plan, stamp);
    (request, plan)
}

/// What steps ask for, and the way to the service desk once they are taken.
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
