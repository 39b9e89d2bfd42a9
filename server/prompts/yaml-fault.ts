/** Where a text is no valid YAML. */
import { LineCounter, parseAllDocuments } from 'yaml';
import { isCostlyYaml } from './yaml-entries.ts';

/**
 * Line of the first fault, counted from 1; null for valid YAML, and for YAML that would take too long to read. Several
 * documents may follow one another. Never throws.
 */
export function yamlFaultLine(text: string): number | null {
  if (isCostlyYaml(text)) return null;
  const lineCounter = new LineCounter();
  try {
    const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
    for (const { errors } of documents) {
      const [error] = errors;
      // One key twice is read by most readers, if not well.
      if (error !== undefined && error.code !== 'DUPLICATE_KEY')
        return Math.max(1, lineCounter.linePos(error.pos[0]).line);
    }
    return null;
  } catch {
    // Deeper than its composer's stack: too costly after all.
    return null;
  }
}
