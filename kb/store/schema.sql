-- A knowledge base, version 3 (PRAGMA user_version). `number` is a row's number inside this file only; `id` is the id that
-- users see and that stays the same from build to build. `start` and `end` are code point offsets into article.raw.

CREATE TABLE info (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- --- files and articles

CREATE TABLE article (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    path       TEXT NOT NULL,
    title      TEXT NOT NULL,
    language   TEXT NOT NULL COLLATE NOCASE,   -- BCP 47 tag
    base       TEXT NOT NULL COLLATE NOCASE,   -- its primary subtag
    characters INTEGER NOT NULL,               -- of raw; length() would stop at a NUL character
    encoding   TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    metadata   TEXT NOT NULL,                  -- JSON object
    blocks     TEXT NOT NULL,                  -- JSON [[kind, start, end, at, to, language], ...]
    changes    TEXT NOT NULL,                  -- JSON [[kind, start, end, before, after, reason, score], ...]
    offers     TEXT NOT NULL,                  -- the same of repairs that were not made
    raw        TEXT NOT NULL,                  -- the large columns come last: listing articles does not read them
    body       TEXT NOT NULL,
    starts     BLOB NOT NULL,                  -- body's raw offsets: see rows.pack_offsets
    ends       BLOB NOT NULL
) STRICT;

CREATE INDEX article_name ON article (id, path, title, language);   -- the table itself is wide

CREATE TABLE source (
    location TEXT PRIMARY KEY,
    path     TEXT NOT NULL,
    root     TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    size     INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    article  INTEGER REFERENCES article,
    reason   TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX source_article ON source (article);

CREATE TABLE passage (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    article  INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    start    INTEGER NOT NULL,
    end      INTEGER NOT NULL,
    language TEXT NOT NULL COLLATE NOCASE,     -- BCP 47 tag, mostly that of the article
    base     TEXT NOT NULL COLLATE NOCASE,     -- its primary subtag
    vector   TEXT,                             -- vector.key of its text under info's model; the vector may come later
    text     TEXT NOT NULL,
    UNIQUE (article, position)
) STRICT;

CREATE TABLE sentence (
    number   INTEGER PRIMARY KEY,
    article  INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    position INTEGER NOT NULL,
    passage  INTEGER NOT NULL,                 -- passage.position
    start    INTEGER NOT NULL,
    end      INTEGER NOT NULL,
    text     TEXT NOT NULL,
    tokens   TEXT NOT NULL,                    -- JSON: see rows.pack_tokens
    UNIQUE (article, position)
) STRICT;

CREATE INDEX passage_language ON passage (language);
CREATE INDEX passage_found ON passage (article, position, language, base, vector, id);   -- a search reads all of it

-- Words come in already cut, folded and joined by spaces (words.py), so the tokenizer only splits at the spaces: `ascii`
-- takes every character above U+007F as it is, where `unicode61` would cut at those it does not know. The rows hold no
-- text of their own: rowid is passage.number, and the trigger lets no row outlive its passage.
CREATE VIRTUAL TABLE search USING fts5 (
    words, lemmas, folded,
    content = '', contentless_delete = 1, tokenize = "ascii tokenchars '&+_'"
);
CREATE TRIGGER passage_gone AFTER DELETE ON passage BEGIN
    DELETE FROM search WHERE rowid = old.number;
END;

CREATE TABLE vector (
    number INTEGER PRIMARY KEY,
    key    TEXT NOT NULL UNIQUE,
    factor REAL NOT NULL,
    codes  BLOB NOT NULL                       -- int8, one a dimension
) STRICT;
CREATE INDEX passage_vector ON passage (vector);

-- --- across articles

CREATE TABLE alignment (
    a        INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    b        INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    relation TEXT NOT NULL,
    score    REAL NOT NULL,
    beads    TEXT NOT NULL,                    -- JSON [[[sentence, ...], [sentence, ...], score], ...]: the machine's
    corrected TEXT,                            -- the same with decisions applied; NULL where there are none
    PRIMARY KEY (a, b)
) STRICT;
CREATE INDEX alignment_b ON alignment (b);

-- What people decided of alignments: see corrections.py. Rows are only added. Articles are named by their ids, not by
-- their rows, since a decision outlives them.
CREATE TABLE decision (
    number INTEGER PRIMARY KEY,
    time   TEXT NOT NULL,
    user   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    a      TEXT NOT NULL,
    b      TEXT NOT NULL,
    a_side TEXT NOT NULL,                      -- JSON [at, [text, ...], text before, text after]
    b_side TEXT NOT NULL,
    shape  TEXT NOT NULL,                      -- JSON [[sentences of a, sentences of b], ...]
    undoes INTEGER REFERENCES decision
) STRICT;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN
    SELECT RAISE(ABORT, 'decisions are never removed');
END;
CREATE TRIGGER decision_keeps BEFORE UPDATE ON decision BEGIN
    SELECT RAISE(ABORT, 'decisions are never changed');
END;

CREATE TABLE pair (
    number  INTEGER PRIMARY KEY,               -- also the order in which pairs are listed
    id      TEXT NOT NULL UNIQUE,
    kind    TEXT NOT NULL,
    score   REAL NOT NULL,
    status  TEXT NOT NULL,
    a       INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    a_start INTEGER NOT NULL,
    a_end   INTEGER NOT NULL,
    a_text  TEXT NOT NULL,
    a_language TEXT NOT NULL,
    b       INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    b_start INTEGER NOT NULL,
    b_end   INTEGER NOT NULL,
    b_text  TEXT NOT NULL,
    b_language TEXT NOT NULL
) STRICT;
CREATE INDEX pair_a ON pair (a);
CREATE INDEX pair_b ON pair (b);
CREATE INDEX pair_status ON pair (status);

CREATE TABLE pair_passage (
    pair    INTEGER NOT NULL REFERENCES pair ON DELETE CASCADE,
    passage INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE,
    PRIMARY KEY (passage, pair)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_passage_pair ON pair_passage (pair);

CREATE TABLE concept (
    number     INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    type       TEXT,
    salience   REAL NOT NULL,
    mentions   INTEGER NOT NULL,
    articles   INTEGER NOT NULL,
    scheme     TEXT,
    definition TEXT,
    names      TEXT NOT NULL                   -- JSON [[base language, term key], ...]
) STRICT;
CREATE INDEX concept_salience ON concept (salience DESC, id);

CREATE TABLE label (
    number   INTEGER PRIMARY KEY,
    concept  INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    language TEXT NOT NULL COLLATE NOCASE,
    base     TEXT NOT NULL COLLATE NOCASE,
    text     TEXT NOT NULL,
    shown    INTEGER NOT NULL,                 -- 1: in Concept.labels; 0: only counted
    count    INTEGER,                          -- NULL: only shown
    key      TEXT NOT NULL,                    -- langs.folding.name_key(text)
    folded   TEXT NOT NULL                     -- langs.folding.fold(key)
) STRICT;
CREATE INDEX label_concept ON label (concept);
CREATE INDEX label_key ON label (key);
CREATE INDEX label_folded ON label (folded);

CREATE TABLE mention (
    number  INTEGER PRIMARY KEY,
    concept INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    passage INTEGER REFERENCES passage ON DELETE CASCADE,   -- the one that holds `start`
    start   INTEGER NOT NULL,
    end     INTEGER NOT NULL,
    surface TEXT NOT NULL,
    quote   TEXT,                              -- NULL: the same as surface, as it mostly is
    score   REAL NOT NULL
) STRICT;
CREATE INDEX mention_article ON mention (article, concept);
CREATE INDEX mention_passage ON mention (passage);

CREATE TABLE name_link (
    concept    INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    a_language TEXT NOT NULL,
    a_key      TEXT NOT NULL,
    b_language TEXT NOT NULL,
    b_key      TEXT NOT NULL,
    score      REAL NOT NULL,
    method     TEXT NOT NULL,
    evidence   TEXT NOT NULL
) STRICT;
CREATE INDEX name_link_concept ON name_link (concept);

CREATE TABLE link (
    a        INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    b        INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    kind     TEXT NOT NULL,
    score    REAL NOT NULL,
    method   TEXT NOT NULL,
    evidence TEXT NOT NULL                     -- JSON [...]
) STRICT;
CREATE INDEX link_a ON link (a);
CREATE INDEX link_b ON link (b);
