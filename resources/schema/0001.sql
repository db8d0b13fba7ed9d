-- The library's first form. Whatever stands here can be made again from the picture files and the people's folders.

CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
);

-- Names, photos and embeddings lie in the person's own folder, which the vault can encrypt; nothing of them is here.
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE
);

CREATE TABLE presets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- AUTOINCREMENT: the number of a picture that is gone never comes to mean another one.
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES folders (id),
    name TEXT NOT NULL,
    in_trash INTEGER NOT NULL DEFAULT 0 CHECK (in_trash IN (0, 1)),
    trashed INTEGER,
    missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
    pixels BLOB NOT NULL CHECK (length(pixels) = 32),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    created INTEGER NOT NULL,
    person_id INTEGER REFERENCES people (id) ON DELETE SET NULL,
    preset_id INTEGER REFERENCES presets (id),
    checkpoint_id INTEGER REFERENCES checkpoints (id),
    seed INTEGER,
    likeness REAL,
    rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    rejected INTEGER NOT NULL DEFAULT 0 CHECK (rejected IN (0, 1)),
    commercial INTEGER CHECK (commercial IN (0, 1)),
    UNIQUE (folder_id, name, in_trash)
);

-- Each way of sorting has an index that also holds what is filtered by: a filter then reads no row that it rejects.
CREATE INDEX pictures_by_date ON pictures (
    in_trash, created, id, person_id, preset_id, checkpoint_id, rating, rejected, likeness, missing, commercial
);
CREATE INDEX pictures_by_rating ON pictures (
    in_trash, rating, created, id, person_id, preset_id, checkpoint_id, rejected, likeness, missing, commercial
);
CREATE INDEX pictures_by_likeness ON pictures (
    in_trash, ifnull(likeness, -2), created, id, person_id, preset_id, checkpoint_id, rating, rejected, likeness,
    missing, commercial
);
CREATE INDEX pictures_by_person ON pictures (person_id);
CREATE INDEX pictures_by_pixels ON pictures (pixels);

-- What is wide and seldom asked for, apart from the columns that are filtered by.
CREATE TABLE details (
    picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    prompt TEXT NOT NULL,
    recipe TEXT,
    note TEXT NOT NULL,
    search TEXT NOT NULL
);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
);

CREATE TABLE picture_tags (
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, picture_id)
) WITHOUT ROWID;
CREATE INDEX picture_tags_by_picture ON picture_tags (picture_id);

CREATE VIRTUAL TABLE picture_text USING fts5 (
    search, content = 'details', content_rowid = 'picture_id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER details_inserted AFTER INSERT ON details BEGIN
    INSERT INTO picture_text (rowid, search) VALUES (new.picture_id, new.search);
END;
CREATE TRIGGER details_deleted AFTER DELETE ON details BEGIN
    INSERT INTO picture_text (picture_text, rowid, search) VALUES ('delete', old.picture_id, old.search);
END;
CREATE TRIGGER details_updated AFTER UPDATE OF search ON details BEGIN
    INSERT INTO picture_text (picture_text, rowid, search) VALUES ('delete', old.picture_id, old.search);
    INSERT INTO picture_text (rowid, search) VALUES (new.picture_id, new.search);
END;

-- Pictures whose row was changed and whose file does not yet say so.
CREATE TABLE pending_writes (
    picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    problem TEXT
);

-- What changed, in order, so that another view or program can follow.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'changed', 'removed', 'people')),
    item INTEGER NOT NULL
);
CREATE TRIGGER pictures_inserted AFTER INSERT ON pictures BEGIN
    INSERT INTO changes (kind, item) VALUES ('added', new.id);
END;
CREATE TRIGGER pictures_updated AFTER UPDATE ON pictures BEGIN
    INSERT INTO changes (kind, item) VALUES ('changed', new.id);
END;
CREATE TRIGGER pictures_deleted AFTER DELETE ON pictures BEGIN
    INSERT INTO changes (kind, item) VALUES ('removed', old.id);
END;
