//! The statements that read and erase what is stored about a person.

use crate::engine::statements;

statements! {
    PRIVACY_PERSON =
        "SELECT id, person_id, customer_id, name, email, licence, mobile_user, default_place, role_functions,
            contact_id, inactive_since, inactive_why, created_at
        FROM persons WHERE id = $1";
    /// The last statement: others find the contact by the person.
    PRIVACY_PERSON_ERASE =
        "UPDATE persons
        SET person_id = $1, person_key = $2, name = '(erased)', email = NULL, email_key = NULL, licence = NULL,
            mobile_user = 0, default_place = NULL, role_functions = '[]', contact_id = NULL, email_chosen = 0,
            inactive_since = $3, inactive_why = 'erased', version = version + 1
        WHERE id = $4 AND version = $5";
    PRIVACY_PROFILE = "SELECT phone, notify_of_replies, language, time_zone FROM profiles WHERE person_id = $1";
    PRIVACY_PROFILE_ERASE = "DELETE FROM profiles WHERE person_id = $1";
    PRIVACY_PLACES =
        "SELECT p.id, p.name FROM person_places x JOIN places p ON p.id = x.place_id WHERE x.person_id = $1";
    PRIVACY_PLACES_ERASE = "DELETE FROM person_places WHERE person_id = $1";
    PRIVACY_IDENTITIES =
        "SELECT id, issuer, subject, sign_in, created_at, last_used_at FROM identities WHERE person_id = $1";
    PRIVACY_IDENTITIES_ERASE = "DELETE FROM identities WHERE person_id = $1";
    PRIVACY_PASSKEYS_ERASE = "DELETE FROM passkeys WHERE person_id = $1";
    PRIVACY_CREDENTIALS = "SELECT password_set_at, factor_since FROM credentials WHERE person_id = $1";
    PRIVACY_CREDENTIALS_ERASE = "DELETE FROM credentials WHERE person_id = $1";
    PRIVACY_RECOVERY_CODES_ERASE = "DELETE FROM recovery_codes WHERE person_id = $1";
    PRIVACY_LINKS =
        "SELECT email, created_at, created_by, expires_at, used_at, revoked_at FROM one_time_links WHERE person_id = $1";
    PRIVACY_LINKS_ERASE = "DELETE FROM one_time_links WHERE person_id = $1";
    PRIVACY_EMAILS = "SELECT email, created_at, expires_at, ended_at FROM email_changes WHERE person_id = $1";
    PRIVACY_EMAILS_ERASE = "DELETE FROM email_changes WHERE person_id = $1";
    PRIVACY_SESSIONS =
        "SELECT created_at, last_used_at, expires_at, device, place FROM sessions WHERE person_id = $1";
    PRIVACY_SESSIONS_ERASE = "DELETE FROM sessions WHERE person_id = $1";
    PRIVACY_HALF_SIGN_INS_ERASE = "DELETE FROM half_sign_ins WHERE person_id = $1";
    PRIVACY_SEATS_ERASE = "DELETE FROM seats WHERE person_id = $1";
    PRIVACY_OWN_SESSIONS =
        "SELECT created_at, last_used_at, expires_at, device, place FROM sessions WHERE owner = $1 AND person_id IS NULL";
    PRIVACY_OWN_SESSIONS_ERASE = "DELETE FROM sessions WHERE owner = $1";
    PRIVACY_UNLINKED =
        "SELECT issuer, subject, email, sign_in, seen_at FROM unlinked_sign_ins WHERE issuer = $1 AND subject = $2";
    PRIVACY_UNLINKED_ERASE = "DELETE FROM unlinked_sign_ins WHERE issuer = $1 AND subject = $2";
    PRIVACY_UNLINKED_EMAIL =
        "SELECT issuer, subject, email, sign_in, seen_at FROM unlinked_sign_ins WHERE lower(email) = $1";
    PRIVACY_UNLINKED_EMAIL_ERASE = "DELETE FROM unlinked_sign_ins WHERE lower(email) = $1";
    PRIVACY_SIGN_INS = "SELECT provider, expires_at FROM sign_ins WHERE lower(purpose) LIKE $1 ESCAPE '!'";
    PRIVACY_SIGN_INS_ERASE = "DELETE FROM sign_ins WHERE lower(purpose) LIKE $1 ESCAPE '!'";
    PRIVACY_CEREMONIES =
        "SELECT expires_at FROM passkey_ceremonies WHERE lower(purpose) LIKE $1 ESCAPE '!' OR lower(state) LIKE $1 ESCAPE '!'";
    PRIVACY_CEREMONIES_ERASE =
        "DELETE FROM passkey_ceremonies WHERE lower(purpose) LIKE $1 ESCAPE '!' OR lower(state) LIKE $1 ESCAPE '!'";
    PRIVACY_REGISTRATIONS =
        "SELECT name, email, message, created_at, state, decided_at, reason FROM registrations WHERE person_id = $1";
    PRIVACY_REGISTRATIONS_ERASE = "DELETE FROM registrations WHERE person_id = $1";
    PRIVACY_REGISTRATIONS_EMAIL =
        "SELECT name, email, message, created_at, state, decided_at, reason FROM registrations
        WHERE lower(email) = $1 AND person_id IS NULL";
    PRIVACY_REGISTRATIONS_EMAIL_ERASE = "DELETE FROM registrations WHERE lower(email) = $1 AND person_id IS NULL";
    PRIVACY_REFUSED = "SELECT code, at FROM refused_licences WHERE person_key = $1";
    PRIVACY_REFUSED_ERASE = "DELETE FROM refused_licences WHERE person_key = $1";
    PRIVACY_ACTIVATIONS =
        "SELECT sign_in, state, refusal, progress, created_at, finished_at FROM activations
        WHERE issuer = $1 AND subject = $2";
    PRIVACY_ACTIVATIONS_ERASE = "DELETE FROM activations WHERE issuer = $1 AND subject = $2";
    PRIVACY_CLAIMED =
        "SELECT name, email, system, kind, external_id, created_at, created_by, opened_at, claimed_as, consumed_at
        FROM invitations WHERE claimed_issuer = $1 AND claimed_subject = $2";
    PRIVACY_CLAIMED_ACTIVATIONS_ERASE =
        "DELETE FROM activations WHERE invitation_id IN (
            SELECT i.id FROM invitations i WHERE i.claimed_issuer = $1 AND i.claimed_subject = $2
        )";
    PRIVACY_CLAIMED_ERASE = "DELETE FROM invitations WHERE claimed_issuer = $1 AND claimed_subject = $2";
    PRIVACY_INVITED =
        "SELECT name, email, system, kind, external_id, created_at, created_by, opened_at, revoked_at
        FROM invitations WHERE lower(email) = $1 AND claimed_subject IS NULL";
    PRIVACY_INVITED_ACTIVATIONS_ERASE =
        "DELETE FROM activations WHERE invitation_id IN (SELECT i.id FROM invitations i WHERE lower(i.email) = $1)";
    PRIVACY_INVITED_ERASE = "DELETE FROM invitations WHERE lower(email) = $1";
    PRIVACY_MESSAGE_KEYS =
        "SELECT name, created_at, created_by, last_used_at, revoked_at FROM message_credentials WHERE person_id = $1";
    PRIVACY_MESSAGE_KEYS_ERASE = "DELETE FROM message_credentials WHERE person_id = $1";
    PRIVACY_MESSAGES =
        "SELECT external_id, kind, body, received_at, finished_at, result_kind, result_id, reason FROM messages
        WHERE person_id = $1";
    PRIVACY_MESSAGES_ERASE = "DELETE FROM messages WHERE person_id = $1";
    PRIVACY_TICKETS =
        "SELECT id, ticket_id, status FROM requests WHERE person_id = $1 AND ticket_id IS NOT NULL";
    PRIVACY_REQUEST_FILES =
        "SELECT f.request_id, f.name, f.media_type, f.size, f.created_at, f.created_by FROM request_files f
        WHERE f.request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_REQUEST_FILES_ERASE =
        "DELETE FROM request_files WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_FILES_ADDED =
        "SELECT request_id, name, media_type, size, created_at, created_by FROM request_files WHERE created_by = $1";
    PRIVACY_FILES_ADDED_ERASE = "DELETE FROM request_files WHERE created_by = $1";
    PRIVACY_COMMENTS =
        "SELECT c.request_id, c.act, c.author, c.text, c.at FROM request_comments c
        WHERE c.request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_COMMENTS_ERASE =
        "UPDATE request_comments SET author = '(erased)', text = '(erased)',
            note = CASE WHEN delivery = 'waiting' THEN '(erased)' ELSE note END,
            delivery = CASE WHEN delivery = 'waiting' THEN 'refused' ELSE delivery END
        WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_COMMENTED =
        "SELECT c.request_id, c.act, c.text, c.at FROM request_comments c
        JOIN requests r ON r.id = c.request_id
        WHERE c.author = $1 AND r.customer_id = $2 AND r.person_name <> $1";
    PRIVACY_COMMENTED_ERASE =
        "UPDATE request_comments SET author = '(erased)', text = '(erased)',
            note = CASE WHEN delivery = 'waiting' THEN '(erased)' ELSE note END,
            delivery = CASE WHEN delivery = 'waiting' THEN 'refused' ELSE delivery END
        WHERE author = $1 AND request_id IN (SELECT r.id FROM requests r WHERE r.customer_id = $2)";
    PRIVACY_REQUESTS =
        "SELECT id, kind, subject, description, answers, device_name, status, ticket_id, files, created_at, updated_at
        FROM requests WHERE person_id = $1";
    /// What was not sent to the service desk yet is not sent any more.
    PRIVACY_REQUESTS_ERASE =
        "UPDATE requests
        SET person_name = '(erased)', subject = '(erased)', description = '(erased)', answers = '[]', search = '',
            status = CASE WHEN mirror IN ('held', 'waiting') THEN 'closed' ELSE status END,
            mirror_note = CASE WHEN mirror IN ('held', 'waiting') THEN '(erased)' ELSE mirror_note END,
            mirror = CASE WHEN mirror IN ('held', 'waiting') THEN 'refused' ELSE mirror END,
            files = 0, awaited = NULL, version = version + 1
        WHERE person_id = $1";
    PRIVACY_RUNS = "SELECT id, version, run FROM requests WHERE lower(run) LIKE $1 ESCAPE '!'";
    PRIVACY_RUN_ERASE = "UPDATE requests SET run = $1 WHERE id = $2";
    PRIVACY_WORKFLOWS = "SELECT customer_id AS id, kind, version, steps FROM workflows WHERE lower(steps) LIKE $1 ESCAPE '!'";
    PRIVACY_WORKFLOW_ERASE = "UPDATE workflows SET steps = $1 WHERE customer_id = $2 AND version = $3 AND kind = $4";
    PRIVACY_RETURNS =
        "SELECT id, number, version, email, status, lines, created_at, updated_at FROM returns WHERE person_id = $1";
    PRIVACY_RETURNS_ERASE = "UPDATE returns SET email = NULL WHERE person_id = $1";
    PRIVACY_RETURN_ERASE =
        "UPDATE returns SET lines = $1, version = version + 1 WHERE id = $2 AND version = $3";
    PRIVACY_WORK_ASKED =
        "SELECT id, number, subject, description, device_name, state, reason, starts_at, ends_at, created_at
        FROM work_orders WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_WORK_ASKED_ERASE =
        "UPDATE work_orders SET subject = '(erased)', description = '(erased)', search = '', version = version + 1
        WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_WORK_DONE =
        "SELECT id, number, assignee_name, state, starts_at, ends_at, created_at FROM work_orders
        WHERE assignee_id = $1";
    PRIVACY_WORK_DONE_ERASE =
        "UPDATE work_orders SET assignee_name = '(erased)', version = version + 1 WHERE assignee_id = $1";
    PRIVACY_WORK_NOTED = "SELECT work_order_id, act, text, author, at FROM work_order_notes WHERE actor = $1";
    /// What was noted is about the work, and stays.
    PRIVACY_WORK_NOTED_ERASE = "UPDATE work_order_notes SET author = '(erased)' WHERE actor = $1";
    PRIVACY_WORK_FILES =
        "SELECT work_order_id, name, media_type, size, created_at, created_by FROM work_order_files
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK_FILES_ERASE =
        "DELETE FROM work_order_files
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK_NOTES =
        "SELECT work_order_id, act, text, author, at FROM work_order_notes
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK_NOTES_ERASE =
        "UPDATE work_order_notes SET text = '(erased)'
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK =
        "SELECT id, number, subject, description, device_name, model, state, reason, starts_at, ends_at, created_at
        FROM work_orders WHERE customer_id = $1";
    PRIVACY_WORK_ERASE =
        "UPDATE work_orders
        SET subject = '(erased)', description = '(erased)', search = '', version = version + 1,
            reason = CASE WHEN reason IS NULL THEN NULL ELSE '(erased)' END
        WHERE customer_id = $1";
    PRIVACY_ATTACHMENTS =
        "SELECT owner_kind, owner_id, name, media_type, size, created_at FROM attachments
        WHERE person_id = $1 AND owner_kind <> 'news'";
    PRIVACY_ATTACHMENTS_ERASE = "DELETE FROM attachments WHERE person_id = $1 AND owner_kind <> 'news'";
    PRIVACY_POSTS =
        "SELECT id, topic_id, body, created_at, edited_at, hidden_at FROM forum_posts WHERE author_id = $1";
    PRIVACY_POSTS_ERASE =
        "UPDATE forum_posts SET body = '(erased)', version = version + 1 WHERE author_id = $1";
    /// The words of a topic's title are also those of its replies.
    PRIVACY_SEARCH_WORDS_ERASE =
        "DELETE FROM search_words WHERE source = 'forum' AND id IN (
            SELECT p.id FROM forum_posts p
            WHERE p.author_id = $1 OR p.topic_id IN (SELECT t.id FROM forum_topics t WHERE t.author_id = $1)
        )";
    PRIVACY_SEARCH_ENTRIES_ERASE =
        "DELETE FROM search_entries WHERE source = 'forum' AND id IN (
            SELECT p.id FROM forum_posts p
            WHERE p.author_id = $1 OR p.topic_id IN (SELECT t.id FROM forum_topics t WHERE t.author_id = $1)
        )";
    PRIVACY_TOPICS = "SELECT id, board_id, title, created_at FROM forum_topics WHERE author_id = $1";
    PRIVACY_TOPICS_ERASE =
        "UPDATE forum_topics SET title = '(erased)', version = version + 1 WHERE author_id = $1";
    PRIVACY_REPORTS = "SELECT post_id, why, at, decided_at, verdict FROM forum_reports WHERE person_id = $1";
    PRIVACY_REPORTS_ERASE = "UPDATE forum_reports SET why = '(erased)' WHERE person_id = $1";
    PRIVACY_FOLLOWED = "SELECT topic_id, since FROM forum_followers WHERE person_id = $1";
    PRIVACY_FOLLOWED_ERASE = "DELETE FROM forum_followers WHERE person_id = $1";
    PRIVACY_MUTES = "SELECT until, why, at FROM forum_mutes WHERE person_id = $1";
    PRIVACY_MUTES_ERASE = "DELETE FROM forum_mutes WHERE person_id = $1";
    PRIVACY_NEWS = "SELECT id, title, state, published_at FROM news_posts WHERE author_id = $1";
    PRIVACY_CONTACT =
        "SELECT id, name, email, phone, created_at FROM contacts
        WHERE id IN (SELECT p.contact_id FROM persons p WHERE p.id = $1)";
    PRIVACY_CONTACT_ERASE =
        "UPDATE contacts SET name = '(erased)', email = NULL, email_key = NULL, phone = NULL, version = version + 1
        WHERE id IN (SELECT p.contact_id FROM persons p WHERE p.id = $1)";
    PRIVACY_CONTACTS =
        "SELECT c.id, c.name, c.email, c.phone, c.created_at FROM contacts c
        WHERE c.email_key = $1 AND c.customer_id = $2
          AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.contact_id = c.id)";
    PRIVACY_CONTACTS_ERASE =
        "UPDATE contacts SET name = '(erased)', email = NULL, email_key = NULL, phone = NULL, version = version + 1
        WHERE email_key = $1 AND customer_id = $2
          AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.contact_id = contacts.id)";
    PRIVACY_ACCOUNTS =
        "SELECT a.id, a.profile, a.state, a.created_at FROM marketplace_accounts a
        WHERE a.id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNTS_ERASE =
        "UPDATE marketplace_accounts SET profile = '{\"name\":\"(erased)\"}', version = version + 1
        WHERE id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_VALUES_ERASE =
        "DELETE FROM marketplace_account_values
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_CALLS_ERASE =
        "DELETE FROM service_manager_calls
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_LINES_ERASE =
        "DELETE FROM account_import_lines
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_OPERATIONS_ERASE =
        "UPDATE account_operations SET message = NULL, customer_message = NULL
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ORDERS =
        "SELECT o.id, o.total_minor, o.currency, o.placed_at, o.cancelled_at FROM storefront_orders o
        WHERE o.account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_VENDORS =
        "SELECT l.service_manager_id, l.external_id, l.linked_at FROM vendor_links l
        WHERE l.deleted_at IS NULL
          AND l.account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_BUYERS = "SELECT account_id, created_at FROM storefront_buyers WHERE person_id = $1";
    PRIVACY_BUYERS_ERASE = "DELETE FROM storefront_buyers WHERE person_id = $1";
    PRIVACY_CUSTOMER = "SELECT id, name, email, phone, contact_finding, created_at FROM customers WHERE id = $1";
    PRIVACY_SHARED_CUSTOMER = "SELECT id, name FROM customers WHERE id = $1";
    PRIVACY_OWN_PLACES = "SELECT id, name, address, created_at FROM places WHERE owner_id = $1";
    PRIVACY_OWN_PLACES_ERASE =
        "UPDATE places SET name = '(erased)', address = NULL, version = version + 1 WHERE owner_id = $1";
    PRIVACY_DOMAINS = "SELECT domain, at FROM customer_domains WHERE customer_id = $1";
    PRIVACY_DOMAINS_ERASE = "DELETE FROM customer_domains WHERE customer_id = $1";
    PRIVACY_REVIEWS =
        "SELECT id, question, created_at, decided_at, decision, note FROM reviews WHERE customer_id = $1";
    PRIVACY_REVIEWS_ERASE = "DELETE FROM reviews WHERE customer_id = $1";
    PRIVACY_REVIEWS_SIGN_IN =
        "SELECT id, question, created_at, decided_at, decision, note FROM reviews
        WHERE identity = $1 AND customer_id IS NULL";
    PRIVACY_REVIEWS_SIGN_IN_ERASE = "DELETE FROM reviews WHERE identity = $1 AND customer_id IS NULL";
    PRIVACY_OUTSIDE =
        "SELECT system, kind, external_id FROM links
        WHERE customer_id = $1 AND ended_at IS NULL AND kind IN ('requester', 'contact', 'account')";
    PRIVACY_INVOICES = "SELECT number, status, due, bill, created_at FROM invoices WHERE customer_id = $1";
    PRIVACY_DEVICES = "SELECT system, external_id, since, ended_at FROM device_assignments WHERE customer_id = $1";
    PRIVACY_CALLS =
        "SELECT c.operation, c.account_id, c.at, c.request, c.answer FROM marketplace_calls c
        JOIN links l ON l.system = c.marketplace AND l.external_id = c.account_id AND l.kind = 'account'
        WHERE l.customer_id = $1";
    PRIVACY_CALLS_ERASE =
        "DELETE FROM marketplace_calls WHERE (marketplace, account_id) IN (
            SELECT l.system, l.external_id FROM links l WHERE l.customer_id = $1 AND l.kind = 'account'
        )";
    PRIVACY_CALLS_TEXT =
        "SELECT operation, account_id, at, request, answer FROM marketplace_calls
        WHERE lower(request) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_CALLS_TEXT_ERASE =
        "DELETE FROM marketplace_calls WHERE lower(request) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_RECORDS =
        "SELECT r.system, r.kind, r.external_id, r.title, r.attributes, r.raw, r.read_at FROM records r
        JOIN links l ON l.system = r.system AND l.kind = r.kind AND l.external_id = r.external_id
        WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )";
    PRIVACY_RECORDS_ERASE =
        "DELETE FROM records WHERE (system, kind, external_id) IN (
            SELECT l.system, l.kind, l.external_id FROM links l
            WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )
        )";
    PRIVACY_HANDLES_ERASE =
        "DELETE FROM record_handles WHERE (system, kind, external_id) IN (
            SELECT l.system, l.kind, l.external_id FROM links l
            WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )
        )";
    PRIVACY_HELD_ERASE =
        "DELETE FROM held_changes WHERE (system, kind, external_id) IN (
            SELECT l.system, l.kind, l.external_id FROM links l
            WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )
        )";
    PRIVACY_USER_LINKS =
        "SELECT id, system, kind, external_id, origin, evidence, created_at, ended_at FROM links
        WHERE kind = 'user' AND external_id = $1 AND customer_id = $2";
    PRIVACY_USER_LINKS_ERASE = "DELETE FROM links WHERE kind = 'user' AND external_id = $1 AND customer_id = $2";
    PRIVACY_RECORD_LINKS =
        "SELECT id, system, kind, external_id, origin, evidence, created_at, ended_at FROM links
        WHERE customer_id = $1 AND kind <> 'user'";
    PRIVACY_RECORD_LINKS_ERASE = "DELETE FROM links WHERE customer_id = $1";
    PRIVACY_WRITES =
        "SELECT subject, change, state, note, created_at FROM device_writes
        WHERE finished_at IS NOT NULL AND (lower(change) LIKE $1 ESCAPE '!' OR lower(note) LIKE $1 ESCAPE '!')";
    PRIVACY_WRITES_ERASE =
        "DELETE FROM device_writes
        WHERE finished_at IS NOT NULL AND (lower(change) LIKE $1 ESCAPE '!' OR lower(note) LIKE $1 ESCAPE '!')";
    PRIVACY_JOBS =
        "SELECT id, task, state, error, created_at FROM jobs
        WHERE state <> 'running' AND (lower(task) LIKE $1 ESCAPE '!' OR lower(error) LIKE $1 ESCAPE '!')";
    PRIVACY_JOBS_ERASE =
        "DELETE FROM jobs WHERE state <> 'running' AND (lower(task) LIKE $1 ESCAPE '!' OR lower(error) LIKE $1 ESCAPE '!')";
    PRIVACY_ANSWERS =
        "SELECT status, answer, created_at FROM idempotency_keys WHERE lower(key) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_ANSWERS_ERASE =
        "DELETE FROM idempotency_keys WHERE lower(key) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_HOOKS =
        "SELECT hook, last_unusable_at, last_unusable_why, last_unusable_excerpt FROM hook_deliveries
        WHERE lower(last_unusable_excerpt) LIKE $1 ESCAPE '!' OR lower(last_unusable_why) LIKE $1 ESCAPE '!'";
    PRIVACY_HOOKS_ERASE =
        "UPDATE hook_deliveries SET last_unusable_excerpt = '', last_unusable_why = '(erased)'
        WHERE lower(last_unusable_excerpt) LIKE $1 ESCAPE '!' OR lower(last_unusable_why) LIKE $1 ESCAPE '!'";

    PRIVACY_BY_RETURNS = "UPDATE returns SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_LINKS = "UPDATE links SET actor = $2 WHERE actor = $1";
    PRIVACY_BY_LINKS_ENDED = "UPDATE links SET ended_by = $2 WHERE ended_by = $1";
    PRIVACY_BY_REVIEWS = "UPDATE reviews SET decided_by = $2 WHERE decided_by = $1";
    PRIVACY_BY_INVITATIONS = "UPDATE invitations SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_DOMAINS = "UPDATE customer_domains SET entered_by = $2 WHERE entered_by = $1";
    PRIVACY_BY_WORKFLOWS = "UPDATE workflows SET changed_by = $2 WHERE changed_by = $1";
    PRIVACY_BY_DEVICE_WRITES = "UPDATE device_writes SET asked_by = $2 WHERE asked_by = $1";
    PRIVACY_BY_DEVICE_LOADS = "UPDATE device_loads SET asked_by = $2 WHERE asked_by = $1";
    PRIVACY_BY_TOPICS_HIDDEN = "UPDATE forum_topics SET hidden_by = $2 WHERE hidden_by = $1";
    PRIVACY_BY_POSTS_HIDDEN = "UPDATE forum_posts SET hidden_by = $2 WHERE hidden_by = $1";
    PRIVACY_BY_REPORTS = "UPDATE forum_reports SET decided_by = $2 WHERE decided_by = $1";
    PRIVACY_BY_MUTES = "UPDATE forum_mutes SET muted_by = $2 WHERE muted_by = $1";
    PRIVACY_BY_REGISTRATIONS = "UPDATE registrations SET decided_by = $2 WHERE decided_by = $1";
    PRIVACY_BY_PASSWORD_LINKS = "UPDATE one_time_links SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_ACCOUNTS = "UPDATE marketplace_accounts SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_OPERATIONS = "UPDATE account_operations SET requested_by = $2 WHERE requested_by = $1";
    PRIVACY_BY_ORDERS = "UPDATE storefront_orders SET placed_by = $2 WHERE placed_by = $1";
    PRIVACY_BY_ORDERS_CANCELLED = "UPDATE storefront_orders SET cancelled_by = $2 WHERE cancelled_by = $1";

    PRIVACY_BY_WORK_ORDERS = "UPDATE work_orders SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_WORK_NOTES = "UPDATE work_order_notes SET actor = $2 WHERE actor = $1";
    PRIVACY_BY_WORK_FILES = "UPDATE work_order_files SET created_by = $2 WHERE created_by = $1";

    PRIVACY_REQUEST_IDS = "SELECT id FROM requests WHERE person_id = $1";
    PRIVACY_RETURN_IDS = "SELECT id FROM returns WHERE person_id = $1";
    PRIVACY_TOPIC_IDS = "SELECT id FROM forum_topics WHERE author_id = $1";
    PRIVACY_POST_IDS = "SELECT id FROM forum_posts WHERE author_id = $1";
    PRIVACY_ACCOUNT_IDS = "SELECT account_id AS id FROM storefront_buyers WHERE person_id = $1";
    PRIVACY_TIMELINES_BY = "SELECT DISTINCT customer_id AS id FROM timeline WHERE actor = $1";
    /// The timelines that name someone anywhere, by a text that means only them.
    PRIVACY_TIMELINES =
        "SELECT DISTINCT customer_id AS id FROM timeline
        WHERE lower(event) LIKE $1 ESCAPE '!' OR lower(personal) LIKE $1 ESCAPE '!'";
}
