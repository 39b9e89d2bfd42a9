/** Verbs, as data: what a prompt asks for. */
import { setOf } from './phrase-table.ts';

/** In their base form, as an instruction begins with them. */
export const INSTRUCTION_VERBS = setOf(`
  accept act adapt add address adjust adopt advise aim align alter analyse analyze annotate answer anticipate append apply
  approach arrange articulate ask assess assign assist assume attempt audit avoid balance base begin behave brainstorm break
  build calculate call capture categorize change check choose cite clarify classify clean code collect combine comment
  communicate compare compile complete compose compute conduct configure confirm connect consider consult construct continue convert
  convey coordinate correct cover craft create critique customize debug decide decode deepen define deliver demonstrate derive describe design
  detail detect determine develop devise diagnose direct discuss display distinguish divide document draft draw edit
  educate elaborate emphasize employ emulate encourage engage enhance ensure enter establish estimate evaluate examine execute expand
  explain explore express extend extract facilitate fetch fill filter find fix flag focus follow format formulate gather generate get give
  go guide handle help highlight identify ignore illustrate imitate implement improve incorporate indicate infer inform
  insert inspect inspire install instruct integrate interact interpret interview introduce investigate join judge keep label lead let limit list
  listen locate log look maintain make manage map match measure mention merge mimic minimize mix model modify monitor
  name note offer omit open optimize organize outline output paraphrase parse perform plan play point practice prepare
  present preserve pretend print prioritize proceed process produce promote prompt proofread propose provide put quote rank
  rate read recommend record refactor refer refine reflect remain remember remove render reorganize repeat rephrase replace replicate
  reply report represent request research resolve respond restructure return review revise rewrite role-play roleplay run
  save scan score search select send separate set share show simulate solve sort specify speak split start state stay stick
  stop store structure study suggest summarise summarize support take tailor talk teach tell test think track transcribe
  transform translate treat try turn update use utilize validate verify view visualize wait walk work write
`);

/** Words that stand between "you should" and the verb, and may begin an instruction. */
export const LEADING_ADVERBS = setOf('also always carefully clearly now then briefly directly thoroughly');

/** Adjectives that "very", "really", "quite" and "extremely" add nothing to. */
export const MARKED_ADJECTIVES = setOf(`
  accurate attentive beautiful brief careful carefully clear clearly closely comprehensive concise creative
  crucial detailed effective effectively engaging essential funny helpful important informative insightful interesting
  knowledgeable meticulous nice powerful precise precisely professional realistic skilled smart specific succinct
  thorough thoroughly unique useful valuable vital
`);

const DOUBLING = setOf(
  'begin cut get let plan put refer run scan set split stop submit plot map debug format',
);

/** The -ing form of a verb of the list: "creating", "debugging" ("formatting" doubles, "editing" does not). */
export function gerundOf(verb: string): string {
  if (DOUBLING.has(verb)) return `${verb}${verb.at(-1)}ing`;
  return verb.endsWith('e') && !verb.endsWith('ee') ? `${verb.slice(0, -1)}ing` : `${verb}ing`;
}
