-- How often each language speaks of each concept, counted from `mention` where mentions are written. Bases of version 3
-- that were made before this table was thought of have none until they are written to.

CREATE TABLE mention_count (
    concept  INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    language TEXT NOT NULL,                    -- passage.language
    mentions INTEGER NOT NULL,
    PRIMARY KEY (concept, language)
) STRICT, WITHOUT ROWID;
