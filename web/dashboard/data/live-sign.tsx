import { useEffect, useSyncExternalStore } from 'react';
import { PageLink } from '../app/page-link.tsx';
import { executionPath } from '../app/place.ts';
import { STATUS } from '../overview/run-status.tsx';
import { connect, type Live, liveStore } from './live.ts';

const SIGNS: Record<Live['state'], Readonly<{ sign: string; word: string; mood: string }>> = {
  connecting: { sign: '○', word: 'connecting …', mood: 'muted' },
  live: { sign: '●', word: 'live', mood: 'good' },
  lost: { sign: '✕', word: 'connection lost, trying again', mood: 'bad' },
};

/** Whether what is shown follows the logs at this moment, and what was recorded last. */
export function LiveSign() {
  const { state, latest } = useSyncExternalStore(liveStore.subscribe, liveStore.get);
  useEffect(connect, []);
  const { sign, word, mood } = SIGNS[state];
  return (
    <output className="live" data-state={state}>
      {latest && (
        <span className="latest">
          <PageLink to={executionPath(latest.executionId)}>{latest.patternName}</PageLink> {STATUS[latest.status].word}
        </span>
      )}
      <span className={mood}>
        {sign} {word}
      </span>
    </output>
  );
}
