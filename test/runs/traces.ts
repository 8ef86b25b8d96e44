/** Traces: reading, writing, editing, comparing, replaying. */
import '../edit.test.js';
import '../golden.test.js';
import '../hostile.test.js';
import '../diff.test.js';
import '../large.test.js';
import '../lines.test.js';
import '../minimise.test.js';
import '../redact.test.js';
import '../replay.test.js';
import '../trace.test.js';
import '../verdict.test.js';
import '../facts.test.js';
