-- The telephone number of a customer follows the requester's, as name and address do.
ALTER TABLE customers ADD COLUMN phone TEXT;

-- only sqlite
UPDATE customers SET phone = (
    SELECT COALESCE(r.attributes ->> '$.mobile_phone', r.attributes ->> '$.work_phone')
    FROM links l
    JOIN records r ON r.system = l.system AND r.kind = l.kind AND r.external_id = l.external_id
    WHERE l.customer_id = customers.id AND l.kind = 'requester' AND l.ended_at IS NULL
    ORDER BY l.created_at, l.id
    LIMIT 1
);

-- only postgres
UPDATE customers SET phone = (
    SELECT COALESCE(r.attributes::json ->> 'mobile_phone', r.attributes::json ->> 'work_phone')
    FROM links l
    JOIN records r ON r.system = l.system AND r.kind = l.kind AND r.external_id = l.external_id
    WHERE l.customer_id = customers.id AND l.kind = 'requester' AND l.ended_at IS NULL
    ORDER BY l.created_at, l.id
    LIMIT 1
);
