//! Converts requests into text, for the portal and the console.

use std::collections::BTreeMap;

use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::workflow::{Run, State, Step};
use tessera_core::service_requests::{Comment, DeliveryState, RequestAction, ServiceRequest, Status};

use crate::App;
use crate::locale::{Arg, text};
use crate::pages::Tone;
use crate::pages::console::Badge;
use crate::pages::service_requests::{CommentLine, FileLine, RequestLine, StepLine};
use crate::respond::files::size;

/// The status of a request.
pub(crate) fn status(app: &App, status: Status) -> Badge {
    let tone = match status {
        Status::Resolved => Tone::Good,
        Status::Approval | Status::Pending => Tone::Warn,
        Status::Declined => Tone::Bad,
        Status::Received | Status::Open | Status::Closed | Status::Other(_) => Tone::Plain,
    };
    Badge::new(status_words(app, status), tone)
}

/// A request in a list, whose pages are below `base`.
pub(crate) fn line(app: &App, base: &str, request: &ServiceRequest) -> RequestLine {
    RequestLine {
        url: format!("{base}/{}", request.id),
        subject: request.subject.clone(),
        status: status(app, request.status),
        kind: app.hub.config.requests.label(&request.kind).to_owned(),
        device: request.device.as_ref().map(|device| device.name.clone()),
        by: request.person_name.clone(),
        updated_at: request.updated_at,
        ticket: request.mirror.ticket().map(ToOwned::to_owned),
        trouble: None,
    }
}

/// Splits a text into paragraphs.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

/// The files attached to the request itself (`None`) or to a comment.
pub(crate) fn files(
    base: &str,
    request: &ServiceRequest,
    files: &[RequestFile],
    with: Option<&Comment>,
) -> Vec<FileLine> {
    let of = files.iter().filter(|file| file.comment_id == with.map(|comment| comment.id));
    of.map(|file| FileLine {
        url: format!("{base}/{}/files/{}", request.id, file.id),
        name: file.name.clone(),
        size: size(file.size),
        picture: file.media_type.is_picture(),
    })
    .collect()
}

/// The comments and actions.
pub(crate) fn comments(
    base: &str,
    request: &ServiceRequest,
    comments: &[Comment],
    attached: &[RequestFile],
) -> Vec<CommentLine> {
    let mut lines: Vec<CommentLine> = comments
        .iter()
        .map(|comment| CommentLine {
            author: comment.author.clone(),
            at: comment.at,
            deed: match comment.act {
                RequestAction::Say | RequestAction::Work => None,
                RequestAction::Resolve => Some(text!("requests-act-resolved")),
                RequestAction::Close => Some(text!("requests-act-closed")),
                RequestAction::Reopen => Some(text!("requests-act-reopened")),
            },
            paragraphs: paragraphs(&comment.text),
            files: files(base, request, attached, Some(comment)),
            from_desk: comment.act.is_of_company()
                || matches!(comment.delivery, DeliveryState::Desk { .. } | DeliveryState::Withdrawn { .. }),
            note: match &comment.delivery {
                // The company's own people told the customer; the service desk hears of it by itself.
                _ if comment.act.is_of_company() => None,
                DeliveryState::Waiting { .. } => Some(text!("requests-comment-waiting")),
                DeliveryState::Refused { .. } => Some(text!("requests-comment-refused")),
                _ => None,
            },
        })
        .collect();
    lines.sort_by_key(|line| line.at);
    lines
}

/// What a step asks for.
pub(crate) fn step(step: &Step) -> String {
    match step {
        Step::Approval { name, .. } => text!("requests-step-approval", name = name),
        Step::Notice { name, .. } => text!("requests-step-notice", name = name),
        Step::RequirePlace => text!("requests-step-place"),
        Step::RequireField { label } => text!("requests-step-field", label = label),
    }
}

/// The status in words: those of the configuration if it has its own, otherwise those of the reader's language.
fn status_words(app: &App, status: Status) -> String {
    let configured = app.hub.config.requests.words(status);
    if configured != status.words() {
        return configured;
    }
    match status {
        Status::Approval => text!("requests-status-approval"),
        Status::Declined => text!("requests-status-declined"),
        Status::Received => text!("requests-status-received"),
        Status::Open => text!("requests-status-open"),
        Status::Pending => text!("requests-status-pending"),
        Status::Resolved => text!("requests-status-resolved"),
        Status::Closed => text!("requests-status-closed"),
        Status::Other(_) => text!("requests-status-other"),
    }
}

/// The steps of the customer's workflow. `unable` are persons who cannot take a step, with the reason.
pub(crate) fn steps(run: &Run, unable: &BTreeMap<tessera_core::kernel::ids::PersonId, String>) -> Vec<StepLine> {
    let line = |taken: &tessera_core::service_requests::workflow::Taken| {
        let (state, note) = match &taken.state {
            State::Later => ("waiting", text!("requests-step-later")),
            State::Now => {
                let who = if let Step::Approval { person, .. } = &taken.step { unable.get(person) } else { None };
                ("running", who.cloned().unwrap_or_else(|| text!("requests-step-now")))
            }
            State::Done { by, .. } => match &taken.step {
                Step::Approval { .. } => ("done", text!("requests-step-approved", by = Arg::shown(&by))),
                Step::Notice { .. } => ("done", text!("requests-step-told")),
                Step::RequirePlace | Step::RequireField { .. } => ("done", text!("requests-step-done")),
            },
            State::Declined { by, reason, .. } => {
                ("stopped", text!("requests-step-declined", by = Arg::shown(&by), reason = Arg::shown(&reason)))
            }
        };
        StepLine { what: step(&taken.step), state, note }
    };
    run.steps.iter().map(line).collect()
}
