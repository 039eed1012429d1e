/** Which parts of the rollups are in the file, and when the next is written. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { LOG_NAMES, type LogName, type Position } from '../../log/log.ts';
import { rowsOf } from './database.ts';
import { OUTGROWN, ROLLUP_NAMES, ROLLUPS, type RollupName } from './rollups.ts';
import { rowsBetween } from './sources.ts';

/** All of a log's rows before `until`: `covered` of them, counted in `size` rows of the rollup. */
export type Snapshot = Readonly<{ until: number; size: number; covered: number }>;

export class SnapshotList {
  readonly byRollup: Record<RollupName, Snapshot[]>;
  /** Rows of each log in the file. */
  readonly #rows: Record<LogName, number>;

  private constructor(byRollup: Record<RollupName, Snapshot[]>, rows: Record<LogName, number>) {
    this.byRollup = byRollup;
    this.#rows = rows;
  }

  static empty(): SnapshotList {
    const byRollup = Object.fromEntries(ROLLUP_NAMES.map(name => [name, [] as Snapshot[]])) as Record<RollupName, Snapshot[]>;
    return new SnapshotList(byRollup, { journal: 0, durations: 0, success_rates: 0, plugin_usage: 0 });
  }

  /** What the file holds. */
  static async read(writer: DuckDBConnection): Promise<SnapshotList> {
    const list = SnapshotList.empty();
    for (const { rollup, until, size, covered } of await rowsOf(writer, 'SELECT * FROM snapshots ORDER BY until')) {
      list.byRollup[String(rollup) as RollupName].push({ until: Number(until), size: Number(size), covered: Number(covered) });
    }
    for (const log of LOG_NAMES) list.#rows[log] = Number((await rowsOf(writer, `SELECT count(*) AS n FROM main.${log}`))[0]?.['n']);
    return list;
  }

  /**
   * Counts a block that was just written to the file, in its transaction; `sealed` holds the log's new end. Answers what tells of
   * it in memory, once the transaction is through.
   */
  async write(writer: DuckDBConnection, log: LogName, block: { rows: number; sealed: Position }): Promise<() => void> {
    const covered = this.#rows[log] + block.rows;
    const written: { name: RollupName; snapshot: Snapshot }[] = [];
    for (const name of ROLLUP_NAMES) {
      if (ROLLUPS[name].log !== log) continue;
      const last = this.byRollup[name].at(-1);
      if (!isDue(name, last, covered)) continue;
      const size = await writeRollup(writer, name, last?.until ?? 0, block.sealed);
      const snapshot = { until: block.sealed[log], size, covered };
      await writer.run(`INSERT INTO snapshots VALUES ('${name}', ${snapshot.until}, ${size}, ${covered})`);
      written.push({ name, snapshot });
    }
    return () => {
      this.#rows[log] = covered;
      for (const { name, snapshot } of written) this.byRollup[name].push(snapshot);
    };
  }
}

function isDue(name: RollupName, last: Snapshot | undefined, covered: number): boolean {
  return last === undefined || ROLLUPS[name].kind === 'sliced' || covered - last.covered >= OUTGROWN * last.size;
}

/** Answers how many rows it wrote. */
async function writeRollup(writer: DuckDBConnection, name: RollupName, from: number, sealed: Position): Promise<number> {
  const { log, kind, of, merged } = ROLLUPS[name];
  const until = sealed[log];
  const counted = of(rowsBetween(log, sealed, from, until), rowsBetween(log, sealed, 0, from));
  const before = kind === 'cumulative' ? `SELECT * EXCLUDE (until) FROM ${name} WHERE until = ${from} UNION ALL ` : '';
  const { rowsChanged } = await writer.run(`INSERT INTO ${name} SELECT ${until}, * FROM (${merged(`(${before}(${counted}))`)})`);
  return rowsChanged;
}
