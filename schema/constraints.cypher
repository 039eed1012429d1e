// What the graph's keys, filters and searches rest on, in numbered steps. All are applied before each time the projection starts: every
// statement can be run again. The graph remembers the last step that was applied to it. A step that was released is never changed: what
// is to be otherwise is said by a later one.
// One statement ends with a semicolon; a line that begins with two slashes is a comment, and one that begins a step says its number.

// Step 1: the keys, and what the API filters by
CREATE CONSTRAINT execution_id_unique IF NOT EXISTS
FOR (e:Execution) REQUIRE e.execution_id IS UNIQUE;

CREATE CONSTRAINT pattern_id_unique IF NOT EXISTS
FOR (p:Pattern) REQUIRE p.pattern_id IS UNIQUE;

CREATE CONSTRAINT plugin_name_unique IF NOT EXISTS
FOR (p:Plugin) REQUIRE p.name IS UNIQUE;

// One position a projection: two writers that begin at once meet here.
CREATE CONSTRAINT projection_position_unique IF NOT EXISTS
FOR (p:ProjectionPosition) REQUIRE p.name IS UNIQUE;

CREATE INDEX execution_status IF NOT EXISTS FOR (e:Execution) ON (e.status);
CREATE INDEX execution_started_at IF NOT EXISTS FOR (e:Execution) ON (e.started_at);
CREATE INDEX pattern_status IF NOT EXISTS FOR (p:Pattern) ON (p.status);
CREATE INDEX pattern_last_used IF NOT EXISTS FOR (p:Pattern) ON (p.last_used);
CREATE INDEX plugin_last_used IF NOT EXISTS FOR (p:Plugin) ON (p.last_used);

CREATE FULLTEXT INDEX pattern_text IF NOT EXISTS
FOR (p:Pattern) ON EACH [p.name, p.description];

CREATE FULLTEXT INDEX plugin_text IF NOT EXISTS
FOR (p:Plugin) ON EACH [p.name, p.description];

// Step 2: where an execution's row starts in journal.log: what leaves the graph, and the order of a comparison
CREATE INDEX execution_journal_position IF NOT EXISTS FOR (e:Execution) ON (e.journal_position);

// Step 3: executions of a status by their start, already in order
CREATE INDEX execution_status_started_at IF NOT EXISTS FOR (e:Execution) ON (e.status, e.started_at);
