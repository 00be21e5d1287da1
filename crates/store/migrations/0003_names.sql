-- Tables, columns and kinds of jobs get the names that code, API and documents use.
ALTER TABLE asset_writes RENAME TO device_writes;
ALTER TABLE request_remarks RENAME TO request_comments;
ALTER TABLE request_comments RENAME COLUMN way TO delivery;
ALTER TABLE request_files RENAME COLUMN remark_id TO comment_id;
ALTER TABLE blog_posts RENAME TO news_posts;
ALTER TABLE return_units RENAME COLUMN rma_id TO return_id;
ALTER TABLE return_words RENAME COLUMN rma_id TO return_id;
ALTER TABLE option_sets RENAME COLUMN instance TO marketplace;
ALTER TABLE marketplace_calls RENAME COLUMN instance TO marketplace;

ALTER TABLE profiles RENAME COLUMN told_of_replies TO notify_of_replies;

DROP INDEX asset_writes_waiting;
DROP INDEX asset_writes_subject;
DROP INDEX request_remarks_request;
DROP INDEX request_remarks_entry;
DROP INDEX blog_posts_published;
DROP INDEX blog_posts_updated;
DROP INDEX return_units_rma;
DROP INDEX marketplace_calls_instance;
CREATE UNIQUE INDEX device_writes_waiting ON device_writes (system, subject) WHERE state = 'waiting';
CREATE INDEX device_writes_subject ON device_writes (system, subject, created_at);
CREATE INDEX request_comments_request ON request_comments (request_id, id);
CREATE UNIQUE INDEX request_comments_entry ON request_comments (request_id, entry) WHERE entry IS NOT NULL;
CREATE INDEX news_posts_published ON news_posts (published_at, id) WHERE state = 'published';
CREATE INDEX news_posts_updated ON news_posts (updated_at, id);
CREATE INDEX return_units_return ON return_units (return_id);
CREATE INDEX marketplace_calls_marketplace ON marketplace_calls (marketplace, id);

UPDATE attachments SET owner_kind = 'news' WHERE owner_kind = 'blog';
UPDATE audiences SET kind = 'news' WHERE kind = 'blog';

UPDATE jobs SET task = REPLACE(task, '"kind":"write_asset"', '"kind":"write_device"'), key = REPLACE(key, 'write_asset', 'write_device')
WHERE task LIKE '{"kind":"write_asset"%';
UPDATE jobs SET task = REPLACE(task, '"kind":"weigh_number"', '"kind":"link_by_requester_id"'),
    key = REPLACE(key, 'weigh_number', 'link_by_requester_id')
WHERE task LIKE '{"kind":"weigh_number"%';
UPDATE jobs SET task = REPLACE(task, '"kind":"tell_followers"', '"kind":"notify_followers"'),
    key = REPLACE(key, 'tell_followers', 'notify_followers')
WHERE task LIKE '{"kind":"tell_followers"%';
UPDATE jobs SET task = REPLACE(task, '"kind":"look_again"', '"kind":"confirm_absence"'), key = REPLACE(key, 'look_again', 'confirm_absence')
WHERE task LIKE '{"kind":"look_again"%';
UPDATE jobs SET task = REPLACE(task, '"kind":"reread"', '"kind":"fetch_record"'), key = REPLACE(key, 'reread', 'fetch_record')
WHERE task LIKE '{"kind":"reread"%';
UPDATE jobs SET task = REPLACE(task, '"kind":"mirror_request"', '"kind":"sync_ticket"'), key = REPLACE(key, 'mirror_request', 'sync_ticket')
WHERE task LIKE '{"kind":"mirror_request"%';
UPDATE jobs SET task = REPLACE(task, '"rma_id":', '"return_id":') WHERE task LIKE '{"kind":"mail_return"%';
UPDATE jobs SET task = REPLACE(task, '"letter":', '"notice":') WHERE task LIKE '{"kind":"mail_return"%';
