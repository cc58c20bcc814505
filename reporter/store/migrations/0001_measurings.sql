-- What is measured, and every measuring of it. All of it lives in the schema benchverdict.

CREATE SCHEMA IF NOT EXISTS benchverdict;

-- Which files of this folder were applied, and when.
CREATE TABLE benchverdict.migration (
    number     integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE benchverdict.suite (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- One benchmark and one metric of it. Values are in the base unit: s, B, 1/s or 1.
CREATE TABLE benchverdict.series (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    suite_id  bigint NOT NULL REFERENCES benchverdict.suite,
    benchmark text   NOT NULL,
    params    jsonb  NOT NULL,
    metric    text   NOT NULL,
    unit      text   NOT NULL,
    better    text   NOT NULL CHECK (better IN ('lower', 'higher', ''))
);
-- Names may be longer than what an index holds, so the digest of all is what is unique.
CREATE UNIQUE INDEX series_identity ON benchverdict.series
    (suite_id, md5(benchmark), md5(params::text), md5(metric), md5(unit), better);
CREATE INDEX series_benchmark ON benchverdict.series (suite_id, md5(benchmark));

-- What must be equal for two measurings to be comparable.
CREATE TABLE benchverdict.machine (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint  jsonb NOT NULL,
    cpu_model    text GENERATED ALWAYS AS (fingerprint ->> 'cpu_model') STORED,
    cores        bigint GENERATED ALWAYS AS ((fingerprint ->> 'cores')::bigint) STORED,
    os           text GENERATED ALWAYS AS (fingerprint ->> 'os') STORED,
    language     text GENERATED ALWAYS AS (fingerprint ->> 'language') STORED
);
CREATE UNIQUE INDEX machine_identity ON benchverdict.machine (md5(fingerprint::text));

-- One measuring as Benchverdict reads it: a snapshot/v1 without rounds, and the same with them.
CREATE TABLE benchverdict.measuring (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    suite_id   bigint NOT NULL REFERENCES benchverdict.suite,
    name       text   NOT NULL,
    saved_at   timestamptz NOT NULL DEFAULT now(),
    statistics bytea  NOT NULL,
    rounds     bytea,
    UNIQUE (suite_id, name)
);

-- Its sessions: whole runs, or pairs of a commit with itself (plan).
CREATE TABLE benchverdict.session (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    measuring_id bigint NOT NULL REFERENCES benchverdict.measuring ON DELETE CASCADE,
    commit       text,
    measured_at  timestamptz,
    plan         text NOT NULL,
    machine_id   bigint NOT NULL REFERENCES benchverdict.machine,
    runs         integer NOT NULL
);
CREATE INDEX session_measuring ON benchverdict.session (measuring_id);
CREATE INDEX session_measured_at ON benchverdict.session (measured_at);

-- The statistics of one run; null is unknown.
CREATE TABLE benchverdict.run (
    series_id  bigint  NOT NULL REFERENCES benchverdict.series,
    session_id bigint  NOT NULL REFERENCES benchverdict.session ON DELETE CASCADE,
    run        integer NOT NULL,
    n          bigint,
    min        double precision,
    q10        double precision,
    q25        double precision,
    median     double precision,
    q75        double precision,
    q90        double precision,
    p95        double precision,
    p99        double precision,
    max        double precision,
    mean       double precision,
    PRIMARY KEY (series_id, session_id, run)
);
CREATE INDEX run_session ON benchverdict.run (session_id);

-- What people and dashboards read.
CREATE VIEW benchverdict.history AS
SELECT suite.name AS suite, series.benchmark, series.params, series.metric, series.unit, series.better,
       session.measured_at, session.commit, session.plan, machine.cpu_model, machine.cores, machine.os,
       machine.language, run.run, run.n, run.min, run.q10, run.q25, run.median, run.q75, run.q90, run.p95, run.p99,
       run.max, run.mean, session.id AS session_id
FROM benchverdict.run
JOIN benchverdict.series ON series.id = run.series_id
JOIN benchverdict.suite ON suite.id = series.suite_id
JOIN benchverdict.session ON session.id = run.session_id
JOIN benchverdict.machine ON machine.id = session.machine_id;
