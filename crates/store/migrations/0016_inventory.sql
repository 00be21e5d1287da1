-- The inventory: devices by state and product, in stock or assigned; and loading many devices from a table.
ALTER TABLE devices ADD COLUMN asset_type TEXT;
CREATE INDEX devices_stock ON devices (system, external_id) WHERE holder IS NULL;

-- Invoices on a customer's page.
CREATE INDEX invoices_customer ON invoices (customer_id, sorted) WHERE customer_id IS NOT NULL;

-- only sqlite
UPDATE devices SET asset_type = (
    SELECT json_extract(r.attributes, '$.asset_type') FROM records r
    WHERE r.system = devices.system AND r.kind = 'asset' AND r.external_id = devices.external_id
      AND r.attributes <> ''
);

-- only postgres
UPDATE devices SET asset_type = (
    SELECT r.attributes::json ->> 'asset_type' FROM records r
    WHERE r.system = devices.system AND r.kind = 'asset' AND r.external_id = devices.external_id
      AND r.attributes <> ''
);
