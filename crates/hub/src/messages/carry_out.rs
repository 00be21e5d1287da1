//! Carries a message out: what it asks for is planned as if the person had asked in the portal, and the outcome is
//! stored in the same transaction.

use tessera_core::access::Viewer;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::messages::change::MessageChange;
use tessera_core::messages::content::{
    ChangeServiceRequestStatus, CommentOnServiceRequest, OpenReturn, OpenServiceRequest, ReportDeviceReading,
    ReturnLine, WantedStatus,
};
use tessera_core::messages::jobs::CarryOutMessage;
use tessera_core::messages::{
    self, Content, DeviceReading, Message, MessageError, Outcome, ReadingError, Reference, Referred,
};
use tessera_core::returns::{ReturnDraft, ReturnOrderError};
use tessera_core::service_requests::RequestAction;

use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::returns::OrderedLine;
use crate::service_requests::{NewServiceRequest, NewServiceRequestError};
use crate::{Ctx, Hub, HubError};

/// Maximum length of a stored reason, in characters.
const MAX_REASON_LENGTH: usize = 1000;

impl Run for CarryOutMessage {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(sent) = hub.reads().message(self.message_id).await? else { return Ok(JobOutcome::Done) };
        let actor = match hub.reads().access_subject(sent.person).await? {
            Some(subject) => Actor::Person(subject.facts.person_id.into()),
            None => Actor::Hub,
        };
        let ctx = Ctx::new(actor, Channel::Message).ending(job);
        commit!(hub, &ctx, |tx| {
            let message = hub.reads().message(self.message_id).await?;
            let Some(message) = message.filter(|message| message.outcome.is_none()) else { return Ok(()) };
            let outcome = match hub.plan_message(&message, tx.stamp).await {
                Ok((made, plan)) => {
                    tx.extend(plan);
                    Outcome::CarriedOut(made)
                }
                Err(error) => rejected(error)?,
            };
            let settle = MessageChange::Settle { id: message.id, at: tx.stamp.now, outcome };
            tx.push(settle, "the sender asks what came of it");
            Ok(())
        })?;
        Ok(JobOutcome::Already)
    }
}

/// The outcome of a message that a rule rejects. Any other error is not the message's fault: it is tried again.
fn rejected(error: NewServiceRequestError) -> Result<Outcome, HubError> {
    let (code, reason) = match error {
        NewServiceRequestError::Wrong(fields) => {
            let named = |(field, problem): (String, String)| format!("{}: {problem}", member(&field));
            let problems: Vec<_> = fields.into_iter().map(named).collect();
            ("invalid_request".to_owned(), problems.join(" "))
        }
        NewServiceRequestError::Hub(HubError::NotFound(reason)) => ("not_found".to_owned(), reason),
        NewServiceRequestError::Hub(HubError::Rejected(rejection)) => {
            let problems: Vec<_> = rejection.problems().iter().map(ToString::to_string).collect();
            let reason = if problems.is_empty() { rejection.to_string() } else { problems.join("; ") };
            (rejection.code().to_owned(), reason)
        }
        NewServiceRequestError::Hub(error) => return Err(error),
    };
    Ok(Outcome::Rejected { code, reason: reason.chars().take(MAX_REASON_LENGTH).collect() })
}

/// The member of a message's body that corresponds to a field of the portal's form.
fn member(field: &str) -> &str {
    match field {
        "device" => "device_id",
        "place" => "place_id",
        other => other,
    }
}

impl Hub {
    async fn plan_message(
        &self,
        message: &Message,
        stamp: Stamp<'_>,
    ) -> Result<(Reference, Plan), NewServiceRequestError> {
        let viewer = self.viewer_of(message).await?;
        // A message was checked when it was accepted; only one of a later version cannot be read.
        let content: Content = serde_json::from_str(&message.body)
            .map_err(|_| HubError::NotFound("this version of the hub does not know such a message".to_owned()))?;
        match content {
            Content::OpenServiceRequest(wanted) => {
                let wish = wish(wanted);
                let (id, plan) = self.plan_request(&viewer, &wish, stamp).await?;
                Ok((Reference { kind: Referred::ServiceRequest, id: id.to_string() }, plan))
            }
            Content::CommentOnServiceRequest(CommentOnServiceRequest { request_id, text }) => {
                let plan = self.plan_comment(&viewer, request_id, (RequestAction::Say, &text), &[], stamp).await?;
                Ok((Reference { kind: Referred::ServiceRequest, id: request_id.to_string() }, plan))
            }
            Content::ChangeServiceRequestStatus(ChangeServiceRequestStatus { request_id, status, text }) => {
                let act = match status {
                    WantedStatus::Closed => RequestAction::Close,
                    WantedStatus::Open => RequestAction::Reopen,
                };
                let plan = self.plan_comment(&viewer, request_id, (act, &text), &[], stamp).await?;
                Ok((Reference { kind: Referred::ServiceRequest, id: request_id.to_string() }, plan))
            }
            Content::OpenReturn(wanted) => Ok(self.plan_sent_return(&viewer, wanted, stamp).await?),
            Content::ReportDeviceReading(reported) => Ok(self.plan_reading(&viewer, &reported, message, stamp).await?),
        }
    }

    /// The person who sent a message, if they may still send. A person without a default place has to name one.
    async fn viewer_of(&self, message: &Message) -> Result<Viewer, HubError> {
        let subject = self.reads().access_subject(message.person).await?.ok_or(MessageError::Inactive)?;
        messages::may_send(&subject.facts)?;
        Ok(Viewer {
            person: subject.id,
            person_id: subject.facts.person_id,
            name: subject.name,
            customer_id: subject.customer_id,
            licence: LicenceType::Message,
            default_place: subject.default_place.unwrap_or(PlaceId(uuid::Uuid::nil())),
            role_functions: subject.role_functions,
            portals: Vec::new(),
            preview: None,
        })
    }

    async fn plan_sent_return(
        &self,
        viewer: &Viewer,
        wanted: OpenReturn,
        stamp: Stamp<'_>,
    ) -> Result<(Reference, Plan), HubError> {
        let devices = self.reads().devices_visible_to(viewer.person).await?;
        let places = self.reads().places_of_person(viewer.person).await?;
        let first = wanted.lines.first().and_then(|line| line.device_id.as_deref());
        let of_device = devices.iter().find(|(_, device)| Some(device.external_id.as_str()) == first);
        let at = wanted.place_id.or(of_device.map(|(at, _)| *at)).unwrap_or(viewer.default_place);
        let place = places.iter().find(|place| place.active && place.id == at).ok_or(ReturnOrderError::NoSuchPlace)?;
        let lines = (1..).zip(wanted.lines).map(|(number, line)| ordered(line).among(number, &devices));
        let draft = ReturnDraft {
            customer_id: place.owner.unwrap_or(viewer.customer_id),
            place_id: place.id,
            person_id: Some(viewer.person),
            email: self.reads().person(viewer.person).await?.and_then(|person| person.email),
            lines: lines.collect::<Result<_, ReturnOrderError>>()?,
        };
        let (id, plan) = self.plan_return(&draft, viewer.person, stamp).await?;
        Ok((Reference { kind: Referred::Return, id: id.to_string() }, plan))
    }

    async fn plan_reading(
        &self,
        viewer: &Viewer,
        reported: &ReportDeviceReading,
        message: &Message,
        stamp: Stamp<'_>,
    ) -> Result<(Reference, Plan), HubError> {
        let devices = self.reads().devices_visible_to(viewer.person).await?;
        let device = devices.into_iter().map(|(_, device)| device).find(|it| it.external_id == reported.device_id);
        let device = device.ok_or(ReadingError::NoSuchDevice)?;
        let reading = DeviceReading::checked(reported, &device, message.id, stamp.now)?;
        let mut plan = Plan::default();
        plan.push(MessageChange::KeepReading(Box::new(reading)), "the device measured it");
        Ok((Reference { kind: Referred::Device, id: device.external_id }, plan))
    }
}

fn wish(wanted: OpenServiceRequest) -> NewServiceRequest {
    let OpenServiceRequest { kind, subject, description, place_id, device_id, answers } = wanted;
    NewServiceRequest { kind, subject, description, place: place_id, device: device_id, answers, ..Default::default() }
}

fn ordered(line: ReturnLine) -> OrderedLine {
    let ReturnLine { device_id, model, quantity, serials, reason, problem } = line;
    OrderedLine { device: device_id, model, quantity, serials, reason, problem }
}
