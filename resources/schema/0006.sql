-- Everybody in a picture of several people, beside the first of them.
CREATE TABLE also_shown (
    person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    PRIMARY KEY (person_id, picture_id)
) WITHOUT ROWID;
CREATE INDEX also_shown_by_picture ON also_shown (picture_id);
