/*
 * The child that runs a compiled check. It speaks lines with rmitrace, one request at a time:
 *
 *   child: row CHANGE TABLE SIGN STRICT TYPE SHIFT WIDTH SAFE
 *                                                        before the next line: a row of a table of ID registers
 *   child: hello 1 [wants M.m]                           once, at the start
 *   tool:  boot NAME [REG=VALUE]...                      from the state at the start, runs an entry point
 *   tool:  run NAME [REG=VALUE]...                       another one of the same boot
 *   child: smc CC VIA FID [ARG]...                       VIA is conduit, smc or hvc; registers are 0x and lower-case hex
 *   tool:  X0 [X]...                                     what stands after the call; registers left out are 0
 *   tool:  peek PA N      child: words VALUE...          instead of the answer: memory by physical address, in hex,
 *   tool:  poke PA VALUE                                 before and after the call
 *   child: ftr NAME       tool: VALUE                    a register that the line above did not give
 *   child: read NAME                                     a register that it gave was read; no answer
 *   child: fact NAME      tool: TEXT
 *   child: log LEVEL TEXT | warn FUNCTION TEXT | return FUNCTION VALUE | key NAME       no answer
 *   child: crashed TEXT | unanswered TEXT                and the child ends: a fault of the code; nothing to answer with
 *   child: done VALUE                                    the entry point returned
 *
 * An answer that nothing waited for is passed over, so whoever knows all answers beforehand may send them at once.
 * TEXT runs to the end of the line; in it a backslash and any byte that is not printable ASCII is \xHH. LEVEL of a log
 * is its digit, or - for none. Before each boot the program's own data are put back to what they were at the start;
 * where the data cannot be found (no ELF) each boot runs in a process of its own instead.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rmitrace/port.h>

#if defined(__ELF__) && __has_include(<link.h>)
#include <link.h>
#define SNAPSHOT 1
#else
#define SNAPSHOT 0
#endif

enum { HUNG_UP = 0, FAILED = 3, NEXT_BOOT = 4 };

enum {
	TEXT_MAX = 8192,
	OUT_MAX = 1 << 16,
	ENTRIES_MAX = 256,
	/* A fact may list many regions of memory. */
	IN_MAX = 1 << 16,
	/* Untouched pages of it cost nothing. */
	ARENA_MAX = 256 << 20,
	/* A child whose tool has gone away ends by itself. */
	IDLE_SECONDS = 120,
};

struct entry { const char *name; long (*run)(void); };

static struct entry entries[ENTRIES_MAX];
static int nentries;
static char wants[32];

/* Outside of the program's data, which are put back before each boot, and shared with the process of each boot. */
struct pipes {
	size_t out_used, in_used, in_at;
	char out[OUT_MAX], in[IN_MAX], line[IN_MAX], given[IN_MAX];
};

static struct pipes *pipes;
static void *arena;

#ifdef RMITRACE_COVERAGE
/* libgcov's: adds what ran to the files that gcov reads. */
void __gcov_dump(void);
#else
static void __gcov_dump(void) {}
#endif

static void __attribute__((noreturn)) end(int status)
{
	__gcov_dump();
	_exit(status);
}

static void flush(void)
{
	for (size_t at = 0; at < pipes->out_used;) {
		ssize_t wrote = write(STDOUT_FILENO, pipes->out + at, pipes->out_used - at);
		if (wrote <= 0)
			end(FAILED);
		at += (size_t)wrote;
	}
	pipes->out_used = 0;
}

static void put(const char *text, size_t size)
{
	if (pipes->out_used + size > OUT_MAX)
		flush();
	memcpy(pipes->out + pipes->out_used, text, size);
	pipes->out_used += size;
}

static void say(const char *fmt, ...)
{
	char text[1024];
	va_list args;
	va_start(args, fmt);
	int size = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	put(text, size < (int)sizeof(text) ? (size_t)size : sizeof(text) - 1);
}

static void say_text(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		if (byte >= ' ' && byte < 0x7f && byte != '\\') {
			put(text, 1);
		} else {
			char escaped[4] = { '\\', 'x', digits[byte >> 4], digits[byte & 15] };
			put(escaped, sizeof(escaped));
		}
	}
	put("\n", 1);
}

/* The next line from the tool, without its end; it stays until the one after it. */
static char *answer(void)
{
	size_t used = 0;
	flush();
	for (;;) {
		if (pipes->in_at == pipes->in_used) {
			alarm(IDLE_SECONDS);
			ssize_t got = read(STDIN_FILENO, pipes->in, IN_MAX);
			if (got <= 0)
				end(HUNG_UP);
			pipes->in_used = (size_t)got;
			pipes->in_at = 0;
		}
		char c = pipes->in[pipes->in_at++];
		if (c == '\n')
			break;
		if (used < IN_MAX - 1)
			pipes->line[used++] = c;
	}
	pipes->line[used] = '\0';
	return pipes->line;
}

/* `peek PA N`: says N words of memory, or none where there is no memory. `poke PA WORD`: sets one. */
static void touch(char *request)
{
	int isPeek = strncmp(request, "peek ", 5) == 0;
	char *rest = request + 5;
	unsigned long pa = strtoul(rest, &rest, 16), value = strtoul(rest, &rest, 16);
	unsigned long words = isPeek ? value : 1;
	unsigned long *at = rmitrace_backed(pa, 8 * words);
	if (!isPeek) {
		if (at != NULL)
			*at = value;
		return;
	}
	say("words");
	for (unsigned long i = 0; at != NULL && i < words; i++)
		say(" 0x%lx", at[i]);
	put("\n", 1);
}

void rmitrace_call(const char *cc, enum rmitrace_via via, const unsigned long *args, int nargs, unsigned long res[18])
{
	static const char *const names[] = { "conduit", "smc", "hvc" };
	say("smc %s %s", cc, names[via]);
	for (int i = 0; i < nargs; i++)
		say(" 0x%lx", args[i]);
	put("\n", 1);
	char *rest = answer();
	while (rest[0] == 'p') {
		touch(rest);
		rest = answer();
	}
	for (int i = 0; i < 18; i++)
		res[i] = strtoul(rest, &rest, 16);
}

unsigned long rmitrace_ftr(const char *name)
{
	char key[72];
	snprintf(key, sizeof(key), " %s=", name);
	const char *given = strstr(pipes->given, key);
	if (given != NULL) {
		say("read %s\n", name);
		return strtoul(given + strlen(key), NULL, 16);
	}
	say("ftr %s\n", name);
	return strtoul(answer(), NULL, 16);
}

const char *rmitrace_fact(const char *name)
{
	say("fact %s\n", name);
	return answer();
}

unsigned long rmitrace_fact_number(const char *name)
{
	return strtoul(rmitrace_fact(name), NULL, 10);
}

int rmitrace_fact_bool(const char *name)
{
	return strcmp(rmitrace_fact(name), "true") == 0;
}

/*
 * printk of a pointer hides its value, and until the kernel has random numbers it prints this text. What a letter behind %p
 * prints (a symbol, an error, bytes) only the kernel knows.
 */
static int format(char text[TEXT_MAX], const char *fmt, va_list args)
{
	static const char hidden[] = "(%.0s____ptrval____)";
	char plain[TEXT_MAX];
	size_t used = 0;
	while (*fmt != '\0' && used < sizeof(plain) - sizeof(hidden)) {
		size_t length = fmt[0] == '%' ? 1 + strspn(fmt + 1, "-+ #0123456789.*") : 0;
		if (length == 0 || fmt[length] != 'p') {
			length = length == 0 || fmt[length] == '\0' ? 1 : length + 1;
			if (length > sizeof(plain) - 1 - used)
				break;
			memcpy(plain + used, fmt, length);
			used += length;
		} else {
			int letter = isalnum((unsigned char)fmt[length + 1]) != 0;
			if (length > 1 || letter)
				rmitrace_unanswered("a line is printed with %.*s, and only the kernel knows what that prints",
						    (int)length + 1 + letter, fmt);
			used += (size_t)sprintf(plain + used, "%s", hidden);
			length = 2;
		}
		fmt += length;
	}
	plain[used] = '\0';
	return vsnprintf(text, TEXT_MAX, plain, args);
}

int rmitrace_printk(const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;
	va_start(args, fmt);
	int size = format(text, fmt, args);
	va_end(args);
	char *rest = text;
	char level = '-';
	if (rest[0] == '\001' && rest[1] != '\0') {
		level = rest[1];
		rest += 2;
	}
	size_t length = strlen(rest);
	if (length > 0 && rest[length - 1] == '\n')
		rest[length - 1] = '\0';
	say("log %c ", level);
	say_text(rest);
	return size;
}

void rmitrace_warn(const char *of, const char *condition)
{
	say("warn %s ", of);
	say_text(condition);
}

void rmitrace_warn_text(const char *of, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;
	va_start(args, fmt);
	format(text, fmt, args);
	va_end(args);
	size_t length = strlen(text);
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	rmitrace_warn(of, text);
}

void rmitrace_return(const char *of, long value)
{
	say("return %s %ld\n", of, value);
}

void rmitrace_key(const char *name)
{
	say("key %s\n", name);
}

static void __attribute__((noreturn)) ending(const char *how, const char *text)
{
	say("%s ", how);
	say_text(text);
	flush();
	end(FAILED);
}

void rmitrace_stop(const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ending("crashed", text);
}

void rmitrace_unanswered(const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ending("unanswered", text);
}

/* Called by the sanitizer's library, where there is one, with a report that is about to end the program. */
void __ubsan_get_current_report_data(const char **kind, const char **message, const char **file, unsigned int *line,
				     unsigned int *column, char **address) __attribute__((weak));
void __ubsan_on_report(void)
{
	const char *kind = "", *message = "", *file = "";
	unsigned int line = 0, column = 0;
	char *address;
	__ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &address);
	rmitrace_stop("undefined behaviour at %s:%u: %s", file, line, message);
}

static void caught(int number)
{
	static const char *const names[] = {
		[SIGSEGV] = "SIGSEGV: a bad address", [SIGBUS] = "SIGBUS: a bad address",
		[SIGFPE] = "SIGFPE: a division by zero", [SIGILL] = "SIGILL: undefined behaviour", [SIGABRT] = "SIGABRT",
	};
	say("crashed %s\n", names[number]);
	flush();
	end(FAILED);
}

/* One block for the child's life; the next boot is given the same, and finds zeros in it. */
void *rmitrace_arena(unsigned long size)
{
	if (size > ARENA_MAX)
		rmitrace_stop("rmitrace has %d bytes to allocate, not %lu", ARENA_MAX, size);
	return arena;
}

void rmitrace_entry(const char *name, long (*run)(void))
{
	if (nentries < ENTRIES_MAX)
		entries[nentries++] = (struct entry){ name, run };
}

void rmitrace_wants(unsigned int major, unsigned int minor)
{
	snprintf(wants, sizeof(wants), " wants %u.%u", major, minor);
}

void rmitrace_row(const char *change, const char *table, int sign, int strict, int type, int shift, int width,
		  long long safe)
{
	printf("row %s %s %d %d %d %d %d %lld\n", change, table, sign, strict, type, shift, width, safe);
	fflush(stdout);
}

unsigned long rmitrace_given(const char *name)
{
	char key[72];
	snprintf(key, sizeof(key), " %s=", name);
	const char *given = strstr(pipes->given, key);
	return given == NULL ? 0 : strtoul(given + strlen(key), NULL, 0);
}

static void run(const char *name)
{
	for (int i = 0; i < nentries; i++) {
		if (strcmp(entries[i].name, name) == 0) {
			say("done %ld\n", entries[i].run());
			return;
		}
	}
	rmitrace_stop("there is no entry point %s", name);
}

#if SNAPSHOT

static char *data_from, *data_to, *data_kept;

/* The program's own writable segment, less what the linker made read-only after it. */
static int find_data(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		char *from = (char *)info->dlpi_addr + header->p_vaddr;
		if (header->p_type == PT_LOAD && (header->p_flags & PF_W) != 0) {
			data_from = data_from == NULL ? from : data_from;
			data_to = from + header->p_memsz;
		}
	}
	unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE);
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		char *end = (char *)(((unsigned long)info->dlpi_addr + header->p_vaddr + header->p_memsz + page - 1) & ~(page - 1));
		if (header->p_type == PT_GNU_RELRO && end > data_from && end <= data_to)
			data_from = end;
	}
	return 1;
}

static void keep(void)
{
	dl_iterate_phdr(find_data, NULL);
	data_kept = malloc((size_t)(data_to - data_from));
	memcpy(data_kept, data_from, (size_t)(data_to - data_from));
}

#endif


/* The entry points of one boot, whose first line was read; comes back with the first line of the next. */
static void serve(void)
{
	const char *line = pipes->line;
	do {
		char name[256];
		if (sscanf(line, "boot %255s", name) == 1 || sscanf(line, "run %255s", name) == 1) {
			memcpy(pipes->given, line, strlen(line) + 1);
			run(name);
		}
		line = answer();
	} while (strncmp(line, "boot ", 5) != 0);
}

#if SNAPSHOT

static void boots(void)
{
	keep();
	for (;;) {
		serve();
		__gcov_dump();
		memcpy(data_from, data_kept, (size_t)(data_to - data_from));
		madvise(arena, ARENA_MAX, MADV_DONTNEED);
	}
}

#else

static void boots(void)
{
	for (;;) {
		int status = 0;
		pid_t boot = fork();
		if (boot == 0) {
			serve();
			end(NEXT_BOOT);
		}
		if (boot < 0 || waitpid(boot, &status, 0) < 0)
			_exit(FAILED);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != NEXT_BOOT)
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : FAILED);
	}
}

#endif

int main(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	/* A stack that overflows needs another one to say so on. */
	stack_t stack = { .ss_sp = malloc(1 << 16), .ss_size = 1 << 16 };
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
		struct sigaction action = { .sa_handler = caught, .sa_flags = SA_ONSTACK };
		sigaction(fatal[i], &action, NULL);
	}
	pipes = mmap(NULL, sizeof(*pipes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pipes == MAP_FAILED)
		return FAILED;
	arena = mmap(NULL, ARENA_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena == MAP_FAILED)
		return FAILED;
	say("hello 1%s", wants);
	say("\n");
	answer();
	boots();
}
