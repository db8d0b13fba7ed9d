-- Colour labels, albums and stacks, which the files say as well, and which pictures are cells of a comparison.
CREATE TABLE stacks (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE
);
CREATE TABLE albums (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE picture_albums (
    album_id INTEGER NOT NULL REFERENCES albums (id) ON DELETE CASCADE,
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    PRIMARY KEY (album_id, picture_id)
) WITHOUT ROWID;
CREATE INDEX picture_albums_by_picture ON picture_albums (picture_id);

ALTER TABLE pictures ADD COLUMN label INTEGER NOT NULL DEFAULT 0 CHECK (label BETWEEN 0 AND 5);
ALTER TABLE pictures ADD COLUMN comparison INTEGER NOT NULL DEFAULT 0 CHECK (comparison IN (0, 1));
ALTER TABLE pictures ADD COLUMN stack_id INTEGER REFERENCES stacks (id);
CREATE INDEX pictures_by_stack ON pictures (stack_id);

-- Earlier versions told a comparison's pictures by their folder alone.
UPDATE pictures SET comparison = 1 WHERE folder_id IN (
    SELECT id FROM folders WHERE replace(path, '\', '/') GLOB '*/Compare/' || replace(hex(zeroblob(8)), '0', '[0-9a-f]')
);

DROP INDEX pictures_by_date;
DROP INDEX pictures_by_rating;
DROP INDEX pictures_by_score;
CREATE INDEX pictures_by_date ON pictures (
    in_trash, created, id, person_id, preset_id, checkpoint_id, rating, rejected, label, comparison, stack_id,
    likeness, twin_match, missing, commercial
);
CREATE INDEX pictures_by_rating ON pictures (
    in_trash, rating, created, id, person_id, preset_id, checkpoint_id, rejected, label, comparison, stack_id,
    likeness, twin_match, missing, commercial
);
CREATE INDEX pictures_by_score ON pictures (
    in_trash, coalesce(likeness, twin_match, -2), created, id, person_id, preset_id, checkpoint_id, rating, rejected,
    label, comparison, stack_id, likeness, twin_match, missing, commercial
);
