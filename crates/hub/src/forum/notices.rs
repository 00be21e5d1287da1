//! Telling followers of replies (`P10`): a mail each, once, and only to whoever may still read it.

use tessera_core::forum::{Relation, shown_name};
use tessera_core::kernel::ids::{ForumPostId, PersonId};
use tessera_core::kernel::job::{Leased, Task};

use crate::commit::commit;
use crate::emails::ReplyLetter;
use crate::{Ctx, Hub, HubError};

/// How many followers one job tells.
const AT_ONCE: usize = 100;

/// A mail to somebody about a reply.
pub(crate) struct ReplyMail {
    /// The address.
    pub(crate) to: String,
    /// What it says.
    pub(crate) letter: ReplyLetter,
}

impl Hub {
    /// Makes a job for each of the next followers, and one for those after them; with the end of this job, in one transaction.
    pub(crate) async fn tell_followers(
        &self,
        id: ForumPostId,
        after: Option<PersonId>,
        job: &Leased,
    ) -> Result<(), HubError> {
        let mut followers = Vec::new();
        let post = self.store.post(id).await?;
        if let Some(post) = &post {
            followers = self.store.followers(post.post.topic_id, after, AT_ONCE).await?;
        }
        let author = post.map(|post| post.post.author);
        commit!(self, &Ctx::background().ending(job), |tx| {
            for follower in followers.iter().filter(|follower| Some(**follower) != author) {
                tx.enqueue(Task::MailReply { post_id: id, person_id: *follower }, "they follow the topic");
            }
            if let Some(last) = followers.last().filter(|_| followers.len() == AT_ONCE) {
                let next = Task::TellFollowers { post_id: id, after: Some(*last) };
                tx.enqueue(next, "there may be more followers");
            }
            Ok(())
        })
    }

    /// The mail to a follower; none: they may not read it any more, do not follow, or do not want mail.
    pub(crate) async fn reply_mail(&self, id: ForumPostId, follower: PersonId) -> Result<Option<ReplyMail>, HubError> {
        let Some(person) = self.store.person(follower).await? else { return Ok(None) };
        let Some(to) = person.email.clone().filter(|_| person.inactive.is_none()) else { return Ok(None) };
        let Some(read) = self.store.post_visible_to(follower, id, false).await? else { return Ok(None) };
        let Some(topic) = self.store.topic_visible_to(follower, read.post.topic_id, false).await? else {
            return Ok(None);
        };
        let wanted = self.store.follows(follower, topic.topic.id).await?
            && self.store.profile(follower).await?.told_of_replies
            && read.post.hidden.is_none();
        let letter = ReplyLetter {
            name: person.name,
            author: shown_name(&read.author, Relation::between(read.post.customer_id, person.customer_id)),
            title: topic.topic.title,
            url: self.config.url(&format!("{}/posts/{id}", tessera_core::forum::PATH)),
            profile_url: self.config.url("/portal/customer/profile"),
        };
        Ok(wanted.then_some(ReplyMail { to, letter }))
    }
}
