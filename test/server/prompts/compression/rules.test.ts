import { RULES } from '../../../../server/prompts/compression/rules.ts';
import { describeRule } from './rule-contract.ts';

for (const rule of RULES) describeRule(rule);
