-- Files that people attached to something (P09, P10): what it is attached to decides who reads it. With a place, whoever has that place.
CREATE TABLE attachments (
    id UUID NOT NULL PRIMARY KEY,
    owner_kind TEXT NOT NULL,
    owner_id UUID NOT NULL,
    place_id UUID,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    person_id UUID
);
CREATE INDEX attachments_owner ON attachments (owner_kind, owner_id, id);

-- For whom something of the portal is, unless it is for everybody (P10).
CREATE TABLE audiences (
    kind TEXT NOT NULL,
    id UUID NOT NULL,
    place_id UUID NOT NULL,
    PRIMARY KEY (kind, id, place_id)
);

-- The blog (P10).
CREATE TABLE blog_posts (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT blog_posts_state_check CHECK (state IN ('draft', 'published', 'unpublished')),
    everybody BIGINT NOT NULL
        CONSTRAINT blog_posts_everybody_check CHECK (everybody IN (0, 1)),
    author_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    published_at BIGINT
);
CREATE INDEX blog_posts_published ON blog_posts (published_at, id) WHERE state = 'published';
CREATE INDEX blog_posts_updated ON blog_posts (updated_at, id);

-- The forum (P10): boards, topics on them, posts in those.
CREATE TABLE forum_boards (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    everybody BIGINT NOT NULL
        CONSTRAINT forum_boards_everybody_check CHECK (everybody IN (0, 1)),
    closed BIGINT NOT NULL
        CONSTRAINT forum_boards_closed_check CHECK (closed IN (0, 1)),
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE forum_topics (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    board_id UUID NOT NULL,
    title TEXT NOT NULL,
    author_id UUID NOT NULL REFERENCES persons (id),
    customer_id UUID NOT NULL REFERENCES customers (id),
    created_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    posts BIGINT NOT NULL,
    locked BIGINT NOT NULL
        CONSTRAINT forum_topics_locked_check CHECK (locked IN (0, 1)),
    pinned BIGINT NOT NULL
        CONSTRAINT forum_topics_pinned_check CHECK (pinned IN (0, 1)),
    hidden_at BIGINT,
    hidden_by TEXT,
    hidden_why TEXT
);
CREATE INDEX forum_topics_board ON forum_topics (board_id, last_at, id) WHERE hidden_at IS NULL;
CREATE INDEX forum_topics_pinned ON forum_topics (board_id, last_at, id) WHERE hidden_at IS NULL AND pinned = 1;

CREATE TABLE forum_posts (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    topic_id UUID NOT NULL,
    body TEXT NOT NULL,
    author_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id UUID NOT NULL REFERENCES customers (id),
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    hidden_at BIGINT,
    hidden_by TEXT,
    hidden_why TEXT
);
CREATE INDEX forum_posts_topic ON forum_posts (topic_id, id);
CREATE INDEX forum_posts_author ON forum_posts (author_id, created_at);

-- What readers found wrong. One open report of a person about a post.
CREATE TABLE forum_reports (
    id UUID NOT NULL PRIMARY KEY,
    post_id UUID NOT NULL,
    person_id UUID NOT NULL REFERENCES persons (id),
    why TEXT NOT NULL,
    at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    verdict TEXT
);
CREATE UNIQUE INDEX forum_reports_open ON forum_reports (post_id, person_id) WHERE decided_at IS NULL;
CREATE INDEX forum_reports_queue ON forum_reports (at, id) WHERE decided_at IS NULL;

-- Who is told of replies, and who may not write for a while.
CREATE TABLE forum_followers (
    topic_id UUID NOT NULL,
    person_id UUID NOT NULL REFERENCES persons (id),
    since BIGINT NOT NULL,
    PRIMARY KEY (topic_id, person_id)
);

CREATE TABLE forum_mutes (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    until BIGINT NOT NULL,
    why TEXT NOT NULL,
    muted_by TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- What the portal's search finds (P09), and by which words within which scope: a place, a board, or everybody.
CREATE TABLE search_entries (
    source TEXT NOT NULL,
    id UUID NOT NULL,
    title TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    path TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (source, id)
);

CREATE TABLE search_words (
    scope_id UUID NOT NULL,
    word TEXT NOT NULL,
    source TEXT NOT NULL,
    id UUID NOT NULL,
    PRIMARY KEY (scope_id, word, source, id)
);
CREATE INDEX search_words_entry ON search_words (source, id, word);
