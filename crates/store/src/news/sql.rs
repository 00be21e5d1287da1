//! Statements about the news.

use crate::engine::statements;

statements! {
    NEWS_CREATE =
        "INSERT INTO news_posts (id, version, title, body, state, everybody, author_id, created_at, updated_at,
            published_at)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9)";
    NEWS_UPDATE =
        "UPDATE news_posts
        SET version = version + 1, title = $1, body = $2, state = $3, everybody = $4, updated_at = $5,
            published_at = $6
        WHERE id = $7 AND version = $8";
    NEWS_READ =
        "SELECT p.id, p.title, p.body, p.state, COALESCE(w.name, '') AS author, w.customer_id AS author_customer,
            p.created_at, p.updated_at, p.published_at
        FROM news_posts p
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE p.state = 'published' AND (p.published_at, p.id) < ($2, $3)
          AND (
              p.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'news' AND a.id = p.id AND pp.person_id = $1
                )
          )
        ORDER BY p.published_at DESC, p.id DESC LIMIT $4";
    NEWS_POST_READ =
        "SELECT p.id, p.title, p.body, p.state, COALESCE(w.name, '') AS author, w.customer_id AS author_customer,
            p.created_at, p.updated_at, p.published_at
        FROM news_posts p
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE p.id = $2 AND p.state = 'published'
          AND (
              p.everybody = 1
                OR EXISTS (
                    SELECT 1 FROM audiences a
                    JOIN person_places pp ON pp.place_id = a.place_id
                    WHERE a.kind = 'news' AND a.id = p.id AND pp.person_id = $1
                )
          )";
    /// The posts visible to an editor, and the editor's own.
    NEWS_EDITED =
        "SELECT p.id, p.title, p.body, p.state, COALESCE(w.name, '') AS author, w.customer_id AS author_customer,
            p.created_at, p.updated_at, p.published_at
        FROM news_posts p
        LEFT JOIN persons w ON w.id = p.author_id
        WHERE (
            p.author_id = $1
              OR (
                  p.everybody = 1
                    OR EXISTS (
                        SELECT 1 FROM audiences a
                        JOIN person_places pp ON pp.place_id = a.place_id
                        WHERE a.kind = 'news' AND a.id = p.id AND pp.person_id = $1
                    )
              )
        )
        ORDER BY p.updated_at DESC, p.id DESC LIMIT $2";
    NEWS_POST_EDITED =
        "SELECT p.id, p.version, p.title, p.body, p.state, p.everybody, p.author_id, p.created_at, p.updated_at,
            p.published_at
        FROM news_posts p
        WHERE p.id = $2
          AND (
              p.author_id = $1
                OR (
                    p.everybody = 1
                      OR EXISTS (
                          SELECT 1 FROM audiences a
                          JOIN person_places pp ON pp.place_id = a.place_id
                          WHERE a.kind = 'news' AND a.id = p.id AND pp.person_id = $1
                      )
                )
          )";
}
