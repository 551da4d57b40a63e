/** Writes models/models.schema.json from the definition that the program parses with. */
import { writeFileSync } from 'node:fs';
import prettier from 'prettier';
import { listJsonSchema } from '../src/models/schema.ts';

const file = new URL('../models/models.schema.json', import.meta.url);
const options = await prettier.resolveConfig(file);
writeFileSync(file, await prettier.format(JSON.stringify(listJsonSchema()), { ...options, parser: 'json' }));
