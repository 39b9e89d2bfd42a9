import type { Call } from '../pipeline/stage.ts';
import type { Answer, Gate, GateFinding } from './gate.ts';
import { quote } from './quote.ts';
import { parseJson } from './schema.ts';
import { checkAgainst } from './schema-checker.ts';

const complain = (why: string) => ({ gate: 'tool calls', why });

/** Tools that are called exist, and get the arguments that they describe; where one must be called, one is. */
export const toolCalls: Gate = {
  name: 'tool calls',
  weight: 'hard',
  check({ toolCalls: called, refusal, reason }, { tools, toolChoice }) {
    const mustCall = toolChoice !== null && toolChoice !== 'auto' && toolChoice !== 'none';
    if (mustCall && tools.length > 0 && called.length === 0 && refusal === '' && reason === 'stop')
      return complain('It calls no tool, though one has to be called.');
    return called.length === 0 ? null : checkCalls(called, tools);
  },
};

async function checkCalls(called: Answer['toolCalls'], tools: Call['tools']): Promise<GateFinding> {
  let aside: string | null = null;
  for (const { name, arguments: given } of called) {
    const tool = tools.find((candidate) => candidate.name === name);
    if (tool === undefined) return complain(`It calls a tool ${quote(name)} that there is not.`);
    const value = given.trim() === '' ? {} : parseJson(given);
    if (value === undefined) return complain(`The arguments of its call of ${quote(name)} are no JSON.`);
    if (tool.parameters === undefined || tool.parameters === null) continue;
    const verdict = await checkAgainst(tool.parameters, value);
    if (verdict.kind === 'invalid') return complain(`What it gives to ${quote(name, 20)} ${verdict.why}.`);
    if (verdict.kind === 'unusable')
      aside = `The parameters of the tool ${quote(name)} were not checked: ${verdict.why}. Correct their schema so that calls are checked by it.`;
  }
  return aside === null ? null : { aside };
}
