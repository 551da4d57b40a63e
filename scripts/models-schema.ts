/** Writes models/models.schema.json from the definition that the program parses with. */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { listJsonSchema } from '../src/models/schema.ts';

const file = new URL('../models/models.schema.json', import.meta.url);
const options = await resolveConfig(file);
writeFileSync(file, await format(JSON.stringify(listJsonSchema()), { ...options, parser: 'json' }));
