/** The subscriptions: what the feed tells, as the API says it. */
import { formatPosition, type Position } from '../log/log.ts';
import type { ExecutionRecorded, Resolvers } from './generated/resolvers.ts';

export const liveResolvers: Resolvers = {
  Subscription: {
    executionRecorded: {
      subscribe: (_, wanted, { live }) => live.executions(wanted),
      resolve: (recorded: ExecutionRecorded) => recorded,
    },
    advanced: {
      subscribe: (_, __, { live }) => live.advances(),
      resolve: (position: Position) => ({ position: formatPosition(position) }),
    },
  },
};
