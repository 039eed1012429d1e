import { Link } from 'wouter';
import { LiveSign } from '../data/live-sign.tsx';
import { Search } from '../search/search.tsx';
import { addressOf, useView } from '../view/use-view.ts';
import { switchTheme, useTheme } from './theme.ts';

export function Header() {
  const theme = useTheme();
  const view = useView();
  return (
    <header className="header">
      <Link href={addressOf('/', view)} className="brand">
        orchestrator-metrics
      </Link>
      <Search />
      <LiveSign />
      <nav aria-label="Other pages">
        <a href="/graphql">GraphiQL</a>
      </nav>
      <button type="button" onClick={switchTheme} aria-label={`Switch to ${theme === 'dark' ? 'light' : 'dark'}`}>
        {theme === 'dark' ? '☀' : '☾'}
      </button>
    </header>
  );
}
