/**
 * A projection is a copy of what the logs say in a shape that answers some questions well. In flows a stretch of the logs;
 * out comes nothing: whoever asks reads the projection's own store. What always holds:
 *
 * - A projection stores its position in the same transaction as its data, so that nothing is lost or counted twice.
 * - It is a function of the logs up to its position: thrown away and rebuilt, it is the same.
 * - It never holds back recording. When it fails it is `degraded`, retried with a growing pause, and catches up by itself.
 */
export type { Projection } from './contract.ts';
export { crowding } from './crowding.ts';
export { Follower, type FollowerStatus, type LogSource, readBy } from './follower.ts';
