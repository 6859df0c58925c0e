-- Hand-outs that people put together: see packs.py. These tables are made when they are first written to, in bases of
-- version 3 of any age. No build touches them, and nothing in them points into other tables, which builds replace:
-- what an item speaks of is remembered in it.

CREATE TABLE IF NOT EXISTS pack (
    number   INTEGER PRIMARY KEY,
    title    TEXT NOT NULL,
    note     TEXT NOT NULL,
    language TEXT NOT NULL,                    -- tag of both, '' where it is not known
    user     TEXT NOT NULL,                    -- who began it
    made     TEXT NOT NULL,                    -- UTC, ISO 8601
    changed  TEXT NOT NULL,
    removed  TEXT,                             -- since when; NULL while it is there
    version  INTEGER NOT NULL                  -- of title and note: one more with every change
) STRICT;
CREATE TRIGGER IF NOT EXISTS pack_stays BEFORE DELETE ON pack BEGIN
    SELECT RAISE(ABORT, 'packs are only marked as removed');
END;

CREATE TABLE IF NOT EXISTS pack_item (
    number   INTEGER PRIMARY KEY,
    pack     INTEGER NOT NULL REFERENCES pack,
    place    INTEGER NOT NULL,                 -- its rank among the items of the pack, removed ones too
    concept  TEXT,                             -- JSON [id, name, [[base language, key], ...]], NULL for a passage
    labels   TEXT NOT NULL,                    -- JSON [[language tag, name], ...] of the concept
    sides    TEXT NOT NULL,                    -- JSON [[article, title, language tag, start, end, text], ...]
    note     TEXT NOT NULL,
    language TEXT NOT NULL,                    -- of the note
    removed  TEXT,
    version  INTEGER NOT NULL                  -- of the note
) STRICT;
CREATE INDEX IF NOT EXISTS pack_item_pack ON pack_item (pack, place);
CREATE TRIGGER IF NOT EXISTS pack_item_stays BEFORE DELETE ON pack_item BEGIN
    SELECT RAISE(ABORT, 'items of packs are only marked as removed');
END;
