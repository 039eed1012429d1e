import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Dashboard } from './app/dashboard.tsx';
import { applyTheme } from './app/theme.ts';
import './app/dashboard.css';
import { firstQuestions } from './data/first-questions.ts';
import { answerWith, questions } from './data/use-question.ts';

const place = document.getElementById('dashboard');
if (!place) throw new Error('index.html has no element "dashboard"');

applyTheme();
firstQuestions.forEach(answerWith);
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={questions}>
      <Dashboard />
    </QueryClientProvider>
  </StrictMode>,
);
