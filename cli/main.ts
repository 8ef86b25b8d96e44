/** The command line, started. */
import { main } from './app.js';

void main();
