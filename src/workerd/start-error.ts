/** Why workerd could not listen, in the words of a person who starts the registry. */
import { UserError } from '../errors.ts';

interface Address {
  host: string;
  port: number;
}

const LOOPBACK = 'leave --host out to listen on 127.0.0.1 alone';

/** What the system's messages, as workerd passes them on, mean for the address that was asked for. */
const EXPLANATIONS: readonly { said: RegExp; explain: (address: Address) => [string, string] }[] = [
  {
    said: /address already in use/i,
    explain: ({ host, port }) => [
      `Port ${port} of ${host} is taken by another program.`,
      'Stop that one, or choose another port with --port (0 takes any that is free).',
    ],
  },
  {
    said: /bind\(\): Permission denied/i,
    explain: ({ host, port }) => [
      `This user may not listen on port ${port} of ${host}.`,
      'Choose a port from 1024 on with --port, as in --port 8787.',
    ],
  },
  {
    said: /bind\(\): (?:Cannot assign requested address|Can't assign requested address|Invalid argument)/i,
    explain: ({ host }) => [
      `${host} is not an address of this machine.`,
      `Name one that it has with --host (0.0.0.0 means all of them), or ${LOOPBACK}.`,
    ],
  },
  {
    said: /DNS lookup failed/i,
    explain: ({ host }) => [
      `${host} is neither an address nor the name of one.`,
      `Name an address of this machine with --host (0.0.0.0 means all of them), or ${LOOPBACK}.`,
    ],
  },
];

/** A UserError for what is known, the error itself for the rest. */
export function explainStart(error: unknown, address: Address): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = code === 'ERR_ADDRESS_IN_USE' ? 'address already in use' : String(message);
  const known = EXPLANATIONS.find(({ said }) => said.test(text));
  if (known === undefined) return error;
  const [what, hint] = known.explain(address);
  return new UserError(what, { hint, cause: error });
}
