/** Lezer's grammar of JavaScript, with the dialects "jsx", "ts" and "ts jsx". */
export { parser as javascript } from '@lezer/javascript';
