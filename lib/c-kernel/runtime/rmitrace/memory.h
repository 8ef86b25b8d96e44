/*
 * Pages and simple allocation. The page size is the machine's, so it is no constant: an array cannot be as large as a
 * page. Memory is zeroed and at the same physical addresses in every boot.
 */
#ifndef RMITRACE_MEMORY_H
#define RMITRACE_MEMORY_H

#define SZ_256 0x100
#define SZ_512 0x200
#define SZ_1K 0x400
#define SZ_2K 0x800
#define SZ_4K 0x1000
#define SZ_8K 0x2000
#define SZ_16K 0x4000
#define SZ_32K 0x8000
#define SZ_64K 0x10000
#define SZ_1M 0x100000
#define SZ_2M 0x200000
#define SZ_16M 0x1000000
#define SZ_32M 0x2000000
#define SZ_64M 0x4000000
#define SZ_512M 0x20000000
#define SZ_1G 0x40000000
#define SZ_2G 0x80000000UL
#define SZ_4G 0x100000000UL

/* A source that asks how the kernel was configured is compiled for pages of one size. */
#ifdef RMITRACE_BUILT_FOR_4K
#define CONFIG_PAGE_SIZE_4KB 1
#define CONFIG_ARM64_4K_PAGES 1
#define PAGE_SIZE rmitrace_built_for(SZ_4K)
#else
#define PAGE_SIZE rmitrace_page_size()
#endif
static inline unsigned long rmitrace_built_for(unsigned long size)
{
	if (rmitrace_page_size() != size)
		rmitrace_unanswered("the C was compiled for pages of %lu bytes, the machine has pages of %lu", size,
				    rmitrace_page_size());
	return size;
}

#define PAGE_SHIFT __builtin_ctzl(PAGE_SIZE)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(address) ALIGN(address, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(address) ALIGN_DOWN(address, PAGE_SIZE)
#define PAGE_ALIGNED(address) IS_ALIGNED((unsigned long)(address), PAGE_SIZE)
#define offset_in_page(address) ((unsigned long)(address) & ~PAGE_MASK)
#define PFN_ALIGN(address) PAGE_ALIGN((unsigned long)(address))
#define PFN_UP(address) (((address) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(address) ((address) >> PAGE_SHIFT)
#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(address) ((unsigned long)((address) >> PAGE_SHIFT))
#define PHYS_ADDR_MAX (~(phys_addr_t)0)

/* The least order of pages, 0 for one of them, that has room for `size` bytes. */
static inline int get_order(unsigned long size)
{
	int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

/* What a block at a level of a table maps: a table of one page has PAGE_SHIFT - 3 bits of an address (Arm ARM, D8). */
#define PTDESC_ORDER 3
#define ARM64_HW_PGTABLE_LEVEL_SHIFT(level) ((PAGE_SHIFT - PTDESC_ORDER) * (4 - (level)) + PTDESC_ORDER)
#define PMD_SHIFT ARM64_HW_PGTABLE_LEVEL_SHIFT(2)
#define PUD_SHIFT ARM64_HW_PGTABLE_LEVEL_SHIFT(1)
#define P4D_SHIFT ARM64_HW_PGTABLE_LEVEL_SHIFT(0)
#define PMD_SIZE BIT(PMD_SHIFT)
#define PUD_SIZE BIT(PUD_SHIFT)
#define P4D_SIZE BIT(P4D_SHIFT)
/* As arm64 is configured where nobody says otherwise: blocks of 4 MB, 32 MB and 512 MB. */
#define MAX_PAGE_ORDER (PAGE_SIZE == SZ_4K ? 10 : PAGE_SIZE == SZ_16K ? 11 : 13)

#define GFP_KERNEL 0U
#define GFP_KERNEL_ACCOUNT 0U
#define GFP_ATOMIC 0U
#define GFP_NOWAIT 0U
#define __GFP_ZERO 0U
#define __GFP_ACCOUNT 0U
#define __GFP_NOWARN 0U

#define kmalloc(size, flags) rmitrace_object(size)
#define kzalloc(size, flags) rmitrace_object(size)
#define kcalloc(count, size, flags) rmitrace_alloc((count) * (size), 8)
#define kmalloc_array(count, size, flags) kcalloc(count, size, flags)
#define kvmalloc(size, flags) rmitrace_alloc(size, 8)
#define kvzalloc(size, flags) rmitrace_alloc(size, 8)
#define kvcalloc(count, size, flags) kcalloc(count, size, flags)
#define kmalloc_obj(object, ...) ((__typeof__(object) *)rmitrace_object(sizeof(object)))
#define kzalloc_obj(object, ...) kmalloc_obj(object)
#define kmalloc_objs(object, count, ...) ((__typeof__(object) *)rmitrace_object((count) * sizeof(object)))
#define kzalloc_objs(object, count, ...) kmalloc_objs(object, count)
#define kfree(address) rmitrace_free(address)
#define kvfree(address) ((void)(address))
#define __get_free_page(flags) ((unsigned long)rmitrace_page())
#define get_zeroed_page(flags) __get_free_page(flags)
#define __get_free_pages(flags, order) ((unsigned long)rmitrace_alloc(PAGE_SIZE << (order), PAGE_SIZE << (order)))
#define alloc_pages_exact(size, flags) rmitrace_pages(size)
#define free_page(address) rmitrace_free((const void *)(address))
#define free_pages(address, order) ((void)(address))
#define free_pages_exact(address, size) ((void)(address))

#define virt_to_phys(address) ((phys_addr_t)rmitrace_pa((const void *)(address)))
#define phys_to_virt(pa) rmitrace_va(pa)
#define __pa(address) virt_to_phys(address)
#define __va(pa) phys_to_virt(pa)
#define __pa_symbol(address) virt_to_phys(address)

/* A page by its number: nothing looks into it. */
struct page;
#define pfn_to_page(pfn) ((struct page *)(unsigned long)((pfn) + 1))
#define page_to_pfn(page) ((unsigned long)(page) - 1)
#define phys_to_page(pa) pfn_to_page(PHYS_PFN(pa))
#define page_to_phys(page) PFN_PHYS(page_to_pfn(page))
#define virt_to_page(address) phys_to_page(virt_to_phys(address))
#define page_address(page) phys_to_virt(page_to_phys(page))
#define alloc_page(flags) virt_to_page(__get_free_page(flags))
#define alloc_pages(flags, order) virt_to_page(__get_free_pages(flags, order))
#define __free_page(page) ((void)(page))
#define __free_pages(page, order) ((void)(page))

#define BITS_TO_LONGS(bits) DIV_ROUND_UP(bits, BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define bitmap_zalloc(bits, flags)                                                                                     \
	(rmitrace_given("fails_vmid_bitmap") != 0 ?                                                                    \
		 NULL :                                                                                                \
		 (unsigned long *)rmitrace_alloc(8UL * BITS_TO_LONGS((unsigned long)(bits)), 8))
#define bitmap_alloc(bits, flags) bitmap_zalloc(bits, flags)
#define bitmap_free(map) ((void)(map))

#endif
