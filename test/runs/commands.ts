/** The command line, as processes and in this one. */
import '../check.test.js';
import '../ci.test.js';
import '../cli.test.js';
import '../package.test.js';
import '../printed-commands.test.js';
import '../readme.test.js';
import '../report.test.js';
import '../serve.test.js';
import '../sweep.test.js';
import '../terminal.test.js';
