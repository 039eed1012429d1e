/** Which parts of the rollups are in the file, and how they are written. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogName, Position } from '../../log/log.ts';
import { rowsOf } from './database.ts';
import { ROLLUP_NAMES, ROLLUPS, type RollupName } from './rollups.ts';
import { type Part, type Parts, partsAt, rollupRows, rowsBetween } from './sources.ts';

/** How many times its own size a whole must be outgrown by the blocks after it before the next is written. */
const OUTGROWN = 2;

export class PartList {
  readonly byRollup: Parts = Object.fromEntries(ROLLUP_NAMES.map(name => [name, [] as Part[]])) as unknown as Parts;

  /** What the file holds. */
  static async read(writer: DuckDBConnection): Promise<PartList> {
    const list = new PartList();
    for (const { rollup, since, until, size } of await rowsOf(writer, 'SELECT * FROM parts ORDER BY until, since DESC')) {
      list.byRollup[String(rollup) as RollupName]?.push({ since: Number(since), until: Number(until), size: Number(size) });
    }
    return list;
  }

  /**
   * Counts the block that was just written to the file, in its transaction: the log's rows from `from` to its sealed end. Answers
   * what tells of it in memory, once the transaction is through.
   */
  async write(writer: DuckDBConnection, log: LogName, { from, sealed }: { from: number; sealed: Position }): Promise<() => void> {
    const written: { name: RollupName; part: Part }[] = [];
    for (const name of ROLLUP_NAMES) {
      if (ROLLUPS[name].log !== log) continue;
      const block = await writeBlock(writer, name, { from, sealed });
      const known = [...this.byRollup[name], block];
      written.push({ name, part: block });
      if (!isOutgrown(name, known)) continue;
      written.push({ name, part: await writeWhole(writer, name, known) });
    }
    return () => {
      for (const { name, part } of written) this.byRollup[name].push(part);
    };
  }
}

function isOutgrown(name: RollupName, parts: readonly Part[]): boolean {
  if (ROLLUPS[name].kind === 'sliced') return false;
  const { whole, blocks } = partsAt(parts, Number.POSITIVE_INFINITY);
  return whole !== undefined && blocks.reduce((sum, { size }) => sum + size, 0) >= OUTGROWN * whole.size;
}

async function writeBlock(writer: DuckDBConnection, name: RollupName, block: { from: number; sealed: Position }): Promise<Part> {
  const { log, of } = ROLLUPS[name];
  const [since, until] = [block.from, block.sealed[log]];
  const counted = of(rowsBetween(log, block.sealed, since, until), rowsBetween(log, block.sealed, 0, since));
  return insert(writer, name, { since, until, counted });
}

async function writeWhole(writer: DuckDBConnection, name: RollupName, parts: readonly Part[]): Promise<Part> {
  const until = parts.at(-1)?.until ?? 0;
  return insert(writer, name, { since: 0, until, counted: ROLLUPS[name].merged(`(${rollupRows(name, parts, until)})`) });
}

async function insert(writer: DuckDBConnection, name: RollupName, part: { since: number; until: number; counted: string }): Promise<Part> {
  const { since, until, counted } = part;
  const { rowsChanged } = await writer.run(`INSERT INTO ${name} SELECT ${since}, ${until}, * FROM (${counted})`);
  await writer.run(`INSERT INTO parts VALUES ('${name}', ${since}, ${until}, ${rowsChanged})`);
  return { since, until, size: rowsChanged };
}
