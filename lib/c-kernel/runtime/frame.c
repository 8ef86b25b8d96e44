/* What the headers of rmitrace/ only declare: calls by either convention, memory, and the keys that arm.c defines. */
#include <rmitrace/kernel.h>
#include <rmitrace/kvm.h>

unsigned long long strtoull(const char *text, char **end, int base);
size_t strspn(const char *text, const char *of);
size_t strcspn(const char *text, const char *of);

/* Defined here for a source that only declares them; a definition of its own goes before these. */
__weak DEFINE_STATIC_KEY_FALSE(kvm_rmi_is_available);
__weak DEFINE_STATIC_KEY_FALSE(kvm_rme_is_available);

/* The register by its name; one that has none here by its encoding, as an assembler spells it. */
u64 read_sanitised_ftr_reg(u32 id)
{
	char name[32];

	switch (id) {
#define NAMED(name, crm, op2) case SYS_##name: return rmitrace_ftr(#name);
	RMITRACE_ID_REGISTERS(NAMED)
	}
	snprintf(name, sizeof(name), "S%u_%u_C%u_C%u_%u", id >> 19 & 3, id >> 16 & 7, id >> 12 & 15, id >> 8 & 15, id >> 5 & 7);
	return rmitrace_ftr(name);
}

enum arm_smccc_conduit arm_smccc_1_1_get_conduit(void)
{
	const char *conduit = rmitrace_fact("conduit");

	if (strcmp(conduit, "smc") == 0)
		return SMCCC_CONDUIT_SMC;
	return strcmp(conduit, "hvc") == 0 ? SMCCC_CONDUIT_HVC : SMCCC_CONDUIT_NONE;
}

unsigned long rmitrace_page_size(void)
{
	static unsigned long size;

	if (size == 0)
		size = rmitrace_fact_number("page_size");
	return size;
}

/* `BASE+SIZE` or `BASE+SIZE:nomap`, with a blank between them. */
enum { REGIONS_MAX = 256 };
struct memblock_region *rmitrace_memory(void)
{
	static struct memblock_region regions[REGIONS_MAX + 1];
	const char *text;

	if (regions[0].size != 0)
		return regions;
	text = rmitrace_fact("memory");
	for (int at = 0; *text != '\0'; at++) {
		char *end;

		if (at == REGIONS_MAX)
			rmitrace_unanswered("rmitrace has room for %d regions of memory", REGIONS_MAX);
		regions[at].base = strtoull(text, &end, 16);
		regions[at].size = strtoull(end + (*end == '+'), &end, 16);
		regions[at].flags = strncmp(end, ":nomap", 6) == 0 ? MEMBLOCK_NOMAP : MEMBLOCK_NONE;
		text = end + strcspn(end, " ,");
		text += strspn(text, " ,");
	}
	return regions;
}

/* `M.m` as the function gives it: the major revision above bit 15. */
u32 arm_smccc_get_version(void)
{
	const char *version = rmitrace_fact("smccc_version");
	u32 word = 0, part = 0;

	for (; *version != '\0'; version++) {
		if (*version == '.') {
			word = part << 16;
			part = 0;
		} else {
			part = part * 10 + (u32)(*version - '0');
		}
	}
	return word | part;
}

enum kvm_mode kvm_get_mode(void)
{
	const char *mode = rmitrace_fact("kvm_mode");

	if (strcmp(mode, "protected") == 0)
		return KVM_MODE_PROTECTED;
	if (strcmp(mode, "nv") == 0)
		return KVM_MODE_NV;
	return strcmp(mode, "none") == 0 ? KVM_MODE_NONE : KVM_MODE_DEFAULT;
}

void rmitrace_1_1(enum rmitrace_via via, const unsigned long *args, int nargs, struct arm_smccc_res *res)
{
	unsigned long regs[18];

	rmitrace_call("1.1", via, args, nargs, regs);
	if (res != NULL)
		*res = (struct arm_smccc_res){ regs[0], regs[1], regs[2], regs[3] };
}

static void call_1_2(enum rmitrace_via via, const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	unsigned long regs[18];

	_Static_assert(sizeof(regs) == sizeof(*args), "x0 to x17");
	/* Both may be the same block. */
	memcpy(regs, args, sizeof(regs));
	rmitrace_call("1.2", via, regs, 18, regs);
	memcpy(res, regs, sizeof(regs));
}

void arm_smccc_1_2_smc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	call_1_2(RMITRACE_VIA_SMC, args, res);
}

void arm_smccc_1_2_hvc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	call_1_2(RMITRACE_VIA_HVC, args, res);
}

void arm_smccc_1_2_invoke(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res)
{
	call_1_2(RMITRACE_VIA_CONDUIT, args, res);
}

/* Memory from a fixed range of physical addresses, handed out once and never taken back within a boot. */
enum { ARENA_SIZE = 256 << 20 };
static const unsigned long ARENA_PA = 0x880000000UL;
static unsigned long arena_used;

void *rmitrace_alloc(unsigned long size, unsigned long align)
{
	char *arena = rmitrace_arena(ARENA_SIZE);
	unsigned long from = ALIGN(arena_used, align);

	if (size > ARENA_SIZE || from > ARENA_SIZE - size)
		return NULL;
	arena_used = from + size;
	return arena + from;
}

/* What the machine says of memory comes with the line that runs an entry point: 0 where it says nothing. */
static char *config_page, *sro_object;

void *rmitrace_page(void)
{
	char *page;

	if (rmitrace_given("fails_config_page"))
		return NULL;
	page = rmitrace_alloc(PAGE_SIZE, PAGE_SIZE);
	if (config_page == NULL && rmitrace_given("config_page") != 0)
		config_page = page;
	return page;
}

/* A large one is a page's, so that a list in it crosses none. */
void *rmitrace_object(unsigned long size)
{
	char *object;

	if (size < SZ_2K)
		return rmitrace_alloc(size, 8);
	if (rmitrace_given("fails_sro_object"))
		return NULL;
	object = rmitrace_alloc(size, PAGE_SIZE);
	if (sro_object == NULL && rmitrace_given("sro_object") != 0)
		sro_object = object;
	return object;
}

void rmitrace_free(const void *address)
{
	if (address == config_page)
		config_page = NULL;
	if (address == sro_object)
		sro_object = NULL;
}

int rmitrace_notifies(void)
{
	return rmitrace_given("fails_memory_notifier") ? -ENOMEM : 0;
}

/* Pages that are given away have nothing behind them: whoever looks into one crashes. */
static const unsigned long NOWHERE = 1UL << 60;

/* The first block from there on in a region that the kernel maps, past the pages that are taken; 0 where there is none. */
static unsigned long block_above(unsigned long from, unsigned long size)
{
	unsigned long taken[] = { rmitrace_given("config_page"), rmitrace_given("sro_object") };

	if (taken[0] > taken[1])
		swap(taken[0], taken[1]);
	for (struct memblock_region *region = rmitrace_memory(); region->size != 0; region++) {
		unsigned long base = ALIGN(max(from, (unsigned long)region->base), size);

		if (memblock_is_nomap(region))
			continue;
		for (int i = 0; i < 2; i++)
			if (taken[i] < base + size && base < taken[i] + PAGE_SIZE)
				base = ALIGN(taken[i] + PAGE_SIZE, size);
		if (base + size <= region->base + region->size)
			return base;
	}
	return 0;
}

/* Naturally aligned, each from above the last; nothing comes back. */
void *rmitrace_pages(unsigned long size)
{
	static unsigned long from;
	unsigned long block = PAGE_SIZE << get_order(size), found;

	if (rmitrace_given("donated_memory") == 0)
		return rmitrace_alloc(PAGE_ALIGN(size), block);
	if (rmitrace_given("fails_donated_memory") || get_order(size) > MAX_PAGE_ORDER)
		return NULL;
	found = block_above(from == 0 ? rmitrace_given("donated_memory") : from, block);
	if (found == 0)
		return NULL;
	from = found + size;
	return (void *)(NOWHERE + found);
}

/* The kernel's own image lies around this variable; what is in neither place is on the stack. */
enum { IMAGE_SIZE = 64 << 20 };
static const unsigned long IMAGE_PA = 0x80000000UL;
static char image;

unsigned long rmitrace_pa(const void *address)
{
	unsigned long in_page = (unsigned long)address - (unsigned long)config_page;
	unsigned long in_object = (unsigned long)address - (unsigned long)sro_object;
	unsigned long in_arena = (unsigned long)address - (unsigned long)rmitrace_arena(ARENA_SIZE);
	unsigned long in_image = (unsigned long)address - (unsigned long)&image + IMAGE_SIZE;

	if ((unsigned long)address >= NOWHERE)
		return (unsigned long)address - NOWHERE;
	if (config_page != NULL && in_page < PAGE_SIZE)
		return rmitrace_given("config_page") + in_page;
	if (sro_object != NULL && in_object < PAGE_SIZE)
		return rmitrace_given("sro_object") + in_object;
	if (in_arena < ARENA_SIZE)
		return ARENA_PA + in_arena;
	if (in_image >= 2UL * IMAGE_SIZE)
		rmitrace_stop("the physical address of something that is neither allocated nor static");
	return IMAGE_PA + in_image;
}

void *rmitrace_backed(unsigned long pa, unsigned long size)
{
	if (config_page != NULL && pa - rmitrace_given("config_page") < PAGE_SIZE)
		return config_page + (pa - rmitrace_given("config_page"));
	if (sro_object != NULL && pa - rmitrace_given("sro_object") < PAGE_SIZE)
		return sro_object + (pa - rmitrace_given("sro_object"));
	if (pa - ARENA_PA < ARENA_SIZE && size <= ARENA_SIZE - (pa - ARENA_PA))
		return (char *)rmitrace_arena(ARENA_SIZE) + (pa - ARENA_PA);
	return NULL;
}

void *rmitrace_va(unsigned long pa)
{
	void *backed = rmitrace_backed(pa, 0);

	if (backed != NULL)
		return backed;
	if (pa - IMAGE_PA < 2UL * IMAGE_SIZE && rmitrace_given("config_page") == 0)
		return &image + (pa - IMAGE_PA - IMAGE_SIZE);
	return (void *)(NOWHERE + pa);
}
