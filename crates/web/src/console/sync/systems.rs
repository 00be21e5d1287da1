//! The outside systems and the work that waits for them (`H06`).

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use tessera_core::activation::jobs::{MailActivated, RunActivation, WeighNumber};
use tessera_core::credentials::jobs::{MailOneTimeLink, MailSecurityNotice, MailSignInChanged};
use tessera_core::devices::jobs::WriteAsset;
use tessera_core::forum::jobs::{MailReply, TellFollowers};
use tessera_core::invitations::jobs::{Invite, MailInvitation, MailInvitationReminder};
use tessera_core::kernel::ids::{ActivationId, InvitationId, JobId, PersonId};
use tessera_core::kernel::job::Task;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::persons::jobs::{
    MailEmailChange, MailEmailChanged, MailEmailCorrected, MailRegistration, MailRegistrationDecided,
};
use tessera_core::returns::jobs::MailReturn;
use tessera_core::service_requests::jobs::{MailRequest, MirrorRequest};
use tessera_core::sync::jobs::{self, ApplySweep, Hint, LookAgain, Refresh, Reread};
use tessera_hub::ports::Condition;
use tessera_hub::{OutsideSystem, Role};
use tessera_store::{HookDeliveries, JobState, StoreError, Sweep};

use super::sweeps;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{PAGE_SIZE, back, chrome, customer_url, id, presenter, record_url, write_url};
use crate::pages::console as view;
use crate::pages::console::{Hook, Incident, JobRow, Jobs, Quota, Reading, SystemCard, Systems};
use crate::respond::page::{Answer, page};

const URL: &str = "/console/systems";
/// Among how many waiting jobs those are sought that failed before.
const LOOKED_AT: usize = 1000;

pub(crate) async fn systems(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let readings = app.hub.store.sweeps().await?;
    let alarms = app.hub.alarms().await?;
    let content = Systems {
        alarms: alarms.into_iter().map(|alarm| sweeps::notice(&app, alarm)).collect(),
        systems: app.hub.systems().into_iter().map(|system| card(&app, system)).collect(),
        readings: readings.into_iter().map(|sweep| reading(&app, sweep)).collect(),
        hooks: app.hub.store.hook_deliveries().await?.into_iter().map(hook).collect(),
        hook_url: app.hub.config.url("/hooks/freshservice"),
        read_action: format!("{URL}/read"),
        jobs: jobs(&app).await?,
    };
    page(&app, &chrome, &content)
}

/// Asks for complete readings of everything.
pub(crate) async fn read_everything(State(app): State<App>, _staff: Staff) -> Answer {
    let done =
        "Everything is being read. This takes as long as the systems’ limits allow; reload to see how far it is.";
    back(&app, URL, app.hub.request_sweeps().await.map(|()| done.to_owned()))
}

/// Has a job that was given up tried again.
pub(crate) async fn retry(State(app): State<App>, staff: Staff, Path(job): Path<String>) -> Answer {
    let job: JobId = id(&job)?;
    let outcome = app.hub.retry_job(job, &staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "The job is being tried again.".to_owned()))
}

/// Puts a job aside that was given up.
pub(crate) async fn dismiss(State(app): State<App>, staff: Staff, Path(job): Path<String>) -> Answer {
    let job: JobId = id(&job)?;
    let outcome = app.hub.dismiss_job(job, &staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "The job was dismissed.".to_owned()))
}

fn card(app: &App, OutsideSystem { role, address, health }: OutsideSystem) -> SystemCard {
    let kind = match role {
        Role::ServiceDesk => "Service desk",
        Role::Crm => "CRM",
        Role::IdentityProvider => "Identity provider",
    };
    let state = match health.condition {
        Condition::Throttled { until } => view::Health::Throttled { until },
        Condition::Open { until } => view::Health::BreakerOpen { until },
        Condition::Healthy if health.calls == 0 => view::Health::Unknown,
        Condition::Healthy => view::Health::Healthy,
    };
    let quota = health.quotas.first().map(|quota| {
        let number = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
        let per = match quota.per_seconds {
            60 => "minute".to_owned(),
            3600 => "hour".to_owned(),
            seconds => format!("{seconds} seconds"),
        };
        Quota { used: number(quota.used), limit: number(quota.limit), per, reserve: number(quota.reserved) }
    });
    SystemCard {
        label: presenter::system(app, &health.system).label,
        kind: kind.to_owned(),
        address,
        health: state,
        last_success: health.last_ok_at,
        last_error: health.last_error_at.zip(health.last_error).map(|(at, text)| Incident { at, text }),
        quota,
    }
}

fn hook(kept: HookDeliveries) -> Hook {
    Hook {
        path: format!("/hooks/{}", kept.hook),
        good: kept.good,
        last_good_at: kept.last_good_at,
        last_unusable: kept.last_unusable_at.zip(kept.last_unusable_why).map(|(at, text)| Incident { at, text }),
        excerpt: kept.last_unusable_excerpt,
    }
}

fn reading(app: &App, sweep: Sweep) -> Reading {
    Reading {
        system: presenter::system(app, &sweep.system).label,
        what: presenter::sentence(&sweep.kind),
        state: sweeps::state(sweep.state),
        error: sweep.error.as_deref().map(presenter::sentence),
        seen: sweep.seen,
        changed: sweep.changed,
        started_at: sweep.started_at,
        finished_at: sweep.finished_at,
    }
}

async fn jobs(app: &App) -> Result<Jobs, StoreError> {
    let store = &app.hub.store;
    let (counts, waiting, gave_up) = tokio::try_join!(
        store.job_counts(),
        store.jobs(JobState::Waiting, LOOKED_AT),
        store.jobs(JobState::Failed, PAGE_SIZE),
    )?;
    let mut again: Vec<_> = waiting.into_iter().filter(|job| job.error.is_some()).collect();
    again.sort_by_key(|job| job.run_at);
    again.truncate(PAGE_SIZE);

    let (mut failed, mut retrying) = (Vec::new(), Vec::new());
    for job in gave_up {
        failed.push(row(app, job).await?);
    }
    for job in again {
        retrying.push(row(app, job).await?);
    }
    Ok(Jobs { waiting: counts.waiting.unsigned_abs(), running: counts.running.unsigned_abs(), failed, retrying })
}

async fn row(app: &App, job: tessera_store::JobRow) -> Result<JobRow, StoreError> {
    let gave_up = job.state == JobState::Failed;
    let (subject, subject_url) = subject(app, &job.task).await?;
    Ok(JobRow {
        id: job.id.to_string(),
        what: what(&job.task).to_owned(),
        subject,
        subject_url,
        attempts: u32::try_from(job.attempt).unwrap_or(u32::MAX),
        error: presenter::sentence(job.error.as_deref().unwrap_or("No cause was recorded")),
        last_at: job.finished_at,
        next_at: (!gave_up).then_some(job.run_at),
        retry_action: gave_up.then(|| format!("/console/jobs/{}/retry", job.id)),
        dismiss_action: gave_up.then(|| format!("/console/jobs/{}/dismiss", job.id)),
    })
}

const fn what(task: &Task) -> &'static str {
    match task {
        Task::MailInvitation(_) => "Send mail: invitation",
        Task::MailInvitationReminder(_) => "Send mail: activation link expires soon",
        Task::MailActivated(_) => "Send mail: account activated",
        Task::RunActivation(_) => "Finish activation",
        Task::Invite(_) => "Invite requester",
        Task::Refresh(_) => "Re-read customer",
        Task::LookAgain(_) => "Re-read customer after activation",
        Task::WeighNumber(_) => "Decide about a sign-in",
        Task::MailSignInChanged(_) => "Send mail: sign-in methods changed",
        Task::Reread(_) => "Re-read record",
        Task::Sweep(_) => "Sweep",
        Task::ApplySweep(_) => "Apply what a sweep found",
        Task::WriteAsset(_) => "Write to the service desk",
        Task::MailReturn(_) => "Send mail: return",
        Task::ReadInvoices(_) => "Read invoices",
        Task::MailOneTimeLink(_) => "Send mail: link to set a password",
        Task::SendOneTimeLink(_) => "Help somebody who cannot sign in",
        Task::MailSecurityNotice(_) => "Send mail: ways to sign in changed",
        Task::MailRegistration(_) => "Send mail: registration received",
        Task::MailRegistrationDecided(_) => "Send mail: registration decided",
        Task::TellFollowers(_) => "Tell followers of a reply",
        Task::MailReply(_) => "Send mail: reply in the forum",
        Task::MailEmailChange(_) => "Send mail: confirm a new address",
        Task::MailEmailChanged(_) | Task::MailEmailCorrected(_) => "Send mail: address changed",
        Task::MirrorRequest(_) => "Send a request to the service desk",
        Task::MailRequest(_) => "Send mail: request",
        Task::ReadTickets(_) => "Read changed tickets",
    }
}

/// Whom a job concerns, and their page. What it names may be gone.
async fn subject(app: &App, task: &Task) -> Result<(String, Option<String>), StoreError> {
    let store = &app.hub.store;
    match task {
        Task::MailInvitation(MailInvitation { invitation_id })
        | Task::MailInvitationReminder(MailInvitationReminder { invitation_id }) => {
            of_invitation(app, *invitation_id).await
        }
        Task::MailActivated(MailActivated { activation_id }) | Task::RunActivation(RunActivation { activation_id }) => {
            of_activation(app, *activation_id).await
        }
        Task::Invite(Invite { requester_id, .. }) | Task::WeighNumber(WeighNumber { requester_id, .. }) => {
            Ok(of_requester(app.hub.desk.name(), requester_id, None))
        }
        Task::Refresh(Refresh { customer_id })
        | Task::LookAgain(LookAgain { customer_id })
        | Task::MailSignInChanged(MailSignInChanged { customer_id, .. }) => {
            let name = store.customer(*customer_id).await?.map(|customer| customer.name);
            Ok((name.unwrap_or_else(|| format!("customer {customer_id}")), Some(customer_url(*customer_id))))
        }
        // What was typed may be anything, a password too: it is not shown.
        Task::SendOneTimeLink(_) => Ok(("somebody who asked for help".to_owned(), None)),
        Task::MailOneTimeLink(MailOneTimeLink { link_id }) => match store.one_time_link(*link_id).await? {
            Some(link) => of_person(app, link.person).await,
            None => Ok((format!("link {link_id}"), None)),
        },
        Task::MailSecurityNotice(MailSecurityNotice { person_id, .. })
        | Task::MailEmailCorrected(MailEmailCorrected { person_id, .. }) => of_person(app, *person_id).await,
        Task::MailRegistration(MailRegistration { registration_id })
        | Task::MailRegistrationDecided(MailRegistrationDecided { registration_id, .. }) => {
            let name = store.registration(*registration_id).await?.map(|registration| registration.name);
            Ok((name.unwrap_or_else(|| format!("registration {registration_id}")), None))
        }
        Task::Reread(Reread { hint: Hint::Requester { id }, .. }) => Ok(of_requester(app.hub.desk.name(), id, None)),
        Task::Reread(Reread { hint, .. }) => Ok((hint.to_string(), None)),
        Task::ReadInvoices(_) => Ok(("Invoices".to_owned(), Some("/console/invoices".to_owned()))),
        Task::Sweep(jobs::Sweep { what, .. }) => Ok((presenter::sentence(what.as_str()), None)),
        Task::ReadTickets(_) => Ok(("Tickets".to_owned(), Some("/console/requests".to_owned()))),
        Task::MirrorRequest(MirrorRequest { request_id }) | Task::MailRequest(MailRequest { request_id, .. }) => {
            let subject = store.request(*request_id).await?.map(|request| request.subject);
            let url = format!("/console/requests/{request_id}");
            Ok((subject.unwrap_or_else(|| format!("request {request_id}")), Some(url)))
        }
        Task::ApplySweep(ApplySweep { run }) => Ok((format!("sweep {run}"), Some(format!("/console/sweeps/{run}")))),
        Task::TellFollowers(TellFollowers { post_id, .. }) | Task::MailReply(MailReply { post_id, .. }) => {
            Ok((format!("post {post_id}"), Some(format!("/console/boards/posts/{post_id}"))))
        }
        Task::MailEmailChange(MailEmailChange { change_id })
        | Task::MailEmailChanged(MailEmailChanged { change_id, .. }) => {
            let person = match store.email_change(*change_id).await? {
                Some(change) => store.person(change.person).await?,
                None => None,
            };
            Ok(person.map_or_else(
                || ("a person who is gone".to_owned(), None),
                |person| (person.name, Some(customer_url(person.customer_id))),
            ))
        }
        Task::WriteAsset(WriteAsset { write_id }) => {
            let write = store.asset_write(*write_id).await?;
            let what = write
                .map_or_else(|| format!("write {write_id}"), |write| presenter::sentence(&write.change.sentence()));
            Ok((what, Some(write_url(*write_id))))
        }
        Task::MailReturn(MailReturn { rma_id, .. }) => {
            let number =
                store.return_by_id(*rma_id).await?.map(|customer_return| format!("Return {}", customer_return.number));
            Ok((number.unwrap_or_else(|| format!("return {rma_id}")), Some(format!("/console/returns/{rma_id}"))))
        }
    }
}

async fn of_activation(app: &App, id: ActivationId) -> Result<(String, Option<String>), StoreError> {
    match app.hub.store.activation(id).await? {
        Some(activation) => of_invitation(app, activation.invitation_id).await,
        None => Ok((format!("activation {id}"), None)),
    }
}

async fn of_invitation(app: &App, id: InvitationId) -> Result<(String, Option<String>), StoreError> {
    Ok(match app.hub.store.invitation(id).await? {
        Some(it) if it.kind == Kind::Account => {
            (format!("{}, account {}", it.name, it.external_id), Some(record_url(&it.record())))
        }
        Some(it) => of_requester(&it.system, &it.external_id, Some(&it.name)),
        None => (format!("invitation {id}"), None),
    })
}

/// A requester's name and page; once it is linked, that page leads to the customer's.
fn of_requester(system: &str, requester_id: &str, name: Option<&str>) -> (String, Option<String>) {
    let url = record_url(&RecordKey::new(system, Kind::Requester, requester_id));
    let named =
        name.map_or_else(|| format!("Requester {requester_id}"), |name| format!("{name}, requester {requester_id}"));
    (named, Some(url))
}

async fn of_person(app: &App, person: PersonId) -> Result<(String, Option<String>), StoreError> {
    Ok(match app.hub.store.person(person).await? {
        Some(person) => (person.name, Some(customer_url(person.customer_id))),
        None => (format!("person {person}"), None),
    })
}
