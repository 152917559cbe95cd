PRAGMA auto_vacuum = INCREMENTAL;
BEGIN;
CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE error_groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  fingerprint TEXT NOT NULL,
  fingerprint_version INTEGER NOT NULL,
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('server', 'browser')),
  -- Occurrences since 'environment' became the latest one; the others' are in error_environments.
  environment_count INTEGER NOT NULL,
  -- The latest clock hour (hours since the epoch) with its occurrences; earlier ones are in error_hours.
  hour INTEGER NOT NULL,
  hour_count INTEGER NOT NULL,
  count INTEGER NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  resolved INTEGER NOT NULL DEFAULT 0 CHECK (resolved IN (0, 1)),
  resolved_at TEXT,
  reopened_at TEXT,
  exception_type TEXT NOT NULL,
  location TEXT,
  message TEXT NOT NULL
) STRICT;
CREATE TABLE error_tracebacks (
  error_id INTEGER PRIMARY KEY REFERENCES error_groups (id) ON DELETE CASCADE,
  traceback TEXT NOT NULL
) STRICT;
CREATE TABLE error_occurrences (
  id INTEGER PRIMARY KEY,
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  timestamp TEXT NOT NULL,
  environment TEXT NOT NULL,
  request_url TEXT,
  request_method TEXT,
  request_headers TEXT,
  user_id TEXT,
  extra TEXT,
  traceback TEXT NOT NULL
) STRICT;
CREATE TABLE error_environments (
  environment TEXT NOT NULL,
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  count INTEGER NOT NULL,
  PRIMARY KEY (error_id, environment)
) STRICT, WITHOUT ROWID;
CREATE TABLE error_hours (
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  hour INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (error_id, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE error_totals (
  project TEXT NOT NULL,
  environment TEXT NOT NULL,
  source TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  groups INTEGER NOT NULL,
  PRIMARY KEY (environment, project, source, resolved)
) STRICT, WITHOUT ROWID;
CREATE TABLE 'error_search_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'error_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE 'error_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);
CREATE TABLE 'error_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  error_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('new', 'reopened')),
  queued_at TEXT NOT NULL,
  -- 1 when a storm holds it back for the digest.
  gathered INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  settled_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- JSON array of who has not got it yet; NULL before the first attempt.
  recipients TEXT
) STRICT;
CREATE TABLE idempotency_keys (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  -- What was answered, as JSON.
  answer TEXT NOT NULL,
  -- Milliseconds since the epoch.
  kept_at INTEGER NOT NULL
) STRICT;
INSERT INTO "_meta" ("key", "value") VALUES ('schema_version', '2');
INSERT INTO "error_groups" ("id", "fingerprint", "fingerprint_version", "project", "environment", "source", "environment_count", "hour", "hour_count", "count", "first_seen", "last_seen", "resolved", "resolved_at", "reopened_at", "exception_type", "location", "message") VALUES (1, '86123ecd09368c93718a9ecb9ac8f93e', 1, 'billing', 'staging', 'server', 1, 498839, 2, 2, '2026-11-27T23:37:58.080Z', '2026-11-27T23:37:58.123Z', 0, NULL, NULL, 'UnicodeDecodeError', '/srv/billing/invoices/import.py:203 in read_csv', '''utf-8'' codec can''t decode byte 0xe9 in position 14');
INSERT INTO "error_groups" ("id", "fingerprint", "fingerprint_version", "project", "environment", "source", "environment_count", "hour", "hour_count", "count", "first_seen", "last_seen", "resolved", "resolved_at", "reopened_at", "exception_type", "location", "message") VALUES (2, '3ec5e26526eb64022e8ec4f1f8f763e8', 1, 'search', 'staging', 'server', 1, 498839, 2, 2, '2026-11-27T23:37:58.135Z', '2026-11-27T23:37:58.142Z', 1, '2026-11-27T23:37:58.150Z', NULL, 'MemoryError', '/srv/search/index.py:77 in merge', '');
INSERT INTO "error_groups" ("id", "fingerprint", "fingerprint_version", "project", "environment", "source", "environment_count", "hour", "hour_count", "count", "first_seen", "last_seen", "resolved", "resolved_at", "reopened_at", "exception_type", "location", "message") VALUES (3, '5b291bafa40c4a7654c419130c52aab7', 1, 'shop', 'staging', 'server', 1, 498839, 2, 2, '2026-11-27T23:37:58.144Z', '2026-11-27T23:37:58.145Z', 0, NULL, NULL, 'KeyError', '/srv/shop/app/tax.py:19 in rate_for', '''shipping_country''');
INSERT INTO "error_groups" ("id", "fingerprint", "fingerprint_version", "project", "environment", "source", "environment_count", "hour", "hour_count", "count", "first_seen", "last_seen", "resolved", "resolved_at", "reopened_at", "exception_type", "location", "message") VALUES (4, '24a86b034800afe791a393401dcfe924', 1, 'mailer', 'staging', 'server', 1, 498839, 2, 2, '2026-11-27T23:37:58.147Z', '2026-11-27T23:37:58.149Z', 0, NULL, NULL, 'SMTPServerDisconnected', '/srv/mailer/send.py:58 in deliver', 'Connection unexpectedly closed: timed out');
INSERT INTO "error_tracebacks" ("error_id", "traceback") VALUES (1, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/billing/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/billing/invoices/import.py", line 203, in read_csv\n    for row in csv.reader(stream):\nUnicodeDecodeError: ''utf-8'' codec can''t decode byte 0xe9 in position 14', '\n', char(10)));
INSERT INTO "error_tracebacks" ("error_id", "traceback") VALUES (2, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/search/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/search/index.py", line 77, in merge\n    merged = left + right\nMemoryError: ', '\n', char(10)));
INSERT INTO "error_tracebacks" ("error_id", "traceback") VALUES (3, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/shop/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/shop/app/tax.py", line 19, in rate_for\n    country = order[''shipping_country'']\nKeyError: ''shipping_country''', '\n', char(10)));
INSERT INTO "error_tracebacks" ("error_id", "traceback") VALUES (4, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/mailer/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/mailer/send.py", line 58, in deliver\n    await client.send_message(mail)\nSMTPServerDisconnected: Connection unexpectedly closed: timed out', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (1, 1, '2026-11-27T23:37:58.080Z', 'production', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/billing/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/billing/invoices/import.py", line 203, in read_csv\n    for row in csv.reader(stream):\nUnicodeDecodeError: ''utf-8'' codec can''t decode byte 0xe9 in position 14', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (2, 1, '2026-11-27T23:37:58.123Z', 'staging', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/billing/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/billing/invoices/import.py", line 203, in read_csv\n    for row in csv.reader(stream):\nUnicodeDecodeError: ''utf-8'' codec can''t decode byte 0xe9 in position 14', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (3, 2, '2026-11-27T23:37:58.135Z', 'production', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/search/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/search/index.py", line 77, in merge\n    merged = left + right\nMemoryError: ', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (4, 2, '2026-11-27T23:37:58.142Z', 'staging', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/search/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/search/index.py", line 77, in merge\n    merged = left + right\nMemoryError: ', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (5, 3, '2026-11-27T23:37:58.144Z', 'production', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/shop/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/shop/app/tax.py", line 19, in rate_for\n    country = order[''shipping_country'']\nKeyError: ''shipping_country''', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (6, 3, '2026-11-27T23:37:58.145Z', 'staging', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/shop/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/shop/app/tax.py", line 19, in rate_for\n    country = order[''shipping_country'']\nKeyError: ''shipping_country''', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (7, 4, '2026-11-27T23:37:58.147Z', 'production', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/mailer/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/mailer/send.py", line 58, in deliver\n    await client.send_message(mail)\nSMTPServerDisconnected: Connection unexpectedly closed: timed out', '\n', char(10)));
INSERT INTO "error_occurrences" ("id", "error_id", "timestamp", "environment", "request_url", "request_method", "request_headers", "user_id", "extra", "traceback") VALUES (8, 4, '2026-11-27T23:37:58.149Z', 'staging', NULL, NULL, NULL, NULL, NULL, replace('Traceback (most recent call last):\n  File "/usr/lib/python3.12/asyncio/tasks.py", line 314, in __step_run_and_handle_result\n    result = coro.send(None)\n  File "/srv/mailer/worker.py", line 31, in run\n    await job(*args)\n  File "/srv/mailer/send.py", line 58, in deliver\n    await client.send_message(mail)\nSMTPServerDisconnected: Connection unexpectedly closed: timed out', '\n', char(10)));
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('production', 1, 1);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('staging', 1, 0);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('production', 2, 1);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('staging', 2, 0);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('production', 3, 1);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('staging', 3, 0);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('production', 4, 1);
INSERT INTO "error_environments" ("environment", "error_id", "count") VALUES ('staging', 4, 0);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('billing', '', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('mailer', '', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('search', '', 'server', 0, 0);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('search', '', 'server', 1, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('shop', '', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('billing', 'production', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('mailer', 'production', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('search', 'production', 'server', 0, 0);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('search', 'production', 'server', 1, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('shop', 'production', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('billing', 'staging', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('mailer', 'staging', 'server', 0, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('search', 'staging', 'server', 0, 0);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('search', 'staging', 'server', 1, 1);
INSERT INTO "error_totals" ("project", "environment", "source", "resolved", "groups") VALUES ('shop', 'staging', 'server', 0, 1);
INSERT INTO "error_search_data" ("id", "block") VALUES (1, x'048129');
INSERT INTO "error_search_data" ("id", "block") VALUES (10, x'00000000ff00000101040400040101010101000001020101020200000103010103030000010401010404000001');
INSERT INTO "error_search_data" ("id", "block") VALUES (137438953473, x'000001c104302027750102150202307801023502023134010246020262790102300202636101022303016f01021d020264650102290202696e01023a0202706f01023d010327206301021c020274200102270202757401021601032d382701021a0103307865010236010338272001021b010339206901023901033a20270102140103616e27010225010362797401023101036320630102220202616e01022402026f64010805081510010364652001022e030163010609190c03016401020703016501020d010365203001023403016201022f020239200102380202632001022103016f01040a23020264650102080202657201020e0202727201020f0103662d38010219010369636f01020402026e2001023b02026f6e0102430202746901024101036e203101024503017001023c020227740102260202696301020301036f646501080608151002026e200102440202723a0102120202736901023f0103706f7301023e0103723a2001021302026f720102110202726f01021001037369740102400103742064010228020265200102330202662d0102180202696f0102420103756e690102020202746601021701037865390102370103797465010232040807070707060707070807070808080808080808070a0808060608060707070707070808070707080607070b070707080807070808070707080708');
INSERT INTO "error_search_data" ("id", "block") VALUES (274877906945, x'000000550430656d6f0202030202727202020801036d656d02020202026f7202020401036f723a02020b0301790202050103723a2002020c02026f7202020a0202726f0202090202796502020601037965720202070408070807080608070707');
INSERT INTO "error_search_data" ("id", "block") VALUES (412316860417, x'000000cc043020277303020b010327736803020c01033a202703020a01035f636f0302150103636f750302160103657272030205020279650302030103675f63030214010368697003020e0103696e670302120202707003020f01036b657903020201036e675f0302130202747203021901036f723a0302080202756e030217010370696e030211020270690302100103723a2003020902026f720302070202726f0302060202792703021b010373686903020d010374727903021a0103756e7403021801037965720302040408080808080807080808070808070807080708070707080808');
INSERT INTO "error_search_data" ("id", "block") VALUES (549755813889, x'00000189043020636c04023103016f04021902026f7504023f020274690402390202756e04022401033a20630402180301740402380103636c6f04023202026f6e04040f0d020274650404141903016904021f010364206f04023e02023a20040417220202697304020c02026c7904022e01036563740406130d0e0202642004023d03013a0404162203016c04022d0202726404020a030176040207020278700402270103696d6504023b02026f6e0402210202736304020d01036c6f730402330202792004022f01036d656404023c0202747004020301036e2075040223020265630404120d03017804022602026e650404110d01036f6e2004022203016e0404100d0202736504023402027574040240010370656304022902027365040205010372646904020b02027665040208010373636f04020e0202656404023503017204020602026d740402020103746564040415190202696d04023a03016f040220020270730402040103756e65040225010376657204020901037870650402280103792063040230040806070707080608080806080807070a070706070607080707080708070808060808070707080708070807060709070607080808');
INSERT INTO "error_search_idx" ("segid", "term", "pgno") VALUES (1, x'', 2);
INSERT INTO "error_search_idx" ("segid", "term", "pgno") VALUES (2, x'', 2);
INSERT INTO "error_search_idx" ("segid", "term", "pgno") VALUES (3, x'', 2);
INSERT INTO "error_search_idx" ("segid", "term", "pgno") VALUES (4, x'', 2);
INSERT INTO "error_search_docsize" ("id", "sz", "origin") VALUES (1, x'45', 1);
INSERT INTO "error_search_docsize" ("id", "sz", "origin") VALUES (2, x'0b', 2);
INSERT INTO "error_search_docsize" ("id", "sz", "origin") VALUES (3, x'1a', 3);
INSERT INTO "error_search_docsize" ("id", "sz", "origin") VALUES (4, x'3f', 4);
INSERT INTO "error_search_config" ("k", "v") VALUES ('version', 4);
UPDATE sqlite_sequence SET seq = 4 WHERE name = 'error_groups';
PRAGMA writable_schema = ON;
INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'error_search', 'error_search', 0, replace('CREATE VIRTUAL TABLE error_search USING fts5 (\n  text, content = '''', contentless_delete = 1, tokenize = ''trigram'', columnsize = 1\n)', '\n', char(10)));
PRAGMA writable_schema = RESET;
CREATE INDEX idx_fingerprint_resolved ON error_groups (fingerprint, resolved);
CREATE INDEX idx_project_env ON error_groups (project, environment);
CREATE INDEX idx_last_seen ON error_groups (last_seen);
CREATE INDEX idx_resolved ON error_groups (resolved, resolved_at);
CREATE INDEX idx_occurrence_error_id ON error_occurrences (error_id);
CREATE INDEX idx_environment_error ON error_environments (environment, error_id);
CREATE INDEX idx_hour ON error_hours (hour);
CREATE INDEX idx_alerts_owed ON alerts (gathered, due_at) WHERE settled_at IS NULL;
CREATE INDEX idx_alerts_queued ON alerts (queued_at);
CREATE INDEX idx_alerts_error ON alerts (error_id);
CREATE VIEW errors AS
SELECT id, fingerprint, project, environment, exception_type, message, traceback, count, first_seen,
  last_seen, resolved, resolved_at, fingerprint_version, source, location, reopened_at
FROM error_groups JOIN error_tracebacks ON error_id = id;
CREATE TRIGGER errors_changed INSTEAD OF UPDATE ON errors BEGIN
  UPDATE error_groups SET count = new.count, first_seen = new.first_seen, last_seen = new.last_seen,
    resolved = new.resolved, resolved_at = new.resolved_at WHERE id = old.id;
END;
CREATE TRIGGER errors_deleted INSTEAD OF DELETE ON errors BEGIN
  DELETE FROM error_groups WHERE id = old.id;
END;
CREATE TRIGGER errors_counted AFTER INSERT ON error_groups BEGIN
  INSERT INTO error_totals (project, environment, source, resolved, groups)
  VALUES (new.project, '', new.source, new.resolved, 1)
  ON CONFLICT DO UPDATE SET groups = groups + 1;
END;
CREATE TRIGGER environments_counted AFTER INSERT ON error_environments BEGIN
  INSERT INTO error_totals (project, environment, source, resolved, groups)
  SELECT project, new.environment, source, resolved, 1 FROM error_groups WHERE id = new.error_id
  ON CONFLICT DO UPDATE SET groups = groups + 1;
END;
CREATE TRIGGER errors_state_counted AFTER UPDATE OF resolved ON error_groups
WHEN old.resolved <> new.resolved BEGIN
  UPDATE error_totals SET groups = groups - 1
  WHERE project = new.project AND source = new.source AND resolved = old.resolved
    AND (environment = ''
      OR environment IN (SELECT environment FROM error_environments WHERE error_id = new.id));
  INSERT INTO error_totals (project, environment, source, resolved, groups)
  SELECT new.project, environment, new.source, new.resolved, 1
  FROM (SELECT '' AS environment
    UNION ALL SELECT environment FROM error_environments WHERE error_id = new.id)
  WHERE true
  ON CONFLICT DO UPDATE SET groups = groups + 1;
END;
CREATE TRIGGER errors_uncounted BEFORE DELETE ON error_groups BEGIN
  UPDATE error_totals SET groups = groups - 1
  WHERE project = old.project AND source = old.source AND resolved = old.resolved
    AND (environment = ''
      OR environment IN (SELECT environment FROM error_environments WHERE error_id = old.id));
  DELETE FROM error_totals WHERE groups = 0 AND project = old.project;
END;
CREATE TRIGGER errors_searchable AFTER INSERT ON error_groups BEGIN
  INSERT INTO error_search (rowid, text)
  VALUES (new.id, substr(new.exception_type || ': ' || new.message, 1, 10000));
END;
CREATE TRIGGER errors_unsearchable AFTER DELETE ON error_groups BEGIN
  DELETE FROM error_search WHERE rowid = old.id;
END;
COMMIT;
