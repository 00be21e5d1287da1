//! Reply notices (`P10`): one e-mail to each follower who may still read the topic.

use serde::Serialize;
use tessera_core::forum::jobs::{MailReply, NotifyFollowers};
use tessera_core::forum::{Relation, shown_name};
use tessera_core::kernel::ids::{ForumPostId, PersonId};
use tessera_core::kernel::job::Leased;

use crate::commit::commit;
use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Ctx, Hub, HubError};

/// Maximum number of followers per job.
const AT_ONCE: usize = 100;

/// Notice of a reply, to a follower (`P10`).
#[derive(Serialize)]
struct ReplyEmail {
    name: String,
    /// The author's name, as visible to the follower.
    author: String,
    /// The topic's title.
    title: String,
    /// URL of the reply.
    url: String,
    /// URL of the page where such e-mails can be switched off.
    profile_url: String,
    /// URL that switches such e-mails off without a sign-in.
    unsubscribe_url: String,
}

impl Email for ReplyEmail {
    const NAME: &'static str = "reply";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn unsubscribe_url(&self) -> Option<&str> {
        Some(&self.unsubscribe_url)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let one = Self {
            name: "Jo Meyer".to_owned(),
            author: "Ada L.".to_owned(),
            title: "Which cable for a second battery?".to_owned(),
            url: sample::url("/portal/customer/forum/posts/0193"),
            profile_url: sample::url("/portal/customer/profile"),
            unsubscribe_url: sample::url("/unsubscribe/kq3vR0pZ8sT1mWc5yXb7Ng"),
        };
        vec![("one", one)]
    }
}

inventory::submit! { EmailSamples::of::<ReplyEmail>() }

impl Run for NotifyFollowers {
    /// Enqueues a job for each of the next followers, and one for the remaining followers, in the transaction that ends
    /// this job.
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let post_id = self.post_id;
        commit!(hub, &Ctx::background().ending(job), |tx| {
            let Some(post) = hub.reads().post(post_id).await? else { return Ok(JobOutcome::Already) };
            let followers = hub.reads().followers(post.post.topic_id, self.after, AT_ONCE).await?;
            for follower in followers.iter().filter(|follower| **follower != post.post.author) {
                tx.enqueue(MailReply { post_id, person_id: *follower }, "they follow the topic");
            }
            if let Some(last) = followers.last().filter(|_| followers.len() == AT_ONCE) {
                tx.enqueue(NotifyFollowers { post_id, after: Some(*last) }, "there may be more followers");
            }
            Ok(JobOutcome::Already)
        })
    }
}

impl Run for MailReply {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        match hub.reply_email(self.post_id, self.person_id).await? {
            Some((to, email)) => hub.send_to(self.person_id, &to, &email, job).await,
            None => Ok(JobOutcome::Done),
        }
    }
}

impl Hub {
    /// The e-mail to a follower and its recipient. `None` if the follower may no longer read the topic, does not follow
    /// it, or does not want e-mails.
    async fn reply_email(&self, id: ForumPostId, follower: PersonId) -> Result<Option<(String, ReplyEmail)>, HubError> {
        let Some(person) = self.reads().person(follower).await? else { return Ok(None) };
        let Some(to) = person.email.clone().filter(|_| person.inactive.is_none()) else { return Ok(None) };
        let Some(read) = self.reads().post_visible_to(follower, id, false).await? else { return Ok(None) };
        let Some(topic) = self.reads().topic_visible_to(follower, read.post.topic_id, false).await? else {
            return Ok(None);
        };
        let wanted = self.reads().follows(follower, topic.topic.id).await?
            && self.reads().profile(follower).await?.notify_of_replies
            && read.post.hidden.is_none();
        let email = ReplyEmail {
            name: person.name,
            author: shown_name(&read.author, Relation::between(read.post.customer_id, person.customer_id)),
            title: topic.topic.title,
            url: self.config.url(&format!("{}/posts/{id}", tessera_core::forum::PATH)),
            profile_url: self.config.url("/portal/customer/profile"),
            unsubscribe_url: self.unsubscribe_url(follower),
        };
        Ok(wanted.then_some((to, email)))
    }
}
