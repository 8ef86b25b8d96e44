/** What is made of logs. */
import '../capture.test.js';
import '../import.test.js';
import '../mail.test.js';
import '../tracers.test.js';
