//! Statements about the forum.

use super::rows::columns;
use crate::engine::statements;

statements! {
    BOARD_CREATE =
        "INSERT INTO forum_boards (id, version, name, description, everybody, closed, changed_by, changed_at)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7)";
    BOARD_UPDATE =
        "UPDATE forum_boards
        SET version = version + 1, name = $1, description = $2, everybody = $3, closed = $4, changed_by = $5,
            changed_at = $6
        WHERE id = $7 AND version = $8";
    BOARDS = concat!("SELECT ", columns!(forum_boards "b."), " FROM forum_boards b ORDER BY b.name, b.id LIMIT $1");
    BOARD = concat!("SELECT ", columns!(forum_boards "b."), " FROM forum_boards b WHERE b.id = $1");
    BOARDS_READ = concat!(
        "SELECT ", columns!(forum_boards "b."), ",
            (SELECT max(t.last_at) FROM forum_topics t WHERE t.board_id = b.id AND t.hidden_at IS NULL) AS last_at
        FROM forum_boards b
        WHERE (
            b.everybody = 1
              OR EXISTS (
                  SELECT 1 FROM audiences a
                  JOIN person_places pp ON pp.place_id = a.place_id
                  WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
              )
        )
        ORDER BY b.name, b.id LIMIT $2"
    );
    BOARD_READ = concat!(
        "SELECT ", columns!(forum_boards "b."), " FROM forum_boards b
        WHERE b.id = $2
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )"
    );
    TOPIC_CREATE =
        "INSERT INTO forum_topics (id, version, board_id, title, author_id, customer_id, created_at, last_at,
            posts, locked, pinned)
        SELECT $1, 1, b.id, $2, $3, $4, $5, $5, 1, 0, 0
        FROM forum_boards b
        WHERE b.id = $6 AND b.closed = 0";
    TOPIC_UPDATE =
        "UPDATE forum_topics
        SET version = version + 1, board_id = $1, locked = $2, pinned = $3, hidden_at = $4, hidden_by = $5,
            hidden_why = $6
        WHERE id = $7 AND version = $8";
    TOPIC_EXPECT = "UPDATE forum_topics SET version = version WHERE id = $1 AND version = $2";
    TOPIC_REPLIED =
        "UPDATE forum_topics SET posts = posts + 1, last_at = $1
        WHERE id = $2 AND board_id = $3 AND locked = 0 AND hidden_at IS NULL
          AND EXISTS (SELECT 1 FROM forum_boards b WHERE b.id = $3 AND b.closed = 0)";
    TOPIC_RECOUNT = "UPDATE forum_topics SET posts = posts + $1 WHERE id = $2";
    TOPICS_READ = concat!(
        "SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name
        FROM forum_topics t
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = t.author_id
        WHERE t.board_id = $2 AND t.hidden_at IS NULL AND t.pinned = 0 AND (t.last_at, t.id) < ($3, $4)
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )
        ORDER BY t.last_at DESC, t.id DESC LIMIT $5"
    );
    TOPICS_PINNED = concat!(
        "SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name
        FROM forum_topics t
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = t.author_id
        WHERE t.board_id = $2 AND t.hidden_at IS NULL AND t.pinned = 1
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )
        ORDER BY t.last_at DESC, t.id DESC LIMIT $3"
    );
    /// Includes hidden topics for moderators (`$3`).
    TOPIC_READ = concat!(
        "SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name
        FROM forum_topics t
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = t.author_id
        WHERE t.id = $2 AND (t.hidden_at IS NULL OR CAST($3 AS BIGINT) = 1)
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )"
    );
    TOPIC = concat!(
        "SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name
        FROM forum_topics t
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = t.author_id
        WHERE t.id = $1"
    );
    POST_CREATE =
        "INSERT INTO forum_posts (id, version, topic_id, body, author_id, customer_id, created_at)
        VALUES ($1, 1, $2, $3, $4, $5, $6)";
    POST_UPDATE =
        "UPDATE forum_posts
        SET version = version + 1, body = $1, edited_at = $2, hidden_at = $3, hidden_by = $4, hidden_why = $5
        WHERE id = $6 AND version = $7";
    POSTS_READ = concat!(
        "SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name
        FROM forum_posts p
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE p.topic_id = $2 AND p.id >= $3 AND (t.hidden_at IS NULL OR CAST($4 AS BIGINT) = 1)
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )
        ORDER BY p.id LIMIT $5"
    );
    POSTS_BEFORE = concat!(
        "SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name
        FROM forum_posts p
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE p.topic_id = $2 AND p.id < $3 AND (t.hidden_at IS NULL OR CAST($4 AS BIGINT) = 1)
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )
        ORDER BY p.id DESC LIMIT $5"
    );
    POST_READ = concat!(
        "SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name
        FROM forum_posts p
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE p.id = $2 AND (t.hidden_at IS NULL OR CAST($3 AS BIGINT) = 1)
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )"
    );
    POST = concat!(
        "SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name
        FROM forum_posts p
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE p.id = $1"
    );
    POSTS_WRITTEN =
        "SELECT created_at FROM forum_posts
        WHERE author_id = $1 AND created_at > $2
        ORDER BY created_at DESC LIMIT $3";
    /// Guard of a report: a moderator who hides the post at the same moment closes it, or it is not written.
    POST_SHOWN = "UPDATE forum_posts SET version = version WHERE id = $1 AND hidden_at IS NULL";
    REPORT =
        "INSERT INTO forum_reports (id, post_id, person_id, why, at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (post_id, person_id)
        WHERE decided_at IS NULL DO NOTHING";
    REPORTS_CLOSE =
        "UPDATE forum_reports SET decided_at = $1, decided_by = $2, verdict = $3
        WHERE post_id = $4 AND decided_at IS NULL";
    REPORTS_OPEN =
        "SELECT r.post_id, r.why, r.at, COALESCE(n.name, '') AS reporter, t.id AS topic_id, t.title, p.body,
            COALESCE(w.name, '') AS author
        FROM forum_reports r
        JOIN forum_posts p ON p.id = r.post_id
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons n ON n.id = r.person_id
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE r.decided_at IS NULL ORDER BY r.at, r.id LIMIT $1";
    REPORTS_READ =
        "SELECT r.post_id, r.why, r.at, COALESCE(n.name, '') AS reporter, t.id AS topic_id, t.title, p.body,
            COALESCE(w.name, '') AS author
        FROM forum_reports r
        JOIN forum_posts p ON p.id = r.post_id
        JOIN forum_topics t ON t.id = p.topic_id
        JOIN forum_boards b ON b.id = t.board_id
        LEFT JOIN persons n ON n.id = r.person_id
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE r.decided_at IS NULL
          AND (
              b.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                )
          )
        ORDER BY r.at, r.id LIMIT $2";
    FOLLOW =
        "INSERT INTO forum_followers (topic_id, person_id, since)
        VALUES ($1, $2, $3)
        ON CONFLICT (topic_id, person_id) DO NOTHING";
    UNFOLLOW = "DELETE FROM forum_followers WHERE topic_id = $1 AND person_id = $2";
    FOLLOWED = "SELECT since FROM forum_followers WHERE topic_id = $1 AND person_id = $2";
    FOLLOWERS =
        "SELECT person_id FROM forum_followers WHERE topic_id = $1 AND person_id > $2 ORDER BY person_id LIMIT $3";
    MUTE =
        "INSERT INTO forum_mutes (person_id, until, why, muted_by, at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (person_id) DO UPDATE SET until = excluded.until, why = excluded.why,
            muted_by = excluded.muted_by, at = excluded.at";
    MUTED = "SELECT person_id, until, why, muted_by, at FROM forum_mutes WHERE person_id = $1";
}
