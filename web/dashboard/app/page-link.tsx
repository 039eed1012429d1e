import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { addressOf, useView } from '../view/use-view.ts';

export const patternPath = (id: string) => `/patterns/${encodeURIComponent(id)}`;
export const pluginPath = (name: string) => `/plugins/${encodeURIComponent(name)}`;
export const executionPath = (id: string) => `/executions/${encodeURIComponent(id)}`;

/** A link to a page that shows the same view. Names of others stand in it, so its direction is its own. */
export function PageLink({ to, className, title, children }: { to: string; className?: string; title?: string; children: ReactNode }) {
  return (
    <Link href={addressOf(to, useView())} className={className} title={title}>
      <bdi>{children}</bdi>
    </Link>
  );
}
