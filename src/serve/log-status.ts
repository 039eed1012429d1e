/** The state of the logs and of what follows them. */
import { formatPosition, LOG_NAMES } from '../log/log.ts';
import type { FollowerStatus } from '../projection/projection.ts';
import { formatMilliseconds } from '../record/record.ts';
import { connection, timeOf } from './answers.ts';
import type { Resolvers } from './generated/resolvers.ts';

/** `projections` answers the state of each at the moment of asking. */
export function logStatusResolvers(projections: () => readonly FollowerStatus[]): Resolvers {
  return {
    Query: {
      logStatus: async (_, __, { log, questions, at }) => {
        const position = await at(undefined);
        const counts = await questions.logCounts(position);
        const sizes = log.fileSizes();
        const { accepted, duplicates, refused, since } = log.counts;
        return {
          position: formatPosition(position),
          logs: LOG_NAMES.map(name => ({
            name: `${name}.log`,
            rows: counts[name].rows,
            bytes: sizes[name],
            archivedYears: [...log.archivedYears],
            lastTimestamp: timeOf(counts[name].lastTimestamp),
          })),
          projections: projections().map(status => ({
            ...status,
            position: status.position ? formatPosition(status.position) : null,
            since: formatMilliseconds(status.since),
            error: status.error ?? null,
          })),
          accepted,
          duplicates,
          refused,
          since: formatMilliseconds(since),
          rejectedRows: counts.rejected,
          recordingError: log.trouble?.message ?? null,
        };
      },
      rejectedRows: async (_, { first, after }, { questions, at }) => {
        const page = await questions.rejectedRows({ first, after: after ?? undefined }, await at(undefined));
        return connection(page, ({ file, line, text, reason }) => ({ file, line, text, reason }));
      },
    },
  };
}
