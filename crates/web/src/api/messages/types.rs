//! The bodies of messages, by type. The schemas in the API's description and at `/message-types` are made of these.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tessera_core::kernel::ids::{PlaceId, ServiceRequestId};
use tessera_core::messages::content;
use tessera_core::messages::{Content, MessageType};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::api::bounds;
use crate::extract::by_name::ByName;

/// The body of a message. Its `type` decides which one it is.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MessageBody)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the bodies, each of which is read by its type")]
pub(super) enum Body {
    /// `open_service_request`
    OpenServiceRequest(OpenServiceRequest),
    /// `comment_on_service_request`
    CommentOnServiceRequest(CommentOnServiceRequest),
    /// `change_service_request_status`
    ChangeServiceRequestStatus(ChangeServiceRequestStatus),
    /// `open_return`
    OpenReturn(OpenReturnMessage),
    /// `report_device_reading`
    ReportDeviceReading(ReportDeviceReading),
}

/// Body of `open_service_request`: opens a service request at one of the person's places.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenServiceRequest {
    /// Code of the kind of request, as configured, for example `fault`.
    #[schema(example = "fault", max_length = 64)]
    kind: String,
    /// The subject.
    #[schema(example = "The inverter hums", min_length = 1)]
    subject: String,
    /// The description.
    #[serde(default)]
    #[schema(example = "Since this morning, and loudly.")]
    description: String,
    /// The place. By default that of the device, else the person's default place.
    #[serde(default)]
    place_id: Option<Uuid>,
    /// The device's id: the asset's display id. It must be at one of the person's places.
    #[serde(default)]
    #[schema(example = "9", max_length = 64)]
    device_id: Option<String>,
    /// Answers to the fields that the customer's workflow requires, by the field's label.
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

/// Body of `comment_on_service_request`: comments on a request at one of the person's places.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentOnServiceRequest {
    /// The request's id.
    request_id: Uuid,
    /// The comment.
    #[schema(example = "It stopped by itself.", min_length = 1)]
    text: String,
}

/// Body of `change_service_request_status`: closes or reopens a request at one of the person's places.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeServiceRequestStatus {
    /// The request's id.
    request_id: Uuid,
    /// The new status.
    status: WantedStatus,
    /// A comment.
    #[serde(default)]
    #[schema(example = "It works again.")]
    text: String,
}

/// A status that a message can ask for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WantedStatus {
    /// Close the request.
    Closed,
    /// Reopen the request.
    Open,
}

/// Body of `open_return`: opens a return at one of the person's places.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenReturnMessage {
    /// The place. By default that of the first device, else the person's default place.
    #[serde(default)]
    place_id: Option<Uuid>,
    /// What is returned.
    #[schema(min_items = 1)]
    lines: Vec<ReturnMessageLine>,
}

/// A line of a return.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnMessageLine {
    /// The device's id: the asset's display id; omit it for another article.
    #[serde(default)]
    #[schema(example = "9", max_length = 64)]
    device_id: Option<String>,
    /// The model of an article that is not a device.
    #[serde(default)]
    model: String,
    /// Number of units; 1 for a device.
    #[serde(default = "one")]
    #[schema(minimum = 1, default = 1)]
    quantity: u32,
    /// Serial numbers, as far as known. Those of a device are known anyway.
    #[serde(default)]
    serials: Vec<String>,
    /// Code of the return reason, as configured, for example `repair`.
    #[schema(example = "repair", max_length = 64)]
    reason: String,
    /// The problem.
    #[serde(default)]
    problem: String,
}

/// Body of `report_device_reading`: reports what a device at one of the person's places measured.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportDeviceReading {
    /// The device's id: the asset's display id.
    #[schema(example = "9", max_length = 64)]
    device_id: String,
    /// What was measured.
    #[schema(example = "energy_total", min_length = 1, pattern = "^[a-z0-9._-]+$")]
    measure: String,
    /// The value.
    #[schema(example = 1520.5)]
    value: f64,
    /// The unit.
    #[serde(default)]
    #[schema(example = "kWh")]
    unit: Option<String>,
    /// When it was measured. A later report of the same measure and time replaces the earlier one.
    measured_at: Timestamp,
}

const fn one() -> u32 {
    1
}

impl From<OpenServiceRequest> for Content {
    fn from(body: OpenServiceRequest) -> Self {
        let OpenServiceRequest { kind, subject, description, place_id, device_id, answers } = body;
        let place_id = place_id.map(PlaceId);
        Self::OpenServiceRequest(content::OpenServiceRequest {
            kind,
            subject,
            description,
            place_id,
            device_id,
            answers,
        })
    }
}

impl From<CommentOnServiceRequest> for Content {
    fn from(CommentOnServiceRequest { request_id, text }: CommentOnServiceRequest) -> Self {
        let request_id = ServiceRequestId(request_id);
        Self::CommentOnServiceRequest(content::CommentOnServiceRequest { request_id, text })
    }
}

impl From<ChangeServiceRequestStatus> for Content {
    fn from(ChangeServiceRequestStatus { request_id, status, text }: ChangeServiceRequestStatus) -> Self {
        let status = match status {
            WantedStatus::Closed => content::WantedStatus::Closed,
            WantedStatus::Open => content::WantedStatus::Open,
        };
        let request_id = ServiceRequestId(request_id);
        Self::ChangeServiceRequestStatus(content::ChangeServiceRequestStatus { request_id, status, text })
    }
}

impl From<OpenReturnMessage> for Content {
    fn from(OpenReturnMessage { place_id, lines }: OpenReturnMessage) -> Self {
        let line = |line: ReturnMessageLine| {
            let ReturnMessageLine { device_id, model, quantity, serials, reason, problem } = line;
            content::ReturnLine { device_id, model, quantity, serials, reason, problem }
        };
        let lines = lines.into_iter().map(line).collect();
        Self::OpenReturn(content::OpenReturn { place_id: place_id.map(PlaceId), lines })
    }
}

impl From<ReportDeviceReading> for Content {
    fn from(body: ReportDeviceReading) -> Self {
        let ReportDeviceReading { device_id, measure, value, unit, measured_at } = body;
        Self::ReportDeviceReading(content::ReportDeviceReading { device_id, measure, value, unit, measured_at })
    }
}

/// Reads the body of a message of this type. The error names the field.
pub(crate) fn read(kind: MessageType, body: Value) -> Result<Content, String> {
    fn parsed<T: DeserializeOwned + Into<Content>>(body: Value) -> Result<Content, String> {
        serde_json::from_value::<ByName<T>>(body)
            .map(|ByName(read)| read.into())
            .map_err(|error| format!("`body`: {error}"))
    }
    match kind {
        MessageType::OpenServiceRequest => parsed::<OpenServiceRequest>(body),
        MessageType::CommentOnServiceRequest => parsed::<CommentOnServiceRequest>(body),
        MessageType::ChangeServiceRequestStatus => parsed::<ChangeServiceRequestStatus>(body),
        MessageType::OpenReturn => parsed::<OpenReturnMessage>(body),
        MessageType::ReportDeviceReading => parsed::<ReportDeviceReading>(body),
    }
}

/// The schema of the body of a message of this type, and the schemas that it refers to, by name.
pub(super) fn schema(kind: MessageType) -> (RefOr<Schema>, Vec<(String, RefOr<Schema>)>) {
    fn of<T: ToSchema + PartialSchema>() -> (RefOr<Schema>, Vec<(String, RefOr<Schema>)>) {
        let mut referred = Vec::new();
        T::schemas(&mut referred);
        let mut schema = T::schema();
        // What is referred to is in `referred` already.
        let ignored = &mut Vec::new();
        bounds::describe_component(&T::name(), &mut schema, ignored);
        for (name, schema) in &mut referred {
            bounds::describe_component(name, schema, ignored);
        }
        (schema, referred)
    }
    match kind {
        MessageType::OpenServiceRequest => of::<OpenServiceRequest>(),
        MessageType::CommentOnServiceRequest => of::<CommentOnServiceRequest>(),
        MessageType::ChangeServiceRequestStatus => of::<ChangeServiceRequestStatus>(),
        MessageType::OpenReturn => of::<OpenReturnMessage>(),
        MessageType::ReportDeviceReading => of::<ReportDeviceReading>(),
    }
}
