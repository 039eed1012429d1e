import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { addressOf, useView } from '../view/use-view.ts';
import { START } from '../view/view.ts';

/** A link to a page that shows the same view. Names of others stand in it, so its direction is its own. */
export function PageLink({ to, className, title, children }: { to: string; className?: string; title?: string; children: ReactNode }) {
  return (
    <Link href={addressOf(to, { ...useView(), ...START })} className={className} title={title}>
      <bdi>{children}</bdi>
    </Link>
  );
}
