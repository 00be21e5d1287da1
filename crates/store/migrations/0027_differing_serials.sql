-- The list of devices whose two serial numbers are written differently, which are few.
CREATE INDEX devices_differing ON devices (system, external_id) WHERE serial <> inverter_serial;
