/*
 * What a compiled check calls in place of the machine. lib/c-kernel/runtime/child.c answers by asking rmitrace over its
 * standard output and input; the protocol stands there.
 */
#ifndef RMITRACE_PORT_H
#define RMITRACE_PORT_H

_Static_assert(sizeof(long) == 8 && sizeof(void *) == 8, "the arm64 kernel is LP64: long and pointers of 64 bits");

/* x0..x17 of a call: args[0] is the FID, nargs counts it too. `via` is how the call leaves the kernel. */
enum rmitrace_via { RMITRACE_VIA_CONDUIT, RMITRACE_VIA_SMC, RMITRACE_VIA_HVC };
void rmitrace_call(const char *cc, enum rmitrace_via via, const unsigned long *args, int nargs, unsigned long res[18]);

/* The system-wide value of an ID register. */
unsigned long rmitrace_ftr(const char *name);

/* A fact of the machine, by name, as lib/README.md lists them. The text stays until the next one is asked for. */
const char *rmitrace_fact(const char *name);
unsigned long rmitrace_fact_number(const char *name);
int rmitrace_fact_bool(const char *name);
/* The fact page_size, asked for once in a boot. */
unsigned long rmitrace_page_size(void);

/* One printk record: KERN_* at its start is its level. */
int rmitrace_printk(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void rmitrace_warn(const char *of, const char *condition);
void rmitrace_warn_text(const char *of, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void rmitrace_return(const char *of, long value);
void rmitrace_key(const char *name);
/* Both end the boot: by a fault of the code, or since the machine has nothing to answer with. */
void rmitrace_stop(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void rmitrace_unanswered(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Zeroed memory, the same addresses in every boot as far as rmitrace_pa() tells. */
void *rmitrace_arena(unsigned long size);
void *rmitrace_alloc(unsigned long size, unsigned long align);
unsigned long rmitrace_pa(const void *address);
void *rmitrace_va(unsigned long pa);
/* Where memory at a physical address is, if there is any behind it; else NULL. */
void *rmitrace_backed(unsigned long pa, unsigned long size);
/* A page, an object of kmalloc, pages of alloc_pages_exact: where the machine says so, at the addresses that it gives. */
void *rmitrace_page(void);
void *rmitrace_object(unsigned long size);
void *rmitrace_pages(unsigned long size);
int rmitrace_notifies(void);
/* What is freed may be given out again: the next of its kind has the same address. */
void rmitrace_free(const void *address);

/* What there is to run, and the revision that the source's headers want. */
void rmitrace_entry(const char *name, long (*run)(void));
void rmitrace_wants(unsigned int major, unsigned int minor);
/* A row that a patch puts into, or takes out of, a table of ID registers. */
void rmitrace_row(const char *change, const char *table, int sign, int strict, int type, int shift, int width,
		  long long safe);
/* What came with the line that runs an entry point, by its name: a number. */
unsigned long rmitrace_given(const char *name);

#endif
