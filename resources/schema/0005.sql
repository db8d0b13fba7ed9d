-- The first starter gave its pictures a likeness that says nothing of the person.
UPDATE pictures SET likeness = NULL
WHERE likeness IS NOT NULL AND checkpoint_id IN (SELECT id FROM checkpoints WHERE name = 'starter');
