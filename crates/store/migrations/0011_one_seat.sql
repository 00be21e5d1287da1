-- A session has one seat of a licence, and so has a person whose seat is named.
DELETE FROM seats
WHERE EXISTS (
    SELECT 1 FROM seats o
    WHERE o.licence = seats.licence AND o.session_hash = seats.session_hash AND o.number < seats.number
);
DELETE FROM seats
WHERE session_hash IS NULL
  AND EXISTS (
      SELECT 1 FROM seats o
      WHERE o.licence = seats.licence AND o.person_id = seats.person_id AND o.session_hash IS NULL
        AND o.number < seats.number
  );
DROP INDEX seats_session;
CREATE UNIQUE INDEX seats_session ON seats (session_hash, licence) WHERE session_hash IS NOT NULL;
CREATE UNIQUE INDEX seats_named ON seats (person_id, licence) WHERE session_hash IS NULL;
