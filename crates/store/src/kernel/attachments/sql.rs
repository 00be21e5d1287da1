//! Statements about attached files.

use super::rows::columns;
use crate::engine::statements;

statements! {
    ATTACHMENT_ADD =
        "INSERT INTO attachments (id, owner_kind, owner_id, name, media_type, size, sha256, bytes, created_at,
            person_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ATTACHMENT_REMOVE = "DELETE FROM attachments WHERE id = $1 AND owner_kind = $2 AND owner_id = $3";
    ATTACHMENTS = concat!(
        "SELECT ", columns!(attachments), " FROM attachments WHERE owner_kind = $1 AND owner_id = $2 ORDER BY id LIMIT 50"
    );
    ATTACHMENTS_OF_POSTS = concat!(
        "SELECT ", columns!(attachments "f."), " FROM forum_posts p
        JOIN attachments f ON f.owner_kind = 'forum' AND f.owner_id = p.id
        WHERE p.topic_id = $1 AND p.id >= $2 AND p.id <= $3
        ORDER BY f.id"
    );
    ATTACHMENT_KIND = "SELECT owner_kind FROM attachments WHERE id = $1";
    /// Of a news post that the person can see or edit.
    ATTACHMENT_OF_NEWS =
        "SELECT f.name, f.media_type, f.sha256, f.bytes
        FROM attachments f
        JOIN news_posts p ON p.id = f.owner_id
        WHERE f.id = $2 AND f.owner_kind = 'news'
          AND (
              p.author_id = $1
                OR (
                    (p.state = 'published' OR CAST($3 AS BIGINT) = 1)
                      AND (
                          p.everybody = 1
                            OR EXISTS (
                                SELECT 1 FROM audiences a
                                JOIN person_places pp ON pp.place_id = a.place_id
                                WHERE a.kind = 'news' AND a.id = p.id AND pp.person_id = $1
                            )
                      )
                )
          )";
    /// Of a forum post that the person can see. Includes hidden posts for moderators (`$3`).
    ATTACHMENT_OF_FORUM =
        "SELECT f.name, f.media_type, f.sha256, f.bytes
        FROM attachments f
        JOIN forum_posts p ON p.id = f.owner_id
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        WHERE f.id = $2 AND f.owner_kind = 'forum'
          AND ((p.hidden_at IS NULL AND t.hidden_at IS NULL) OR CAST($3 AS BIGINT) = 1)
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )";
}
