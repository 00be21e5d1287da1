-- People, the places they see, and the contacts they are (P01–P08).
CREATE TABLE places (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    parent_id UUID,
    address TEXT,
    -- The customer whose it is; none: the operating company's.
    owner_id UUID,
    active BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX places_owner ON places (owner_id, id) WHERE owner_id IS NOT NULL;
-- Every customer has a home place, which carries the customer's id.
INSERT INTO places (id, name, owner_id, active, version, created_at) SELECT id, name, id, 1, 1, created_at FROM customers;
CREATE TABLE contacts (
    id UUID NOT NULL PRIMARY KEY,
    customer_id UUID NOT NULL,
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
-- What a person signs in with, and how it is compared (P03). People from before sign in with identities, and are given one with their first
-- password.
ALTER TABLE persons ADD COLUMN person_id TEXT;
ALTER TABLE persons ADD COLUMN person_key TEXT;
ALTER TABLE persons ADD COLUMN email TEXT;
ALTER TABLE persons ADD COLUMN email_key TEXT;
ALTER TABLE persons ADD COLUMN mobile_user BIGINT NOT NULL DEFAULT 0;
ALTER TABLE persons ADD COLUMN default_place UUID;
ALTER TABLE persons ADD COLUMN role_functions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE persons ADD COLUMN contact_id UUID;
ALTER TABLE persons ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX persons_key ON persons (person_key) WHERE person_key IS NOT NULL;
CREATE INDEX persons_email ON persons (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX persons_contact ON persons (contact_id) WHERE contact_id IS NOT NULL;
-- Whoever activated before there were licences keeps what they had: the customer portal, at home.
UPDATE persons SET licence = 'CUSTPORTAL' WHERE licence IS NULL;
UPDATE persons SET default_place = customer_id;
-- The places whose data a person sees (P08).
CREATE TABLE person_places (
    person_id UUID NOT NULL,
    place_id UUID NOT NULL,
    PRIMARY KEY (person_id, place_id)
);
CREATE INDEX person_places_place ON person_places (place_id);
INSERT INTO person_places (person_id, place_id) SELECT id, customer_id FROM persons;
-- Where a device is, if not at the home place of whoever has it.
CREATE TABLE device_places (
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    place_id UUID NOT NULL,
    PRIMARY KEY (system, external_id)
);
CREATE INDEX device_places_place ON device_places (place_id);
-- Whose a session is, when it is a person's.
ALTER TABLE sessions ADD COLUMN person_id UUID;
CREATE INDEX identities_person ON identities (person_id);
CREATE INDEX sessions_person ON sessions (person_id) WHERE person_id IS NOT NULL;
-- Licence types that somebody typed and that do not exist, by the person id they were for (P13).
CREATE TABLE refused_licences (
    person_key TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX refused_licences_age ON refused_licences (at);
