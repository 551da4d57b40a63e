/** What the headers of the weights say: how many parameters, of which types, in which tensors. */
import type { Weights } from '../../images/inspection.ts';
import { count, formatCount, formatNumber, shorten } from '../format.ts';

/** Tensors of a page, of all files together. */
const MAX_TENSORS = 600;

type Header = Exclude<Weights, { error: string }>;

export function WeightsView({ weights }: { weights: readonly Weights[] }) {
  let left = MAX_TENSORS;
  return (
    <section id="weights" aria-labelledby="weights-title">
      <h2 id="weights-title">
        Weights <span class="sum">read from the headers of {count(weights.length, 'file')}</span>
      </h2>
      {weights.map((each) => {
        if ('error' in each) return <Unreadable path={each.path} error={each.error} />;
        const shown = Math.min(left, each.tensors.length);
        left -= shown;
        return <File header={each} shown={shown} />;
      })}
    </section>
  );
}

function Unreadable({ path, error }: { path: string; error: string }) {
  return (
    <p class="warning">
      The header of <code>{shorten(path)}</code> cannot be read: {shorten(error, 300)}.
    </p>
  );
}

function File({ header, shown }: { header: Header; shown: number }) {
  const { path, parameters, tensorCount, dtypes, architecture, quantization } = header;
  const said = [
    `${formatCount(parameters)} parameters`,
    count(tensorCount, 'tensor'),
    dtypes
      .slice(0, 4)
      .map(({ dtype }) => shorten(dtype, 20))
      .join(', '),
    architecture && shorten(architecture, 40),
    quantization && shorten(quantization, 40),
  ].filter(Boolean);
  return (
    <details class="weights">
      <summary>
        <span class="path">{shorten(path)}</span> <span class="kind">{said.join(' · ')}</span>
      </summary>
      <Types header={header} />
      <Metadata header={header} />
      {shown > 0 && <Tensors header={header} shown={shown} />}
    </details>
  );
}

function Types({ header: { dtypes } }: { header: Header }) {
  return (
    <div class="wide" tabindex={0} role="group" aria-label="Types">
      <table>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col" class="number">
              Tensors
            </th>
            <th scope="col" class="number">
              Parameters
            </th>
          </tr>
        </thead>
        <tbody>
          {dtypes.slice(0, 20).map(({ dtype, tensors, parameters }) => (
            <tr>
              <td>
                <code>{shorten(dtype, 40)}</code>
              </td>
              <td class="number">{formatNumber(tensors)}</td>
              <td class="number">{formatNumber(parameters)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Metadata({ header: { metadata } }: { header: Header }) {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return <></>;
  return (
    <dl class="metadata">
      {entries.map(([key, value]) => (
        <div>
          <dt>{shorten(key)}</dt>
          <dd>{shorten(value, 300)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Tensors({ header: { tensors, tensorCount }, shown }: { header: Header; shown: number }) {
  const left = tensorCount - shown;
  return (
    <div class="wide" tabindex={0} role="group" aria-label="Tensors">
      <table>
        <thead>
          <tr>
            <th scope="col">Tensor</th>
            <th scope="col">Type</th>
            <th scope="col" class="number">
              Shape
            </th>
          </tr>
        </thead>
        <tbody>
          {tensors.slice(0, shown).map(({ name, dtype, shape }) => (
            <tr>
              <td>
                <code>{shorten(name)}</code>
              </td>
              <td>{shorten(dtype, 20)}</td>
              <td class="number">{shape.length === 0 ? 'scalar' : shape.join(' × ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p class="nothing">and {count(left, 'tensor')} more</p>}
    </div>
  );
}
