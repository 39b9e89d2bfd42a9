/** Reads programs in Python. */
import { python } from '../../../grammars/python.ts';
import type { ReadLiterals } from './late-reader.ts';
import { pythonLiterals } from './python-literals.ts';

/** The literals of a program. */
export const readPython: ReadLiterals = ({ text }) => pythonLiterals(text, python.parse(text));
