ALTER TABLE flow_revisions ADD COLUMN author TEXT;
ALTER TABLE flow_revisions ADD COLUMN origin TEXT;
