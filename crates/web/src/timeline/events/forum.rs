//! Wording of the timeline events of the forum.

use std::fmt::Display;

use tessera_core::forum::Moderation;
use tessera_core::forum::event::{ForumAct, ForumEvent};

use super::Wording;
use crate::locale::{Arg, text};
use crate::pages::dates;

impl Wording for ForumEvent {
    fn staff(&self) -> String {
        match self {
            Self::ForumWritten { act, title, name, .. } => {
                format!("{name} {} in the forum: “{title}”", forum_act(*act))
            }
            Self::ForumModerated { moderation, title, name, why, .. } if moderation.is_of_post() => {
                format!("Post by {name} in “{title}” {}: {why}", moderation.words())
            }
            Self::ForumModerated { moderation, title, name, why, .. } => {
                format!("Topic “{title}” by {name} {}: {why}", moderation.words())
            }
            Self::ForumMuted { name, until: Some(until), why } => {
                format!("{name} cannot write in the forum until {until:.0}: {why}")
            }
            Self::ForumMuted { name, until: None, why } => format!("{name} can write in the forum again: {why}"),
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            // Without titles, because not every person of a customer can read every board.
            Self::ForumWritten { act, name, .. } => Some(written(*act, name)),
            Self::ForumModerated { moderation, name, why, .. } => Some(moderated(*moderation, name, why)),
            Self::ForumMuted { name, until: Some(until), why } => Some(text!(
                "timeline-muted",
                name = Arg::shown(name),
                until = dates::moment(*until),
                why = Arg::shown(why)
            )),
            Self::ForumMuted { name, until: None, .. } => Some(text!("timeline-unmuted", name = Arg::shown(&name))),
        }
    }
}

const fn forum_act(act: ForumAct) -> &'static str {
    match act {
        ForumAct::Started => "started a topic",
        ForumAct::Replied => "replied",
        ForumAct::Edited => "edited a post",
        ForumAct::Reported => "reported a post",
    }
}

fn written(act: ForumAct, name: &impl Display) -> String {
    let name = Arg::shown(name);
    match act {
        ForumAct::Started => text!("timeline-forum-started", name = name),
        ForumAct::Replied => text!("timeline-forum-replied", name = name),
        ForumAct::Edited => text!("timeline-forum-edited", name = name),
        ForumAct::Reported => text!("timeline-forum-reported", name = name),
    }
}

fn moderated(moderation: Moderation, name: &impl Display, why: &impl Display) -> String {
    let (name, why) = (Arg::shown(name), Arg::shown(why));
    match moderation {
        Moderation::PostHidden => text!("timeline-post-hidden", name = name, why = why),
        Moderation::PostRestored => text!("timeline-post-restored", name = name, why = why),
        Moderation::PostKept => text!("timeline-post-kept", name = name, why = why),
        Moderation::TopicHidden => text!("timeline-topic-hidden", name = name, why = why),
        Moderation::TopicRestored => text!("timeline-topic-restored", name = name, why = why),
        Moderation::TopicLocked => text!("timeline-topic-locked", name = name, why = why),
        Moderation::TopicUnlocked => text!("timeline-topic-unlocked", name = name, why = why),
        Moderation::TopicPinned => text!("timeline-topic-pinned", name = name, why = why),
        Moderation::TopicUnpinned => text!("timeline-topic-unpinned", name = name, why = why),
        Moderation::TopicMoved => text!("timeline-topic-moved", name = name, why = why),
    }
}
