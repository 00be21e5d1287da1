//! Changes of the forum.

use tessera_core::forum::change::ForumChange;

use super::Describe;

impl Describe for ForumChange {
    fn describe(&self) -> String {
        match self {
            Self::CreateBoard(board) => format!("create board {}", board.name),
            Self::UpdateBoard(board) => format!("board {}", board.name),
            Self::CreateTopic(topic) => format!("create topic “{}”", topic.title),
            Self::UpdateTopic(topic) => format!("topic “{}”", topic.title),
            Self::ExpectTopic { topic_id, .. } => format!("topic {topic_id} is still as it was"),
            Self::CountReply { topic_id, .. } => format!("one reply more in topic {topic_id}, which is open"),
            Self::Recount { topic_id, by } => format!("{by:+} posts in topic {topic_id}"),
            Self::CreatePost(post) => format!("create post {}", post.id),
            Self::UpdatePost(post) => format!("post {}", post.id),
            Self::Report(report) => format!("report post {}: {}", report.post_id, report.why),
            Self::CloseReports { post_id, verdict, .. } => {
                format!("close the reports of post {post_id}: {}", verdict.as_str())
            }
            Self::Follow { topic_id, person, .. } => format!("person {person} follows topic {topic_id}"),
            Self::Unfollow { topic_id, person } => format!("person {person} follows topic {topic_id} no more"),
            Self::Mute(mute) => {
                format!("person {} does not write until {:.0}: {}", mute.person, mute.until, mute.why)
            }
            Self::Rescope { topic_id, board_id: Some(board) } => {
                format!("posts of topic {topic_id} are found on board {board}")
            }
            Self::Rescope { topic_id, board_id: None } => format!("posts of topic {topic_id} are not found"),
        }
    }
}
