/** The whole series, by the revision whose check they begin with. */
export { next } from './next.js';
export { rfc, v3, v12 } from './v3.js';
export { v13 } from './v13.js';
export { v14 } from './v14.js';
export { v15 } from './v15.js';
export { v16 } from './v16.js';
export { v17 } from './v17.js';
