//! Service requests and workflows, in the portal and in the console (P09, P15).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::{Fact, Page};

/// One request in a list.
#[derive(Debug, Clone, Serialize)]
pub struct RequestLine {
    /// Its page.
    pub url: String,
    /// What it is about.
    pub subject: String,
    /// How it stands.
    pub status: Badge,
    /// The kind, as people call it.
    pub kind: String,
    /// The device it is about.
    pub device: Option<String>,
    /// Who opened it.
    pub by: String,
    /// When something last happened.
    pub updated_at: Timestamp,
    /// The ticket's number.
    pub ticket: Option<String>,
    /// In the console: what staff have to know.
    pub trouble: Option<String>,
}

/// Something to choose.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// "Requests" in the portal.
#[derive(Debug, Clone, Serialize)]
pub struct Requests {
    /// Those that wait for the reader's approval.
    pub awaited: Vec<RequestLine>,
    /// A page of requests, newest first.
    pub requests: Vec<RequestLine>,
    /// Mine, or my organisation's.
    pub whose: Vec<Choice>,
    /// Which statuses.
    pub statuses: Vec<Choice>,
    /// What was searched for.
    pub search: String,
    /// Whether anything narrows the list.
    pub narrowed: bool,
    /// The next page.
    pub older_url: Option<String>,
    /// Where a new one is opened.
    pub new_url: String,
    /// Where workflows are defined, for whoever may.
    pub workflows_url: Option<String>,
}

impl Page for Requests {
    const TEMPLATE: &'static str = "portal/service_requests/list.html";
}

/// A field that the customer's own workflow asks for.
#[derive(Debug, Clone, Serialize)]
pub struct AskedField {
    /// Its name in the form.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// What was typed.
    pub value: String,
}

/// A form of a new request.
#[derive(Debug, Clone, Serialize)]
pub struct NewRequest {
    /// Where it is sent.
    pub action: String,
    /// By what the same form sent twice is recognised.
    pub once: String,
    /// The kinds, each with the address of its form as value.
    pub kinds: Vec<Choice>,
    /// The chosen kind's code.
    pub kind: String,
    /// What was typed.
    pub subject: String,
    /// What was typed.
    pub description: String,
    /// The places to choose from; empty: there is only one, and it need not be said.
    pub places: Vec<Choice>,
    /// The devices to choose from.
    pub devices: Vec<Choice>,
    /// What the customer's own workflow asks.
    pub fields: Vec<AskedField>,
    /// What happens before the service team has it.
    pub steps: Vec<String>,
    /// What is wrong, each with the field it belongs to.
    pub problems: Vec<FormProblem>,
    /// Where the list is.
    pub back_url: String,
}

/// Something wrong with a form.
#[derive(Debug, Clone, Serialize)]
pub struct FormProblem {
    /// The field's name.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

impl Page for NewRequest {
    const TEMPLATE: &'static str = "portal/service_requests/new.html";
}

/// A file of a request.
#[derive(Debug, Clone, Serialize)]
pub struct FileLine {
    /// Where it is.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Its size in words.
    pub size: String,
    /// Whether browsers show it as a picture.
    pub picture: bool,
}

/// Something said or done on a request.
#[derive(Debug, Clone, Serialize)]
pub struct CommentLine {
    /// Who.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What was done, if more than words.
    pub deed: Option<String>,
    /// The words, in paragraphs.
    pub paragraphs: Vec<String>,
    /// What came with it.
    pub files: Vec<FileLine>,
    /// Whether it came from the service team.
    pub from_desk: bool,
    /// What keeps it from the service team, if something does.
    pub note: Option<String>,
}

/// A step of the customer's own workflow.
#[derive(Debug, Clone, Serialize)]
pub struct StepLine {
    /// The step in words.
    pub what: String,
    /// `done`, `running`, `waiting` or `stopped`.
    pub state: &'static str,
    /// How far it is, in words.
    pub note: String,
}

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// What it is about.
    pub subject: String,
    /// How it stands.
    pub status: Badge,
    /// What that means, when it is not plain.
    pub explanation: Option<String>,
    /// Kind, place, ticket number and answers.
    pub facts: Vec<Fact>,
    /// The device with its page, if the reader sees it.
    pub device: Option<(String, Option<String>)>,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub opened_at: Timestamp,
    /// The description, in paragraphs.
    pub paragraphs: Vec<String>,
    /// Files that came with it.
    pub files: Vec<FileLine>,
    /// The customer's own steps.
    pub steps: Vec<StepLine>,
    /// What was said and done, the oldest first.
    pub comments: Vec<CommentLine>,
    /// Where comments and files are sent; none: nothing more can be said.
    pub comment_action: Option<String>,
    /// By what the same form sent twice is recognised.
    pub once: String,
    /// What was typed and not taken.
    pub typed: String,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Where it is closed.
    pub close_action: Option<String>,
    /// Where it is opened again.
    pub reopen_action: Option<String>,
    /// Where it is approved or declined by the reader.
    pub decide_action: Option<String>,
    /// Where the list is.
    pub back_url: String,
}

impl Page for Request {
    const TEMPLATE: &'static str = "portal/service_requests/one.html";
}

/// The steps of one kind of request, as a form.
#[derive(Debug, Clone, Serialize)]
pub struct WorkflowForm {
    /// The kind's code.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// The steps in words, with the button that removes each.
    pub steps: Vec<String>,
    /// Where its changes are sent.
    pub action: String,
    /// The version that is changed.
    pub version: i64,
    /// Who changed it last, and when.
    pub changed: Option<(String, Timestamp)>,
}

/// A customer's own workflows.
#[derive(Debug, Clone, Serialize)]
pub struct Workflows {
    /// One for each kind of request.
    pub workflows: Vec<WorkflowForm>,
    /// Whom a step may name.
    pub people: Vec<Choice>,
    /// The role function it needs; set when the reader does not have it.
    pub needs: Option<String>,
    /// Where requests are.
    pub back_url: String,
}

impl Page for Workflows {
    const TEMPLATE: &'static str = "portal/service_requests/workflows.html";
}

/// "Requests" in the console.
#[derive(Debug, Clone, Serialize)]
pub struct AllRequests {
    /// A page of requests, newest first.
    pub requests: Vec<RequestLine>,
    /// Only those that somebody has to look at.
    pub in_trouble: bool,
    /// What was searched for.
    pub search: String,
    /// The next page.
    pub older_url: Option<String>,
    /// When the service desk's tickets were last read completely.
    pub read_at: Option<Timestamp>,
}

impl Page for AllRequests {
    const TEMPLATE: &'static str = "console/service_requests/list.html";
}

/// One request in the console.
#[derive(Debug, Clone, Serialize)]
pub struct StaffRequest {
    /// What it is about.
    pub subject: String,
    /// How it stands.
    pub status: Badge,
    /// How it stands with the service desk.
    pub mirror: Badge,
    /// What the matter is, with what to do.
    pub trouble: Option<String>,
    /// What its job last ran into.
    pub job_error: Option<String>,
    /// Customer, with the page.
    pub customer: (String, String),
    /// Who, where, which kind, ticket number, answers.
    pub facts: Vec<Fact>,
    /// The device, with its page.
    pub device: Option<(String, String)>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The description, in paragraphs.
    pub paragraphs: Vec<String>,
    /// Files that came with it.
    pub files: Vec<FileLine>,
    /// The customer's own steps.
    pub steps: Vec<StepLine>,
    /// What was said and done, the oldest first.
    pub comments: Vec<CommentLine>,
    /// Where it is sent again.
    pub retry_action: Option<String>,
    /// Where its ticket is read again.
    pub reread_action: Option<String>,
}

impl Page for StaffRequest {
    const TEMPLATE: &'static str = "console/service_requests/one.html";
}
