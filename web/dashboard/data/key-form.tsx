import { type FormEvent, useState } from 'react';
import { apiKey, keepApiKey } from './api-key.ts';
import { questions } from './use-question.ts';

/** Asks for the key of a service that wants one. */
export function KeyForm() {
  const [key, setKey] = useState('');
  const refused = apiKey() !== undefined;
  const send = (event: FormEvent) => {
    event.preventDefault();
    keepApiKey(key.trim());
    void questions.resetQueries();
  };
  return (
    <main>
      <form className="card key" onSubmit={send}>
        <h1>This service asks for its key</h1>
        {refused && (
          <p role="alert" className="bad">
            The key that was given is not the right one.
          </p>
        )}
        <label htmlFor="key">API key</label>
        <input
          id="key"
          type="password"
          autoComplete="current-password"
          required
          value={key}
          onChange={event => setKey(event.target.value)}
        />
        <button type="submit">Open</button>
        <p className="muted">It is the setting API_KEY of the service. This tab keeps it until it is closed.</p>
      </form>
    </main>
  );
}
