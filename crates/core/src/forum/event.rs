//! Timeline events of the forum.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::Moderation;
use crate::kernel::ids::{ForumPostId, TopicId};
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of the forum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "a variant has the name that is stored")]
pub enum ForumEvent {
    /// A person acted in the forum (`P10`).
    ForumWritten {
        /// The action.
        act: ForumAct,
        /// The topic.
        topic_id: TopicId,
        /// The post.
        post_id: ForumPostId,
        /// The topic's title.
        title: Personal,
        /// The person's name.
        name: Personal,
    },
    /// A moderator decided about a post of the customer (`P10`).
    ForumModerated {
        /// The decision.
        moderation: Moderation,
        /// The topic.
        topic_id: TopicId,
        /// The topic's title.
        title: Personal,
        /// The author's name.
        name: Personal,
        /// Reason.
        why: Personal,
    },
    /// A person was muted or unmuted in the forum (`P10`).
    ForumMuted {
        /// The person's name.
        name: Personal,
        /// End of the mute; none when unmuted.
        until: Option<Timestamp>,
        /// Reason.
        why: Personal,
    },
}

impl FeatureEvent for ForumEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}

/// An action of a person in the forum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForumAct {
    /// Started a topic.
    Started,
    /// Posted a reply.
    Replied,
    /// Edited their own post.
    Edited,
    /// Reported a post.
    Reported,
}
