/** Text to paste, with a button that copies it; without script it is text to select. */
import type { Child } from 'hono/jsx';

interface Props {
  /** The element whose text is copied. */
  id: string;
  label: string;
  text: string;
  children?: Child;
}

export function Copyable({ id, label, text, children }: Props) {
  return (
    <figure class="copyable">
      <pre tabindex={0} role="group" aria-label={label}>
        <code id={id} data-live>
          {text}
        </code>
      </pre>
      <CopyButton of={id} label={label} />
      {children !== undefined && <figcaption>{children}</figcaption>}
    </figure>
  );
}

/** @param of the id of the element whose text is copied */
function CopyButton({ of, label }: { of: string; label: string }) {
  return (
    <button type="button" class="copy" data-copy={of}>
      <span aria-live="polite">Copy</span>
      <span class="hidden"> {label}</span>
    </button>
  );
}
