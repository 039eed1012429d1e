/** The questions: each resolver names one, at the request's position. */
import {
  asOf,
  changeAnswer,
  columnAnswer,
  connection,
  executionAnswer,
  outlierAnswer,
  patternAnswer,
  pluginAnswer,
  promotionAnswer,
  timeOf,
  trendAnswer,
} from './answers.ts';
import type { Resolvers } from './generated/resolvers.ts';
import { selects } from './selection.ts';

export const questionResolvers: Resolvers = {
  Query: {
    overview: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      const { from, to, current, previous } = await questions.overview(args, position);
      return { ...asOf(position), from: timeOf(from), to: timeOf(to), current, previous: previous ?? null };
    },
    patternStats: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), patterns: (await questions.patternStats(args, position)).map(patternAnswer) };
    },
    topPatterns: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), patterns: (await questions.topPatterns(args, position)).map(patternAnswer) };
    },
    pluginStats: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), plugins: (await questions.pluginStats(args, position)).map(pluginAnswer) };
    },
    mostUsedPlugins: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), plugins: (await questions.mostUsedPlugins(args, position)).map(pluginAnswer) };
    },
    problematicPlugins: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), plugins: (await questions.problematicPlugins(args, position)).map(pluginAnswer) };
    },
    slowPlugins: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), plugins: (await questions.slowPlugins(args, position)).map(pluginAnswer) };
    },
    phaseDurations: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), phases: await questions.phaseDurations(args, position) };
    },
    successTrend: async (_, args, { questions, at }, info) => {
      const position = await at(args.asOf);
      const wanted = { durations: selects(info, ['series', 'points', 'durations']), direction: selects(info, ['series', 'direction']) };
      return { ...asOf(position), series: (await questions.successTrend({ ...args, ...wanted }, position)).map(trendAnswer) };
    },
    reliabilityHeatmap: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      const { columns, ...heatmap } = await questions.reliabilityHeatmap(args, position);
      return { ...asOf(position), ...heatmap, columns: columns.map(columnAnswer) };
    },
    durationHistogram: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      const { outliers, ...histogram } = await questions.durationHistogram(args, position);
      return { ...asOf(position), ...histogram, outliers: outliers.map(outlierAnswer) };
    },
    pluginPairs: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), ...(await questions.pluginPairs(args, position)) };
    },
    changes: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), changes: (await questions.changes(args, position)).map(changeAnswer) };
    },
    estimateDuration: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), ...(await questions.estimateDuration(args, position)) };
    },
    predictSuccess: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), ...(await questions.predictSuccess(args, position)) };
    },
    promotions: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      const patterns = (await questions.promotions(args, position)).map(promotionAnswer);
      return { ...asOf(position), inForce: questions.promotionPolicy, patterns };
    },
    similarPatterns: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      return { ...asOf(position), patterns: await questions.similarPatterns(args, position) };
    },
    recordedExecution: async (_, { executionId }, { questions }) => {
      const execution = await questions.recordedExecution(executionId);
      return execution ? executionAnswer(execution) : null;
    },
    recordedExecutions: async (_, args, { questions, at }) => {
      const position = await at(args.asOf);
      const page = await questions.recordedExecutions(
        { ...args, after: args.after ?? undefined, statuses: args.statuses ?? undefined },
        position,
      );
      return { ...asOf(position), ...connection(page, executionAnswer) };
    },
  },
};
