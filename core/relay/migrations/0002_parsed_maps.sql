-- What parsing a source map gives, so that it is done once. A table of its own: behind a content of megabytes
-- it would be slow to get at. Without a row, a map is parsed when it is asked for, and the row is added.
CREATE TABLE parsed_maps (
  map_id INTEGER PRIMARY KEY REFERENCES source_maps (id) ON DELETE CASCADE,
  parsed BLOB NOT NULL
) STRICT;
