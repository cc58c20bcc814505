CREATE INDEX calls_by_rep ON calls (rep_id, score DESC);
CREATE INDEX calls_by_opportunity ON calls (opportunity_id);
CREATE INDEX calls_by_time ON calls (started_at DESC, id DESC);
CREATE INDEX calls_by_word ON calls USING gin (words);
ANALYZE;
