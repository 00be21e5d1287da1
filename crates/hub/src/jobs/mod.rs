//! The job runner: takes what is due, runs it, and has it tried again when an outside system was not ready.

mod accounts;
mod credentials;
mod forum;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::ids::JobId;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Leased, Task};
use tessera_core::kernel::timeline::Event;
use tessera_core::kernel::{mask, normalise};
use tessera_store::{Conflict, JobState};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::commit::commit;
use crate::emails::{self, Email};
use crate::ports::{ConnectError, MailError, Message};
use crate::sync::fetch_record::waits_for_repair;
use crate::{Ctx, Hub, HubError};

/// How many jobs run at once in one process. They mostly wait for outside systems.
const AT_ONCE: usize = 16;
/// How long a job may take before another worker takes it over.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long a job may take that says in between that it is alive.
const MAX_LEASE: SignedDuration = crate::sync::sweep::course::LEASE;
/// How long to look away when nothing rings: jobs of other processes do not ring here.
const GLANCE: Duration = Duration::from_millis(500);

/// What came of a job.
pub(crate) enum JobOutcome {
    /// It is finished, in the same transaction as its effect.
    Already,
    /// It is done and has to be written down.
    Done,
    /// Not yet: again at this time.
    Again(Timestamp, String),
    /// Never: a person has to look.
    GivenUp(String),
}

impl Hub {
    /// Runs jobs until `stop` turns true, then lets those under way finish.
    pub async fn run_jobs(&self, mut stop: watch::Receiver<bool>) {
        self.take_over_at_start().await;
        let mut running = JoinSet::new();
        while !*stop.borrow() {
            let free = AT_ONCE - running.len();
            let claimed = if free > 0 { self.claim(free).await } else { Vec::new() };
            let idle = claimed.is_empty();
            for job in claimed {
                let hub = self.clone();
                running.spawn(async move { hub.run(job).await });
            }
            if idle {
                tokio::select! {
                    () = self.store().work_arrived() => {}
                    Some(_) = running.join_next() => {}
                    () = tokio::time::sleep(GLANCE) => {}
                    _ = stop.changed() => {}
                }
            }
            while running.try_join_next().is_some() {}
        }
        while running.join_next().await.is_some() {}
    }

    /// An SQLite file has one hub: whatever still runs there was begun by a process that is gone. Others wait until a lease runs out.
    async fn take_over_at_start(&self) {
        if self.store.kind() != "sqlite" {
            return;
        }
        if let Err(error) = self.technical().reclaim_jobs(self.env.now() + MAX_LEASE + LEASE).await {
            tracing::error!(%error, "could not take over jobs");
        }
    }

    /// Has a job that was given up tried again.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such job, or it was not given up.
    pub async fn retry_job(&self, id: JobId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let none = || {
                let detail = "it is no longer among those given up, or the same already waits";
                HubError::NotFound(format!("job {id} was not started again: {detail}"))
            };
            let job = self.store.job(id).await?.filter(|job| job.state == JobState::Failed).ok_or_else(none)?;
            tx.reject_on(Conflict::Job, none());
            let mut operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            operator.note(&Event::JobRetried { job_id: id, kind: job.task.kind().to_owned() });
            tx.push(JobChange::Revive { id, at: tx.stamp.now }, "staff have it tried again");
            tx.extend(operator.finish());
            Ok(())
        })
    }

    /// Runs what is due now, one after the other, until nothing is. For tests and one-off commands.
    pub async fn run_pending(&self) -> usize {
        let mut done = 0;
        loop {
            match self.run_claimed().await {
                0 => return done,
                ran => done += ran,
            }
        }
    }

    /// Claims what is due now and runs it, one after the other; what that makes due has to be claimed anew.
    pub async fn run_claimed(&self) -> usize {
        let jobs = self.claim(AT_ONCE).await;
        let ran = jobs.len();
        for job in jobs {
            self.run(job).await;
        }
        ran
    }

    /// What happens now and then. Checkpoints take their time when there are many customers; nothing else waits for them.
    pub async fn clean_up(&self, stop: watch::Receiver<bool>) {
        tokio::join!(self.tidy_up(stop.clone()), self.keep_checkpoints(stop));
    }

    /// Taking over from workers that died, forgetting what has expired, sweeps whose time has come.
    async fn tidy_up(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let now = self.env.now();
            if let Err(error) = self.technical().reclaim_jobs(now).await {
                tracing::error!(%error, "could not take over jobs");
            }
            if let Err(error) = self.forget_calls(now).await {
                tracing::error!(%error, "could not forget what marketplaces called long ago");
            }
            if let Err(error) = self.technical().forget_expired(now).await {
                tracing::error!(%error, "could not forget what has expired");
            }
            if let Err(error) = self.request_due_invoice_readings().await {
                tracing::error!(%error, "could not ask for invoices");
            }
            if let Err(error) = self.request_due_ticket_readings().await {
                tracing::error!(%error, "could not look after service requests");
            }
            if let Err(error) = self.request_due_sweeps().await {
                tracing::error!(%error, "could not ask for sweeps");
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(15)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn claim(&self, limit: usize) -> Vec<Leased> {
        let now = self.env.now();
        self.technical().claim_jobs(now, now + LEASE, limit).await.unwrap_or_else(|error| {
            tracing::error!(%error, "could not take jobs");
            Vec::new()
        })
    }

    async fn run(&self, job: Leased) {
        let ended = Box::pin(self.perform(&job)).await;
        let now = self.env.now();
        let kind = job.task.kind();
        let written = match &ended {
            JobOutcome::Already => Ok(()),
            JobOutcome::Done => self.technical().finish_job(&job, now).await,
            JobOutcome::Again(at, why) => {
                tracing::info!(job = %job.id, kind, attempt = job.attempt, retry_at = %at, why, "job is tried again");
                self.technical().retry_job(&job, *at, why).await
            }
            JobOutcome::GivenUp(why) => {
                tracing::error!(job = %job.id, kind, attempt = job.attempt, why, "job is given up");
                self.technical().fail_job(&job, why, now).await
            }
        };
        if let Err(error) = written {
            tracing::warn!(job = %job.id, kind, %error, "could not write down how a job ended; it will be run again");
        }
    }

    async fn perform(&self, job: &Leased) -> JobOutcome {
        let outcome = match &job.task {
            Task::MailInvitation { invitation_id } => return self.mail_invitation(*invitation_id, job).await,
            Task::MailActivated { activation_id } => return self.mail_activated(*activation_id, job).await,
            Task::RunActivation { activation_id } => self.run_activation(*activation_id, job).await,
            Task::Invite { requester_id, asked_by } => self.invite_for_job(requester_id, asked_by, job).await,
            Task::Refresh { customer_id } | Task::LookAgain { customer_id } => self.refresh(*customer_id, job).await,
            Task::TellFollowers { post_id, after } => self.tell_followers(*post_id, *after, job).await,
            Task::MailReply { post_id, person_id } => return self.mail_reply(*post_id, *person_id, job).await,
            Task::MailEmailChange { change_id } => return self.mail_email_change(*change_id, job).await,
            Task::MailEmailChanged { change_id, to } => return self.mail_email_changed(*change_id, to, job).await,
            Task::MailEmailCorrected { person_id, to, .. } => {
                return self.mail_email_corrected(*person_id, to, job).await;
            }
            Task::WriteAsset { write_id } => self.run_asset_write(*write_id, job).await,
            Task::Reread { hint, tries } => self.fetch_record(hint, *tries, job).await,
            Task::WeighNumber { sign_in, requester_id } => {
                self.link_by_requester_id_with_review(sign_in, requester_id, job).await
            }
            Task::MailSignInChanged { customer_id, person_id, added, sign_in, at } => {
                return self.mail_sign_in_changed(*customer_id, *person_id, (*added, sign_in), *at, job).await;
            }
            Task::MailOneTimeLink { link_id } => return self.mail_one_time_link(*link_id, job).await,
            Task::SendOneTimeLink { login } => self.send_links_asked_for(login, job).await,
            Task::MailSecurityNotice { person_id, notice, at } => {
                return self.mail_security_notice(*person_id, *notice, *at, job).await;
            }
            Task::MailRegistration { registration_id } => return self.mail_registration(*registration_id, job).await,
            Task::MailRegistrationDecided { registration_id, link_id } => {
                return self.mail_registration_decided(*registration_id, *link_id, job).await;
            }
            Task::Sweep { what, run } => return self.ended(self.run_sweep(*what, *run, Some(job)).await, job),
            Task::MirrorRequest { request_id } => self.mirror_request(*request_id, job).await,
            Task::MailRequest { request_id, person, mail, .. } => {
                return self.mail_request(*request_id, *person, *mail, job).await;
            }
            Task::ReadTickets => self.read_tickets(job).await,
            Task::ApplySweep { run } => return self.ended(self.run_apply(*run).await, job),
            Task::ReadInvoices => return self.ended(self.read_invoices().await, job),
            Task::MailReturn { rma_id, notice } => return self.mail_return(*rma_id, *notice, job).await,
        };
        match outcome {
            Ok(()) => JobOutcome::Already,
            Err(error) => self.after(error, job),
        }
    }

    fn ended(&self, outcome: Result<(), HubError>, job: &Leased) -> JobOutcome {
        match outcome {
            Ok(()) => JobOutcome::Done,
            Err(error) => self.after(error, job),
        }
    }

    /// What to do after a journey failed.
    pub(crate) fn after(&self, error: HubError, job: &Leased) -> JobOutcome {
        let why = error.to_string();
        let at = |wanted: Option<Timestamp>| {
            let earliest = self.env.now() + backoff(job.attempt);
            wanted.map_or(earliest, |wanted| wanted.max(self.env.now()).min(earliest + SignedDuration::from_mins(15)))
        };
        match error {
            HubError::Connect(error @ (ConnectError::Throttled { .. } | ConnectError::Unavailable { .. })) => {
                JobOutcome::Again(at(error.retry_at()), why)
            }
            // Somebody has to mend credentials or permissions first; a customer who waits should not need to come back for that.
            HubError::Connect(_) if matches!(job.task, Task::RunActivation { .. }) => JobOutcome::Again(at(None), why),
            HubError::Connect(error)
                if matches!(job.task, Task::Reread { .. } | Task::MirrorRequest { .. } | Task::ReadTickets)
                    && waits_for_repair(&error) =>
            {
                JobOutcome::Again(at(None), why)
            }
            HubError::Busy | HubError::Store(_) => JobOutcome::Again(at(None), why),
            HubError::Connect(_) | HubError::NotFound(_) | HubError::Precondition { .. } | HubError::Refused(_) => {
                JobOutcome::GivenUp(why)
            }
        }
    }

    /// Sends an e-mail to somebody.
    pub(crate) async fn send(&self, to: &str, email: &impl Email, job: &Leased) -> JobOutcome {
        let rendered = match emails::render(&*self.emails, email, self.env.now()) {
            Ok(rendered) => rendered,
            Err(error) => return JobOutcome::GivenUp(format!("the mail's template cannot be rendered: {error}")),
        };
        let host = self.config.public_url.host_str().unwrap_or("localhost");
        let Some(deliverable) = normalise::deliverable(to) else {
            return JobOutcome::GivenUp(
                "the address has letters before the @ that mail servers do not take; correct it in the service desk"
                    .to_owned(),
            );
        };
        let message = Message {
            to: deliverable,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            message_id: Some(format!("<{}@{host}>", job.id)),
        };
        match self.mailer.send(&message).await {
            Ok(()) => {
                tracing::info!(job = %job.id, to = mask::email(to), "mail sent");
                JobOutcome::Done
            }
            Err(error @ MailError::Temporary(_)) => {
                JobOutcome::Again(self.env.now() + backoff(job.attempt), error.to_string())
            }
            Err(error) => JobOutcome::GivenUp(error.to_string()),
        }
    }
}

/// 2 s, 4 s, 8 s … up to 15 minutes.
fn backoff(attempt: i64) -> SignedDuration {
    let doubled = 1_i64.checked_shl(u32::try_from(attempt).unwrap_or(0).min(12)).unwrap_or(4096);
    SignedDuration::from_secs(doubled.clamp(2, 15 * 60))
}
