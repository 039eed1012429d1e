import { Component, type ReactNode } from 'react';

type Props = Readonly<{ children: ReactNode }>;
type State = Readonly<{ message: string | undefined }>;

/** What stands in place of a page that cannot be shown: most often the service was replaced by a newer one, and this page's files with it. */
export class Mishap extends Component<Props, State> {
  override state: State = { message: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <section role="alert" className="card trouble">
        <h1>This page cannot be shown</h1>
        <p>If the service was updated, loading the page again mends it. ({message})</p>
        <button type="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </section>
    );
  }
}
