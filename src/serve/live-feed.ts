/**
 * What happens in the logs, as it happens, for any number of subscribers. All of them move from end to end of the journal together, so
 * that each stretch is read once. A subscriber has a place in the journal and no queue: who is slow reads on from there at its own pace.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { MetricsError } from '../errors.ts';
import { formatPosition, type Log, type Position, parsePosition } from '../log/log.ts';
import { formatMilliseconds } from '../record/record.ts';
import type { ExecutionRecorded } from './generated/resolvers.ts';
import { stoppable } from './stoppable.ts';

type Wanted = Readonly<{ patternId?: string | null | undefined; since?: string | null | undefined }>;

/** A piece of the journal: its executions, and the place where it ends. */
type Piece = Readonly<{ recorded: readonly ExecutionRecorded[]; end: number }>;

/** How long recordings gather before subscribers are told: a busy service reads its journal 20 times a second. */
const GATHER_MS = 50;
/** Between two positions that are told, and between two looks for the rows of other programs. */
const ADVANCE_MS = 250;
/** Of the journal, at once. */
const PIECE_BYTES = 64 << 10;
/** For subscribers who come to the same place a little later. */
const KEPT_PIECES = 64;
/** How far a subscriber may be behind the end of the journal. */
const MAX_BEHIND_BYTES = 16 << 20;

export class LiveFeed {
  readonly #log: Log;
  readonly #stopListening: () => void;
  readonly #pieces = new LRUCache<number, Promise<Piece>>({ max: KEPT_PIECES });
  readonly #waiting = new Set<() => void>();
  /** Where the logs end, as far as subscribers have been told. */
  #end: Position;
  #gathering: NodeJS.Timeout | undefined;
  #watching: NodeJS.Timeout | undefined;
  #watchers = 0;

  constructor(log: Log) {
    this.#log = log;
    this.#end = log.position;
    this.#stopListening = log.onAdvance(() => this.#gather());
  }

  /**
   * Executions in the order of the journal, of one pattern or of all: those recorded after `since`, a position, or from now on. Rejects with
   * POSITION_UNKNOWN, or with QUERY_TOO_COMPLEX where `since` lies too far back; throws OVERLOADED to a reader who falls as far behind.
   */
  async executions({ patternId, since }: Wanted): Promise<AsyncGenerator<ExecutionRecorded, void>> {
    const place = since == null ? undefined : await this.#placeOf(since);
    this.#tell();
    const start = place ?? this.#end.journal;
    return stoppable(signal => this.#follow(start, signal, patternId ?? undefined));
  }

  /** The position now, then again whenever it moved, at most four times a second. Meanwhile other programs' rows are looked for. */
  advances(): AsyncGenerator<Position, void> {
    return stoppable(signal => this.#positions(signal));
  }

  /** Nothing more is told. */
  close(): void {
    this.#stopListening();
    clearTimeout(this.#gathering);
    clearInterval(this.#watching);
  }

  // ---------- Executions ----------

  async #placeOf(since: string): Promise<number> {
    const position = await this.#known(since);
    const behind = this.#log.position.journal - position.journal;
    if (behind <= MAX_BEHIND_BYTES) return position.journal;
    throw new MetricsError(
      'QUERY_TOO_COMPLEX',
      `since lies ${behind} bytes of journal.log back, of at most ${MAX_BEHIND_BYTES}: ask recordedExecutions for what is older, and subscribe from its position on`,
      { field: ['since'] },
    );
  }

  async #known(since: string): Promise<Position> {
    try {
      const position = parsePosition(since);
      await this.#log.checkPosition(position);
      return position;
    } catch (error) {
      if (!(error instanceof MetricsError) || error.code !== 'POSITION_UNKNOWN') throw error;
      throw new MetricsError(error.code, `since: ${error.message}`, { field: ['since'], cause: error });
    }
  }

  async *#follow(start: number, signal: AbortSignal, patternId: string | undefined): AsyncGenerator<ExecutionRecorded, void> {
    for (let at = start; !signal.aborted; ) {
      if (at === this.#end.journal) {
        await this.#news(signal);
        continue;
      }
      if (this.#end.journal - at > MAX_BEHIND_BYTES)
        throw new MetricsError('OVERLOADED', 'too far behind: subscribe again, since the last position or from now on');
      const { recorded, end } = await this.#piece(at);
      yield* patternId === undefined ? recorded : recorded.filter(execution => execution.patternId === patternId);
      at = end;
    }
  }

  /** The executions from a place in the journal on, read once for all who stand there. */
  #piece(at: number): Promise<Piece> {
    const known = this.#pieces.get(at);
    if (known) return known;
    const piece = this.#read(at, this.#end);
    this.#pieces.set(at, piece);
    // What could not be read is tried again.
    piece.catch(() => this.#pieces.delete(at));
    return piece;
  }

  async #read(at: number, end: Position): Promise<Piece> {
    // Of the other logs this stretch has nothing.
    const { journal, to } = await this.#log.read({ ...end, journal: at }, end, PIECE_BYTES);
    const recorded = journal.map(({ execution, end: journalEnd, chain }) => ({
      executionId: execution.executionId,
      patternId: execution.patternId,
      patternName: execution.patternName,
      status: execution.status,
      durationMs: execution.durationMs,
      completedAt: formatMilliseconds(execution.completedAt),
      // Right behind the row: a position has the row's own half of the chain in short.
      position: formatPosition({ ...end, journal: journalEnd, chain: chain.slice(16, 24) }),
    }));
    return { recorded, end: to.journal };
  }

  // ---------- Positions ----------

  async *#positions(signal: AbortSignal): AsyncGenerator<Position, void> {
    this.#watch(1);
    try {
      for (let told = ''; !signal.aborted; ) {
        const position = told === '' ? await this.#log.upToDate() : this.#log.position;
        if (formatPosition(position) === told) {
          await this.#news(signal);
          continue;
        }
        told = formatPosition(position);
        yield position;
        await pause(ADVANCE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    } finally {
      this.#watch(-1);
    }
  }

  /** The position moves by other programs' rows when somebody asks: while there are watchers, the feed does. */
  #watch(more: 1 | -1): void {
    this.#watchers += more;
    if (this.#watchers === 0) {
      clearInterval(this.#watching);
      this.#watching = undefined;
      return;
    }
    this.#watching ??= setInterval(() => {
      // While the logs are in trouble the questions tell of it.
      if (!this.#log.trouble) this.#log.upToDate().catch(() => undefined);
    }, ADVANCE_MS).unref();
  }

  // ---------- News ----------

  #gather(): void {
    if (this.#gathering) return;
    this.#tell();
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      if (this.#end !== this.#log.position) this.#gather();
    }, GATHER_MS).unref();
  }

  #tell(): void {
    this.#end = this.#log.position;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when there is news, or when it is too late for any. */
  #news(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
