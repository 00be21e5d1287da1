//! The mail server, as the hub reaches it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tessera_hub::ports::{MailError, MailTransport, Message, StartedMail};

use super::{Link, World};
use crate::weather::Fault;

/// How long the hub's client waits for the answer to a message.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A message that the mail server accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The recipient.
    pub to: String,
    /// What is the same for every attempt.
    pub message_id: String,
    /// The text.
    pub text: String,
}

/// The mail server as one process of the hub reaches it.
#[derive(Debug)]
pub struct Mail(pub Link);

struct Started {
    link: Link,
    message: Accepted,
}

#[async_trait]
impl MailTransport for Mail {
    async fn start(&self, message: &Message) -> Result<Box<dyn StartedMail>, MailError> {
        self.0.life.point().await;
        let course = self.0.course();
        tokio::time::sleep(course.there).await;
        match course.fault {
            None | Some(Fault::Slow | Fault::Lost | Fault::Garbled) => {}
            Some(Fault::Silent) => std::future::pending().await,
            Some(fault) => {
                self.0.world.scene.note(format_args!("mail greeting: {fault:?}"));
                return Err(MailError::Temporary("simulated".to_owned()));
            }
        }
        self.0.life.point().await;
        let message_id = message.message_id.clone().unwrap_or_default();
        let message = Accepted { to: message.to.clone(), message_id, text: message.text.clone() };
        Ok(Box::new(Started { link: self.0.clone(), message }))
    }

    async fn probe(&self) -> Result<(), MailError> {
        Ok(())
    }
}

#[async_trait]
impl StartedMail for Started {
    async fn finish(self: Box<Self>) -> Result<(), MailError> {
        let Self { link, message } = *self;
        link.life.point().await;
        let course = link.course();
        let world = link.world.clone();
        let arrives = tokio::spawn(async move {
            tokio::time::sleep(course.there).await;
            if course.happens {
                accept(&world, message);
            }
            tokio::time::sleep(course.back).await;
        });
        let arrived = tokio::time::timeout(TIMEOUT, arrives).await;
        link.life.point().await;
        match (arrived, course.fault) {
            (Ok(_), None | Some(Fault::Slow)) => Ok(()),
            (Ok(_), Some(Fault::Down | Fault::Busy | Fault::Broken | Fault::Unauthorized)) => {
                Err(MailError::Temporary("451 simulated".to_owned()))
            }
            _ => Err(MailError::InDoubt("simulated".to_owned())),
        }
    }
}

fn accept(world: &Arc<World>, message: Accepted) {
    world.scene.note(format_args!("mail accepted {} for {}", message.message_id, message.to));
    world.truth().mail.push(message);
}
