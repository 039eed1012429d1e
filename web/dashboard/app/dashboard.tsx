import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Controls } from '../controls/controls.tsx';
import { NoAnswer } from '../data/ask.ts';
import { KeyForm } from '../data/key-form.tsx';
import { Part } from '../data/part.tsx';
import { useQuestion } from '../data/use-question.ts';
import { ExtentDocument, type ExtentQuery } from '../generated/graphql.ts';
import { Overview } from '../overview/overview.tsx';
import { defaultWindow } from '../view/default-window.ts';
import { type Shown, ShownContext, shownView, useView } from '../view/use-view.ts';
import { Empty } from './empty.tsx';
import { Header } from './header.tsx';

// The pages that draw charts come with the library that draws them, after the first screen.
const PatternPage = lazy(async () => ({ default: (await import('../pattern/pattern-page.tsx')).PatternPage }));
const PluginPage = lazy(async () => ({ default: (await import('../plugin/plugin-page.tsx')).PluginPage }));
const ExecutionPage = lazy(async () => ({ default: (await import('../execution/execution-page.tsx')).ExecutionPage }));

/** The whole page: what the address names, in the view that it names. */
export function Dashboard() {
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
          {answer => <Pages extent={answer} />}
        </Part>
      </main>
    </>
  );
}

function Pages({ extent }: { extent: ExtentQuery }) {
  const view = useView();
  const shown = useMemo(() => shownView(view, extent.all ?? NO_HISTORY, defaultWindow(extent)), [view, extent]);
  if (shown.history.current.executions + shown.history.current.steps + shown.history.current.cancelled === 0) return <Empty />;
  return (
    <ShownContext value={shown}>
      <Controls />
      <PageTurn>
        <Suspense fallback={<output className="card waiting">Loading …</output>}>
          <Switch>
            <Route path="/">
              <Overview />
            </Route>
            <Route path="/patterns/:id">{({ id }) => <PatternPage key={id} patternId={id} />}</Route>
            <Route path="/plugins/:name">{({ name }) => <PluginPage key={name} name={name} />}</Route>
            <Route path="/executions/:id">{({ id }) => <ExecutionPage key={id} executionId={id} />}</Route>
            <Route>
              <section className="card">
                <h1>No such page</h1>
                <p>There are the overview at /, and pages of patterns, plugins and executions: search for one above.</p>
              </section>
            </Route>
          </Switch>
        </Suspense>
      </PageTurn>
    </ShownContext>
  );
}

const NO_HISTORY: Shown['history'] = { from: null, to: null, current: { executions: 0, steps: 0, cancelled: 0 } };

/** Another page begins at its top, and a screen reader goes on from there. */
function PageTurn({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
  return children;
}
