/** Writes `media/compression-rules.md`, which the hints of the editor point to, from the rules. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RULES } from '../server/prompts/compression/rules.ts';
import { rulesDocument } from '../server/prompts/compression/rules-document.ts';

const TARGET = path.join(import.meta.dirname, '..', 'media', 'compression-rules.md');

await writeFile(TARGET, rulesDocument(RULES));
console.log('Wrote media/compression-rules.md.');
