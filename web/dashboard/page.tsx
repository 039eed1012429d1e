import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Dashboard } from './app/dashboard.tsx';
import { applyTheme } from './app/theme.ts';
import './app/dashboard.css';
import { askAhead, questions } from './data/use-question.ts';
import { HealthDocument } from './generated/graphql.ts';
import { MONTH } from './view/default-window.ts';
import { NO_HISTORY, shownView } from './view/use-view.ts';
import { readView } from './view/view.ts';

const place = document.getElementById('dashboard');
if (!place) throw new Error('index.html has no element "dashboard"');

applyTheme();
// The overview is most often of the last month: its figures are asked for beside what decides that.
if (location.pathname === '/') askAhead(HealthDocument, { filter: shownView(readView(location.search), NO_HISTORY, MONTH).filter });
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={questions}>
      <Dashboard />
    </QueryClientProvider>
  </StrictMode>,
);
