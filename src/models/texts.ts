/** Texts of a list, by their grammars. */
import * as z from 'zod';
import { ARGUMENT, explainArgument, explainLabelValue, LABEL_VALUE } from './grammar.ts';

/** A text of a grammar; `explain` says what is wrong with one that is not (see grammar.ts). */
export function textOf(pattern: RegExp, explain: (value: string) => string) {
  return z.string().regex(pattern, { error: ({ input }) => explain(String(input)) });
}

/** A list's scalars are texts; for editors a number or a boolean will do. */
export const LabelValue = textOf(LABEL_VALUE, explainLabelValue);
export const Argument = textOf(ARGUMENT, explainArgument);

export const Arguments = z
  .array(Argument)
  .max(1000, { error: 'there are more than 1000 arguments\nwrite fewer' });
