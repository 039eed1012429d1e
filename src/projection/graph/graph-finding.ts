import type { JournalRow } from '../../record/record.ts';
import type { PatternParameters, PluginParameters } from './stretch-rows.ts';

/** What is not as the logs say: which node, and what of it. */
export type GraphDifference = Readonly<{ node: 'Execution' | 'Pattern' | 'Plugin'; key: string; message: string }>;

export type Correction =
  | Readonly<{ kind: 'pattern'; parameters: PatternParameters }>
  | Readonly<{ kind: 'plugin'; parameters: PluginParameters }>
  /** `stale`: relationships that are wrong, by their element ids. */
  | Readonly<{ kind: 'execution'; row: JournalRow; stale: readonly string[] }>
  | Readonly<{ kind: 'no execution'; key: string; start: number }>
  /** The last of its pattern stay; this one is older. */
  | Readonly<{ kind: 'retired'; start: number }>
  | Readonly<{ kind: 'no pattern' | 'no plugin'; key: string }>;

export type GraphFinding = GraphDifference & Readonly<{ correction: Correction }>;
