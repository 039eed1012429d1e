/** The mutations: from what a client sends to the log, and back. */
import { MetricsError } from '../errors.ts';
import { type Acknowledgement, formatPosition, type Outcome } from '../log/log.ts';
import { LIMITS } from '../record/record.ts';
import { type PatternAnswer, patternAnswer } from './answers.ts';
import type { RequestContext } from './context.ts';
import type { Resolvers } from './generated/resolvers.ts';
import { createStatsLoader } from './stats-loader.ts';

type Input = Readonly<{ executionId: string; patternId: string }>;

/** A payload whose `pattern` is computed only when it is selected. */
export type PayloadParent = Readonly<{
  executionId: string;
  duplicate: boolean;
  dryRun: boolean;
  position: string;
  patternId: string;
}>;

function payload(input: Input, { executionId, duplicate, position }: Acknowledgement, dryRun: boolean): PayloadParent {
  return { executionId, duplicate, dryRun, position: formatPosition(position), patternId: input.patternId };
}

function outcomes(inputs: readonly Input[], dryRun: boolean, { log }: RequestContext): Promise<Outcome[]> {
  return dryRun ? log.rehearse(inputs) : log.record(inputs);
}

/** One question for all patterns of a batch that were recorded up to one position. */
const patternAsOf = createStatsLoader<string, PatternAnswer, RequestContext>(
  async (patternIds, position, { questions, at }) =>
    (await questions.patternStats({ filter: { patternIds } }, await at(position))).map(patternAnswer),
  ({ patternId }) => patternId,
);

export const recordingResolvers: Resolvers = {
  Mutation: {
    recordExecution: async (_, { input, dryRun }, context) => {
      const [outcome] = await outcomes([input], dryRun, context);
      if (!outcome || outcome instanceof MetricsError) throw outcome;
      return payload(input, outcome, dryRun);
    },
    recordExecutions: async (_, { inputs, dryRun }, context) => {
      if (inputs.length > LIMITS.inputs) {
        throw new MetricsError('BAD_USER_INPUT', `inputs must hold at most ${LIMITS.inputs} executions; it holds ${inputs.length}`, {
          field: ['inputs'],
        });
      }
      const results = await outcomes(inputs, dryRun, context);
      return inputs.map((input, index) => result(input, results[index], dryRun));
    },
  },
  RecordExecutionPayload: {
    pattern: ({ patternId, position }, _, context) => patternAsOf(patternId, position, context),
  },
};

function result(input: Input, outcome: Outcome | undefined, dryRun: boolean) {
  if (!outcome) throw new Error('an input without an outcome');
  if (!(outcome instanceof MetricsError)) return { executionId: input.executionId, payload: payload(input, outcome, dryRun), error: null };
  const { code, message, retryable, field } = outcome;
  return { executionId: input.executionId, payload: null, error: { code, message, retryable, field: [...field] } };
}
