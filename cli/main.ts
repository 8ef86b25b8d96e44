#!/usr/bin/env node
// Imported late: nothing of rmitrace is read before this file is.
import('./app.js').then(({ rmitrace }) => rmitrace());
