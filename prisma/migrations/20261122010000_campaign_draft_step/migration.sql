-- How far a person has come with a draft: it is opened again where it was left. Of no meaning once launched.
ALTER TABLE campaign
  ADD COLUMN draft_step text NOT NULL DEFAULT 'review'
  CHECK (draft_step IN ('audience', 'message', 'route', 'review'));
