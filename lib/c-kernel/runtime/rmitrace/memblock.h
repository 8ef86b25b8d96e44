/*
 * The memory that firmware described, and who wants to hear of more of it. The regions are the machine's: a trace whose
 * scope has none ends there.
 */
#ifndef RMITRACE_MEMBLOCK_H
#define RMITRACE_MEMBLOCK_H

enum memblock_flags { MEMBLOCK_NONE = 0, MEMBLOCK_HOTPLUG = 1, MEMBLOCK_MIRROR = 2, MEMBLOCK_NOMAP = 4 };
struct memblock_region { phys_addr_t base, size; enum memblock_flags flags; int nid; };

/* In ascending order; behind the last is one of no size. */
struct memblock_region *rmitrace_memory(void);

static inline bool memblock_is_nomap(const struct memblock_region *region)
{
	return (region->flags & MEMBLOCK_NOMAP) != 0;
}

/* Whole pages only. */
static inline unsigned long memblock_region_memory_base_pfn(const struct memblock_region *region)
{
	return PFN_UP(region->base);
}

static inline unsigned long memblock_region_memory_end_pfn(const struct memblock_region *region)
{
	return PFN_DOWN(region->base + region->size);
}

#define for_each_mem_region(region) for (region = rmitrace_memory(); region->size != 0; region++)
/* NOMAP regions are not in these. */
#define for_each_mem_range(at, start, end)                                                                             \
	for (at = 0; rmitrace_memory()[at].size != 0; at++)                                                            \
		if (memblock_is_nomap(&rmitrace_memory()[at])) {                                                       \
		} else if (*(start) = rmitrace_memory()[at].base, *(end) = *(start) + rmitrace_memory()[at].size, 1)
#define for_each_mem_pfn_range(at, nid, start, end, out_nid)                                                           \
	for (at = 0; rmitrace_memory()[at].size != 0; at++)                                                            \
		if (*(start) = memblock_region_memory_base_pfn(&rmitrace_memory()[at]),                                \
		    *(end) = memblock_region_memory_end_pfn(&rmitrace_memory()[at]), 1)

/* Nothing comes online during a boot: whoever registers is never called. */
struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};
struct memory_notify { unsigned long start_pfn, nr_pages; int status_change_nid; };
enum { MEM_ONLINE = 1, MEM_GOING_OFFLINE = 2, MEM_OFFLINE = 4, MEM_GOING_ONLINE = 8, MEM_CANCEL_ONLINE = 16 };
#define NOTIFY_DONE 0
#define NOTIFY_OK 1
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 2)
#define notifier_from_errno(error) ((error) ? NOTIFY_STOP_MASK | (NOTIFY_OK - (error)) : NOTIFY_OK)
#define notifier_to_errno(value) ((value) > (NOTIFY_STOP_MASK | NOTIFY_OK) ? NOTIFY_OK - ((value) & ~NOTIFY_STOP_MASK) : 0)
#define register_memory_notifier(block) ((void)(block), rmitrace_notifies())
#define unregister_memory_notifier(block) ((void)(block))
#define hotplug_memory_notifier(function, priority) ((void)(function), 0)
#define register_reboot_notifier(block) ((void)(block), 0)

#endif
