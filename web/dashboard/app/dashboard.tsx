import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef } from 'react';
import { usePathname } from 'wouter/use-browser-location';
import { Controls } from '../controls/controls.tsx';
import { NoAnswer } from '../data/ask.ts';
import { KeyForm } from '../data/key-form.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { ExtentDocument, type ExtentQuery, LongerExtentDocument } from '../generated/graphql.ts';
import { Overview } from '../overview/overview.tsx';
import { defaultWindow, MONTH, monthSuits } from '../view/default-window.ts';
import { NO_HISTORY, ShownContext, shownView, useView } from '../view/use-view.ts';
import { readView, START, type View, writeView } from '../view/view.ts';
import { Empty } from './empty.tsx';
import { Header } from './header.tsx';
import { Mishap } from './mishap.tsx';
import { type Place, placeOf } from './place.ts';

// The pages that draw charts come with the library that draws them, after the first screen.
const PatternPage = lazy(async () => ({ default: (await import('../pattern/pattern-page.tsx')).PatternPage }));
const PluginPage = lazy(async () => ({ default: (await import('../plugin/plugin-page.tsx')).PluginPage }));
const ExecutionPage = lazy(async () => ({ default: (await import('../execution/execution-page.tsx')).ExecutionPage }));

/** The whole page: what the address names, in the view that it names. */
export function Dashboard() {
  const view = useView();
  const extent = useQuestion(ExtentDocument, {});
  if (extent.error instanceof NoAnswer && extent.error.wantsKey) return <KeyForm />;
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Part name="The service" question={extent}>
          {answer => <Pages extent={answer} view={view} />}
        </Part>
      </main>
    </>
  );
}

function Pages({ extent, view }: { extent: ExtentQuery; view: View }) {
  const path = usePathname();
  // Going through the heatmap changes nothing else: what is shown stays the same object.
  const address = writeView({ ...view, ...START });
  const asked = view.window === undefined && !monthSuits(extent);
  const longer = useQuestion(LongerExtentDocument, asked && {}).answer?.data;
  const shown = useMemo(() => {
    if (asked && !longer) return undefined;
    return shownView(readView(address), extent.all ?? NO_HISTORY, asked && longer ? defaultWindow(extent, longer) : MONTH);
  }, [address, extent, asked, longer]);
  if (!shown) return <output className="card waiting">Loading …</output>;
  if (shown.history.current.executions + shown.history.current.steps + shown.history.current.cancelled === 0) return <Empty />;
  return (
    <ShownContext value={shown}>
      <Controls />
      <PageTurn>
        <Mishap key={path}>
          <Suspense fallback={<output className="card waiting">Loading …</output>}>
            <Named place={placeOf(path)} />
          </Suspense>
        </Mishap>
      </PageTurn>
    </ShownContext>
  );
}

function Named({ place }: { place: Place }) {
  switch (place.page) {
    case 'overview':
      return <Overview />;
    case 'patterns':
      return <PatternPage key={place.key} patternId={place.key} />;
    case 'plugins':
      return <PluginPage key={place.key} name={place.key} />;
    case 'executions':
      return <ExecutionPage key={place.key} executionId={place.key} />;
    case 'unknown':
      return (
        <section className="card">
          <h1>No such page</h1>
          <p>There are the overview at /, and pages of patterns, plugins and executions: search for one above.</p>
        </section>
      );
  }
}

const SERVICE = 'orchestrator-metrics';

/** Another page has its name, begins at its top, and a screen reader goes on from there. */
function PageTurn({ children }: { children: ReactNode }) {
  const path = usePathname();
  const before = useRef(path);
  useEffect(() => {
    const place = placeOf(path);
    document.title = 'key' in place ? `${place.key} · ${SERVICE}` : SERVICE;
    if (before.current === path) return;
    before.current = path;
    scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
  return children;
}
