-- How near a picture by the starter came to the drawing that it was made from; such pictures have no likeness.
ALTER TABLE pictures ADD COLUMN twin_match REAL;

DROP INDEX pictures_by_date;
DROP INDEX pictures_by_rating;
DROP INDEX pictures_by_likeness;
CREATE INDEX pictures_by_date ON pictures (
    in_trash, created, id, person_id, preset_id, checkpoint_id, rating, rejected, likeness, twin_match, missing,
    commercial
);
CREATE INDEX pictures_by_rating ON pictures (
    in_trash, rating, created, id, person_id, preset_id, checkpoint_id, rejected, likeness, twin_match, missing,
    commercial
);
-- The best first, whichever of the two it has.
CREATE INDEX pictures_by_score ON pictures (
    in_trash, coalesce(likeness, twin_match, -2), created, id, person_id, preset_id, checkpoint_id, rating, rejected,
    likeness, twin_match, missing, commercial
);
