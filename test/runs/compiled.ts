/** Kernels of C: they share what is compiled. */
import '../compile.test.js';
import '../compiled.test.js';
import '../mailed-patch.test.js';
import '../series.test.js';
import '../source.test.js';
