/* Types, errors and arithmetic that any file of the kernel takes for granted. */
#ifndef RMITRACE_BASE_H
#define RMITRACE_BASE_H

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8, __u8, uint8_t;
typedef unsigned short u16, __u16, uint16_t;
typedef unsigned int u32, __u32, uint32_t, gfp_t, uint, fmode_t;
typedef unsigned long long u64, __u64, uint64_t, phys_addr_t, dma_addr_t, gpa_t, gfn_t;
typedef signed char s8, __s8, int8_t;
typedef short s16, __s16, int16_t;
typedef int s32, __s32, int32_t;
typedef long long s64, __s64, int64_t;
typedef unsigned long uintptr_t, ulong;
typedef long ssize_t;
typedef u16 __le16, __be16;
typedef u32 __le32, __be32;
typedef u64 __le64, __be64;

/* From the C library, by their prototypes alone: its headers include names that are the kernel's. */
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
int snprintf(char *to, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

enum {
	EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, ENXIO = 6, E2BIG = 7, EBADF = 9, EAGAIN = 11, ENOMEM = 12,
	EACCES = 13, EFAULT = 14, EBUSY = 16, EEXIST = 17, EXDEV = 18, ENODEV = 19, EINVAL = 22, ENFILE = 23, EFBIG = 27,
	ENOSPC = 28, ERANGE = 34, EDEADLK = 35, ENOSYS = 38, ENODATA = 61, ETIME = 62, EPROTO = 71, EBADMSG = 74,
	EOVERFLOW = 75, EOPNOTSUPP = 95, ETIMEDOUT = 110, EALREADY = 114, ECANCELED = 125, EPROBE_DEFER = 517,
};

#define INT_MAX 0x7fffffff
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (~0U)
#define LONG_MAX ((long)(~0UL >> 1))
#define LONG_MIN (-LONG_MAX - 1)
#define ULONG_MAX (~0UL)
#define LLONG_MAX ((long long)(~0ULL >> 1))
#define ULLONG_MAX (~0ULL)

#define UL(x) x##UL
#define ULL(x) x##ULL
#define _AC(x, suffix) x##suffix

#define __init
#define __exit
#define __initdata
#define __initconst
#define __ro_after_init
#define __read_mostly
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __must_check __attribute__((warn_unused_result))
#define __packed __attribute__((packed))
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define __user
#define __iomem
#define __force
#define __percpu
#define __rcu
#define __weak __attribute__((weak))
#define __pure __attribute__((pure))
#define __counted_by(member)
#define fallthrough __attribute__((fallthrough))
#define unreachable() rmitrace_stop("%s came to a place marked unreachable", __func__)
#define EXPORT_SYMBOL(name) _Static_assert(1, "")
#define EXPORT_SYMBOL_GPL(name) _Static_assert(1, "")
#define EXPORT_SYMBOL_FOR_MODULES(name, modules) _Static_assert(1, "")
#define MODULE_LICENSE(text) _Static_assert(1, "")
#define MODULE_AUTHOR(text) _Static_assert(1, "")
#define MODULE_DESCRIPTION(text) _Static_assert(1, "")

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define READ_ONCE(place) (*(const volatile __typeof__(place) *)&(place))
#define WRITE_ONCE(place, value) ((void)(*(volatile __typeof__(place) *)&(place) = (value)))
#define barrier() __asm__ __volatile__("" ::: "memory")
#define smp_mb() barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define cpu_relax() barrier()
#define cond_resched() barrier()
#define udelay(usecs) ((void)(usecs))
#define msleep(msecs) ((void)(msecs))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define struct_size(pointer, member, count) (sizeof(*(pointer)) + (count) * sizeof((pointer)->member[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
/* The compiler's to find; what only the machine decides, like the size of a page, is found when the code comes there. */
#define BUILD_BUG() rmitrace_stop("BUILD_BUG in %s", __func__)
#define BUILD_BUG_ON(condition) BUILD_BUG_ON_MSG(condition, #condition)
#define BUILD_BUG_ON_MSG(condition, text)                                                                              \
	do {                                                                                                           \
		_Static_assert(__builtin_choose_expr(__builtin_constant_p(condition), !(condition), 1), text);         \
		if (condition)                                                                                         \
			rmitrace_stop("BUILD_BUG_ON(%s) in %s", text, __func__);                                       \
	} while (0)
#define static_assert _Static_assert
#define __is_constexpr(x) __builtin_constant_p(x)

#define min(a, b) ({ __auto_type a_ = (a); __auto_type b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ __auto_type a_ = (a); __auto_type b_ = (b); a_ > b_ ? a_ : b_; })
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(value, low, high) min(max(value, low), high)
#define swap(a, b) do { __auto_type kept_ = (a); (a) = (b); (b) = kept_; } while (0)
#define ALIGN(value, to) (((value) + (__typeof__(value))(to) - 1) & ~((__typeof__(value))(to) - 1))
#define ALIGN_DOWN(value, to) ((value) & ~((__typeof__(value))(to) - 1))
#define IS_ALIGNED(value, to) (((value) & ((__typeof__(value))(to) - 1)) == 0)
#define DIV_ROUND_UP(value, by) (((value) + (by) - 1) / (by))
#define round_up(value, to) ALIGN(value, to)
#define round_down(value, to) ALIGN_DOWN(value, to)
#define upper_32_bits(value) ((u32)((u64)(value) >> 32))
#define lower_32_bits(value) ((u32)(value))
#define U16_MAX ((u16)~0U)
#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(value) ((unsigned long)(value) >= (unsigned long)-MAX_ERRNO)
#define ERR_PTR(error) ((void *)(long)(error))
#define PTR_ERR(pointer) ((long)(pointer))
#define IS_ERR(pointer) IS_ERR_VALUE(pointer)
#define IS_ERR_OR_NULL(pointer) (!(pointer) || IS_ERR(pointer))

/* 1 for an option that is defined as 1, 0 for one that is not defined. */
#define RMITRACE_OPTION_1 ,
#define RMITRACE_THIRD(first, second, third, ...) third
#define RMITRACE_ENABLED(comma) RMITRACE_THIRD(comma 1, 1, 0, 0)
#define RMITRACE_PASTE(value) RMITRACE_ENABLED(RMITRACE_OPTION_##value)
#define RMITRACE_EXPAND(value) RMITRACE_PASTE(value)
#define IS_ENABLED(option) RMITRACE_EXPAND(option)
#define IS_BUILTIN(option) IS_ENABLED(option)

struct device;
struct module;
struct task_struct { int pid; };

#endif
