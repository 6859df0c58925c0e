-- What people decided of repairs: see repairs.py. The table is made when it is first written to, in bases of version 3 of
-- any age. No build touches it, and it points into no other table, which builds replace: a decision remembers its repair.

CREATE TABLE IF NOT EXISTS repair_decision (
    number  INTEGER PRIMARY KEY,
    time    TEXT NOT NULL,
    user    TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('accept', 'reject', 'undo')),
    article TEXT NOT NULL,                     -- article.id then
    path    TEXT NOT NULL,
    repair  TEXT NOT NULL,                     -- JSON [id, kind, start, end, before, after, reason, left, right]
    comment TEXT,
    undoes  INTEGER REFERENCES repair_decision
) STRICT;
CREATE INDEX IF NOT EXISTS repair_decision_article ON repair_decision (article);
CREATE TRIGGER IF NOT EXISTS repair_decision_stays BEFORE DELETE ON repair_decision BEGIN
    SELECT RAISE(ABORT, 'decisions are never removed');
END;
CREATE TRIGGER IF NOT EXISTS repair_decision_keeps BEFORE UPDATE ON repair_decision BEGIN
    SELECT RAISE(ABORT, 'decisions are never changed');
END;
