-- What a source map says, compressed by gzip: a fifth of its text. Maps of earlier releases keep their text in
-- `map_content`, which is empty since.
ALTER TABLE source_maps ADD COLUMN content_gzip BLOB;
