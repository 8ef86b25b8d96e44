/** The command line, started. */
import { rmitrace } from './app.js';

void rmitrace();
