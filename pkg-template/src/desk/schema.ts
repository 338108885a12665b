/**
 * The tables of a desk in D1, as steps from one version to the next. A step that was released is
 * never changed; a new one is added.
 *
 * Every key begins with the tenant, so that several sellers can share a database and no statement
 * can leave the tenant out. A tenant may as well have a database of its own.
 */

/** The views of lists are in the order of `first` and `second`. */
const TABLES = [
  `CREATE TABLE desk_tickets (n INTEGER PRIMARY KEY, tenant TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL,
    version INTEGER NOT NULL, marketplace TEXT NOT NULL, view TEXT, kind TEXT NOT NULL, due REAL, first REAL NOT NULL,
    second REAL NOT NULL, changes_at REAL, began_at REAL NOT NULL, listed TEXT NOT NULL, rev TEXT NOT NULL,
    missing INTEGER NOT NULL, seq INTEGER NOT NULL, shown TEXT NOT NULL, local TEXT NOT NULL, words TEXT NOT NULL,
    scope TEXT NOT NULL)`,
  "CREATE UNIQUE INDEX desk_tickets_key ON desk_tickets (tenant, account, id)",
  "CREATE INDEX desk_tickets_view ON desk_tickets (tenant, view, first, second, account, id)",
  "CREATE INDEX desk_tickets_kind ON desk_tickets (tenant, view, kind, first, second, account, id)",
  "CREATE INDEX desk_tickets_account ON desk_tickets (tenant, account, view, first, second, id)",
  "CREATE INDEX desk_tickets_changes ON desk_tickets (tenant, changes_at) WHERE changes_at IS NOT NULL",
  "CREATE INDEX desk_tickets_seq ON desk_tickets (tenant, seq)",
  `CREATE TABLE desk_parts (tenant TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, part INTEGER NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (tenant, account, id, part)) WITHOUT ROWID`,
  `CREATE TABLE desk_counts (tenant TEXT NOT NULL, account TEXT NOT NULL, view TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (tenant, account, view)) WITHOUT ROWID`,
  `CREATE TABLE desk_streams (tenant TEXT NOT NULL, account TEXT NOT NULL, flow TEXT NOT NULL, version INTEGER NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (tenant, account, flow)) WITHOUT ROWID`,
  `CREATE TABLE desk_letters (tenant TEXT NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL, ticket TEXT NOT NULL,
    version INTEGER NOT NULL, state TEXT NOT NULL, wake_at REAL, underway INTEGER NOT NULL, ended INTEGER NOT NULL,
    created_at REAL NOT NULL, text TEXT NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID`,
  "CREATE UNIQUE INDEX desk_letters_underway ON desk_letters (tenant, account, ticket) WHERE underway = 1",
  "CREATE INDEX desk_letters_ticket ON desk_letters (tenant, account, ticket)",
  "CREATE INDEX desk_letters_wake ON desk_letters (tenant, wake_at, id) WHERE wake_at IS NOT NULL",
  "CREATE INDEX desk_letters_open ON desk_letters (tenant, created_at, id) WHERE ended = 0",
  // A row that is not as expected is written here, which fails, and with it the whole batch.
  "CREATE TABLE desk_expected (is_met INTEGER NOT NULL CHECK (is_met = 1))",
  `CREATE VIRTUAL TABLE desk_words USING fts5(scope, words, content = 'desk_tickets', content_rowid = 'n',
    tokenize = "unicode61 remove_diacritics 2")`,
  // A forgotten ticket leaves no trace in the index either.
  "INSERT INTO desk_words (desk_words, rank) VALUES ('secure-delete', 1)",
  `CREATE TRIGGER desk_words_in AFTER INSERT ON desk_tickets WHEN new.words <> '' BEGIN
    INSERT INTO desk_words (rowid, scope, words) VALUES (new.n, new.scope, new.words); END`,
  `CREATE TRIGGER desk_words_out AFTER DELETE ON desk_tickets WHEN old.words <> '' BEGIN
    INSERT INTO desk_words (desk_words, rowid, scope, words) VALUES ('delete', old.n, old.scope, old.words); END`,
  // One trigger, because the order of two is not defined.
  `CREATE TRIGGER desk_words_new AFTER UPDATE OF words ON desk_tickets WHEN old.words <> new.words BEGIN
    INSERT INTO desk_words (desk_words, rowid, scope, words)
    SELECT 'delete', old.n, old.scope, old.words WHERE old.words <> '';
    INSERT INTO desk_words (rowid, scope, words) SELECT new.n, new.scope, new.words WHERE new.words <> ''; END`,
  `CREATE TRIGGER desk_counts_in AFTER INSERT ON desk_tickets WHEN new.view IS NOT NULL BEGIN
    INSERT INTO desk_counts (tenant, account, view, count) VALUES (new.tenant, new.account, new.view, 1)
    ON CONFLICT (tenant, account, view) DO UPDATE SET count = count + 1; END`,
  `CREATE TRIGGER desk_counts_out AFTER DELETE ON desk_tickets WHEN old.view IS NOT NULL BEGIN
    UPDATE desk_counts SET count = count - 1
    WHERE tenant = old.tenant AND account = old.account AND view = old.view; END`,
  `CREATE TRIGGER desk_counts_old AFTER UPDATE OF view ON desk_tickets
    WHEN old.view IS NOT new.view AND old.view IS NOT NULL BEGIN
    UPDATE desk_counts SET count = count - 1
    WHERE tenant = old.tenant AND account = old.account AND view = old.view; END`,
  `CREATE TRIGGER desk_counts_new AFTER UPDATE OF view ON desk_tickets
    WHEN old.view IS NOT new.view AND new.view IS NOT NULL BEGIN
    INSERT INTO desk_counts (tenant, account, view, count) VALUES (new.tenant, new.account, new.view, 1)
    ON CONFLICT (tenant, account, view) DO UPDATE SET count = count + 1; END`,
];

const FILES = [
  // Base64 text: D1 hands out blobs as lists of numbers, which are several times as long.
  `CREATE TABLE desk_files (tenant TEXT NOT NULL, letter TEXT NOT NULL, file INTEGER NOT NULL, part INTEGER NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (tenant, letter, file, part))`,
];

const ANSWERS = [
  "ALTER TABLE desk_letters ADD COLUMN answered_at REAL",
  "ALTER TABLE desk_letters ADD COLUMN waited_ms REAL",
  // Counting reads these indexes alone.
  `CREATE INDEX desk_letters_answered ON desk_letters (tenant, answered_at, account, waited_ms)
    WHERE answered_at IS NOT NULL`,
  "CREATE INDEX desk_letters_counted ON desk_letters (tenant, account) WHERE ended = 0",
];

/** The statements that lead to each version: the first ones make version 1. */
export const STEPS: readonly (readonly string[])[] = [TABLES, FILES, ANSWERS];
