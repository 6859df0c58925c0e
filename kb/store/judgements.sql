-- What people decided of concepts: see judgements.py. These tables are made when they are first written to, in bases of
-- version 3 of any age. Those of schema.sql hold concepts with judgements applied.

-- How much the articles speak of each term: what a concept's salience is made of.
CREATE TABLE IF NOT EXISTS name_score (
    language TEXT NOT NULL,
    key      TEXT NOT NULL,
    score    REAL NOT NULL,
    PRIMARY KEY (language, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS judgement (
    number  INTEGER PRIMARY KEY,
    time    TEXT NOT NULL,
    user    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    concept TEXT NOT NULL,                     -- JSON [id, name, [[base language, key], ...]]
    names   TEXT NOT NULL,                     -- JSON [[language tag, label], ...]
    keys    TEXT NOT NULL,                     -- JSON [[base language, key], ...]
    other   TEXT,                              -- as concept
    family  TEXT,
    comment TEXT,
    undoes  INTEGER REFERENCES judgement
) STRICT;
CREATE TRIGGER IF NOT EXISTS judgement_stays BEFORE DELETE ON judgement BEGIN
    SELECT RAISE(ABORT, 'judgements are never removed');
END;
CREATE TRIGGER IF NOT EXISTS judgement_keeps BEFORE UPDATE ON judgement BEGIN
    SELECT RAISE(ABORT, 'judgements are never changed');
END;

-- What the machine made, as it was before judgements. Of mentions only those of concepts that a judgement parts or moves.
CREATE TABLE IF NOT EXISTS machine_concept (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    type       TEXT,
    salience   REAL NOT NULL,
    mentions   INTEGER NOT NULL,
    articles   INTEGER NOT NULL,
    scheme     TEXT,
    definition TEXT,
    names      TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS machine_label (
    number   INTEGER PRIMARY KEY,
    concept  INTEGER NOT NULL,
    language TEXT NOT NULL,
    base     TEXT NOT NULL,
    text     TEXT NOT NULL,
    shown    INTEGER NOT NULL,
    count    INTEGER,
    key      TEXT NOT NULL,
    folded   TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS machine_label_concept ON machine_label (concept);
CREATE TABLE IF NOT EXISTS machine_name_link (
    concept    INTEGER NOT NULL,
    a_language TEXT NOT NULL,
    a_key      TEXT NOT NULL,
    b_language TEXT NOT NULL,
    b_key      TEXT NOT NULL,
    score      REAL NOT NULL,
    method     TEXT NOT NULL,
    evidence   TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS machine_name_link_concept ON machine_name_link (concept);
CREATE TABLE IF NOT EXISTS machine_link (
    a        INTEGER NOT NULL,
    b        INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    score    REAL NOT NULL,
    method   TEXT NOT NULL,
    evidence TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS machine_link_a ON machine_link (a);
CREATE INDEX IF NOT EXISTS machine_link_b ON machine_link (b);
CREATE TABLE IF NOT EXISTS machine_mention (
    number  INTEGER PRIMARY KEY,               -- mention.number
    concept INTEGER NOT NULL,                  -- machine_concept.number
    article INTEGER NOT NULL,
    passage INTEGER,
    start   INTEGER NOT NULL,
    end     INTEGER NOT NULL,
    surface TEXT NOT NULL,
    quote   TEXT,
    score   REAL NOT NULL,
    name    INTEGER NOT NULL                   -- which of the concept's names it is a form of, from 0
) STRICT;
CREATE INDEX IF NOT EXISTS machine_mention_name ON machine_mention (concept, name);
CREATE INDEX IF NOT EXISTS machine_mention_passage ON machine_mention (passage);
