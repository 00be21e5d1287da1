-- Who signs in for a customer (P02), and with which identities: issuer and subject, never an e-mail.
CREATE TABLE persons (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- What a person may use (P05), and since when and why they are inactive (P04).
    licence TEXT
        CONSTRAINT persons_licence_check CHECK (licence IN ('STUDIO', 'NAMED', 'CUSTPORTAL', 'TECHPORTAL', 'MOBILE', 'WHSEPORTAL', 'DEALPORTAL', 'REPRPORTAL', 'MESSAGE')),
    inactive_since BIGINT,
    inactive_why TEXT,
    -- What a person signs in with, and how it is compared (P03). None: they sign in with identities alone.
    person_id TEXT,
    person_key TEXT,
    email TEXT,
    email_key TEXT,
    -- They chose this address themselves: a marketplace does not correct it (M08).
    email_chosen BIGINT NOT NULL DEFAULT 0
        CONSTRAINT persons_email_chosen_check CHECK (email_chosen IN (0, 1)),
    mobile_user BIGINT NOT NULL DEFAULT 0
        CONSTRAINT persons_mobile_user_check CHECK (mobile_user IN (0, 1)),
    default_place UUID,
    role_functions TEXT NOT NULL DEFAULT '[]',
    contact_id UUID,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX persons_customer ON persons (customer_id);
CREATE UNIQUE INDEX persons_key ON persons (person_key) WHERE person_key IS NOT NULL;
CREATE INDEX persons_email ON persons (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX persons_contact ON persons (contact_id) WHERE contact_id IS NOT NULL;

-- The places whose data a person sees (P08).
CREATE TABLE person_places (
    person_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    place_id UUID NOT NULL,
    PRIMARY KEY (person_id, place_id)
);
CREATE INDEX person_places_place ON person_places (place_id);

CREATE TABLE identities (
    id UUID NOT NULL PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    sign_in TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When an identity last signed in to the portal (A23).
    last_used_at BIGINT
);
CREATE UNIQUE INDEX identities_subject ON identities (issuer, subject);
CREATE INDEX identities_customer ON identities (customer_id);
CREATE INDEX identities_person ON identities (person_id);

-- People, the places they see, and the contacts they are (P01–P08).
CREATE TABLE places (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    parent_id UUID,
    address TEXT,
    -- The customer whose it is; none: the operating company's.
    owner_id UUID REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    active BIGINT NOT NULL
        CONSTRAINT places_active_check CHECK (active IN (0, 1)),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX places_owner ON places (owner_id, id) WHERE owner_id IS NOT NULL;

CREATE TABLE contacts (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID NOT NULL REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    email TEXT,
    -- The address as it is compared.
    email_key TEXT,
    phone TEXT,
    place_id UUID,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX contacts_customer ON contacts (customer_id, id);
CREATE INDEX contacts_email ON contacts (email_key) WHERE email_key IS NOT NULL;

-- Licence types that somebody typed and that do not exist, by the person id they were for (P13).
CREATE TABLE refused_licences (
    person_key TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX refused_licences_age ON refused_licences (at);

-- What people keep about themselves beside what they sign in with (P09).
CREATE TABLE profiles (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    version BIGINT NOT NULL,
    phone TEXT,
    told_of_replies BIGINT NOT NULL
        CONSTRAINT profiles_told_of_replies_check CHECK (told_of_replies IN (0, 1))
);

-- New e-mail addresses until they are confirmed.
CREATE TABLE email_changes (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    email TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX email_changes_token ON email_changes (token_hash);
CREATE INDEX email_changes_person ON email_changes (person_id, created_at);
CREATE INDEX email_changes_age ON email_changes (created_at);

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

-- Who asks to be let in (P12).
CREATE TABLE registrations (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    message TEXT,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT registrations_state_check CHECK (state IN ('unconfirmed', 'waiting', 'approved', 'refused')),
    person_id UUID REFERENCES persons (id) DEFERRABLE INITIALLY DEFERRED,
    decided_by TEXT,
    decided_at BIGINT,
    reason TEXT
);
CREATE INDEX registrations_person ON registrations (person_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX registrations_token ON registrations (token_hash);
CREATE INDEX registrations_waiting ON registrations (created_at) WHERE state = 'waiting';
CREATE INDEX registrations_unconfirmed ON registrations (expires_at) WHERE state = 'unconfirmed';

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
