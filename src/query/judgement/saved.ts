/** The state as plain values, to be saved and taken up again: the whole in one, then each pattern and plugin by itself. */
import { type SavedChronicle, savedChronicle, takenUpChronicle } from './chronicle.ts';
import { type Judgement, NOBODY, type PatternJudgement, type PluginJudgement } from './known.ts';
import { sharingWords } from './score.ts';

type Whole = Omit<Judgement, 'owner' | 'chronicle' | 'patterns' | 'plugins'> & Readonly<{ chronicle: SavedChronicle }>;
type Piece =
  | Readonly<{ kind: 'whole'; whole: Whole }>
  | Readonly<{ kind: 'pattern'; key: string; entry: PatternJudgement }>
  | Readonly<{ kind: 'plugin'; key: string; entry: PluginJudgement }>;

export function* pieces({ owner: _, patterns, plugins, ...rest }: Judgement): Generator<Piece> {
  yield { kind: 'whole', whole: { ...rest, chronicle: savedChronicle(rest.chronicle) } };
  for (const [key, entry] of patterns) yield { kind: 'pattern', key, entry };
  for (const [key, entry] of plugins) yield { kind: 'plugin', key, entry };
}

/** Into a state that was empty before the first piece, which is the whole. Patterns and plugins that were saved belong to no state. */
export function takeUp(state: Judgement, saved: unknown): void {
  // The file's digest and version have told that `pieces` made it.
  const piece = saved as Piece;
  if (piece.kind === 'whole') Object.assign(state, piece.whole, { chronicle: takenUpChronicle(piece.whole.chronicle) });
  else if (piece.kind === 'pattern')
    state.patterns.set(piece.key, { ...piece.entry, owner: NOBODY, texts: sharingWords(piece.entry.texts) });
  else state.plugins.set(piece.key, { ...piece.entry, owner: NOBODY });
}
