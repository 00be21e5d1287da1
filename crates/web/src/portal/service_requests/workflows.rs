//! A customer's own workflows, which the customer's administrators define without code.

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tessera_core::kernel::rejection::{Rejection, RejectionKind};
use tessera_core::persons::Person;
use tessera_core::service_requests::workflow::Step;
use tessera_hub::HubError;

use super::HOME;
use crate::App;
use crate::auth::caller::InPortal;
use crate::locale::{rejected, text};
use crate::pages::Flash;
use crate::pages::service_requests::{Choice, WorkflowForm, Workflows};
use crate::respond::page::{Answer, PageError, chrome_of, page, page_with, redirect_with};

const WORKFLOWS: &str = "/portal/customer/workflows";

pub(crate) async fn show(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let requests = &app.hub.config.requests;
    let surroundings = chrome_of(&app, &headers, &uri, &viewer);
    if !viewer.may(&requests.workflow_admin) {
        let needs = Some(requests.workflow_admin.clone());
        let content = Workflows { workflows: Vec::new(), people: Vec::new(), needs, back_url: HOME.to_owned() };
        return page_with(&app, &surroundings, &content, StatusCode::FORBIDDEN);
    }
    let (defined, people) = app.hub.queries().workflows(&viewer).await?;
    let workflows = requests.kinds.iter().map(|kind| {
        let known = defined.iter().find(|workflow| workflow.kind == kind.code);
        WorkflowForm {
            kind: kind.code.clone(),
            label: kind.label.clone(),
            steps: known.map(|it| it.steps.iter().map(super::presenter::step).collect()).unwrap_or_default(),
            action: format!("{WORKFLOWS}/{}", kind.code),
            version: known.map_or(0, |it| it.version),
            changed: known.map(|it| (it.changed_by.clone(), it.changed_at)),
        }
    });
    let person = |person: Person| Choice { value: person.id.to_string(), label: person.name, chosen: false };
    let content = Workflows {
        workflows: workflows.collect(),
        people: people.into_iter().map(person).collect(),
        needs: None,
        back_url: HOME.to_owned(),
    };
    page(&app, &surroundings, &content)
}

/// Form: a step to add or to remove.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Changed {
    version: i64,
    remove: Option<usize>,
    step: String,
    person: String,
    label: String,
}

pub(crate) async fn change(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(kind): Path<String>,
    Form(changed): Form<Changed>,
) -> Answer {
    let outcome = async {
        let known = app.hub.workflow_of(viewer.customer_id, &kind).await?;
        let mut steps = known.map(|known| known.steps).unwrap_or_default();
        match changed.remove {
            Some(at) if at < steps.len() => drop(steps.remove(at)),
            Some(_) => {}
            None => {
                let people = app.hub.approvers(viewer.customer_id).await?;
                steps.push(step(&changed, &people)?);
            }
        }
        app.hub.put_workflow(&viewer, &kind, changed.version, steps).await
    };
    let flash = match outcome.await {
        Ok(()) => Flash::done(text!("requests-steps-changed")),
        Err(HubError::Rejected(rejection)) if rejection.kind() == RejectionKind::Forbidden => {
            return Err(PageError(StatusCode::FORBIDDEN));
        }
        Err(HubError::Rejected(rejection)) => {
            Flash::failed(crate::console::sentence(&rejected(&rejection.to_string())))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(redirect_with(&app, WORKFLOWS, Some(&flash)))
}

fn step(changed: &Changed, people: &[Person]) -> Result<Step, StepFormError> {
    let named = || {
        let found = people.iter().find(|person| person.id.to_string() == changed.person);
        found.map(|found| (found.id, found.name.clone())).ok_or(StepFormError::Person)
    };
    match changed.step.as_str() {
        "approval" => named().map(|(person, name)| Step::Approval { person, name }),
        "notice" => named().map(|(person, name)| Step::Notice { person, name }),
        "place" => Ok(Step::RequirePlace),
        "field" => Ok(Step::RequireField { label: changed.label.trim().to_owned() }),
        _ => Err(StepFormError::Step),
    }
}

/// An error in the form of a step.
#[derive(Debug, thiserror::Error)]
enum StepFormError {
    #[error("choose one of your own people")]
    Person,
    #[error("choose what the step is")]
    Step,
}

impl Rejection for StepFormError {
    fn code(&self) -> &'static str {
        "steps"
    }
}

impl From<StepFormError> for HubError {
    fn from(error: StepFormError) -> Self {
        Self::rejected(error)
    }
}
