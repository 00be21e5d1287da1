//! The outside systems and the work that waits for them (`H06`).

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use tessera_core::activation::jobs::{LinkByRequesterId, MailActivated, RunActivation};
use tessera_core::credentials::jobs::{MailFailedSignIns, MailOneTimeLink, MailSecurityNotice, MailSignInChanged};
use tessera_core::devices::jobs::{RunDeviceLoad, WriteDevice};
use tessera_core::forum::jobs::{MailReply, NotifyFollowers};
use tessera_core::invitations::jobs::{Invite, MailInvitation, MailInvitationReminder};
use tessera_core::kernel::ids::{InvitationId, JobId, PersonId};
use tessera_core::kernel::job::{Task, Upstream};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::marketplace_platform::jobs::{
    FetchSyncOptions, MailVendorNotification, RunAccountImport, RunAccountOperation,
};
use tessera_core::messages::jobs::CarryOutMessage;
use tessera_core::persons::jobs::{
    MailEmailChange, MailEmailChanged, MailEmailCorrected, MailRegistration, MailRegistrationDecided,
};
use tessera_core::returns::jobs::MailReturn;
use tessera_core::service_requests::jobs::{MailRequest, SyncTicket};
use tessera_core::staff::jobs::MailBreakGlass;
use tessera_core::sync::jobs::{self as sync, ApplySweep, ConfirmAbsence, FetchRecord, Hint, Refresh};
use tessera_core::work_orders::jobs::MailWorkOrder;
use tessera_hub::jobs::JobGroup;
use tessera_hub::ports::Condition;
use tessera_hub::queries::jobs::{self, JobNames, JobState};
use tessera_hub::queries::systems::{HookDeliveries, Sweep, SystemsPage, UpstreamJobs};
use tessera_hub::{OutsideSystem, Role};

use super::sweeps;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{PAGE_SIZE, URLS, back, chrome, customer_url, id, presenter, record_url};
use crate::pages::console as view;
use crate::pages::console::{
    FailedKind, Hook, Incident, JobRow, Jobs, Quota, Reading, SystemCard, SystemWork, Systems,
};
use crate::respond::page::{Answer, PageError, page};

const URL: &str = "/console/systems";

pub(crate) async fn systems(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let SystemsPage { overview, failed, in_doubt, retrying, names, upstreams } =
        app.hub.queries().systems_page(PAGE_SIZE).await?;
    let job = |job| row(&app, job, &names);
    let content = Systems {
        alarms: overview.alarms.into_iter().map(|alarm| sweeps::notice(&app, alarm)).collect(),
        systems: app.hub.systems().into_iter().map(|system| card(&app, system)).collect(),
        readings: overview.sweeps.into_iter().map(|sweep| reading(&app, sweep)).collect(),
        hooks: overview.hooks.into_iter().map(hook).collect(),
        hook_url: app.hub.config.url("/hooks/freshservice"),
        read_action: format!("{URL}/read"),
        jobs: Jobs {
            waiting: overview.jobs.waiting.unsigned_abs(),
            running: overview.jobs.running.unsigned_abs(),
            systems: upstreams.into_iter().map(|jobs| work(&app, jobs)).collect(),
            kinds: kinds(&failed),
            failed: failed.into_iter().map(job).collect(),
            in_doubt: in_doubt.into_iter().map(job).collect(),
            retrying: retrying.into_iter().map(job).collect(),
        },
    };
    page(&app, &chrome, &content)
}

/// Asks for complete readings of everything.
pub(crate) async fn read_everything(State(app): State<App>, _staff: Staff) -> Answer {
    let done =
        "Everything is being read. This takes as long as the systems’ limits allow; reload to see how far it is.";
    back(&app, URL, app.hub.request_sweeps().await.map(|()| done.to_owned()))
}

/// Has a job that was given up, or is in doubt, tried again.
pub(crate) async fn retry(State(app): State<App>, staff: Staff, Path(job): Path<String>) -> Answer {
    let job: JobId = id(&job)?;
    let outcome = app.hub.retry_job(job, &staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "The job is being tried again.".to_owned()))
}

/// Puts a job aside that was given up, or is in doubt.
pub(crate) async fn dismiss(State(app): State<App>, staff: Staff, Path(job): Path<String>) -> Answer {
    let job: JobId = id(&job)?;
    let outcome = app.hub.dismiss_job(job, &staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "The job was dismissed.".to_owned()))
}

/// Has all failed jobs of a kind tried again.
pub(crate) async fn retry_kind(State(app): State<App>, staff: Staff, Path(kind): Path<String>) -> Answer {
    retry_group(&app, &staff, JobGroup::Kind(kind)).await
}

/// Has all failed jobs of an outside system tried again.
pub(crate) async fn retry_system(State(app): State<App>, staff: Staff, Path(system): Path<String>) -> Answer {
    retry_group(&app, &staff, JobGroup::System(upstream(&system)?)).await
}

async fn retry_group(app: &App, staff: &Staff, group: JobGroup) -> Answer {
    let outcome = app.hub.retry_jobs(&group, &staff.ctx()).await;
    let done = |jobs| match jobs {
        0 => "There are no failed jobs to try again.".to_owned(),
        1 => "1 job is being tried again.".to_owned(),
        jobs => format!("{jobs} jobs are being tried again."),
    };
    back(app, URL, outcome.map(done))
}

/// Pauses the jobs of an outside system.
pub(crate) async fn pause(State(app): State<App>, staff: Staff, Path(system): Path<String>) -> Answer {
    let outcome = app.hub.pause_system(upstream(&system)?, &staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "Paused. Its jobs wait until you resume them.".to_owned()))
}

/// Lets the jobs of an outside system go on.
pub(crate) async fn resume(State(app): State<App>, staff: Staff, Path(system): Path<String>) -> Answer {
    let outcome = app.hub.resume_system(upstream(&system)?, &staff.ctx()).await;
    back(&app, URL, outcome.map(|()| "Resumed. Its jobs are running again.".to_owned()))
}

fn upstream(name: &str) -> Result<Upstream, PageError> {
    Upstream::parse(name).ok_or(PageError::NOT_FOUND)
}

fn work(app: &App, jobs: UpstreamJobs) -> SystemWork {
    let name = jobs.system.as_str();
    let label = match jobs.system {
        Upstream::ServiceDesk => presenter::system(app, app.hub.desk.name()).label,
        Upstream::Crm => presenter::system(app, app.hub.crm.name()).label,
        Upstream::Mail => "Mail server".to_owned(),
        Upstream::Invoices => "Invoices".to_owned(),
    };
    let action = |does: &str| format!("/console/systems/{name}/{does}");
    SystemWork {
        label,
        due: jobs.due,
        failed: jobs.failed,
        toggle_action: action(if jobs.paused.is_some() { "resume" } else { "pause" }),
        paused: jobs.paused.map(|(since, by)| presenter::done(app, since, &by)),
        retry_action: (jobs.failed > 0).then(|| format!("/console/failed-jobs/systems/{name}/retry")),
    }
}

/// The kinds of which several jobs were given up.
fn kinds(failed: &[jobs::JobRow]) -> Vec<FailedKind> {
    let mut kinds: BTreeMap<&str, FailedKind> = BTreeMap::new();
    for job in failed {
        let kind = job.task.kind();
        let entry = kinds.entry(kind).or_insert_with(|| FailedKind {
            what: what(&job.task).to_owned(),
            jobs: 0,
            retry_action: format!("/console/failed-jobs/kinds/{kind}/retry"),
        });
        entry.jobs += 1;
    }
    kinds.into_values().filter(|kind| kind.jobs > 1).collect()
}

fn card(app: &App, OutsideSystem { role, address, health }: OutsideSystem) -> SystemCard {
    let kind = match role {
        Role::ServiceDesk => "Service desk",
        Role::Crm => "CRM",
        Role::IdentityProvider => "Identity provider",
    };
    let state = match health.condition {
        Condition::Throttled { until } => view::Health::Throttled { until },
        Condition::Failing { since } => view::Health::Failing { since },
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

fn row(app: &App, job: jobs::JobRow, names: &JobNames) -> JobRow {
    let decided_by_staff = matches!(job.state, JobState::Failed | JobState::InDoubt);
    let unknown = match job.state {
        JobState::InDoubt => "The hub stopped before the mail server answered",
        _ => "No cause was recorded",
    };
    let (subject, subject_url) = subject(app, &job.task, names);
    JobRow {
        id: job.id.to_string(),
        what: what(&job.task).to_owned(),
        subject,
        subject_url,
        attempts: u32::try_from(job.attempt).unwrap_or(u32::MAX),
        error: presenter::sentence(job.error.as_deref().unwrap_or(unknown)),
        last_at: job.finished_at,
        next_at: (!decided_by_staff).then_some(job.run_at),
        retry_action: decided_by_staff.then(|| format!("/console/jobs/{}/retry", job.id)),
        dismiss_action: decided_by_staff.then(|| format!("/console/jobs/{}/dismiss", job.id)),
    }
}

const fn what(task: &Task) -> &'static str {
    match task {
        Task::MailInvitation(_) => "Send mail: invitation",
        Task::MailInvitationReminder(_) => "Send mail: activation link expires soon",
        Task::MailActivated(_) => "Send mail: account activated",
        Task::RunActivation(_) => "Finish activation",
        Task::Invite(_) => "Invite requester",
        Task::Refresh(_) => "Re-read customer",
        Task::ConfirmAbsence(_) => "Re-read customer after activation",
        Task::LinkByRequesterId(_) => "Decide about a sign-in",
        Task::MailSignInChanged(_) => "Send mail: sign-in methods changed",
        Task::FetchRecord(_) => "Re-read record",
        Task::Sweep(_) => "Sweep",
        Task::ApplySweep(_) => "Apply what a sweep found",
        Task::WriteDevice(_) => "Write to the service desk",
        Task::RunDeviceLoad(_) => "Load a table of devices",
        Task::CarryOutMessage(_) => "Carry out a message",
        Task::RunAccountOperation(_) => "Call vendors for a marketplace account",
        Task::MailVendorNotification(_) => "Send mail: account at a vendor",
        Task::RunAccountImport(_) => "Import marketplace accounts",
        Task::FetchSyncOptions(_) => "Fetch the sync options of a vendor",
        Task::MailReturn(_) => "Send mail: return",
        Task::ReadInvoices(_) => "Read invoices",
        Task::MailOneTimeLink(_) => "Send mail: link to set a password",
        Task::SendOneTimeLink(_) => "Send a sign-in link",
        Task::MailSecurityNotice(_) => "Send mail: ways to sign in changed",
        Task::MailFailedSignIns(_) => "Send mail: failed sign-ins",
        Task::MailBreakGlass(_) => "Send mail: a local staff account signed in",
        Task::MailRegistration(_) => "Send mail: registration received",
        Task::MailRegistrationDecided(_) => "Send mail: registration decided",
        Task::NotifyFollowers(_) => "Tell followers of a reply",
        Task::MailReply(_) => "Send mail: reply in the forum",
        Task::MailEmailChange(_) => "Send mail: confirm a new address",
        Task::MailEmailChanged(_) | Task::MailEmailCorrected(_) => "Send mail: address changed",
        Task::SyncTicket(_) => "Send a request to the service desk",
        Task::MailRequest(_) => "Send mail: request",
        Task::ReadTickets(_) => "Read changed tickets",
        Task::MailWorkOrder(_) => "Send mail: appointment",
    }
}

/// Whom a job concerns, and their page.
type Subject = (String, Option<String>);

/// What a job names may be gone: then it is called by its id.
fn subject(app: &App, task: &Task, names: &JobNames) -> Subject {
    match task {
        Task::MailInvitation(MailInvitation { invitation_id })
        | Task::MailInvitationReminder(MailInvitationReminder { invitation_id }) => {
            of_invitation(*invitation_id, names)
        }
        Task::MailActivated(MailActivated { activation_id })
        | Task::RunActivation(RunActivation { activation_id, .. }) => match names.activations.get(activation_id) {
            Some(invitation) => of_invitation(*invitation, names),
            None => (format!("activation {activation_id}"), None),
        },
        Task::Invite(Invite { requester_id, .. }) | Task::LinkByRequesterId(LinkByRequesterId { requester_id, .. }) => {
            of_requester(app.hub.desk.name(), requester_id, None)
        }
        Task::Refresh(Refresh { customer_id })
        | Task::ConfirmAbsence(ConfirmAbsence { customer_id })
        | Task::MailSignInChanged(MailSignInChanged { customer_id, .. }) => {
            let name = names.customers.get(customer_id).cloned();
            (name.unwrap_or_else(|| format!("customer {customer_id}")), Some(customer_url(*customer_id)))
        }
        Task::FetchRecord(FetchRecord { hint: Hint::Requester { id }, .. }) => {
            of_requester(app.hub.desk.name(), id, None)
        }
        Task::FetchRecord(FetchRecord { hint, .. }) => (hint.to_string(), None),
        Task::ReadInvoices(_) => ("Invoices".to_owned(), Some("/console/invoices".to_owned())),
        Task::Sweep(sync::Sweep { what, .. }) => (presenter::sentence(what.as_str()), None),
        Task::ReadTickets(_) => ("Tickets".to_owned(), Some("/console/requests".to_owned())),
        Task::ApplySweep(ApplySweep { run }) => (format!("sweep {run}"), Some(format!("/console/sweeps/{run}"))),
        Task::NotifyFollowers(NotifyFollowers { post_id, .. }) | Task::MailReply(MailReply { post_id, .. }) => {
            (format!("post {post_id}"), Some(format!("/console/boards/posts/{post_id}")))
        }
        Task::SyncTicket(SyncTicket { request_id }) | Task::MailRequest(MailRequest { request_id, .. }) => {
            let subject = names.requests.get(request_id).cloned();
            let url = format!("/console/requests/{request_id}");
            (subject.unwrap_or_else(|| format!("request {request_id}")), Some(url))
        }
        Task::RunDeviceLoad(RunDeviceLoad { load_id }) => {
            ("Table of devices".to_owned(), Some(format!("/console/device-loads/{load_id}")))
        }
        Task::WriteDevice(WriteDevice { write_id }) => {
            let write = names.device_writes.get(write_id);
            let what = write.map(|write| presenter::sentence(&write.change.sentence()));
            (what.unwrap_or_else(|| format!("write {write_id}")), Some(URLS.write(*write_id)))
        }
        Task::MailReturn(MailReturn { return_id, .. }) => {
            let number = names.returns.get(return_id).map(|number| format!("Return {number}"));
            (number.unwrap_or_else(|| format!("return {return_id}")), Some(format!("/console/returns/{return_id}")))
        }
        Task::MailWorkOrder(MailWorkOrder { work_order_id, .. }) => {
            ("Work order".to_owned(), Some(format!("/console/work-orders/{work_order_id}")))
        }
        Task::MailBreakGlass(MailBreakGlass { login, .. }) => {
            (format!("staff account {login}"), Some("/console/staff".to_owned()))
        }
        Task::CarryOutMessage(CarryOutMessage { message_id }) => (format!("message {message_id}"), None),
        Task::RunAccountOperation(RunAccountOperation { operation_id, .. }) => {
            ("Marketplace account".to_owned(), Some(format!("/console/operations/{operation_id}")))
        }
        Task::RunAccountImport(RunAccountImport { import_id }) => {
            ("Table of accounts".to_owned(), Some(format!("/console/marketplace-accounts/import/{import_id}")))
        }
        Task::MailVendorNotification(MailVendorNotification { notification_id }) => {
            (format!("e-mail {notification_id}"), None)
        }
        Task::FetchSyncOptions(FetchSyncOptions { service_manager_id }) => {
            ("Service manager".to_owned(), Some(format!("/console/service-managers/{service_manager_id}")))
        }
        Task::SendOneTimeLink(_)
        | Task::MailOneTimeLink(_)
        | Task::MailSecurityNotice(_)
        | Task::MailFailedSignIns(_)
        | Task::MailEmailCorrected(_)
        | Task::MailRegistration(_)
        | Task::MailRegistrationDecided(_)
        | Task::MailEmailChange(_)
        | Task::MailEmailChanged(_) => somebody(task, names),
    }
}

/// Whose sign-in or address a job is about.
fn somebody(task: &Task, names: &JobNames) -> Subject {
    match task {
        Task::MailOneTimeLink(MailOneTimeLink { link_id }) => match names.one_time_links.get(link_id) {
            Some(person) => of_person(*person, names),
            None => (format!("link {link_id}"), None),
        },
        Task::MailSecurityNotice(MailSecurityNotice { person_id, .. })
        | Task::MailEmailCorrected(MailEmailCorrected { person_id, .. }) => of_person(*person_id, names),
        Task::MailFailedSignIns(MailFailedSignIns { person_id, .. }) => match person_id {
            Some(person) => of_person(*person, names),
            None => ("a login that nobody has".to_owned(), None),
        },
        Task::MailRegistration(MailRegistration { registration_id })
        | Task::MailRegistrationDecided(MailRegistrationDecided { registration_id, .. }) => {
            let name = names.registrations.get(registration_id).cloned();
            (name.unwrap_or_else(|| format!("registration {registration_id}")), None)
        }
        Task::MailEmailChange(MailEmailChange { change_id })
        | Task::MailEmailChanged(MailEmailChanged { change_id, .. }) => {
            match names.email_changes.get(change_id).filter(|person| names.people.contains_key(person)) {
                Some(person) => of_person(*person, names),
                None => ("a person who is gone".to_owned(), None),
            }
        }
        // What was typed may be anything, a password too: it is not shown.
        _ => ("a person who asked for help".to_owned(), None),
    }
}

fn of_invitation(id: InvitationId, names: &JobNames) -> Subject {
    match names.invitations.get(&id) {
        Some(it) if it.kind == Kind::Account => {
            (format!("{}, account {}", it.name, it.external_id), Some(record_url(&it.record())))
        }
        Some(it) => of_requester(&it.system, &it.external_id, Some(&it.name)),
        None => (format!("invitation {id}"), None),
    }
}

/// A requester's name and page; once it is linked, that page leads to the customer's.
fn of_requester(system: &str, requester_id: &str, name: Option<&str>) -> Subject {
    let url = record_url(&RecordKey::new(system, Kind::Requester, requester_id));
    let named =
        name.map_or_else(|| format!("Requester {requester_id}"), |name| format!("{name}, requester {requester_id}"));
    (named, Some(url))
}

fn of_person(person: PersonId, names: &JobNames) -> Subject {
    match names.people.get(&person) {
        Some(person) => (person.name.clone(), Some(customer_url(person.customer_id))),
        None => (format!("person {person}"), None),
    }
}
