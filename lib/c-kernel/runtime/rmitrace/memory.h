/*
 * Pages and simple allocation. The page size is the machine's, so it is no constant: an array cannot be as large as a
 * page. Memory is zeroed and at the same physical addresses in every boot.
 */
#ifndef RMITRACE_MEMORY_H
#define RMITRACE_MEMORY_H

#define SZ_1K 0x400
#define SZ_2K 0x800
#define SZ_4K 0x1000
#define SZ_8K 0x2000
#define SZ_16K 0x4000
#define SZ_32K 0x8000
#define SZ_64K 0x10000
#define SZ_1M 0x100000
#define SZ_2M 0x200000
#define SZ_1G 0x40000000UL

#define PAGE_SIZE rmitrace_fact_number("page_size")
#define PAGE_SHIFT __builtin_ctzl(PAGE_SIZE)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(address) ALIGN(address, PAGE_SIZE)
#define PAGE_ALIGNED(address) IS_ALIGNED((unsigned long)(address), PAGE_SIZE)

#define GFP_KERNEL 0U
#define GFP_KERNEL_ACCOUNT 0U
#define GFP_ATOMIC 0U
#define __GFP_ZERO 0U

#define kmalloc(size, flags) rmitrace_alloc(size, 8)
#define kzalloc(size, flags) rmitrace_alloc(size, 8)
#define kcalloc(count, size, flags) rmitrace_alloc((count) * (size), 8)
#define kmalloc_array(count, size, flags) kcalloc(count, size, flags)
#define kvzalloc(size, flags) rmitrace_alloc(size, 8)
#define kzalloc_obj(object, ...) ((__typeof__(object) *)rmitrace_alloc(sizeof(object), 8))
#define kfree(address) ((void)(address))
#define kvfree(address) ((void)(address))
#define __get_free_page(flags) ((unsigned long)rmitrace_alloc(PAGE_SIZE, PAGE_SIZE))
#define get_zeroed_page(flags) __get_free_page(flags)
#define __get_free_pages(flags, order) ((unsigned long)rmitrace_alloc(PAGE_SIZE << (order), PAGE_SIZE << (order)))
#define alloc_pages_exact(size, flags) rmitrace_alloc(PAGE_ALIGN(size), PAGE_SIZE)
#define free_page(address) ((void)(address))
#define free_pages(address, order) ((void)(address))
#define free_pages_exact(address, size) ((void)(address))

#define virt_to_phys(address) ((phys_addr_t)rmitrace_pa((const void *)(address)))
#define phys_to_virt(pa) rmitrace_va(pa)
#define __pa(address) virt_to_phys(address)
#define __va(pa) phys_to_virt(pa)

#endif
