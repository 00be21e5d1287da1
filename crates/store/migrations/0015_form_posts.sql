-- Forms that were sent, so that a form that is sent twice is carried out once. Kept for a day.
CREATE TABLE form_posts (
    key BYTEA NOT NULL PRIMARY KEY,
    begun_at BIGINT NOT NULL,
    -- None while the first request is carried out.
    done_at BIGINT,
    -- The page that the answer led to, if it led to one.
    location TEXT
);
CREATE INDEX form_posts_age ON form_posts (begun_at);
