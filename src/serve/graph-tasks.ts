/** What can be asked of the graph as a whole. */
import { formatPosition } from '../log/log.ts';
import type { GraphTask, GraphTaskStatus, GraphTasks } from '../projection/graph/graph.ts';
import { formatMilliseconds } from '../record/record.ts';
import type { Resolvers, GraphTaskStatus as StatusAnswer } from './generated/resolvers.ts';

/** The part of the tasks that requests need. */
export type GraphTaskRunner = Pick<GraphTasks, 'start' | 'status'>;

export function graphTaskResolvers(tasks: GraphTaskRunner): Resolvers {
  return {
    Query: { graphTask: () => (tasks.status ? answer(tasks.status) : null) },
    Mutation: { startGraphTask: (_, { task }) => answer(tasks.start(task.toLowerCase() as GraphTask)) },
  };
}

function answer({ task, state, since, checked, error, ...counts }: GraphTaskStatus): StatusAnswer {
  return {
    ...counts,
    task: task.toUpperCase() as StatusAnswer['task'],
    state: state.toUpperCase() as StatusAnswer['state'],
    since: formatMilliseconds(since),
    asOf: checked ? formatPosition(checked.asOf) : null,
    ...(checked?.compared ?? { patterns: 0, plugins: 0, executions: 0, steps: 0 }),
    removed: checked?.removed ?? 0,
    error: error ?? null,
  };
}
