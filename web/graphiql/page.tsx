import { GraphiQL } from 'graphiql';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { ask } from './endpoint.ts';
import { EXAMPLES } from './examples.ts';
import { linkedOperation } from './linked.ts';
import './page.css';

const place = document.getElementById('graphiql');
if (!place) throw new Error('index.html has no element "graphiql"');

const linked = linkedOperation(location.search);

// Headers are not kept in the browser's storage (GraphiQL's default): they may hold a key.
createRoot(place).render(
  <GraphiQL
    fetcher={ask}
    defaultTabs={[...(linked ? [linked] : []), ...EXAMPLES].map(example => ({ ...example }))}
    {...(linked ? { initialQuery: linked.query, initialVariables: linked.variables ?? '' } : {})}
    defaultEditorToolsVisibility
    isHeadersEditorEnabled
  >
    <GraphiQL.Logo>orchestrator-metrics</GraphiQL.Logo>
  </GraphiQL>,
);
