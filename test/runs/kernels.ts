/** Kernels, RMMs, machines, and the rules of the sources. */
import '../abi.test.js';
import '../additions.test.js';
import '../conformance.test.js';
import '../decode.test.js';
import '../fast-check.test.js';
import '../house.test.js';
import '../kernel.test.js';
import '../kvm.test.js';
import '../machine.test.js';
import '../outcome-coverage.test.js';
import '../revisions.test.js';
import '../rmi-commands.test.js';
import '../rmm.test.js';
import '../lives.test.js';
