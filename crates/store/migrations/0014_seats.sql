-- Who has a seat of a licence of which only so many may be used (P12): a session, where they are shared, or a person, where they are named.
CREATE TABLE seats (
    licence TEXT NOT NULL,
    number BIGINT NOT NULL,
    person_id UUID NOT NULL,
    session_hash BYTEA,
    taken_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (licence, number)
);
CREATE INDEX seats_session ON seats (session_hash) WHERE session_hash IS NOT NULL;
CREATE INDEX seats_person ON seats (person_id);
