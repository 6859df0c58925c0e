-- What is worked out from other tables when these are written, because every page or every search needs it. Bases of
-- version 3 that were made before it was thought of have none of it until they are written to.

-- How often each language speaks of each concept.
CREATE TABLE IF NOT EXISTS mention_count (
    concept  INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    language TEXT NOT NULL,                    -- passage.language
    mentions INTEGER NOT NULL,
    PRIMARY KEY (concept, language)
) STRICT, WITHOUT ROWID;

-- The vectors of all passages in one piece: see embed.passages. Empty as soon as a passage or a vector is written.
CREATE TABLE IF NOT EXISTS passage_matrix (
    number INTEGER PRIMARY KEY,
    part   TEXT NOT NULL,
    bytes  BLOB NOT NULL
) STRICT;

-- Where mentions, sentences and articles are, in order: what stands in one sentence with a concept, and which articles
-- speak of it, is read from these alone. And the surest and least sure pairs.
CREATE INDEX IF NOT EXISTS mention_held ON mention (concept, article, start, end, passage);
CREATE INDEX IF NOT EXISTS mention_start ON mention (article, start, end, concept);
CREATE INDEX IF NOT EXISTS article_language ON article (language, id);
CREATE INDEX IF NOT EXISTS sentence_start ON sentence (article, start, end);
CREATE INDEX IF NOT EXISTS pair_doubt ON pair (kind, status, score, id);
DROP INDEX IF EXISTS mention_concept;
