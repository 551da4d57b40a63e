import type { Child } from 'hono/jsx';

/** A row of a list of facts. */
export function Fact({ term, children }: { term: string; children?: Child }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
