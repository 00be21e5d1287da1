//! Service requests and workflows, in the portal and in the console (P09, P15).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::work_orders::{CustomerWork, WorkRow};
use crate::pages::{Fact, Page};

/// A request in a list.
#[derive(Debug, Clone, Serialize)]
pub struct RequestLine {
    /// URL of the request.
    pub url: String,
    /// The subject.
    pub subject: String,
    /// The status.
    pub status: Badge,
    /// The label of the kind.
    pub kind: String,
    /// The device that the request is about.
    pub device: Option<String>,
    /// The person who opened it.
    pub by: String,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The ticket's number.
    pub ticket: Option<String>,
    /// In the console: a problem that needs attention.
    pub trouble: Option<String>,
}

/// A choice in a form.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// The submitted value.
    pub value: String,
    /// The label.
    pub label: String,
    /// Whether it is selected.
    pub chosen: bool,
}

/// "Requests" in the portal.
#[derive(Debug, Clone, Serialize)]
pub struct Requests {
    /// Requests waiting for the reader's approval.
    pub awaited: Vec<RequestLine>,
    /// A page of the requests, newest first.
    pub requests: Vec<RequestLine>,
    /// Filter: the reader's own requests, or their organisation's.
    pub whose: Vec<Choice>,
    /// Filter: the status.
    pub statuses: Vec<Choice>,
    /// The search text.
    pub search: String,
    /// Whether any search or filter is active.
    pub narrowed: bool,
    /// URL of the next page.
    pub older_url: Option<String>,
    /// URL for opening a request.
    pub new_url: String,
    /// URL of the workflows; only for persons who may define them.
    pub workflows_url: Option<String>,
}

impl Page for Requests {
    const TEMPLATE: &'static str = "portal/service_requests/list.html";
}

/// A field that the customer's workflow requires.
#[derive(Debug, Clone, Serialize)]
pub struct AskedField {
    /// The field's name in the form.
    pub name: String,
    /// The label.
    pub label: String,
    /// The entered value.
    pub value: String,
}

/// The form of a new request.
#[derive(Debug, Clone, Serialize)]
pub struct NewRequest {
    /// The form's action.
    pub action: String,
    /// Idempotency key of the form.
    pub once: String,
    /// The kinds of request, by code.
    pub kinds: Vec<Choice>,
    /// The code of the selected kind.
    pub kind: String,
    /// The entered subject.
    pub subject: String,
    /// The entered description.
    pub description: String,
    /// The places to choose from; empty if there is only one and it need not be selected.
    pub places: Vec<Choice>,
    /// The devices to choose from.
    pub devices: Vec<Choice>,
    /// The fields that the customer's workflow requires.
    pub fields: Vec<AskedField>,
    /// The workflow's steps before the request is sent to the service team.
    pub steps: Vec<String>,
    /// The errors, each with its field.
    pub problems: Vec<FormProblem>,
    /// URL of the list.
    pub back_url: String,
}

/// An error in a form.
#[derive(Debug, Clone, Serialize)]
pub struct FormProblem {
    /// The field's name.
    pub field: String,
    /// The message.
    pub message: String,
}

impl Page for NewRequest {
    const TEMPLATE: &'static str = "portal/service_requests/new.html";
}

/// A file attached to a request.
#[derive(Debug, Clone, Serialize)]
pub struct FileLine {
    /// URL of the file.
    pub url: String,
    /// The file's name.
    pub name: String,
    /// The size as text.
    pub size: String,
    /// Whether browsers can display it as a picture.
    pub picture: bool,
}

/// A comment or an action on a request.
#[derive(Debug, Clone, Serialize)]
pub struct CommentLine {
    /// The author.
    pub author: String,
    /// When it was written or done.
    pub at: Timestamp,
    /// The action, if it is more than a comment.
    pub deed: Option<String>,
    /// The comment's text, in paragraphs.
    pub paragraphs: Vec<String>,
    /// The attached files.
    pub files: Vec<FileLine>,
    /// Whether it came from the service team.
    pub from_desk: bool,
    /// Why it has not reached the service team; `None` if it has.
    pub note: Option<String>,
}

/// A step of the customer's workflow.
#[derive(Debug, Clone, Serialize)]
pub struct StepLine {
    /// The step's label.
    pub what: String,
    /// `done`, `running`, `waiting` or `stopped`.
    pub state: &'static str,
    /// The state as text.
    pub note: String,
}

/// The page of a request.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// The subject.
    pub subject: String,
    /// The status.
    pub status: Badge,
    /// Explanation of the status, where it needs one.
    pub explanation: Option<String>,
    /// Kind, place, ticket number and answers.
    pub facts: Vec<Fact>,
    /// The device, with its URL if the reader may see it.
    pub device: Option<(String, Option<String>)>,
    /// The person who opened it.
    pub opened_by: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The description, in paragraphs.
    pub paragraphs: Vec<String>,
    /// The attached files.
    pub files: Vec<FileLine>,
    /// The steps of the customer's workflow.
    pub steps: Vec<StepLine>,
    /// Appointments and their progress.
    pub work: Vec<CustomerWork>,
    /// Comments and actions, oldest first.
    pub comments: Vec<CommentLine>,
    /// Form action for comments and files; `None` if nothing can be added.
    pub comment_action: Option<String>,
    /// Idempotency key of the form.
    pub once: String,
    /// The text of a rejected comment.
    pub typed: String,
    /// Error message of the rejected comment.
    pub problem: Option<String>,
    /// Form action for closing the request.
    pub close_action: Option<String>,
    /// Form action for reopening the request.
    pub reopen_action: Option<String>,
    /// Form action for the reader's approval.
    pub decide_action: Option<String>,
    /// URL of the list.
    pub back_url: String,
}

impl Page for Request {
    const TEMPLATE: &'static str = "portal/service_requests/one.html";
}

/// The workflow of a kind of request, as a form.
#[derive(Debug, Clone, Serialize)]
pub struct WorkflowForm {
    /// The code of the kind.
    pub kind: String,
    /// The label of the kind.
    pub label: String,
    /// The labels of the steps, each with a button for removing it.
    pub steps: Vec<String>,
    /// The form's action.
    pub action: String,
    /// The version that is changed.
    pub version: i64,
    /// The last change: by whom, and when.
    pub changed: Option<(String, Timestamp)>,
}

/// The workflows of a customer.
#[derive(Debug, Clone, Serialize)]
pub struct Workflows {
    /// A workflow for each kind of request.
    pub workflows: Vec<WorkflowForm>,
    /// The persons that a step may name.
    pub people: Vec<Choice>,
    /// The required role function, if the reader does not have it.
    pub needs: Option<String>,
    /// URL of the list of requests.
    pub back_url: String,
}

impl Page for Workflows {
    const TEMPLATE: &'static str = "portal/service_requests/workflows.html";
}

/// "Requests" in the console.
#[derive(Debug, Clone, Serialize)]
pub struct AllRequests {
    /// A page of the requests, newest first.
    pub requests: Vec<RequestLine>,
    /// Whether only requests that need attention are shown.
    pub in_trouble: bool,
    /// The search text.
    pub search: String,
    /// URL of the next page.
    pub older_url: Option<String>,
    /// When the service desk's tickets were last read completely.
    pub read_at: Option<Timestamp>,
}

impl Page for AllRequests {
    const TEMPLATE: &'static str = "console/service_requests/list.html";
}

/// The page of a request in the console.
#[derive(Debug, Clone, Serialize)]
pub struct StaffRequest {
    /// The subject.
    pub subject: String,
    /// The status.
    pub status: Badge,
    /// The state of its ticket in the service desk.
    pub mirror: Badge,
    /// The problem that needs attention, with the next step.
    pub trouble: Option<String>,
    /// The last error of its job.
    pub job_error: Option<String>,
    /// URL of the ticket in the service desk.
    pub ticket_url: Option<String>,
    /// The customer's name and URL.
    pub customer: (String, String),
    /// Person, place, kind, ticket number and answers.
    pub facts: Vec<Fact>,
    /// The device's name and URL.
    pub device: Option<(String, String)>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The description, in paragraphs.
    pub paragraphs: Vec<String>,
    /// The attached files.
    pub files: Vec<FileLine>,
    /// The steps of the customer's workflow.
    pub steps: Vec<StepLine>,
    /// Comments and actions, oldest first.
    pub comments: Vec<CommentLine>,
    /// The work orders that it has led to.
    pub work: Vec<WorkRow>,
    /// URL of the form for another one.
    pub plan_url: String,
    /// Form action for sending it again.
    pub retry_action: Option<String>,
    /// Form action for reading its ticket again.
    pub reread_action: Option<String>,
}

impl Page for StaffRequest {
    const TEMPLATE: &'static str = "console/service_requests/one.html";
}
