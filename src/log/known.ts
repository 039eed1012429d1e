import {
  CHAIN_START,
  isPlainName,
  type JournalRow,
  LIMITS,
  type PluginUsageRow,
  type PluginUsageValues,
  type SuccessRatesRow,
} from '../record/record.ts';
import { IdTable } from './id-table.ts';
import { type Position, START } from './position.ts';

/**
 * What the writer must know of the logs to go on with them, as of `position`: which ids are taken, each plugin's running
 * totals and each pattern's latest name. Derived: made by reading the logs.
 */
export class Known {
  position: Position = START;
  /** The whole chain of the last journal row. */
  chain: string = CHAIN_START;
  readonly executions = new IdTable();
  readonly workflows = new IdTable();
  readonly usage = new Map<string, PluginUsageValues>();
  readonly patternNames = new Map<string, string>();

  learnJournal(rows: readonly JournalRow[]): void {
    for (const { execution, start, chain } of rows) {
      this.executions.add(execution.executionId, start);
      this.workflows.add(execution.workflowId, start);
      this.chain = chain;
    }
  }

  learnUsage(rows: readonly PluginUsageRow[]): void {
    for (const row of rows) this.usage.set(row.plugin, row);
  }

  /** Only names that our own rows may hold: another program may quote a comma, and the name is written on plain. */
  learnPatterns(rows: readonly SuccessRatesRow[]): void {
    for (const { patternId, patternName } of rows) {
      if (isPlainName(patternName) && patternName.length <= LIMITS.nameLength) this.patternNames.set(patternId, patternName);
    }
  }

  /** The first 8 digits of the last row's own half of the chain. */
  get chainMark(): string {
    return this.chain.length === 32 ? this.chain.slice(16, 24) : START.chain;
  }
}
