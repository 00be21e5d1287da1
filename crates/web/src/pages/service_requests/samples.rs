//! Sample states of requests and workflows.

use jiff::civil::datetime;

use crate::locale::text;
use crate::pages::console::Badge;
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::service_requests::{
    AllRequests, AskedField, Choice, CommentLine, FileLine, FormProblem, NewRequest, Request, RequestLine, Requests,
    StaffRequest, StepLine, WorkflowForm, Workflows,
};
use crate::pages::work_orders::CustomerWork;
use crate::pages::{Fact, Tone, dates};

fn line(subject: &str, status: (&str, Tone), ticket: Option<&str>) -> RequestLine {
    RequestLine {
        url: "/portal/customer/requests/0197".to_owned(),
        subject: subject.to_owned(),
        status: Badge::new(status.0, status.1),
        kind: "Fault".to_owned(),
        device: Some("Hybrid inverter, garage".to_owned()),
        by: "Jo Meyer".to_owned(),
        updated_at: ago(3 * HOUR),
        ticket: ticket.map(str::to_owned),
        trouble: None,
    }
}

fn choices(labels: &[&str]) -> Vec<Choice> {
    let choice = |(at, label): (usize, &&str)| Choice {
        value: format!("choice-{at}"),
        label: (*label).to_owned(),
        chosen: at == 0,
    };
    labels.iter().enumerate().map(choice).collect()
}

fn photo() -> FileLine {
    FileLine {
        url: "/portal/customer/requests/0197/files/1".to_owned(),
        name: "display.jpg".to_owned(),
        size: "1.2 MB".to_owned(),
        picture: true,
    }
}

fn report() -> FileLine {
    FileLine { name: "report.pdf".to_owned(), picture: false, ..photo() }
}

fn steps() -> Vec<StepLine> {
    let step = |what: &str, state, note: &str| StepLine { what: what.to_owned(), state, note: note.to_owned() };
    vec![
        step("“Cost centre” is filled in", "done", &text!("portal-check-done")),
        step("Robin Meyer approves it", "running", &text!("requests-step-now")),
        step("Sam Meyer is notified by e-mail", "waiting", &text!("portal-check-not-started")),
    ]
}

fn comments() -> Vec<CommentLine> {
    let said = |author: &str, from_desk, text: &str| CommentLine {
        author: author.to_owned(),
        at: ago(2 * HOUR),
        deed: None,
        paragraphs: vec![text.to_owned()],
        files: Vec::new(),
        from_desk,
        note: None,
    };
    vec![
        said("Service team", true, "Thank you. Does the display show a number?"),
        CommentLine { files: vec![photo()], ..said("Jo Meyer", false, "It shows 17, see the photo.") },
        CommentLine {
            deed: Some(text!("requests-act-closed")),
            paragraphs: Vec::new(),
            note: Some(text!("requests-comment-waiting")),
            ..said("Jo Meyer", false, "")
        },
    ]
}

impl Sample for Requests {
    fn samples() -> Vec<(String, Self)> {
        let full = Self {
            awaited: vec![line("New battery for the workshop", (&text!("requests-status-approval"), Tone::Warn), None)],
            requests: vec![
                line("The inverter hums", (&text!("requests-status-open"), Tone::Plain), Some("264")),
                line("Where is the manual?", (&text!("requests-status-resolved"), Tone::Good), Some("251")),
            ],
            whose: choices(&[&text!("requests-organisation"), &text!("requests-mine")]),
            statuses: choices(&[&text!("requests-all"), &text!("requests-unfinished")]),
            search: "hum".to_owned(),
            narrowed: true,
            older_url: Some("/portal/customer/requests?before=0197".to_owned()),
            new_url: "/portal/customer/requests/new".to_owned(),
            workflows_url: Some("/portal/customer/workflows".to_owned()),
        };
        let nothing = Self { awaited: Vec::new(), requests: Vec::new(), older_url: None, ..full.clone() };
        let none = Self { search: String::new(), narrowed: false, workflows_url: None, ..nothing.clone() };
        vec![("full".to_owned(), full), ("nothing".to_owned(), nothing), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<Requests>(Shown::Customer("/portal/customer/requests")) }

impl Sample for NewRequest {
    fn samples() -> Vec<(String, Self)> {
        let blank = Self {
            action: "/portal/customer/requests/new".to_owned(),
            once: "0197".to_owned(),
            kinds: choices(&["Fault", "Installation", "Question", "Other"]),
            kind: "fault".to_owned(),
            subject: String::new(),
            description: String::new(),
            places: Vec::new(),
            devices: choices(&["Hybrid inverter, garage"]),
            fields: Vec::new(),
            steps: Vec::new(),
            problems: Vec::new(),
            back_url: "/portal/customer/requests".to_owned(),
        };
        let field =
            AskedField { name: "answer.Cost centre".to_owned(), label: "Cost centre".to_owned(), value: String::new() };
        let problem = |field: &str, message: &str| FormProblem { field: field.to_owned(), message: message.to_owned() };
        let wrong = Self {
            subject: "New battery".to_owned(),
            places: choices(&[&text!("requests-choose-place"), "Workshop"]),
            fields: vec![field],
            steps: vec!["Robin Meyer approves it".to_owned()],
            problems: vec![
                problem("answer.Cost centre", "Fill in “Cost centre”."),
                problem("files", "“tool.exe” is neither a photo nor a PDF nor plain text."),
            ],
            ..blank.clone()
        };
        vec![("blank".to_owned(), blank), ("wrong".to_owned(), wrong)]
    }
}

inventory::submit! { PageSamples::of::<NewRequest>(Shown::Customer("/portal/customer/requests")) }

impl Sample for Request {
    fn samples() -> Vec<(String, Self)> {
        let url = "/portal/customer/requests/0197";
        let open = Self {
            subject: "The inverter hums".to_owned(),
            status: Badge::new(text!("requests-status-open"), Tone::Plain),
            explanation: None,
            facts: vec![
                Fact::new(text!("requests-fact-kind"), "Fault"),
                Fact::new(text!("portal-contacts-form-place"), "Home"),
                Fact::new(text!("requests-fact-ticket"), "264"),
            ],
            device: Some(("Hybrid inverter, garage".to_owned(), Some("/portal/customer/devices/41".to_owned()))),
            opened_by: "Jo Meyer".to_owned(),
            opened_at: ago(2 * DAY),
            paragraphs: vec!["It hums since Tuesday, louder in the evening.".to_owned()],
            files: vec![photo(), report()],
            steps: Vec::new(),
            work: vec![appointment()],
            comments: comments(),
            comment_action: Some(format!("{url}/comment")),
            once: "0197".to_owned(),
            typed: String::new(),
            problem: None,
            close_action: Some(format!("{url}/close")),
            reopen_action: None,
            decide_action: None,
            back_url: "/portal/customer/requests".to_owned(),
        };
        let approval = Self {
            status: Badge::new(text!("requests-status-approval"), Tone::Warn),
            explanation: Some(text!("requests-why-approval")),
            steps: steps(),
            comments: Vec::new(),
            work: Vec::new(),
            decide_action: Some(format!("{url}/decide")),
            problem: Some("Write something, or add a file.".to_owned()),
            ..open.clone()
        };
        let solved = Self {
            status: Badge::new(text!("requests-status-resolved"), Tone::Good),
            device: Some(("Hybrid inverter, garage".to_owned(), None)),
            reopen_action: Some(format!("{url}/reopen")),
            comment_action: None,
            ..open.clone()
        };
        vec![("open".to_owned(), open), ("approval".to_owned(), approval), ("solved".to_owned(), solved)]
    }
}

inventory::submit! { PageSamples::of::<Request>(Shown::Customer("/portal/customer/requests")) }

fn appointment() -> CustomerWork {
    CustomerWork {
        kind: "Repair".to_owned(),
        number: "W-7K3M-9QXD".to_owned(),
        progress: Badge::new(text!("requests-work-appointment-made"), Tone::Good),
        when: Some(dates::appointment(datetime(2026, 11, 30, 9, 0, 0, 0), datetime(2026, 11, 30, 12, 0, 0, 0))),
        technician: Some("Sam Example".to_owned()),
    }
}

impl Sample for Workflows {
    fn samples() -> Vec<(String, Self)> {
        let form = |kind: &str, label: &str, steps: Vec<String>| WorkflowForm {
            kind: kind.to_owned(),
            label: label.to_owned(),
            action: format!("/portal/customer/workflows/{kind}"),
            version: 2,
            changed: (!steps.is_empty()).then(|| ("Jo Meyer".to_owned(), ago(DAY))),
            steps,
        };
        let some = Self {
            workflows: vec![
                form("fault", "Fault", Vec::new()),
                form("installation", "Installation", steps().into_iter().map(|step| step.what).collect()),
            ],
            people: choices(&["Robin Meyer", "Sam Meyer"]),
            needs: None,
            back_url: "/portal/customer/requests".to_owned(),
        };
        let denied = Self { needs: Some("WORKFLOW_ADMIN".to_owned()), ..some.clone() };
        vec![("some".to_owned(), some), ("denied".to_owned(), denied)]
    }
}

inventory::submit! { PageSamples::of::<Workflows>(Shown::Customer("/portal/customer/workflows")) }

impl Sample for AllRequests {
    fn samples() -> Vec<(String, Self)> {
        let waiting = RequestLine {
            trouble: Some("The customer has no active requester at the service desk.".to_owned()),
            ..line("Where is the manual?", ("Received", Tone::Plain), None)
        };
        let full = Self {
            requests: vec![
                line("The inverter hums", (&text!("requests-status-open"), Tone::Plain), Some("264")),
                waiting,
            ],
            in_trouble: false,
            search: String::new(),
            older_url: Some("/console/requests?before=0197".to_owned()),
            read_at: Some(ago(3)),
        };
        let none = Self { requests: Vec::new(), older_url: None, read_at: None, ..full.clone() };
        let nothing = Self { in_trouble: true, ..none.clone() };
        vec![("full".to_owned(), full), ("none".to_owned(), none), ("nothing".to_owned(), nothing)]
    }
}

inventory::submit! { PageSamples::of::<AllRequests>(Shown::Staff("/console/requests")) }

impl Sample for StaffRequest {
    fn samples() -> Vec<(String, Self)> {
        let sent = Self {
            subject: "The inverter hums".to_owned(),
            status: Badge::new(text!("requests-status-open"), Tone::Plain),
            mirror: Badge::new("Ticket 264", Tone::Good),
            trouble: None,
            job_error: None,
            ticket_url: Some("https://desk.example.com/tickets/264".into()),
            customer: ("Jo Meyer".to_owned(), "/console/customers/0197".to_owned()),
            facts: vec![
                Fact::new("Opened by", "Jo Meyer"),
                Fact::new(text!("requests-fact-kind"), "Fault"),
                Fact::new(text!("portal-contacts-form-place"), "Home"),
            ],
            device: Some(("Hybrid inverter, garage".to_owned(), "/console/devices/41".to_owned())),
            opened_at: ago(2 * DAY),
            paragraphs: vec!["It hums since Tuesday, louder in the evening.".to_owned()],
            files: vec![photo(), report()],
            steps: steps(),
            comments: comments(),
            work: vec![crate::pages::work_orders::sample_row()],
            plan_url: "/console/work-orders/new?request=0197".to_owned(),
            retry_action: None,
            reread_action: Some("/console/requests/0197/reread".to_owned()),
        };
        let waits = Self {
            mirror: Badge::new("Waits for a requester", Tone::Bad),
            trouble: Some("The customer has no active requester at the service desk.".to_owned()),
            job_error: Some("freshservice is not available.".to_owned()),
            steps: Vec::new(),
            comments: Vec::new(),
            work: Vec::new(),
            retry_action: Some("/console/requests/0197/retry".to_owned()),
            reread_action: None,
            ..sent.clone()
        };
        vec![("sent".to_owned(), sent), ("waits".to_owned(), waits)]
    }
}

inventory::submit! { PageSamples::of::<StaffRequest>(Shown::Staff("/console/requests")) }
