//! Statements about identities, credentials and sessions.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    IDENTITY_CREATE =
        "INSERT INTO identities (id, issuer, subject, person_id, customer_id, sign_in, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    IDENTITY_REMOVE = "DELETE FROM identities WHERE id = $1";
    /// The same plan changes the customer's row first, which serialises concurrent removals. This condition keeps the
    /// last sign-in in any case.
    IDENTITY_REMOVE_SPARE =
        "DELETE FROM identities
        WHERE id = $1
          AND EXISTS (
              SELECT 1 FROM identities other
              WHERE other.person_id = identities.person_id AND other.id <> identities.id
          )";
    /// Locks sign-ins before their sessions end. A session locks its sign-in before it is written ([`IDENTITY_USED`]),
    /// so it is either written before and found, or written afterwards and sees what has changed.
    IDENTITY_LOCK = "UPDATE identities SET last_used_at = last_used_at WHERE id = $1";
    IDENTITIES_LOCK_OF_PERSON = "UPDATE identities SET last_used_at = last_used_at WHERE person_id = $1";
    IDENTITIES_LOCK_OF_CUSTOMER = "UPDATE identities SET last_used_at = last_used_at WHERE customer_id = $1";
    SESSIONS_END_OF_PERSON = "DELETE FROM sessions WHERE person_id = $1 AND token_hash <> $2";
    /// Ends the sessions whose sign-in is older than its person.
    SESSIONS_END_OF_IDENTITIES =
        "DELETE FROM sessions
        WHERE owner IN (SELECT i.issuer || ' ' || i.subject FROM identities i WHERE i.person_id = $1)
          AND token_hash <> $2";
    SESSIONS_END_OF_PEOPLE =
        "DELETE FROM sessions
        WHERE person_id IN (SELECT p.id FROM persons p WHERE p.customer_id = $1) AND token_hash <> $2";
    IDENTITY_USED = "UPDATE identities SET last_used_at = $1 WHERE issuer = $2 AND subject = $3";
    /// Guard of a sign-in with credentials of the hub, after [`IDENTITY_USED`]: the person still has them and is active
    /// and, if they proved a password alone (`$3`), has no second step.
    IDENTITY_STANDS =
        "UPDATE identities SET last_used_at = last_used_at
        WHERE issuer = $1 AND subject = $2
          AND EXISTS (SELECT 1 FROM persons p WHERE p.id = identities.person_id AND p.inactive_since IS NULL)
          AND (
              CAST($3 AS BIGINT) = 0
                OR NOT (
                    EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = identities.person_id)
                      OR EXISTS (
                          SELECT 1 FROM credentials c WHERE c.person_id = identities.person_id AND c.factor_key IS NOT NULL
                      )
                )
          )";
    IDENTITY = concat!("SELECT ", columns!(identities), " FROM identities WHERE issuer = $1 AND subject = $2");
    IDENTITIES = concat!(
        "SELECT ", columns!(identities), " FROM identities WHERE customer_id = $1 ORDER BY created_at, id"
    );
    SESSION_CREATE =
        "INSERT INTO sessions (token_hash, who, owner, created_at, expires_at, device, place, proved_at, person_id,
            provider_session)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
            (SELECT i.person_id FROM identities i WHERE i.issuer = $9 AND i.subject = $10), $11)";
    /// With what its person chose, also if the session is from before its identity was linked to the person. The empty
    /// text makes the owner an expression, as `SQLite` needs for the index of one.
    SESSION =
        "SELECT s.who, s.created_at, COALESCE(s.proved_at, s.created_at) AS proved_at,
            COALESCE(s.last_used_at, s.created_at) AS last_used_at, p.language, p.time_zone
        FROM sessions s
        LEFT JOIN identities i ON s.person_id IS NULL AND i.issuer || ' ' || i.subject = s.owner || ''
        LEFT JOIN profiles p ON p.person_id = COALESCE(s.person_id, i.person_id)
        WHERE s.token_hash = $1 AND s.expires_at > $2";
    SESSION_USED = "UPDATE sessions SET last_used_at = $1 WHERE token_hash = $2";
    /// Gives a session a new token after a reauthentication.
    SESSION_RENEW =
        "UPDATE sessions SET token_hash = $1, proved_at = $2, last_used_at = $3,
            provider_session = COALESCE($5, provider_session)
        WHERE token_hash = $4";
    /// Sessions of the person, and of the person's identities from before they were linked.
    SESSIONS_OF_PERSON =
        "SELECT token_hash, who, created_at, last_used_at, device, place
        FROM sessions
        WHERE person_id = $1 AND expires_at > $2
        UNION ALL
        SELECT s.token_hash, s.who, s.created_at, s.last_used_at, s.device, s.place
        FROM identities i
        JOIN sessions s ON s.owner = i.issuer || ' ' || i.subject AND s.person_id IS NULL AND s.expires_at > $2
        WHERE i.person_id = $1
        ORDER BY created_at DESC, token_hash";
    SESSION_END = "DELETE FROM sessions WHERE token_hash = $1";
    SESSIONS_END = "DELETE FROM sessions WHERE owner = $1";
    SESSIONS_END_OF_PROVIDER = "DELETE FROM sessions WHERE provider_session = $1";
    SESSIONS_END_UNNAMED = "DELETE FROM sessions WHERE owner = $1 AND provider_session IS NULL";
    SESSIONS_END_OF_IDENTITY =
        "DELETE FROM sessions WHERE owner IN (SELECT i.issuer || ' ' || i.subject FROM identities i WHERE i.id = $1)";
    SESSIONS_END_OF_CUSTOMER =
        "DELETE FROM sessions
        WHERE owner IN (SELECT i.issuer || ' ' || i.subject FROM identities i WHERE i.customer_id = $1)
          AND token_hash <> $2";
    SIGN_IN_BEGIN =
        "INSERT INTO sign_ins (state_hash, browser_hash, provider, nonce, verifier, purpose, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Drops the oldest beyond a number.
    SIGN_INS_TRIM =
        "DELETE FROM sign_ins
        WHERE state_hash IN (SELECT x.state_hash FROM sign_ins x ORDER BY x.expires_at DESC LIMIT 500 OFFSET $1)";
    /// Marks the row as used and returns it, so that a state works once, and only in its browser. It is kept until it
    /// expires, to know the browser that opens the callback again.
    SIGN_IN_TAKE =
        "UPDATE sign_ins SET used_at = $4
        WHERE state_hash = $1 AND browser_hash = $2 AND provider = $3 AND used_at IS NULL AND expires_at > $4
        RETURNING browser_hash, provider, nonce, verifier, purpose, expires_at, used_at";
    SIGN_IN_BEGUN =
        "SELECT browser_hash, provider, nonce, verifier, purpose, expires_at, used_at
        FROM sign_ins
        WHERE state_hash = $1";
    PASSWORD_BY_KEY =
        "SELECT p.id, c.password_hash FROM persons p
        LEFT JOIN credentials c ON c.person_id = p.id
        WHERE p.person_key IN ($1, $2)
        ORDER BY CASE WHEN p.person_key = $1 THEN 0 ELSE 1 END, p.id LIMIT 1";
    CREDENTIALS =
        "SELECT c.password_hash, c.password_set_at, c.factor_key, c.factor_sealed, c.factor_since, c.factor_step,
            (SELECT count(*) FROM recovery_codes r WHERE r.person_id = p.id) AS codes_left,
            (SELECT count(*) FROM passkeys k WHERE k.person_id = p.id) AS passkeys
        FROM persons p
        LEFT JOIN credentials c ON c.person_id = p.id
        WHERE p.id = $1";
    PASSWORD_PUT =
        "INSERT INTO credentials (person_id, password_hash, password_set_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash,
            password_set_at = excluded.password_set_at";
    CREDENTIALS_FORGET = "DELETE FROM credentials WHERE person_id = $1";
    FACTOR_PUT =
        "UPDATE credentials SET factor_key = $1, factor_sealed = $2, factor_since = $3, factor_step = $4
        WHERE person_id = $5 AND password_hash IS NOT NULL";
    FACTOR_FORGET =
        "UPDATE credentials SET factor_key = NULL, factor_sealed = NULL, factor_since = NULL, factor_step = NULL
        WHERE person_id = $1";
    /// Of two concurrent uses of a code, only one succeeds.
    FACTOR_STEP =
        "UPDATE credentials SET factor_step = $1 WHERE person_id = $2 AND factor_key = $3 AND factor_step < $1";
    RECOVERY_CODES_CLEAR = "DELETE FROM recovery_codes WHERE person_id = $1";
    /// When the authenticator app is removed: the codes stay as long as a passkey serves as second factor.
    RECOVERY_CODES_LEAVE =
        "DELETE FROM recovery_codes
        WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = recovery_codes.person_id)";
    /// When a passkey is removed: the codes stay as long as another passkey or an app serves as second factor.
    RECOVERY_CODES_LEAVE_PASSKEY =
        "DELETE FROM recovery_codes
        WHERE person_id IN (SELECT k.person_id FROM passkeys k WHERE k.identity_id = $1)
          AND NOT EXISTS (
              SELECT 1 FROM passkeys k WHERE k.person_id = recovery_codes.person_id AND k.identity_id <> $1
          )
          AND NOT EXISTS (
              SELECT 1 FROM credentials c WHERE c.person_id = recovery_codes.person_id AND c.factor_key IS NOT NULL
          )";
    RECOVERY_CODE_ADD = "INSERT INTO recovery_codes (person_id, code_hash) VALUES ($1, $2)";
    RECOVERY_CODE_USE = "DELETE FROM recovery_codes WHERE person_id = $1 AND code_hash = $2";
    IDENTITIES_OF_PERSON = concat!(
        "SELECT ", columns!(identities), " FROM identities WHERE person_id = $1 ORDER BY created_at, id"
    );
    LAST_SIGN_IN = "SELECT max(last_used_at) AS last_used_at FROM identities WHERE person_id = $1";
    ONE_TIME_LINK_CREATE =
        "INSERT INTO one_time_links (id, person_id, person_version, email, token_hash, created_at, created_by,
            expires_at, used_at, revoked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)";
    ONE_TIME_LINKS_REVOKE =
        "UPDATE one_time_links SET revoked_at = $1 WHERE person_id = $2 AND used_at IS NULL AND revoked_at IS NULL";
    /// Uses an open link whose person is active and unchanged since it was sent.
    ONE_TIME_LINK_USE =
        "UPDATE one_time_links SET used_at = $1
        WHERE id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $1
          AND EXISTS (
              SELECT 1 FROM persons p
              WHERE p.id = one_time_links.person_id AND p.version = one_time_links.person_version
                AND p.inactive_since IS NULL
          )";
    ONE_TIME_LINK = concat!("SELECT ", columns!(one_time_links), " FROM one_time_links WHERE id = $1");
    ONE_TIME_LINKS_LISTED = concat!(
        "SELECT ", columns!(one_time_links), " FROM one_time_links WHERE id IN (", room!(), ")"
    );
    ONE_TIME_LINK_BY_TOKEN = concat!("SELECT ", columns!(one_time_links), " FROM one_time_links WHERE token_hash = $1");
    ONE_TIME_LINKS = concat!(
        "SELECT ", columns!(one_time_links), " FROM one_time_links WHERE person_id = $1
        ORDER BY created_at DESC, id DESC LIMIT 10"
    );
    /// Counts from the first one after `$3`. The `$4`th one begins the next period.
    LOGIN_FAILED =
        "INSERT INTO failed_logins (login_mark, at, tries, counted_since)
        VALUES ($1, $2, 1, $2)
        ON CONFLICT (login_mark) DO UPDATE SET at = excluded.at,
            tries = CASE WHEN failed_logins.counted_since > $3 THEN failed_logins.tries + 1 ELSE 1 END,
            counted_since = CASE
                WHEN failed_logins.counted_since > $3 AND failed_logins.tries + 1 <> $4 THEN failed_logins.counted_since
                ELSE excluded.at
            END
        RETURNING tries";
    FAILED_LOGIN = "SELECT at FROM failed_logins WHERE login_mark = $1";
    /// Guard: waits for a concurrent change of the password, and matches no row after one.
    PASSWORD_STANDS =
        "UPDATE credentials SET password_hash = password_hash WHERE person_id = $1 AND password_hash = $2";
    HALF_SIGN_IN_BEGIN =
        "INSERT INTO half_sign_ins (token_hash, person_id, return_to, tries, expires_at) VALUES ($1, $2, $3, 0, $4)";
    /// Ends the oldest of a person, so that as many stay as may wait.
    HALF_SIGN_INS_TRIM =
        "DELETE FROM half_sign_ins WHERE token_hash IN (
            SELECT token_hash FROM half_sign_ins WHERE person_id = $1
            ORDER BY expires_at DESC, token_hash LIMIT 1000 OFFSET $2
        )";
    HALF_SIGN_IN =
        "SELECT person_id, return_to FROM half_sign_ins WHERE token_hash = $1 AND expires_at > $2 AND tries < $3";
    /// Counts every check of a code as an attempt.
    HALF_SIGN_IN_TRY =
        "UPDATE half_sign_ins SET tries = tries + 1
        WHERE token_hash = $1 AND expires_at > $2 AND tries < $3 RETURNING person_id, return_to";
    HALF_SIGN_IN_END = "DELETE FROM half_sign_ins WHERE token_hash = $1";
    HALF_SIGN_INS_END = "DELETE FROM half_sign_ins WHERE person_id = $1";
    PASSKEY_CREATE =
        "INSERT INTO passkeys (identity_id, person_id, credential_id, passkey, counter) VALUES ($1, $2, $3, $4, $5)";
    PASSKEY_REMOVE = "DELETE FROM passkeys WHERE identity_id = $1";
    PASSKEYS = concat!("SELECT ", columns!(passkeys), " FROM passkeys WHERE person_id = $1 ORDER BY identity_id");
    PASSKEY_BY_CREDENTIAL = concat!("SELECT ", columns!(passkeys), " FROM passkeys WHERE credential_id = $1");
    /// The signature counter must have increased. A device without a counter stays at 0.
    PASSKEY_USED =
        "UPDATE passkeys SET passkey = $1, counter = $2
        WHERE identity_id = $3 AND (counter < $2 OR (counter = 0 AND $2 = 0))";
    CEREMONY_BEGIN =
        "INSERT INTO passkey_ceremonies (token_hash, purpose, bound_to, state, expires_at)
        VALUES ($1, $2, $3, $4, $5)";
    /// Consumes the ceremony, whatever the result.
    CEREMONY_TAKE =
        "DELETE FROM passkey_ceremonies WHERE token_hash = $1 RETURNING purpose, bound_to, state, expires_at";
    UNLINKED_SEEN =
        "INSERT INTO unlinked_sign_ins (issuer, subject, email, sign_in, seen_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (issuer, subject) DO UPDATE SET email = excluded.email, sign_in = excluded.sign_in,
            seen_at = excluded.seen_at";
    UNLINKED = "SELECT sign_in, seen_at FROM unlinked_sign_ins WHERE issuer = $1 AND subject = $2";
    UNLINKED_BY_EMAIL = "SELECT sign_in, seen_at FROM unlinked_sign_ins WHERE email = $1
        ORDER BY seen_at DESC, issuer, subject LIMIT $2";
    /// The same guard for a member of staff.
    STAFF_PASSWORD_STANDS = "UPDATE staff SET password_hash = password_hash WHERE login = $1 AND password_hash = $2";
}
