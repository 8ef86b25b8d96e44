/** Children and their pipes. */
import '../pipe.test.js';
import '../piped-rmm.test.js';
import '../piped-rmm-cli.test.js';
