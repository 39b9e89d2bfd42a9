/** Lezer's grammar of Python. */
export { parser as python } from '@lezer/python';
