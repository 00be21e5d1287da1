-- Sign-ins that belong to no customer, so that "why do they see nothing?" has an answer (A21). Forgotten after a month.
CREATE TABLE unlinked_sign_ins (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    sign_in TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX unlinked_sign_ins_email ON unlinked_sign_ins (email) WHERE email IS NOT NULL;
CREATE INDEX unlinked_sign_ins_age ON unlinked_sign_ins (seen_at);

-- Whose a record was, when it is nobody's now.
CREATE INDEX links_ended ON links (system, kind, external_id, ended_at) WHERE ended_at IS NOT NULL;

-- What was given up about one thing.
CREATE INDEX jobs_failed_key ON jobs (key) WHERE state = 'failed';
