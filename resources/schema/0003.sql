-- What each file was like when it was last read or written here, so that a change by another program is noticed; and
-- the marks (JSON) that it held then, so that both programs' changes can be told apart.
CREATE TABLE seen_files (
    picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    marks TEXT NOT NULL
);
