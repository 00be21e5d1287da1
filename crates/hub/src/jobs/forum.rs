//! Mails of the forum and of profiles (`P09`, `P10`).

use tessera_core::kernel::ids::{EmailChangeId, ForumPostId, PersonId};
use tessera_core::kernel::job::Leased;

use super::JobOutcome;
use crate::Hub;

impl Hub {
    pub(super) async fn mail_reply(&self, post: ForumPostId, follower: PersonId, job: &Leased) -> JobOutcome {
        match self.reply_email(post, follower).await {
            Ok(Some((to, email))) => self.send(&to, &email, job).await,
            Ok(None) => JobOutcome::Done,
            Err(error) => self.after(error, job),
        }
    }

    pub(super) async fn mail_email_change(&self, change: EmailChangeId, job: &Leased) -> JobOutcome {
        match self.email_change_email(change).await {
            Ok(Some((to, email))) => self.send(&to, &email, job).await,
            Ok(None) => JobOutcome::Done,
            Err(error) => self.after(error, job),
        }
    }

    pub(super) async fn mail_email_changed(&self, change: EmailChangeId, to: &str, job: &Leased) -> JobOutcome {
        match self.email_changed_email(change).await {
            Ok(Some(email)) => self.send(to, &email, job).await,
            Ok(None) => JobOutcome::Done,
            Err(error) => self.after(error, job),
        }
    }

    pub(super) async fn mail_email_corrected(&self, person: PersonId, to: &str, job: &Leased) -> JobOutcome {
        match self.email_corrected_email(person).await {
            Ok(Some(email)) => self.send(to, &email, job).await,
            Ok(None) => JobOutcome::Done,
            Err(error) => self.after(error, job),
        }
    }
}
